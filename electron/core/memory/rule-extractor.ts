import { extractByRules } from '#shared/memory/extract/extract.ts';
import type { MemoryExtractor } from './memory-extractor.ts';

/** Reads by rules alone: needs no model and no network. */
export const ruleExtractor: MemoryExtractor = {
  extract: (turns, context) => Promise.resolve(extractByRules(turns, context)),
};
