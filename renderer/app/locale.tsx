import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { LOCALES, type Locale } from '#shared/settings/contract.ts';
import { present } from '#shared/base/assert.ts';
import { useClient } from '../data/connection.ts';
import { WORDS, WordsContext } from '../data/words.ts';

type SetLocale = (locale: Locale) => void;

const SetLocaleContext = createContext<SetLocale | null>(null);
const KEY = 'tomoshibi.locale';

/** Says everything below in one language: the one of last time, else the first of the browser's that we speak. */
export function LocaleProvider({ children }: { readonly children: ReactNode }) {
  const client = useClient();
  const [locale, setLocale] = useState(firstLocale);
  const choose = useCallback((next: Locale) => {
    localStorage.setItem(KEY, next);
    setLocale(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = locale;
    // The tray and menus follow; where that is not possible they keep their language.
    client.host.setLocale({ locale }).catch(() => undefined);
  }, [client, locale]);
  const words = useMemo(() => WORDS[locale], [locale]);
  return (
    <SetLocaleContext value={choose}>
      <WordsContext value={words}>{children}</WordsContext>
    </SetLocaleContext>
  );
}

/** Changes the language of the page, at once. The setting is stored by whoever calls this. */
export function useSetLocale(): SetLocale {
  return present(use(SetLocaleContext), 'the locale');
}

function firstLocale(): Locale {
  const wishes = [localStorage.getItem(KEY) ?? '', ...navigator.languages].map((wish) => wish.slice(0, 2));
  return LOCALES.find((locale) => locale === wishes.find((wish) => LOCALES.some((known) => known === wish))) ?? 'ja';
}
