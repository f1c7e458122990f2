import { appJa } from './ja/app.ts';
import { careJa } from './ja/care.ts';
import { charactersJa } from './ja/characters.ts';
import { chatJa } from './ja/chat.ts';
import { failuresJa } from './ja/failures.ts';
import { memoryJa } from './ja/memory.ts';
import { lorebookJa } from './ja/lorebook.ts';
import { mindsJa } from './ja/minds.ts';
import { onboardingJa } from './ja/onboarding.ts';
import { searchJa } from './ja/search.ts';
import { settingsJa } from './ja/settings.ts';
import { shellJa } from './ja/shell.ts';
import { vaultJa } from './ja/vault.ts';
import type { Messages } from './messages-en.ts';

/** Every UI text in Japanese. A key the English table has and this one lacks does not compile. */
export const messagesJa: Messages = {
  ...appJa,
  ...careJa,
  ...charactersJa,
  ...chatJa,
  ...failuresJa,
  ...lorebookJa,
  ...memoryJa,
  ...mindsJa,
  ...onboardingJa,
  ...searchJa,
  ...settingsJa,
  ...shellJa,
  ...vaultJa,
};
