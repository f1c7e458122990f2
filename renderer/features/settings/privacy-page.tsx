import { Bot, Copy, KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useLiveQuery } from '../../data/live-query.ts';
import { ADULT_AGE } from '#shared/settings/age.ts';
import { ageOn, useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Section } from '../../ui/card.tsx';
import { TextField } from '../../ui/field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { PassphraseDialog } from './passphrase-dialog.tsx';

export function PrivacyPage() {
  const { t, format } = useWords();
  const { values, set } = useSettings();
  const status = useLiveQuery((client) => client.host.status, {});
  const [name, setName] = useState(values.personName);
  const [passphrase, setPassphrase] = useState<'set' | 'remove' | null>(null);
  const saveName = (): void => {
    if (name.trim() !== values.personName) void set({ personName: name.trim() });
  };
  const path = status.data?.dataPath ?? '';
  return (
    <>
      <Card className="flex gap-4">
        <Bot className="mt-1 size-6 shrink-0 text-lamp-ink" aria-hidden="true" />
        <div>
          <h2 className="font-medium">{t('settings.privacy.ai')}</h2>
          <p className="text-ink-soft">{t('settings.privacy.aiBody')}</p>
          {values.aiNoticeAcceptedAtMs !== null && (
            <p className="mt-1 text-small text-ink-faint">
              {t('settings.privacy.aiAccepted', { day: format.day(values.aiNoticeAcceptedAtMs) })}
            </p>
          )}
        </div>
      </Card>
      <Card className="flex flex-col gap-6">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            saveName();
          }}
        >
          <TextField
            label={t('settings.privacy.name')}
            help={t('settings.privacy.nameHelp')}
            maxLength={60}
            autoComplete="nickname"
            value={name}
            onChange={setName}
            onBlur={saveName}
            className="max-w-sm"
          />
        </form>
        {values.birthDate !== null && (
          <div>
            <div className="font-medium">{t('settings.privacy.birth')}</div>
            <div>{format.day(Date.parse(`${values.birthDate}T12:00:00`))}</div>
            <p className="text-small text-ink-faint">
              {ageOn(values.birthDate, new Date()) < ADULT_AGE ? t('settings.privacy.friendMode') : null}{' '}
              {t('settings.privacy.birthFixed')}
            </p>
          </div>
        )}
      </Card>
      <Section title={t('settings.privacy.file')} help={t('settings.privacy.fileHelp')}>
        <Card className="flex flex-wrap items-center justify-between gap-3">
          <code className="min-w-0 font-mono text-small break-all">{path}</code>
          <Button
            size="small"
            icon={<Copy />}
            disabled={path === ''}
            onClick={() => void navigator.clipboard.writeText(path).then(() => showToast({ text: t('ui.copied') }))}
          >
            {t('settings.privacy.copyPath')}
          </Button>
        </Card>
      </Section>
      <Section title={t('settings.privacy.passphrase')} help={t('settings.privacy.passphraseHelp')}>
        <div className="flex flex-wrap gap-2">
          <Button icon={<KeyRound />} onClick={() => setPassphrase('set')}>
            {t('settings.privacy.passphraseSet')}
          </Button>
          <Button look="ghost" onClick={() => setPassphrase('remove')}>
            {t('settings.privacy.passphraseRemove')}
          </Button>
        </div>
        {passphrase !== null && (
          <PassphraseDialog remove={passphrase === 'remove'} onClose={() => setPassphrase(null)} />
        )}
      </Section>
    </>
  );
}
