import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Card } from '../../ui/card.tsx';
import { Segmented } from '../../ui/segmented.tsx';

export function LanguagePage() {
  const { t, locale } = useWords();
  const { set } = useSettings();
  return (
    <Card className="flex flex-col gap-4">
      <Segmented
        label={t('settings.language.label')}
        value={locale}
        onChange={(next) => void set({ locale: next })}
        choices={[
          { value: 'ja', label: '日本語' },
          { value: 'en', label: 'English' },
        ]}
      />
      <p className="text-small text-ink-faint">{t('settings.language.characters')}</p>
    </Card>
  );
}
