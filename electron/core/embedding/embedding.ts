import type { Clock } from '#shared/base/time.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import type { CharacterId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { EMBEDDER_FAILURES, type EmbedderFailure, type EmbeddingStatus } from '#shared/embedding/contract.ts';
import type { Log } from '../core-deps.ts';
import type { Db, ReadTx } from '../db/db.ts';
import type { Vault } from '../db/vault.ts';
import type { Settings } from '../settings/settings.ts';
import type { Embedder } from './embedder.ts';
import { createEmbedderChoice, type EmbeddingEndpoint } from './embedder-choice.ts';
import { createEmbeddingQueue } from './embedding-queue.ts';
import { countJobs, listModels, readProgress, reviveJobs } from './embedding-store.ts';
import { createVectorIndex, type VectorIndex } from './vector-index.ts';

export type { Embedder } from './embedder.ts';
export type { Nearness } from './vector-index.ts';

/** What texts mean, as vectors: made in the background for every message and memory, searched by character. */
export interface Embedding {
  readonly handlers: CoreHandlers['embedding'];
  /** Embeds queries for the index. Ask anew each time: it changes with the model that is searched. */
  embedder(): Embedder;
  readonly index: VectorIndex;
  status(tx: ReadTx): EmbeddingStatus;
  /** The file is open: begins or goes on with what waits. */
  start(): void;
  /** Reads the embedder inside the app, and a character's vectors, into memory: or the first question would wait for seconds. */
  warm(locale: Locale, characterId: CharacterId | null): Promise<void>;
  /** Resolves when nothing can be done just now. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function createEmbedding(deps: {
  readonly db: Db;
  readonly vault: Pick<Vault, 'lend' | 'status'>;
  readonly settings: Pick<Settings, 'read' | 'minds'>;
  readonly resourcesDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Instead of the bundled one: for tests. */
  readonly bundledEmbedder?: () => Embedder;
}): Embedding {
  const { db, settings } = deps;

  const endpoint = (providerId: string, model: string): EmbeddingEndpoint | undefined => {
    const mind = settings.minds().find(({ id, kind }) => id === providerId && kind === 'openai');
    return mind && { providerId, baseUrl: mind.baseUrl ?? '', apiKey: mind.apiKey, model };
  };
  const choice = createEmbedderChoice({
    db,
    resourcesDir: deps.resourcesDir,
    chosen() {
      const { embedderProviderId, embedderModel } = settings.read();
      return embedderProviderId === null ? null : (endpoint(embedderProviderId, embedderModel) ?? null);
    },
    endpoint,
    clock: deps.clock,
    ...(deps.bundledEmbedder === undefined ? {} : { bundled: deps.bundledEmbedder }),
  });
  const queue = createEmbeddingQueue({ db, aim: choice.aim, clock: deps.clock, log: deps.log });
  const index = createVectorIndex({ lend: deps.vault.lend, searchedModel: () => choice.searched().model });
  const stopListening = db.onChanged((entities) => {
    if (entities.some((entity) => WAKING.has(entity))) queue.wake();
  });

  const status = (tx: ReadTx): EmbeddingStatus => {
    const models = listModels(tx);
    const searched = choice.searched().model;
    const building = models.find(({ complete, name }) => !complete && (name !== searched || models.length === 1));
    return {
      searched,
      building: building === undefined ? null : { model: building.name, ...readProgress(tx, building.id) },
      ...countJobs(tx),
      failure: asFailure(choice.failure() ?? queue.failure()),
    };
  };

  return {
    handlers: {
      status: () => db.read(status),
      retry() {
        db.write(reviveJobs);
        choice.retry();
        queue.retry();
        return {};
      },
    },
    embedder: choice.searched,
    index,
    status,
    start: queue.wake,
    async warm(locale, characterId) {
      try {
        // An endpoint is asked nothing that nobody wants to know. The dictionary is large: only for who needs it.
        if (choice.isBundled()) await choice.searched().embed([locale === 'ja' ? '温かい' : 'warm']);
        if (characterId !== null) await index.warm(characterId);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    },
    settled: queue.settled,
    async close() {
      stopListening();
      await queue.close();
      await choice.close();
      await index.close();
    },
  };
}

const WAKING: ReadonlySet<string> = new Set(['message', 'message_revision', 'memory', 'setting', 'llm_provider']);

/** An embedder that fails in a way of its own is out of reach. */
function asFailure(reason: string | null): EmbedderFailure | null {
  return reason === null ? null : (EMBEDDER_FAILURES.find((known) => known === reason) ?? 'embedder_unreachable');
}
