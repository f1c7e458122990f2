import { appEn } from './en/app.ts';
import { charactersEn } from './en/characters.ts';
import { chatEn } from './en/chat.ts';
import { failuresEn } from './en/failures.ts';
import { mindsEn } from './en/minds.ts';
import { onboardingEn } from './en/onboarding.ts';
import { searchEn } from './en/search.ts';
import { settingsEn } from './en/settings.ts';
import { shellEn } from './en/shell.ts';
import { vaultEn } from './en/vault.ts';

/** Every UI text in English: the literal from which keys and parameters are typed. One file per feature in `en/`. */
export const messagesEn = {
  ...appEn,
  ...charactersEn,
  ...chatEn,
  ...failuresEn,
  ...mindsEn,
  ...onboardingEn,
  ...searchEn,
  ...settingsEn,
  ...shellEn,
  ...vaultEn,
} as const;
