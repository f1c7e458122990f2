import type { Random } from '../../base/random.ts';
import type { Locale } from '../../settings/contract.ts';

/** A few words, and how long the speaker takes before them. */
export interface Piece {
  readonly afterMs: number;
  readonly text: string;
}

/** The longest pause before the first words. */
export const MAX_THINKING_MS = 1100;

/** Milliseconds a character takes to be read at leisure. */
const MS_PER_CHARACTER: Readonly<Record<Locale, number>> = { ja: 42, en: 19 };
/** A piece is at most about this long; a phrase beyond it is cut between words. */
const PIECE_CHARACTERS: Readonly<Record<Locale, number>> = { ja: 5, en: 12 };
const PAUSE_MS: readonly (readonly [RegExp, number])[] = [
  [/[。．.！!？?]\s*$/u, 260],
  [/…\s*$/u, 320],
  [/[、,;:—]\s*$/u, 130],
];

/** Cuts a reply as a person says it: a thought first, then phrase by phrase. The pieces joined are the reply. */
export function paceReply(reply: string, locale: Locale, random: Random): Piece[] {
  let afterMs = Math.min(MAX_THINKING_MS, 420 + random() * 360 + Math.min(300, reply.length * 3));
  return piecesOf(reply, locale).map((text) => {
    const piece = { afterMs: Math.round(afterMs), text };
    const pause = PAUSE_MS.find(([end]) => end.test(text))?.[1] ?? 0;
    afterMs = text.length * MS_PER_CHARACTER[locale] * (0.85 + random() * 0.3) + pause;
    return piece;
  });
}

const segmenters = new Map<Locale, Intl.Segmenter>();

function piecesOf(reply: string, locale: Locale): string[] {
  let segmenter = segmenters.get(locale);
  if (segmenter === undefined)
    segmenters.set(locale, (segmenter = new Intl.Segmenter(locale, { granularity: 'word' })));
  const pieces: string[] = [];
  let piece = '';
  for (const { segment, isWordLike } of segmenter.segment(reply)) {
    // Marks and spaces stay with the word before them.
    if (
      isWordLike === true &&
      piece.length > 0 &&
      (piece.length + segment.length > PIECE_CHARACTERS[locale] || /[、。！？!?,.…]\s*$/u.test(piece))
    ) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  if (piece !== '') pieces.push(piece);
  return pieces;
}
