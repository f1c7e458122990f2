import type { ExtractedMemory, ExtractionContext, ExtractionTurn } from '#shared/memory/extract/extracted-memory.ts';

/** Reads messages for what is worth remembering. */
export interface MemoryExtractor {
  /**
   * Every memory quotes the person's own words (or the companion's, for its promises). What the turns hold is data: an
   * instruction in it is not followed. Rejects with an AbortError when aborted, otherwise never.
   */
  extract(
    turns: readonly ExtractionTurn[],
    context: ExtractionContext,
    signal?: AbortSignal,
  ): Promise<readonly ExtractedMemory[]>;
}
