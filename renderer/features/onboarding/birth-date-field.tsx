import { useId } from 'react';
import { useWords } from '../../data/words.ts';
import type { TypedDate } from './birth-date.ts';

export interface BirthDateFieldProps {
  readonly typed: TypedDate;
  readonly onChange: (typed: TypedDate) => void;
  readonly problem: string | null;
}

const ORDERS = { ja: ['year', 'month', 'day'], en: ['day', 'month', 'year'] } as const;
const TOKENS = { year: 'bday-year', month: 'bday-month', day: 'bday-day' } as const;

/** Year, month and day to type, in the order of the language. */
export function BirthDateField({ typed, onChange, problem }: BirthDateFieldProps) {
  const { t, locale } = useWords();
  const id = useId();
  return (
    <fieldset aria-describedby={`${id}-help ${id}-problem`} className="flex flex-col gap-1.5">
      <legend className="font-medium">{t('onboarding.notice.birth')}</legend>
      <p id={`${id}-help`} className="text-small text-ink-faint">
        {t('onboarding.notice.birthHelp')}
      </p>
      <div className="mt-1 flex gap-3">
        {ORDERS[locale].map((part) => (
          <label key={part} className="flex flex-col gap-1 text-small text-ink-faint">
            {t(`onboarding.notice.${part}`)}
            <input
              inputMode="numeric"
              autoComplete={TOKENS[part]}
              maxLength={part === 'year' ? 4 : 2}
              value={typed[part]}
              aria-invalid={problem !== null}
              onChange={(event) => onChange({ ...typed, [part]: event.target.value })}
              className={part === 'year' ? 'control w-28 text-base' : 'control w-20 text-base'}
            />
          </label>
        ))}
      </div>
      <p id={`${id}-problem`} role="alert" className="text-small text-bad">
        {problem}
      </p>
    </fieldset>
  );
}
