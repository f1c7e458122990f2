import { setImmediate } from 'node:timers/promises';
import { AppError } from '#shared/rpc/errors.ts';
import type { Clock } from '#shared/base/time.ts';
import type { UtcOffset } from '#shared/memory/local-day.ts';
import type { Log } from '../core-deps.ts';
import type { Db } from '../db/db.ts';
import type { ReaderData } from '../db/thread-reader.ts';
import { createWorkerCalls, type WorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';
import { assureFormat, hasJobs, storeRead, type ReadItem } from './recall-entry-store.ts';
import type { Answer } from './recall-answer.ts';
import type { RecallJobRequest } from './recall-worker.ts';

/** The words of all that was said, on a thread of its own; kept up to date in the background. */
export interface RecallIndex {
  candidates(
    request: Omit<Extract<RecallJobRequest, { kind: 'candidates' }>, 'kind'>,
    signal: AbortSignal,
  ): Promise<Answer>;
  /** Reads a shelf into memory, so that the first question need not. */
  warm(shelf: Extract<RecallJobRequest, { kind: 'warm' }>['shelf']): Promise<void>;
  /** The file is open, or something was written: reads what waits. */
  wake(): void;
  /** Resolves when nothing waits to be read. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Texts read at a time: one transaction of a few milliseconds stores them. */
const ROUND = 100;
const CLOSE_PATIENCE_MS = 500;

/**
 * What waits is noted in the transaction that wrote it, and its note goes in the transaction that stores what was read: a crash
 * loses nothing. The thread reads the file, the core's thread only stores.
 */
export function createRecallIndex(deps: {
  readonly db: Db;
  /** Lends the file to a thread; `release` is awaited before it is taken back. Throws AppError while there is none. */
  readonly lend: (release: () => Promise<void>) => ReaderData;
  readonly clock: Clock;
  readonly utcOffsetMinutes: UtcOffset;
  readonly log: Log;
}): RecallIndex {
  const { db } = deps;
  let calls: WorkerCalls<RecallJobRequest> | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  const release = async (): Promise<void> => {
    const ending = calls;
    calls = undefined;
    await ending?.close(CLOSE_PATIENCE_MS);
  };

  const ask = async (job: RecallJobRequest, signal?: AbortSignal): Promise<unknown> => {
    if (closed) throw new AppError('unavailable', 'recall_closed');
    if (calls === undefined) {
      const data = deps.lend(release);
      calls = createWorkerCalls<RecallJobRequest>(
        () => startThread(import.meta.url, 'recall-worker', data),
        { stopped: 'recall_stopped', closed: 'recall_closed' },
        'gathers',
      );
    }
    return calls.call(job, signal);
  };

  const readAll = async (): Promise<void> => {
    do {
      again = false;
      db.write(assureFormat);
      // Asking costs the thread; that nothing waits is cheap to know.
      while (!closed && db.read(hasJobs)) {
        const read = (await ask({
          kind: 'read',
          limit: ROUND,
          utcOffsetMinutes: deps.utcOffsetMinutes(deps.clock()),
        })) as readonly ReadItem[];
        if (closed) return;
        db.write((tx) => {
          for (const each of read) storeRead(tx, each);
        });
        await setImmediate();
      }
    } while (again && !closed);
  };

  const wake = (): void => {
    again = true;
    if (closed || running !== undefined) return;
    running = readAll()
      .catch((error: unknown) => {
        // The next write or start tries again; what waits stays in the file.
        again = false;
        if (!closed && !(error instanceof AppError)) {
          deps.log('warn', 'recall.read_failed', { error: error instanceof Error ? error.name : 'unknown' });
        }
      })
      .finally(() => {
        running = undefined;
        // Something was written between the last look and this.
        if (again) wake();
      });
  };

  return {
    candidates: async (request, signal) => (await ask({ kind: 'candidates', ...request }, signal)) as Answer,
    async warm(shelf) {
      await ask({ kind: 'warm', shelf });
    },
    wake,
    async settled() {
      while (running !== undefined) await running;
    },
    async close() {
      closed = true;
      await release();
      await running;
    },
  };
}
