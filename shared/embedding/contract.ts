import { z } from 'zod';
import { command, query } from '../rpc/contract.ts';

/** Why vectors cannot be made just now; message keys `embedder.failure.<reason>`. */
export const EMBEDDER_FAILURES = [
  'embedder_unreachable',
  'embedder_timeout',
  'embedder_unauthorized',
  'embedder_rate_limited',
  'embedder_no_model',
  'embedder_server_error',
  'embedder_refused',
  'embedder_bad_answer',
  'embedder_stopped',
] as const;

export type EmbedderFailure = (typeof EMBEDDER_FAILURES)[number];

/** How far the vectors of what was said and remembered have come. */
export const embeddingStatus = z.strictObject({
  /** The model that is searched. */
  searched: z.string(),
  /** The model that will be searched once all has its vectors; null when that is so. Rows counted may include deleted ones. */
  building: z.strictObject({ model: z.string(), done: z.number().int(), total: z.number().int() }).nullable(),
  /** Texts that wait for a vector, and those an embedder refused. */
  waiting: z.number().int(),
  failed: z.number().int(),
  /** Why the embedder that was chosen cannot be used just now. */
  failure: z.enum(EMBEDDER_FAILURES).nullable(),
});

export type EmbeddingStatus = z.infer<typeof embeddingStatus>;

const nothing = z.strictObject({});

export const embeddingContract = {
  /** Which embedder is used is a setting (`embedderProviderId`, `embedderModel`). */
  status: query(['embedding_model', 'setting', 'llm_provider'], nothing, embeddingStatus),
  /** Tries again what was put off or given up. */
  retry: command(nothing, nothing),
};
