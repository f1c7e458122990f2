import { Monitor, Moon, Sun } from 'lucide-react';
import { useSettings } from '../../data/settings.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useWords } from '../../data/words.ts';
import { Card, Section } from '../../ui/card.tsx';
import { IS_MAC } from '../../ui/keys.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Switch } from '../../ui/switch.tsx';

export function AppearancePage() {
  const { t } = useWords();
  const { values, set } = useSettings();
  const status = useLiveQuery((client) => client.host.status, {});
  return (
    <>
      <Card className="flex flex-col gap-6">
        <Segmented
          label={t('theme.label')}
          value={values.theme}
          onChange={(theme) => void set({ theme })}
          choices={[
            { value: 'system', label: t('theme.system'), icon: <Monitor /> },
            { value: 'light', label: t('theme.light'), icon: <Sun /> },
            { value: 'dark', label: t('theme.dark'), icon: <Moon /> },
          ]}
        />
        <div className="flex flex-col gap-3">
          <Segmented
            label={t('settings.appearance.textSize')}
            value={values.textSize}
            onChange={(textSize) => void set({ textSize })}
            choices={(['small', 'medium', 'large', 'larger'] as const).map((value) => ({
              value,
              label: t(`settings.appearance.textSize.${value}`),
            }))}
          />
          <p className="rounded-base bg-room px-4 py-3">{t('settings.appearance.sample')}</p>
        </div>
        <Segmented
          label={t('settings.appearance.motion')}
          help={t('settings.appearance.motionHelp')}
          value={values.reduceMotion}
          onChange={(reduceMotion) => void set({ reduceMotion })}
          choices={(['system', 'on', 'off'] as const).map((value) => ({
            value,
            label: t(`settings.appearance.motion.${value}`),
          }))}
        />
        <Switch
          label={t('settings.appearance.stage')}
          help={t('settings.appearance.stageHelp')}
          checked={!values.stageCollapsed}
          onChange={(shown) => void set({ stageCollapsed: !shown })}
        />
      </Card>
      <Section title={t('settings.appearance.writing')}>
        <Card className="flex flex-col gap-5">
          <Switch
            label={t('settings.appearance.sendWithEnter')}
            help={t('settings.appearance.sendWithEnterHelp', { keys: IS_MAC ? '⌘ Enter' : 'Ctrl Enter' })}
            checked={values.sendWithEnter}
            onChange={(sendWithEnter) => void set({ sendWithEnter })}
          />
          <Switch
            label={t('settings.appearance.spellCheck')}
            help={t('settings.appearance.spellCheckHelp')}
            checked={values.spellCheck}
            onChange={(spellCheck) => void set({ spellCheck })}
          />
          {status.data?.host === 'electron' && (
            <Switch
              label={t('settings.appearance.tray')}
              help={t('settings.appearance.trayHelp')}
              checked={values.keepInTray}
              onChange={(keepInTray) => void set({ keepInTray })}
            />
          )}
        </Card>
      </Section>
    </>
  );
}
