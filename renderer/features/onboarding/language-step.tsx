import type { Locale } from '#shared/settings/contract.ts';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { StepFrame } from './step-frame.tsx';

const LANGUAGES: readonly { readonly locale: Locale; readonly name: string; readonly line: string }[] = [
  { locale: 'ja', name: '日本語', line: '灯りをともして、話しましょう。' },
  { locale: 'en', name: 'English', line: 'Light the lamp, and let us talk.' },
];

export function LanguageStep({ onNext }: { readonly onNext: () => void }) {
  const { t, locale } = useWords();
  const { set } = useSettings();
  const choose = async (chosen: Locale): Promise<void> => {
    if (await set({ locale: chosen })) onNext();
  };
  return (
    <StepFrame title={t('onboarding.language.title')} body={t('onboarding.language.body')} onBack={null}>
      <div className="grid gap-4 sm:grid-cols-2">
        {LANGUAGES.map((language) => (
          <button
            key={language.locale}
            type="button"
            lang={language.locale}
            autoFocus={language.locale === locale}
            onClick={() => void choose(language.locale)}
            className="rounded-large border border-line bg-paper px-6 py-7 text-left shadow-lift transition-colors hover:border-lamp hover:bg-lamp-wash"
          >
            <span className="block font-story text-title">{language.name}</span>
            <span className="block text-ink-soft">{language.line}</span>
          </button>
        ))}
      </div>
    </StepFrame>
  );
}
