import { bare } from './likeness.ts';

/** An opening: as many letters, or words where words are set apart by spaces, as a listener takes for a set phrase. */
const OPENING_LETTERS = 8;
const OPENING_WORDS = 4;
/** What is shorter than this as a whole ("うん", "Yes.") may be said again and again. */
const LEAST_LETTERS = 5;
const LEAST_WORDS = 2;

/**
 * How a reply opens, as it is compared with others; null when it says too little to be a phrase. What begins with the same opening
 * has the same opening: it hangs on the first words alone.
 */
export function openingOf(text: string): string | null {
  const said = unitsOf(text);
  return said.units.length < said.least ? null : said.units.slice(0, said.most).join(said.glue);
}

/** Whether a reply that begins so has said all that its opening hangs on. */
export function isWholeOpening(begun: string): boolean {
  const { units, most, glue } = unitsOf(begun);
  // The last word may have been cut amid its letters.
  return glue === ''
    ? units.length >= most
    : units.length > most || (units.length === most && /[^\p{L}\p{N}'’]$/u.test(begun));
}

/** Whether a reply that begins so, and says more, may yet open like one of these. */
export function mayOpenLike(begun: string, openings: readonly string[]): boolean {
  const letters = bare(begun);
  return openings.some((opening) => bare(opening).startsWith(letters));
}

interface Units {
  readonly units: readonly string[];
  readonly most: number;
  readonly least: number;
  readonly glue: string;
}

function unitsOf(text: string): Units {
  const first = /[\p{L}\p{N}]/u.exec(text.normalize('NFKC'))?.[0] ?? '';
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(first))
    return { units: [...bare(text)], most: OPENING_LETTERS, least: LEAST_LETTERS, glue: '' };
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/['’]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  return { units: words, most: OPENING_WORDS, least: LEAST_WORDS, glue: ' ' };
}
