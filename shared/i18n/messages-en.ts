import { appEn } from './en/app.ts';
import { careEn } from './en/care.ts';
import { charactersEn } from './en/characters.ts';
import { chatEn } from './en/chat.ts';
import { failuresEn } from './en/failures.ts';
import { memoryEn } from './en/memory.ts';
import { lorebookEn } from './en/lorebook.ts';
import { mindsEn } from './en/minds.ts';
import { onboardingEn } from './en/onboarding.ts';
import { searchEn } from './en/search.ts';
import { settingsEn } from './en/settings.ts';
import { shellEn } from './en/shell.ts';
import { vaultEn } from './en/vault.ts';

/** Every UI text in English: the literal from which keys and parameters are typed. One file per feature in `en/`. */
export const messagesEn = {
  ...appEn,
  ...careEn,
  ...charactersEn,
  ...chatEn,
  ...failuresEn,
  ...lorebookEn,
  ...memoryEn,
  ...mindsEn,
  ...onboardingEn,
  ...searchEn,
  ...settingsEn,
  ...shellEn,
  ...vaultEn,
} as const;

/** A text whose form depends on the number `count` (CLDR plural categories; `other` is every language's last resort). */
export interface Plural {
  readonly one?: string;
  readonly other: string;
}

export type MessagesEn = typeof messagesEn;

/** What a language must supply: every key of the English table, in the same shape. A missing key does not compile. */
export type Messages = { readonly [K in keyof MessagesEn]: MessagesEn[K] extends string ? string : Plural };
