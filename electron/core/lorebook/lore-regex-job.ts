import type { RegexQuestion } from '#shared/lorebook/hits.ts';

/** One of these stands in `answers` for each question; any other number is the index of the text that matched. */
export const ANSWER = { none: -1, invalid: -2, pending: -3, running: -4 } as const;

export interface LoreRegexJob {
  readonly questions: readonly RegexQuestion[];
  /** Shared: what was answered before a thread had to be ended is not lost. */
  readonly answers: Int32Array<SharedArrayBuffer>;
}
