import type { Locale } from '../settings/contract.ts';
import { messagesEn, type MessagesEn, type Plural } from './messages-en.ts';
import { messagesJa } from './messages-ja.ts';

export type Message = string | Plural;
export type MessageKey = keyof MessagesEn;

type TextOf<M> = M extends string ? M : M extends { other: infer T extends string } ? T : never;
type NamesIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;
type NamesOf<K extends MessageKey> = NamesIn<TextOf<MessagesEn[K]>>;

/** The `{name}`s of a message. Numbers are written in the language's own way; `count` also chooses the plural. */
export type Parameters<K extends MessageKey> = { readonly [N in NamesOf<K>]: string | number };

type Rest<K extends MessageKey> = [NamesOf<K>] extends [never] ? [] : [parameters: Parameters<K>];

/** Says a message in one language. Which parameters a key takes is checked by the compiler. */
export type Translate = <K extends MessageKey>(key: K, ...rest: Rest<K>) => string;

const TABLES: Readonly<Record<Locale, Readonly<Record<string, Message>>>> = { en: messagesEn, ja: messagesJa };

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(messagesEn, key);
}

export function createTranslate(locale: Locale): Translate {
  const table = TABLES[locale];
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, ...rest) => {
    const message = table[key];
    if (message === undefined) return key;
    const parameters: Readonly<Record<string, string | number>> = rest[0] ?? {};
    return fill(chooseForm(message, parameters['count'], plurals), parameters, numbers);
  };
}

/** The `{name}`s of a text, in order, for tests that compare languages. */
export function parameterNames(message: Message): string[] {
  const texts = typeof message === 'string' ? [message] : Object.values<string>({ ...message });
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')))].sort();
}

function chooseForm(message: Message, count: string | number | undefined, plurals: Intl.PluralRules): string {
  if (typeof message === 'string') return message;
  const form = plurals.select(Number(count ?? 0));
  return form === 'one' && message.one !== undefined ? message.one : message.other;
}

function fill(text: string, parameters: Readonly<Record<string, string | number>>, numbers: Intl.NumberFormat): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}
