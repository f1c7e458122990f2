import { KINDS, SAME } from './concept-lists.ts';
import type { WordReader } from './words.ts';

/**
 * Kinds of things and words of nearly the same meaning, so that a question for a sport finds tennis and a question in one
 * language what was said in the other. A concept is a word of its own in the index, found by how rare it is like any other.
 */
export interface Concepts {
  /** What these words are examples of or mean, each concept once, as index words (`§` cannot begin one of a text). */
  said(words: readonly string[]): string[];
  /** What a word in a question asks for. */
  asked(word: string): readonly string[];
}

const NONE: readonly string[] = [];

export function createConcepts(reader: WordReader): Concepts {
  const saidBy = new Map<string, string[]>();
  const askedBy = new Map<string, string[]>();
  const note = (map: Map<string, string[]>, text: string, concept: string): void => {
    for (const each of text.trim().split(/\s+/)) {
      const words = new Set(reader.read(each));
      // A phrase that is read as several words is no single word's meaning.
      if (words.size !== 1) continue;
      for (const word of words) {
        const concepts = map.get(word) ?? [];
        if (!concepts.includes(concept)) concepts.push(concept);
        map.set(word, concepts);
      }
    }
  };
  KINDS.trim()
    .split('\n')
    .forEach((line, at) => {
      const [asked = '', answers = ''] = line.split(':');
      note(askedBy, asked, `§${at}`);
      note(saidBy, `${asked} ${answers}`, `§${at}`);
    });
  SAME.trim()
    .split('\n')
    .forEach((line, at) => {
      note(askedBy, line, `§s${at}`);
      note(saidBy, line, `§s${at}`);
    });
  return {
    said: (words) => [...new Set(words.flatMap((word) => saidBy.get(word) ?? NONE))],
    asked: (word) => askedBy.get(word) ?? NONE,
  };
}
