import type { ExtractedMemory } from './extracted-memory.ts';
import type { When } from './when.ts';

/** What a rule found in one message, before it becomes a memory. */
export interface Finding {
  readonly kind: ExtractedMemory['kind'];
  readonly text: string;
  readonly subject: string;
  readonly importance: number;
  readonly tags: readonly string[];
  readonly attribute: string | null;
  /** The quote within the message, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly when: When | null;
  /** What began at `when` and goes on (`works at X since May`), rather than happened then. */
  readonly since?: boolean;
}

export type FindingDetails = Pick<Finding, 'kind' | 'text' | 'importance' | 'tags' | 'attribute'> &
  Partial<Pick<Finding, 'subject' | 'when' | 'since'>>;

/** A finding about the person, quoting the given stretch. */
export function finding(quote: { readonly start: number; readonly end: number }, details: FindingDetails): Finding {
  return { subject: 'person', when: null, ...details, start: quote.start, end: quote.end };
}
