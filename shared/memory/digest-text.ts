import type { Locale } from '../settings/contract.ts';
import type { DigestSpan } from './contract.ts';

export interface DigestMemory {
  readonly id: string;
  readonly text: string;
  readonly importance: number;
  readonly toldAtMs: number;
}

export interface DigestLine {
  readonly id: string;
  readonly author: 'person' | 'character';
  readonly text: string;
}

export interface DigestDraft {
  readonly text: string;
  /** What the text was written from, in its order; never empty. */
  readonly sources: readonly { readonly kind: 'message' | 'memory'; readonly id: string }[];
}

const MOST_MEMORIES: Record<DigestSpan, number> = { day: 5, week: 8 };
const MOST_LINES = 2;
/** Shorter lines say too little to stand for a day, in UTF-16 units. */
const LEAST_LINE = { ja: 8, en: 20 } as const;
const LONGEST_LINE = 80;

/**
 * What a day or a week was about, by rule: what was remembered of it, the weightiest told first to last, or else what the
 * person said at most length, quoted. Null when nothing was said that a digest could be written from.
 */
export function writeDigest(input: {
  readonly span: DigestSpan;
  readonly locale: Locale;
  readonly memories: readonly DigestMemory[];
  readonly lines: readonly DigestLine[];
}): DigestDraft | null {
  const { span, locale } = input;
  const memories = [...input.memories]
    .sort((one, other) => other.importance - one.importance || one.toldAtMs - other.toldAtMs)
    .slice(0, MOST_MEMORIES[span])
    .sort((one, other) => one.toldAtMs - other.toldAtMs || (one.id < other.id ? -1 : 1));
  if (memories.length > 0) {
    return {
      text: memories.map(({ text }) => asSentence(text, locale)).join(locale === 'ja' ? '' : ' '),
      sources: memories.map(({ id }) => ({ kind: 'memory', id })),
    };
  }
  const own = input.lines.filter(
    ({ author, text }) => author === 'person' && oneLine(text).length >= LEAST_LINE[locale],
  );
  const chosen = new Set([...own].sort((one, other) => other.text.length - one.text.length).slice(0, MOST_LINES));
  const quoted = own.filter((line) => chosen.has(line));
  if (quoted.length === 0) return null;
  const quotes = quoted.map(({ text }) => shortened(oneLine(text)));
  return {
    text:
      locale === 'ja'
        ? `${quotes.map((text) => `「${text}」`).join('')}と話した。`
        : `Said: ${quotes.map((text) => `“${text}”`).join(' ')}`,
    sources: quoted.map(({ id }) => ({ kind: 'message', id })),
  };
}

function asSentence(text: string, locale: Locale): string {
  const line = oneLine(text);
  if (/[.!?。！？…）)」』]$/u.test(line)) return line;
  return locale === 'ja' ? `${line}。` : `${line}.`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

function shortened(text: string): string {
  const points = [...text];
  return points.length <= LONGEST_LINE ? text : `${points.slice(0, LONGEST_LINE).join('')}…`;
}
