export const EXTRACTED_KINDS = ['event', 'preference', 'relationship', 'significant', 'fact'] as const;

/** What one reading of a few messages found worth remembering. */
export interface ExtractedMemory {
  readonly kind: (typeof EXTRACTED_KINDS)[number];
  /** A short sentence about the subject in the language it was said in, with relative times resolved. */
  readonly text: string;
  /** `person`, `companion`, or whom it is about: a name where one is known (さくら), else the relation (妹, sister). */
  readonly subject: string;
  /** 0..1. */
  readonly importance: number;
  readonly emotion: string | null;
  readonly tags: readonly string[];
  /** What it answers, e.g. `home`, `work:role`, `likes:紅茶`, `sister:name`: see `attribute.ts`. Null: it stands for itself. */
  readonly attribute: string | null;
  /** When it happened or holds, [from, to); null where that is open or was not said. */
  readonly validFromMs: number | null;
  readonly validToMs: number | null;
  /** At least one; `text.slice(start, end)` of that message is the quote, in UTF-16 units. */
  readonly sources: readonly MemoryQuote[];
}

export interface MemoryQuote {
  readonly messageId: string;
  readonly start: number;
  readonly end: number;
}

/** A message as an extractor reads it, oldest first. */
export interface ExtractionTurn {
  readonly id: string;
  readonly author: 'person' | 'character';
  readonly text: string;
  readonly atMs: number;
}

export interface ExtractionContext {
  readonly locale: 'ja' | 'en';
  /** Minutes to add to UTC for the person's wall clock. */
  readonly utcOffsetMinutes: number;
}
