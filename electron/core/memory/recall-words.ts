import stem from 'wink-porter2-stemmer';
import { createConcepts, type Concepts } from '#shared/memory/recall/concepts.ts';
import { createWordReader, type WordReader } from '#shared/memory/recall/words.ts';

/** How texts and questions are read into words, on whichever thread. */
export interface RecallWords {
  readonly reader: WordReader;
  readonly concepts: Concepts;
}

export function openRecallWords(): RecallWords {
  const reader = createWordReader(stem);
  return { reader, concepts: createConcepts(reader) };
}
