import { join } from 'node:path';
import { createWorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';
import type { Embedder } from './embedder.ts';

/** What the thread is started with. */
export interface UseLiteData {
  /** Where the dictionary lies that turns Japanese into English glosses. */
  readonly dictionaryDir: string;
}

/** The texts of one call; the fewer they are, the sooner they have their turn. */
export type UseLiteJob = readonly string[];

/**
 * Stored with every vector. The number after `gloss` counts the ways Japanese is put into English: another way makes other
 * vectors, so a change of the dictionary or of its rules asks for the next number.
 */
export const USE_LITE_MODEL = 'use-lite-en/gloss-1';
export const USE_LITE_DIMENSIONS = 512;

const CLOSE_PATIENCE_MS = 2000;

/**
 * The Universal Sentence Encoder (lite), bundled and offline, on a thread of its own that starts with the first text. It knows
 * English; Japanese reaches it as an English gloss. A call of one text overtakes a long one.
 */
export function openUseLite(options: { readonly resourcesDir?: string } = {}): Embedder {
  const resourcesDir = options.resourcesDir ?? join(import.meta.dirname, '../../../resources');
  const data: UseLiteData = { dictionaryDir: join(resourcesDir, 'dictionaries') };
  const calls = createWorkerCalls<UseLiteJob>(() => startThread(import.meta.url, 'use-lite-worker', data), {
    stopped: 'embedder_stopped',
    closed: 'embedder_closed',
  });
  return {
    model: USE_LITE_MODEL,
    dimensions: USE_LITE_DIMENSIONS,
    embed: async (texts, signal) =>
      texts.length === 0 ? [] : ((await calls.call(texts, signal)) as readonly Float32Array[]),
    close: () => calls.close(CLOSE_PATIENCE_MS),
  };
}
