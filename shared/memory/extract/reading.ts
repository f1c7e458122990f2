/** A sentence of a message as rules read it. */
export interface Sentence {
  /** The words with quoted speech blotted out, as long as the original, without the closing mark. */
  readonly text: string;
  /** In UTF-16 units of the message. */
  readonly start: number;
  readonly end: number;
  readonly question: boolean;
  /** Sung or quoted as a whole. */
  readonly sung: boolean;
}

/** Stands for every unit of a quotation. No rule matches it. */
export const BLOT = '〓';

const JAPANESE = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const ENGLISH = /[A-Za-z]/;

/** Which rules read a text; null when neither can. */
export function languageOf(text: string): 'ja' | 'en' | null {
  if (JAPANESE.test(text)) return 'ja';
  return ENGLISH.test(text) ? 'en' : null;
}

const JAPANESE_END =
  /[。！？!?\n…♪～〜]+|(?<=[^\x00-\x7f])(?:[wｗ]{1,}|（笑）|\(笑\)|笑)(?=[\s。！!？?]|$)|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])/gu;
const ENGLISH_END = /[.!?…\n♪]+["”’')]*(?=\s|$)|\n|♪/gu;
const ABBREVIATION = /\b(?:mr|mrs|ms|dr|st|prof|vs|etc|e\.g|i\.e|a\.m|p\.m|no)\.$/iu;
const QUESTION = /[?？]/;

export function sentencesOf(text: string, language: 'ja' | 'en'): Sentence[] {
  const masked = blotQuotes(text, language);
  const sentences: Sentence[] = [];
  let from = 0;
  const add = (to: number, mark: string): void => {
    const body = masked.slice(from, to);
    const lead = body.length - body.trimStart().length;
    const trimmed = body.trim();
    if (trimmed !== '') {
      const start = from + lead;
      sentences.push({
        text: trimmed,
        start,
        end: start + trimmed.length,
        question: QUESTION.test(mark),
        sung: mark.includes('♪') || text.slice(0, from).includes('♪'),
      });
    }
    from = to + mark.length;
  };
  for (const match of masked.matchAll(language === 'ja' ? JAPANESE_END : ENGLISH_END)) {
    if (match.index < from) continue;
    if (language === 'en' && ABBREVIATION.test(masked.slice(from, match.index + 1))) continue;
    add(match.index, match[0]);
  }
  add(masked.length, '');
  return sentences;
}

/** Titles and nicknames stay readable: only what is long, or speaks, is blotted out. */
const JAPANESE_SPEECH = /(?:です|ます|だよ|だね|だ|たい|する|した|った|んだ|ない|よ|ね|な|い|う|る)$/u;
const SAID_AFTER =
  /^(?:って|と)(?:言|い[っわう]|叫|聞|台詞|セリフ|いう台詞|思)|^(?:っていう|という)?(?:台詞|セリフ|シーン)|^って(?:台詞|言葉)/u;
const MAX_TITLE = 16;

function blotQuotes(text: string, language: 'ja' | 'en'): string {
  const pattern =
    language === 'ja'
      ? /[「『“"]([^」』”"]*)[」』”"]/gu
      : /(?:["“]([^"”]*)["”])|(?:(?<=^|\s)[‘']([^'’]{2,}?)['’](?=[\s,.!?]|$))/gu;
  let masked = text;
  for (const match of text.matchAll(pattern)) {
    const inner = match[1] ?? match[2] ?? '';
    const to = match.index + match[0].length;
    const speaks =
      language === 'ja'
        ? inner.length > MAX_TITLE || JAPANESE_SPEECH.test(inner) || SAID_AFTER.test(text.slice(to))
        : /\b(?:I|I'm|you|we|my|he|she)\b/iu.test(inner) || inner.length > 2 * MAX_TITLE;
    if (speaks) masked = masked.slice(0, match.index) + BLOT.repeat(match[0].length) + masked.slice(to);
  }
  return masked;
}
