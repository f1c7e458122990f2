import { COMMON_PASSWORDS } from './common-passwords.ts';

export const MIN_PASSWORD_LENGTH = 10;
/** Argon2 would take more; nobody types it, and hashing megabytes is an attack. */
export const MAX_PASSWORD_LENGTH = 256;

export type PasswordFault = 'too_short' | 'too_long' | 'too_common' | 'like_email';

/** Written as people disguise words: 0 for o, 3 for e … */
const DISGUISES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
};
/** What people walk along: keyboard rows and columns, the alphabet, digits. */
const WALKS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn',
  '1q2w3e4r5t6y7u8i9o0p',
  'azertyuiop',
  'qwertzuiop',
];
const WALK_LENGTH = 4;
const TOO_FEW_LEFT = 4;
const ENOUGH_SIGNS = 8;

/**
 * Why a password will not do; null when it will. Length counts, composition does not (NIST SP 800-63B): no rule asks for digits or
 * symbols. What is refused is what attackers try first: leaked favourites, also disguised, doubled or with a year behind, keyboard
 * walks, repetitions, and the person's own address.
 */
export function passwordFault(password: string, email: string): PasswordFault | null {
  const letters = [...password.normalize('NFKC')];
  if (letters.length < MIN_PASSWORD_LENGTH) return 'too_short';
  if (letters.length > MAX_PASSWORD_LENGTH) return 'too_long';
  const plain = letters.join('').toLowerCase();
  const names = email
    .toLowerCase()
    .split(/[@.+_-]/)
    .filter((part) => part.length >= TOO_FEW_LEFT);
  if (isNothing(withoutAll(plain, names))) return 'like_email';
  if (isCommon(plain) || isCommon(undisguised(plain))) return 'too_common';
  return null;
}

/** Whether nearly nothing is left of it once words everybody uses, walks and repetitions are taken away. */
function isCommon(text: string): boolean {
  if (new Set(text).size < TOO_FEW_LEFT) return true;
  const left = withoutWalks(withoutAll(text, WORDS)).replaceAll(/(.{1,6})\1+/gu, '$1');
  return isNothing(left);
}

/** A year, a few digits and signs around a word do not make it a password; eight of them might. */
function isNothing(rest: string): boolean {
  const letters = rest.match(/\p{L}/gu)?.length ?? 0;
  return letters < TOO_FEW_LEFT && rest.length - letters < ENOUGH_SIGNS;
}

/** The longest first; three letters of ours occur in anything, three kana are a word. */
const WORDS = [...COMMON_PASSWORDS]
  .filter((word) => word.length >= TOO_FEW_LEFT || /[^\0-\x7f]/.test(word))
  .sort((a, b) => b.length - a.length);

function withoutAll(text: string, words: readonly string[]): string {
  return words
    .reduce((rest, word) => (rest.includes(word) ? rest.replaceAll(word, ' ') : rest), text)
    .replaceAll(/\s+/g, '');
}

function withoutWalks(text: string): string {
  let rest = text;
  for (const walk of WALKS) {
    for (const path of [walk, [...walk].reverse().join('')]) {
      for (let length = path.length; length >= WALK_LENGTH; length -= 1)
        for (let start = 0; start + length <= path.length; start += 1)
          rest = rest.replaceAll(path.slice(start, start + length), '');
    }
  }
  return rest;
}

function undisguised(text: string): string {
  return [...text].map((letter) => (Object.hasOwn(DISGUISES, letter) ? DISGUISES[letter] : letter)).join('');
}
