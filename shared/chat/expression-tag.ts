import type { Expression } from '../avatar/expression.ts';

/*
 * The companion's face travels in its words: `<happy>` where a sentence begins. Models bend the form, so this reads
 * `<Happy>`, `</happy>`, `<emotion: shy>`, `＜照れ＞`, `<happy, shy>`, `<sad:0.8>` and an unclosed `<happy ` as well.
 * Everything else that begins with `<` is text: `<3`, `a < b`, `<b>`.
 *
 * text ──'<'──▶ held ──it can be no tag──▶ text ('<' is given on, the rest is read again)
 *                └──the tag is whole────▶ text (a face, and the white space around the tag closed up)
 */

/** A piece of a reply, in order: words to show, or a face to make from here on. */
export type TaggedPart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly expression: Expression };

/** Where a reader stands within a reply. A plain value: reading never changes it. */
export interface TagReading {
  /** From a '<' on that may yet become a tag. */
  readonly held: string;
  /** Nothing was shown yet, or what was shown ends in white space. */
  readonly afterSpace: boolean;
  /** A tag has just been taken out there: the white space that follows it goes too. */
  readonly closing: boolean;
}

export const TAG_READING_START: TagReading = { held: '', afterSpace: true, closing: false };

/** How a face is written into a reply. */
export function expressionTag(expression: Expression): string {
  return `<${expression}>`;
}

/** Reads the next piece of a reply. However a reply is cut into pieces, its parts joined are the same. */
export function readTags(
  reading: TagReading,
  piece: string,
): { readonly parts: TaggedPart[]; readonly reading: TagReading } {
  return read(reading, piece, false);
}

/** What was held back when the reply ended: plain text, or nothing when it was the beginning of a tag. */
export function endTags(reading: TagReading): TaggedPart[] {
  return read(reading, '', true).parts;
}

/** A whole reply: its words, and which face is made from which UTF-16 unit of them on. The last face stays. */
export function parseTags(reply: string): {
  readonly text: string;
  readonly expressions: readonly { readonly at: number; readonly expression: Expression }[];
} {
  const first = readTags(TAG_READING_START, reply);
  let text = '';
  const expressions: { at: number; expression: Expression }[] = [];
  for (const part of [...first.parts, ...endTags(first.reading)]) {
    if (part.kind === 'text') text += part.text;
    else expressions.push({ at: text.length, expression: part.expression });
  }
  return { text, expressions };
}

/** The longest a tag may be, in UTF-16 units; what is longer is text. */
const MAX_TAG_LENGTH = 48;

const NAMES: ReadonlyMap<string, Expression> = new Map(
  Object.entries({
    neutral: ['neutral', 'calm', 'normal', 'serious', 'relaxed', '普通', '平静', '真顔', 'ニュートラル'],
    happy: [
      'happy',
      'smile',
      'smiling',
      'joy',
      'joyful',
      'laugh',
      'laughing',
      'excited',
      'cheerful',
      'love',
      'loving',
      'grin',
      'playful',
      '嬉しい',
      '喜び',
      '笑顔',
      '笑い',
      '楽しい',
      '幸せ',
    ],
    sad: [
      'sad',
      'sadness',
      'sorrow',
      'crying',
      'cry',
      'worried',
      'lonely',
      'concerned',
      '悲しい',
      '悲しみ',
      '寂しい',
      '心配',
    ],
    angry: ['angry', 'anger', 'annoyed', 'mad', 'pout', 'pouting', '怒り', '怒る', '不機嫌'],
    surprised: ['surprised', 'surprise', 'shocked', 'astonished', '驚き', '驚く', 'びっくり'],
    shy: ['shy', 'blush', 'blushing', 'embarrassed', 'bashful', '照れ', '照れる', '恥ずかしい'],
  } satisfies Record<Expression, readonly string[]>).flatMap(([expression, names]) =>
    names.map((name): [string, Expression] => [name, expression as Expression]),
  ),
);
const LABELS = ['emotion', 'expression', 'face', 'mood', 'feeling', '感情', '表情'];
const LATIN = /[a-z]/i;
const JAPANESE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]/u;
const SPACE = /\s/u;

