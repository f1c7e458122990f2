/**
 * How messages are found. SQLite's own tokenizers see a Japanese sentence as one word, or miss words of two characters, so the
 * index holds tokens of our own: every character and pair of neighbours of scripts written without spaces (猫, 紅茶, 東京), and
 * every beginning of every word of the others. A query becomes the fewest tokens that all its matches must have; whether a
 * candidate truly holds the words is then seen in its text. Everything is compared folded: width, case, accents and the two
 * kana are one.
 *
 * Found: any stretch that holds a character of a script without spaces, and any words from their beginnings.
 */

/** Han, kana, Hangul and the scripts of South-East Asia, where a word may begin anywhere. */
const GRAM =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}ー\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
/** A run without spaces, a word, or a symbol (an emoji). Made from text because the literal's `v` flag needs a later target. */
const PIECE = new RegExp(
  `(?<grams>[${GRAM}]+)|(?<word>[[\\p{L}\\p{N}\\p{M}]--[${GRAM}]]+)|(?<symbol>[\\p{S}--[\\x00-\\x7f]])`,
  'gv',
);

/** Longer words are found by this many of their first characters, and told apart in the text. */
const MAX_PREFIX = 16;
/** More tokens than this narrow nothing down any more. */
const MAX_QUERY_TOKENS = 48;

export interface SearchQuery {
  /** Folded words; a message matches when it holds each of them. */
  readonly words: readonly string[];
  /** What the index must hold of a match; none: nothing can be found. */
  readonly tokens: readonly string[];
}

/** The text with width, case, accents, kana and invisible characters made one. */
export function foldForSearch(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');
  if (ACCENTS.test(folded)) folded = folded.replaceAll(ACCENTS_ALL, withoutAccents);
  if (INVISIBLE.test(folded)) folded = folded.replaceAll(INVISIBLE_ALL, '');
  if (QUOTES.test(folded)) folded = folded.replaceAll(/[‘’]/g, "'").replaceAll(/[“”]/g, '"');
  return KATAKANA.test(folded) ? folded.replaceAll(KATAKANA_ALL, toHiragana) : folded;
}

/** All tokens of a message, each once. Holds no space, no quote and no ASCII but a–z and 0–9. */
export function indexTokens(text: string): string[] {
  const tokens = new Set<string>();
  for (const piece of pieces(foldForSearch(text))) {
    if (piece.kind === 'grams') {
      let before = '';
      for (const character of piece.text) {
        tokens.add(character);
        if (before !== '') tokens.add(before + character);
        before = character;
      }
    } else if (piece.kind === 'word') {
      let prefix = '';
      let length = 0;
      for (const character of piece.text) {
        if (++length > MAX_PREFIX) break;
        prefix += character;
        tokens.add(prefix);
      }
    } else {
      tokens.add(piece.text);
    }
  }
  return [...tokens];
}

export function queryTokens(text: string): SearchQuery {
  const words = [
    ...new Set(
      foldForSearch(text)
        .split(/\s+/)
        .filter((word) => PIECE_ONCE.test(word)),
    ),
  ];
  const tokens = new Set<string>();
  for (const word of words) for (const token of tokensOfWord(word)) tokens.add(token);
  return { words, tokens: [...tokens].slice(0, MAX_QUERY_TOKENS) };
}

export interface Excerpt {
  readonly excerpt: string;
  /** [start, end) in UTF-16 units of the excerpt, in order, without overlap. */
  readonly matches: [number, number][];
}

/** Characters of an excerpt before its first match, and in all. */
const EXCERPT_BEFORE = 24;
const EXCERPT_LENGTH = 120;

