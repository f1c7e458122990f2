import { toRomaji } from './romaji.ts';

/** A word of a sentence as kuromoji gives it (IPADIC's part-of-speech names). */
export interface JapaneseToken {
  readonly surface_form: string;
  /** `*` when the word is not in its dictionary. */
  readonly basic_form: string;
  readonly pos: string;
  readonly pos_detail_1: string;
  /** In katakana; absent when the word is not in its dictionary. */
  readonly reading?: string | undefined;
}

export interface Glosser {
  /** The text with every Japanese run put into English words; what is not Japanese stays as it is. */
  gloss(text: string): string;
}

/** Of a text: what an encoder reads of it, and no more work than that is worth. */
const MAX_UNITS = 2000;

const COMES_FIRST = new Set(['not', 'want to']);

/** The most words that are looked up as one: 気-を-つける is three. */
const MAX_WORDS = 6;

/**
 * Puts Japanese into English word by word: what a sentence encoder of English can read. No grammar is kept but negation and
 * wishes. `lookUp` knows words in their dictionary form.
 */
export function createGlosser(deps: {
  readonly tokenize: (text: string) => readonly JapaneseToken[];
  readonly lookUp: (word: string) => string | undefined;
}): Glosser {
  const glossRun = (run: string): string => {
    const tokens = deps.tokenize(run);
    const words: string[] = [];
    for (let at = 0; at < tokens.length;) {
      const { length, gloss } = longestPhrase(tokens, at, deps.lookUp) ?? {
        length: 1,
        gloss: glossOfWord(tokens[at], deps.lookUp),
      };
      // 食べない, 行きたい: English says it first.
      if (COMES_FIRST.has(gloss)) words.splice(Math.max(0, words.length - 1), 0, gloss);
      else if (gloss !== '') words.push(gloss);
      at += length;
    }
    return words.join(' ');
  };
  return {
    gloss: (text) =>
      isJapanese(text)
        ? plain(text.slice(0, MAX_UNITS))
            .split(JAPANESE_RUN)
            .map((part) => (isJapanese(part) ? ` ${glossRun(part)} ` : part))
            .join('')
            .replaceAll(/\s+([.,!?])/g, '$1')
            .replaceAll(/\s+/g, ' ')
            .trim()
        : text,
  };
}

const JAPANESE_RUN = /([\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー々〆〇]+)/u;
const PUNCTUATION: Readonly<Record<string, string>> = {
  '。': '. ',
  '、': ', ',
  '！': '! ',
  '？': '? ',
  '「': ' "',
  '」': '" ',
  '・': ' ',
};

export function isJapanese(text: string): boolean {
  return JAPANESE_RUN.test(text);
}

/** Full-width letters made plain, drawn-out sounds (すごーーい, ねむい〜) shortened, Japanese punctuation as English. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[〜~]+/g, '')
    .replaceAll(/ー{2,}/g, 'ー')
    .replaceAll(/([ぁぃぅぇぉァィゥェォっッ])\1+/g, '$1')
    .replaceAll(/[。、「」・]|[!?]+/g, (mark) => PUNCTUATION[mark] ?? `${mark[0] ?? ''} `);
}

/** The longest entry of two words or more that begins here: all but its last word as written, the last in dictionary form. */
function longestPhrase(
  tokens: readonly JapaneseToken[],
  at: number,
  lookUp: (word: string) => string | undefined,
): { readonly length: number; readonly gloss: string } | undefined {
  const first = tokens[at];
  if (first === undefined || !BEGINS_PHRASE.has(first.pos) || first.pos_detail_1 === '非自立') return undefined;
  for (let length = Math.min(MAX_WORDS, tokens.length - at); length > 1; length -= 1) {
    const last = tokens[at + length - 1];
    if (last === undefined || !endsPhrase(last)) continue;
    // A count (三つ, 二人) is no phrase.
    if (length === 2 && first.pos_detail_1 === '数' && last.pos_detail_1 === '接尾') continue;
    const head = tokens
      .slice(at, at + length - 1)
      .map((token) => token.surface_form)
      .join('');
    const gloss = lookUp(head + baseOf(last)) ?? lookUp(head + last.surface_form);
    if (gloss !== undefined) return { length, gloss };
  }
  return undefined;
}

const BEGINS_PHRASE = new Set(['名詞', '動詞', '形容詞', '副詞', '接頭詞', '連体詞', '感動詞']);

function endsPhrase(token: JapaneseToken): boolean {
  if (token.pos === '助動詞') return token.basic_form === 'ない';
  return token.pos !== '助詞' && token.pos !== '記号' && !EMPTY.has(baseOf(token));
}

/** Words that say nothing by themselves. */
const EMPTY = new Set(
  '一つ 二つ 三つ 四つ 五つ 六つ 七つ 八つ 九つ する ある なる いる やる くださる 下さる いただく しまう おく いらっしゃる れる られる せる させる てる でる とる ちゃう じゃう もの こと ところ の ん よう そう わけ はず つもり まま ため とき 時 方 ほう 中 さん くん 君 ちゃん 様 氏 達 たち 的 お ご 御 ね ねえ あの えっと うーん まあ なんか そして だから でも けど しかし それで それから じゃあ'.split(
    ' ',
  ),
);

/** English for one word; empty for what carries no meaning of its own. */
function glossOfWord(token: JapaneseToken | undefined, lookUp: (word: string) => string | undefined): string {
  if (token === undefined) return '';
  const base = baseOf(token);
  const { pos, pos_detail_1: detail } = token;
  if (pos === '助動詞') return base === 'ない' || base === 'ぬ' ? 'not' : base === 'たい' ? 'want to' : '';
  if (pos === '形容詞' && base === 'ない') return 'not';
  if (pos === '助詞') return detail === '副助詞' && base === 'まで' ? 'until' : '';
  if (pos === '記号' || pos === 'フィラー' || pos === '連体詞' || EMPTY.has(base)) return '';
  if (detail === '非自立' || detail === '接尾' || detail === '数') return '';
  if (detail === '代名詞') return QUESTION_WORDS.has(base) ? (lookUp(base) ?? '') : '';
  return lookUp(base) ?? lookUp(token.surface_form) ?? soundOf(token);
}

const QUESTION_WORDS = new Set([
  '誰',
  'だれ',
  '何',
  'なに',
  'なん',
  'どこ',
  'いつ',
  'どれ',
  'どっち',
  'いくら',
  'いくつ',
]);

/** A name, or a word no dictionary has, as it sounds: 田中 is Tanaka wherever it is written so. */
function soundOf({ pos, reading, surface_form: surface }: JapaneseToken): string {
  if (pos !== '名詞') return '';
  const sound = toRomaji(reading ?? surface);
  return sound === '' ? '' : sound.charAt(0).toUpperCase() + sound.slice(1);
}

function baseOf({ basic_form: base, surface_form: surface }: JapaneseToken): string {
  return base === '*' ? surface : base;
}
