/** The most of a message that is read, in UTF-16 units: its beginning and its end, where people say what they mean. */
const READ_UNITS = 240;

/** A message in the spellings that cues are matched against, one a line: the longest first, the barest last. */
export interface Heard {
  readonly text: string;
  readonly forms: string;
  /** Its words without emoji, laughter, trailing marks and drawn-out vowels. */
  readonly core: string;
  /** Which cues read it: Japanese when any kana or kanji is in it. */
  readonly script: 'ja' | 'en';
  /** Letters and digits, in code points; 0 for emoji alone. */
  readonly length: number;
  readonly question: boolean;
}

const JAPANESE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;
const TRAILING = /(?:[\s\p{P}\p{S}\p{M}\u200d\ufe0f]|(?<=[^a-z])w+|\bw+|笑+|汗|\bx+)+$/u;
const LEADING = /^[\s\p{P}\p{S}\p{M}\u200d\ufe0f]+/u;

/** Reads a message. Any text is fine: empty, huge, lone surrogates, stacked marks. */
export function hear(message: string): Heard {
  const cut =
    message.length > READ_UNITS ? `${message.slice(0, READ_UNITS / 2)} … ${message.slice(-READ_UNITS / 2)}` : message;
  const plain = cut
    .toWellFormed()
    .replaceAll(/[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[’‘`´]/gu, "'")
    .replaceAll(/[“”]/gu, '"')
    .replaceAll(/[〜~ー—―]+/gu, 'ー')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const script = JAPANESE.test(plain) ? 'ja' : 'en';
  const folded = script === 'ja' ? toHiragana(plain) : plain;
  const bare = script === 'ja' ? bareJapanese(folded) : bareEnglish(plain);
  const core = bare.replace(TRAILING, '').replace(LEADING, '');
  return {
    text: message,
    forms: [...new Set([plain, folded, bare, core])].join('\n'),
    core,
    script,
    length: [...core.replaceAll(/[\s\p{P}\p{S}]/gu, '')].length,
    question:
      /[?？]/u.test(plain) || (script === 'ja' && /(かな|ですか|ますか|でしょうか|のか|んだっけ|だっけ)$/u.test(core)),
  };
}

/** Katakana as hiragana; the long mark stays. */
export function toHiragana(text: string): string {
  return text.replaceAll(/[\u30a1-\u30f6]/gu, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60));
}

/** つかれたーーぁ → つかれた, さみしいいい → さみしい, ねむっ → ねむ. */
function bareJapanese(folded: string): string {
  return folded
    .replaceAll(/([\p{sc=Hiragana}])\1{2,}/gu, '$1')
    .replaceAll(/(?<=[\p{sc=Hiragana}])[ーぁぃぅぇぉ]+/gu, '')
    .replaceAll(/っ(?=$|[\s\p{P}\p{S}])/gu, '');
}

/** soooo → so, tireddd → tired, can't → cant. Doubles stay. */
function bareEnglish(plain: string): string {
  return plain
    .replaceAll("'", '')
    .replaceAll(/([a-z])\1{2,}/gu, '$1')
    .replaceAll('ー', ' - ');
}
