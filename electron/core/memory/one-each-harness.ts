import type { MemoryExtractor } from './memory-extractor.ts';

/** Finds one memory in every message of the person, all different: for tests that count. */
export const oneEachExtractor: MemoryExtractor = {
  extract: (turns) =>
    Promise.resolve(
      turns
        .filter(({ author }) => author === 'person')
        .map(({ id, text }) => ({
          kind: 'fact',
          text: `Said: ${text}`,
          subject: 'person',
          importance: 0.5,
          emotion: null,
          tags: [],
          attribute: `said:number:${text}`,
          validFromMs: null,
          validToMs: null,
          sources: [{ messageId: id, start: 0, end: text.length }],
        })),
    ),
};
