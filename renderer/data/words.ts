import { createContext, use } from 'react';
import type { Locale } from '#shared/settings/contract.ts';
import { createFormat, type Format } from '#shared/i18n/format.ts';
import { createTranslate, type Translate } from '#shared/i18n/translate.ts';

/** One language's words and ways of writing numbers and days. */
export interface Words {
  readonly locale: Locale;
  readonly t: Translate;
  readonly format: Format;
}

export const WORDS: Readonly<Record<Locale, Words>> = { ja: words('ja'), en: words('en') };

export const WordsContext = createContext<Words>(WORDS.ja);

/** The words of the chosen language; a component that uses them follows a change of language at once. */
export function useWords(): Words {
  return use(WordsContext);
}

function words(locale: Locale): Words {
  return { locale, t: createTranslate(locale), format: createFormat(locale) };
}
