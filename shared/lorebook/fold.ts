/** Width folded (NFKC), and case too unless it matters. */
export function fold(text: string, caseSensitive: boolean): string {
  const wide = text.normalize('NFKC');
  return caseSensitive ? wide : wide.toLowerCase();
}

/**
 * Whether a stretch [start, end) of a text stands by itself as far as spaces tell: where it begins or ends with a letter or
 * digit of a script that is written with spaces, its neighbour is not one. Japanese, Chinese and Thai have no such edges.
 */
export function standsAlone(text: string, start: number, end: number): boolean {
  const meets = (at: number): boolean => isSpacedWord(before(text, at)) && isSpacedWord(after(text, at));
  return !meets(start) && !meets(end);
}

/** Whether a key has letters of a script that is written without spaces. */
export function isUnspaced(text: string): boolean {
  return UNSPACED.test(text);
}

/** The edges of a text's words, in UTF-16 units, as a dictionary parts them: for scripts without spaces. */
export function wordEdges(text: string): ReadonlySet<number> {
  const edges = new Set<number>([text.length]);
  for (const { index } of segmenter().segment(text)) edges.add(index);
  return edges;
}

/** How a key must stand in a text. `dictionary`: between edges of `wordEdges`. */
export type Standing = 'anywhere' | 'alone' | 'dictionary';

/** Whether the (folded) key is in the (folded) text, standing as it must. */
export function contains(text: string, key: string, standing: Standing, edges: () => ReadonlySet<number>): boolean {
  if (key === '') return false;
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const end = at + key.length;
    if (standing === 'anywhere') return true;
    if (standing === 'alone' ? standsAlone(text, at, end) : edges().has(at) && edges().has(end)) return true;
  }
  return false;
}

const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々〆]/u;
const WORD = /[\p{L}\p{N}\p{M}_]/u;

let japanese: Intl.Segmenter | undefined;
function segmenter(): Intl.Segmenter {
  return (japanese ??= new Intl.Segmenter('ja', { granularity: 'word' }));
}

function isSpacedWord(character: string): boolean {
  const code = character.charCodeAt(0);
  if (code < 0x80) {
    return (
      (code >= 0x30 && code <= 0x39) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x61 && code <= 0x7a) ||
      code === 0x5f
    );
  }
  // Kana and the common kanji, by far the most of a Japanese text, without asking a table.
  if ((code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff)) return false;
  return character !== '' && WORD.test(character) && !UNSPACED.test(character);
}

function before(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return text.slice(low >= 0xdc00 && low <= 0xdfff ? at - 2 : Math.max(0, at - 1), at);
}

function after(text: string, at: number): string {
  const high = text.charCodeAt(at);
  return text.slice(at, at + (high >= 0xd800 && high <= 0xdbff ? 2 : 1));
}
