import type { CharacterId } from '#shared/entities.ts';
import type { ReaderData } from '../db/thread-reader.ts';
import { createWorkerCalls, type WorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';
import type { Space } from './embedding-store.ts';
import type { Places, VectorJob } from './vector-worker.ts';

export interface VectorQuery {
  readonly characterId: CharacterId;
  readonly space: Space;
  /** Of unit length, made by `model`. */
  readonly vector: Float32Array;
  /** The model that made the vector; the one that is searched now when absent. */
  readonly model?: string;
}

export interface VectorHit {
  readonly id: string;
  readonly cosine: number;
}

/** Cosines with the query. A neighbour that is not there, or has no vector, is left out of the mean. */
interface Closeness {
  readonly self: number;
  /** Of the mean direction with the one before. */
  readonly pair: number;
  /** Of the mean direction with both neighbours. */
  readonly window: number;
}

/** By the place in what was asked for; undefined for what has no vector. */
export type Nearness = (at: number) => Closeness | undefined;

/** Vectors of messages (as they were said) and memories, by character. Searched on a thread of its own. */
export interface VectorIndex {
  /** The nearest, nearest first. Never what was deleted; what was written a moment ago may not be there yet. */
  search(query: VectorQuery & { readonly limit: number }): Promise<readonly VectorHit[]>;
  /** The `seq`s of the nearest, nearest first: sooner than `search`, but of a deleted conversation they may still be. */
  nearest(query: VectorQuery & { readonly limit: number }): Promise<Float64Array>;
  /** How near each of these is to the query, by itself and with what stands beside it. */
  closeness(query: VectorQuery & { readonly places: Places }): Promise<Nearness>;
  /** Reads a character's vectors into memory, so that the first search need not. */
  warm(characterId: CharacterId): Promise<void>;
}

export interface OwnedVectorIndex extends VectorIndex {
  close(): Promise<void>;
}

const CLOSE_PATIENCE_MS = 500;

export function createVectorIndex(deps: {
  /** Lends the file to a thread; `release` is awaited before it is taken back. Throws AppError while there is none. */
  readonly lend: (release: () => Promise<void>) => ReaderData;
  readonly searchedModel: () => string;
}): OwnedVectorIndex {
  let calls: WorkerCalls<VectorJob> | undefined;

  const release = async (): Promise<void> => {
    const ending = calls;
    calls = undefined;
    await ending?.close(CLOSE_PATIENCE_MS);
  };

  const ask = async (job: VectorJob): Promise<unknown> => {
    if (calls === undefined) {
      const data = deps.lend(release);
      calls = createWorkerCalls<VectorJob>(
        () => startThread(import.meta.url, 'vector-worker', data),
        { stopped: 'vector_index_stopped', closed: 'vector_index_closed' },
        'gathers',
      );
    }
    return calls.call(job);
  };

  const shelf = ({ characterId, space, model }: Omit<VectorQuery, 'vector'>) => ({
    characterId,
    space,
    model: model ?? deps.searchedModel(),
  });

  return {
    search: async (query) =>
      (await ask({ kind: 'search', shelf: shelf(query), vector: query.vector, limit: query.limit })) as VectorHit[],
    nearest: async (query) =>
      (await ask({ kind: 'nearest', shelf: shelf(query), vector: query.vector, limit: query.limit })) as Float64Array,
    async closeness(query) {
      const { items, before, after } = query.places;
      const places = { items, before, after };
      const answer = await ask({ kind: 'closeness', shelf: shelf(query), vector: query.vector, places });
      const numbers = answer as Float64Array;
      return (at) => {
        const self = numbers[at * 3] ?? Number.NaN;
        if (Number.isNaN(self)) return undefined;
        return { self, pair: numbers[at * 3 + 1] ?? self, window: numbers[at * 3 + 2] ?? self };
      };
    },
    async warm(characterId) {
      for (const space of ['message', 'memory'] as const) {
        await ask({ kind: 'warm', shelf: shelf({ characterId, space }) });
      }
    },
    close: release,
  };
}