function read(reading: TagReading, piece: string, final: boolean): { parts: TaggedPart[]; reading: TagReading } {
  const parts: TaggedPart[] = [];
  let { held, afterSpace, closing } = reading;
  held += piece;
  let words = '';

  const say = (text: string): void => {
    const kept = closing ? text.trimStart() : text;
    if (kept === '') return;
    closing = false;
    words += kept;
    afterSpace = SPACE.test(kept.slice(-1));
  };
  const flush = (): void => {
    if (words !== '') parts.push({ kind: 'text', text: words });
    words = '';
  };

  while (held !== '') {
    const at = nextOpening(held);
    say(held.slice(0, at));
    held = held.slice(at);
    if (held === '') break;
    const match = matchTag(held, final);
    if (match.kind === 'open') break;
    if (match.kind === 'text') {
      say(held.slice(0, 1));
      held = held.slice(1);
      continue;
    }
    held = held.slice(match.length);
    if (afterSpace) closing = true;
    if (match.expression !== null) {
      flush();
      parts.push({ kind: 'expression', expression: match.expression });
    }
  }
  flush();
  return { parts, reading: { held, afterSpace, closing } };
}

function nextOpening(text: string): number {
  const at = text.search(/[<＜]/);
  return at < 0 ? text.length : at;
}

type Match =
  | { readonly kind: 'tag'; readonly length: number; readonly expression: Expression | null }
  | { readonly kind: 'text' }
  /** More of the reply decides. */
  | { readonly kind: 'open' };

const TEXT: Match = { kind: 'text' };

/** Judges a text that begins with '<'. When `final`, there is no more to come and the answer is never `open`. */
function matchTag(text: string, final: boolean): Match {
  const limit = Math.min(text.length, MAX_TAG_LENGTH);
  let at = 1;
  /** At the end of what is known: a tag cut short when a word of it was begun, else text. */
  const atEnd = (begun: boolean): Match => {
    if (text.length >= MAX_TAG_LENGTH) return TEXT;
    if (!final) return { kind: 'open' };
    return begun ? { kind: 'tag', length: text.length, expression: null } : TEXT;
  };
  const skip = (pattern: RegExp, most: number): number => {
    const from = at;
    while (at < limit && at - from < most && pattern.test(text.charAt(at))) at += 1;
    return at - from;
  };
  const word = (): string => {
    const from = at;
    skip(LATIN.test(text.charAt(at)) ? LATIN : JAPANESE, 16);
    return text.slice(from, at).toLowerCase();
  };
  const begins = (begun: string): boolean =>
    begun !== '' && [...NAMES.keys(), ...LABELS].some((known) => known.startsWith(begun));

  const spaced = skip(SPACE, 2) > 0;
  if (at === limit) return atEnd(false);
  const closes = skip(/\//, 1) > 0;
  skip(SPACE, 2);
  if (at === limit) return atEnd(closes);

  let name = word();
  if (at === limit) return begins(name) ? atEnd(!spaced) : TEXT;
  if (LABELS.includes(name)) {
    const marks = skip(/[\s:=："'「]/u, 4);
    if (at === limit) return atEnd(true);
    if (marks === 0) return TEXT;
    name = word();
    if (at === limit) return begins(name) || name === '' ? atEnd(true) : TEXT;
  }
  let expression = NAMES.get(name) ?? null;
  if (expression === null) return TEXT;
  const afterName = at;

  for (;;) {
    skip(/[\s"'」]/u, 3);
    if (skip(/[:=：]/, 1) > 0) skip(/[\s\d.%]/, 8);
    if (at === limit) return atEnd(true);
    if (skip(/[,、|+&・]/, 1) === 0) break;
    skip(SPACE, 2);
    if (at === limit) return atEnd(true);
    const from = at;
    const another = word();
    if (at === limit)
      return begins(another) || another === '' ? atEnd(true) : unclosed(text, afterName, spaced, expression);
    const known = NAMES.get(another);
    if (known === undefined) {
      at = from;
      break;
    }
    expression = known;
  }
  skip(/[\s/]/u, 3);
  if (at === limit) return atEnd(true);
  if (/[>＞]/.test(text.charAt(at))) return { kind: 'tag', length: at + 1, expression: closes ? null : expression };
  return unclosed(text, afterName, spaced, closes ? null : expression);
}

/** `<happy おかえり`: the model forgot to close it. The name is taken out and the words stay; `<happy-ish` is text. */
function unclosed(text: string, afterName: number, spaced: boolean, expression: Expression | null): Match {
  if (spaced || /[\w\-@.]/.test(text.charAt(afterName))) return TEXT;
  return { kind: 'tag', length: afterName, expression };
}