/** One line around the first match, with the places of all matches in it. */
export function excerptAround(text: string, words: readonly string[]): Excerpt {
  const { folded, starts, ends } = foldWithMap(text);
  const found: [number, number][] = [];
  for (const word of words) {
    if (word === '') continue;
    for (let at = folded.indexOf(word); at !== -1; at = folded.indexOf(word, at + word.length)) {
      found.push([starts[at] ?? 0, ends[at + word.length - 1] ?? text.length]);
    }
  }
  found.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const from = wholeCharacter(text, Math.max(0, (found[0]?.[0] ?? 0) - EXCERPT_BEFORE));
  const to = wholeCharacter(text, Math.min(text.length, from + EXCERPT_LENGTH));
  const lead = from > 0 ? '…' : '';
  const matches: [number, number][] = [];
  for (const [start, end] of found) {
    const last = matches.at(-1);
    const place: [number, number] = [start - from + lead.length, Math.min(end, to) - from + lead.length];
    if (start >= to || end <= from) continue;
    if (last !== undefined && place[0] < last[1]) last[1] = Math.max(last[1], place[1]);
    else matches.push(place);
  }
  return { excerpt: lead + text.slice(from, to).replaceAll(/\s/g, ' ') + (to < text.length ? '…' : ''), matches };
}

/**
 * `foldForSearch`, with where each UTF-16 unit of it came from. Folding what belongs together (a letter with its marks, the
 * parts of a Hangul syllable) piece by piece gives the same text as folding the whole.
 */
export function foldWithMap(text: string): { folded: string; starts: number[]; ends: number[] } {
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const match of text.matchAll(CLUSTER)) {
    const part = foldForSearch(match[0]);
    folded += part;
    for (let unit = 0; unit < part.length; unit++) {
      starts.push(match.index);
      ends.push(match.index + match[0].length);
    }
  }
  return { folded, starts, ends };
}

const ASCII = /^[\x00-\x7f]*$/;
const ACCENTS = /[\u00c0-\u024f\u0300-\u052f\u1ab0-\u1aff\u1d00-\u1fff\u20d0-\u20ff\ufe20-\ufe2f]/;
const ACCENTS_ALL = new RegExp(`${ACCENTS.source}+`, 'g');
const STRIPPED_MARKS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
/** Format characters (joiners, direction marks, soft hyphens), variation selectors. */
const INVISIBLE = /[\p{Cf}\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u;
const INVISIBLE_ALL = new RegExp(INVISIBLE.source, 'gu');
const QUOTES = /[‘’“”]/;
const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/;
const KATAKANA_ALL = new RegExp(KATAKANA.source, 'g');
const PIECE_ONCE = new RegExp(PIECE.source, 'v');
const JAMO = '\\u1100-\\u11ff\\u3131-\\u318e\\ua960-\\ua97f\\ud7b0-\\ud7ff\\uffa0-\\uffdc';
const CLUSTER = new RegExp(`[${JAMO}][${JAMO}\\p{M}]*|\\P{M}[\\p{M}\\uff9e\\uff9f]*|\\p{M}+`, 'gsu');
const KANA_DISTANCE = 0x60;

function withoutAccents(letters: string): string {
  return letters.normalize('NFKD').replaceAll(STRIPPED_MARKS, '').normalize('NFC');
}

function toHiragana(katakana: string): string {
  return String.fromCharCode(katakana.charCodeAt(0) - KANA_DISTANCE);
}

type Piece = { readonly kind: 'grams' | 'word' | 'symbol'; readonly text: string };

function* pieces(folded: string): Generator<Piece> {
  for (const match of folded.matchAll(PIECE)) {
    const kind =
      match.groups?.['grams'] !== undefined ? 'grams' : match.groups?.['word'] !== undefined ? 'word' : 'symbol';
    yield { kind, text: match[0] };
  }
}

function tokensOfWord(word: string): string[] {
  const parts = [...pieces(word)];
  const tokens: string[] = [];
  parts.forEach((part, index) => {
    if (part.kind === 'word') {
      // At the head of a mixed word it may be the end of a longer one (`o東京` in `Tokyo東京`): the text will tell.
      const certain = index > 0 || !word.startsWith(part.text) || parts.every((each) => each.kind !== 'grams');
      if (certain) tokens.push([...part.text].slice(0, MAX_PREFIX).join(''));
    } else if (part.kind === 'grams') {
      const characters = [...part.text];
      if (characters.length === 1) tokens.push(part.text);
      for (let at = 0; at + 1 < characters.length; at++) tokens.push(`${characters[at]}${characters[at + 1]}`);
    } else {
      tokens.push(part.text);
    }
  });
  return tokens;
}

/** The nearest place at or before this one that does not split a surrogate pair. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
