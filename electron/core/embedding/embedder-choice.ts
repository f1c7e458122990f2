import type { Clock } from '#shared/base/time.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Db } from '../db/db.ts';
import type { Embedder } from './embedder.ts';
import { addModel, listModels, type StoredModel } from './embedding-store.ts';
import type { Aim, LiveModel } from './embedding-queue.ts';
import { openOpenAiEmbedder } from './openai-embedder.ts';
import { openUseLite } from './use-lite.ts';

/** An endpoint that makes vectors. */
export interface EmbeddingEndpoint {
  readonly providerId: string;
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
}

/** Which embedders there are to use, and what for. */
export interface EmbedderChoice {
  aim(): Promise<Aim>;
  /** The embedder whose vectors are searched now: queries are embedded by it. */
  searched(): Embedder;
  /** Whether that is the one inside the app. */
  isBundled(): boolean;
  /** Why the chosen endpoint could not be opened; null when it could. */
  failure(): string | null;
  /** Tries at once to open what could not be. */
  retry(): void;
  close(): Promise<void>;
}

const AGAIN_AFTER_MS = 30_000;

export function createEmbedderChoice(deps: {
  readonly db: Db;
  readonly resourcesDir: string;
  /** The endpoint the person chose; null: the bundled embedder. */
  readonly chosen: () => EmbeddingEndpoint | null;
  /** An endpoint that may still be used; undefined when it was removed or switched off. */
  readonly endpoint: (providerId: string, model: string) => EmbeddingEndpoint | undefined;
  readonly clock: Clock;
  /** Instead of the bundled one: for tests. */
  readonly bundled?: () => Embedder;
}): EmbedderChoice {
  const { db } = deps;
  const opened = new Map<string, Promise<Embedder>>();
  const openBundled = deps.bundled ?? (() => openUseLite({ resourcesDir: deps.resourcesDir }));
  const bundled = openBundled();
  let searched: Embedder = bundled;
  let failed: { readonly key: string; readonly reason: string; readonly againAtMs: number } | null = null;

  const open = (endpoint: EmbeddingEndpoint | null): Promise<Embedder> => {
    if (endpoint === null) return Promise.resolve(bundled);
    const key = keyOf(endpoint);
    const known = opened.get(key);
    if (known !== undefined) return known;
    const opening = openOpenAiEmbedder(endpoint);
    opened.set(key, opening);
    // One that could not be opened is tried anew.
    opening.catch(() => opened.delete(key));
    return opening;
  };

  /** The chosen embedder, or for the time it cannot be reached the bundled one. */
  const openChosen = async (endpoint: EmbeddingEndpoint | null): Promise<[Embedder, EmbeddingEndpoint | null]> => {
    if (endpoint === null) {
      failed = null;
      return [bundled, null];
    }
    const key = keyOf(endpoint);
    if (failed?.key === key && failed.againAtMs > deps.clock()) return [bundled, null];
    try {
      const embedder = await open(endpoint);
      failed = null;
      return [embedder, endpoint];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failed = { key, reason: error.reason, againAtMs: deps.clock() + AGAIN_AFTER_MS };
      return [bundled, null];
    }
  };

  /** The row of an embedder's model, made when it is not there. */
  const live = (embedder: Embedder, endpoint: EmbeddingEndpoint | null): LiveModel => {
    const find = (): StoredModel | undefined =>
      db.read(listModels).find(({ name, dimensions }) => name === embedder.model && dimensions === embedder.dimensions);
    if (find() === undefined) {
      const { model: name, dimensions } = embedder;
      db.write((tx) => addModel(tx, { name, dimensions, endpoint }));
    }
    const stored = find();
    if (stored === undefined) throw new Error('the row of an embedding model is missing');
    return { stored, embedder };
  };

  const reopen = async (stored: StoredModel): Promise<LiveModel | null> => {
    if (stored.endpoint === null) return stored.name === bundled.model ? { stored, embedder: bundled } : null;
    const endpoint = deps.endpoint(stored.endpoint.providerId, stored.endpoint.model);
    if (endpoint === undefined) return null;
    try {
      const embedder = await open(endpoint);
      return embedder.model === stored.name ? { stored, embedder } : null;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return null;
    }
  };

  return {
    async aim() {
      const [embedder, endpoint] = await openChosen(deps.chosen());
      const target = live(embedder, endpoint);
      const others = db.read(listModels).filter(({ id }) => id !== target.stored.id);
      let bridge: LiveModel | null = null;
      if (!target.stored.complete) {
        for (const other of others) if (other.complete) bridge ??= await reopen(other);
      }
      searched = (bridge ?? target).embedder;
      const waitsForChosen = failed !== null;
      return {
        target,
        bridge,
        // While the chosen endpoint is out of reach its vectors stay: it may be back in a minute.
        superfluous: waitsForChosen ? [] : others.filter(({ id }) => id !== bridge?.stored.id),
        againAtMs: failed?.againAtMs ?? null,
      };
    },
    searched: () => searched,
    isBundled: () => searched === bundled,
    failure: () => failed?.reason ?? null,
    retry() {
      failed = null;
    },
    async close() {
      const all = await Promise.allSettled(opened.values());
      await Promise.all(
        [bundled, ...all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))].map((one) => one.close()),
      );
    },
  };
}

function keyOf({ providerId, baseUrl, apiKey, model }: EmbeddingEndpoint): string {
  return JSON.stringify([providerId, baseUrl, apiKey, model]);
}
