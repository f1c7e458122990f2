import { foldForSearch } from '../../chat/search-tokens.ts';
import { ENGLISH_STOP, IRREGULAR, JAPANESE_STOP, JAPANESE_VARIANTS } from './word-lists.ts';

/**
 * The words a text is found by. English: stems of lower-case words, irregular forms led back first (went → go). Japanese: words
 * as the platform cuts them, without particles and endings; a word that begins with kanji by its kanji (食べた, 食べる → 食), long
 * kanji words also by their pairs (東京都庁 → 東京, 京都, 都庁).
 */
export interface WordReader {
  /** Content words in order; repeats stay, so that counts can be made. */
  read(text: string): string[];
}

/** Lower-case English word → stem. */
export type Stem = (word: string) => string;

const RUN =
  /(?<han>[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々]+)|(?<word>[\p{L}\p{N}]+(?:['’][\p{L}]+)?)/gu;
const KANJI_HEAD = /^[\p{Script=Han}々]+/u;
const ALL_KANJI = /^[\p{Script=Han}々]+$/u;
const HIRAGANA_ONLY = /^[\p{Script=Hiragana}ー]+$/u;
/** Distinct words are few and come back often; past this many the store starts anew. */
const KEPT_STEMS = 50_000;

export function createWordReader(stem: Stem): WordReader {
  const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
  const stems = new Map<string, string>();
  const stemOf = (word: string): string => {
    const kept = stems.get(word);
    if (kept !== undefined) return kept;
    if (stems.size > KEPT_STEMS) stems.clear();
    const led = IRREGULAR.get(word) ?? word;
    const made = /^[a-z]+$/.test(led) ? stem(led) : led;
    stems.set(word, made);
    return made;
  };
  return {
    read(text) {
      const words: string[] = [];
      for (const run of text.normalize('NFKC').matchAll(RUN)) {
        if (run.groups?.['han'] === undefined) readEnglish(run[0], stemOf, words);
        else readJapanese(run[0], segmenter, words);
      }
      return words;
    },
  };
}

function readEnglish(run: string, stemOf: (word: string) => string, into: string[]): void {
  const word = foldForSearch(run).replace(/['’](?:s|re|ve|ll|d|m|t)$/u, '');
  if (word === '' || ENGLISH_STOP.has(word) || ENGLISH_STOP.has(IRREGULAR.get(word) ?? '')) return;
  into.push(stemOf(word));
}

function readJapanese(run: string, segmenter: Intl.Segmenter, into: string[]): void {
  for (const { segment } of segmenter.segment(run)) {
    if (JAPANESE_STOP.has(segment)) continue;
    const variant = JAPANESE_VARIANTS.get(segment);
    if (variant !== undefined) {
      into.push(variant);
      continue;
    }
    if (HIRAGANA_ONLY.test(segment)) {
      if (segment.length > 1) into.push(segment);
      continue;
    }
    const head = KANJI_HEAD.exec(segment)?.[0];
    if (head === undefined) {
      into.push(foldForSearch(segment));
      continue;
    }
    if (JAPANESE_STOP.has(head)) continue;
    into.push(head);
    if (ALL_KANJI.test(segment) && head.length > 2) {
      for (let at = 0; at + 1 < head.length; at++) into.push(head.slice(at, at + 2));
    }
  }
}
