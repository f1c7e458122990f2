import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#shared/base/time.ts';
import { MS_PER_MINUTE } from '#shared/base/time.ts';
import type { Entity } from '#shared/entities.ts';
import type { Log } from '../core-deps.ts';
import type { Db } from '../db/db.ts';
import { nextErasureMs } from './erasure-store.ts';
import { nextRetryMs } from './memory-job-store.ts';

/** The clock is looked at this often even when nothing is known to be due: days end, laptops sleep. */
const LOOK_EVERY_MS = 10 * MS_PER_MINUTE;
/** How long it rests after something failed. */
const AFTER_FAILURE_MS = MS_PER_MINUTE;
/** How long work waits for a reply to be done before it looks again. */
const REPLY_WAIT_MS = 1000;

/** The changes after which there may be something to do. */
const WAKING: ReadonlySet<Entity> = new Set<Entity>(['message', 'message_revision', 'memory', 'memory_job', 'setting']);

export interface UpkeepDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** A reply is being made: everything but forgetting waits. */
  readonly isReplying: () => boolean;
  /** Steps that may not wait, and the others; each does a little and answers whether it did anything. */
  readonly urgent: readonly (() => boolean)[];
  readonly steps: readonly ((signal: AbortSignal) => boolean | Promise<boolean>)[];
}

/** The work of memory that nobody waits for: one thing at a time, when there is nothing better to do. */
export interface Upkeep {
  /** Begins, once the database is ready. */
  start(): void;
  /** Resolves when there is nothing left that is due; rejects with what went wrong on the way. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export function createUpkeep(deps: UpkeepDeps): Upkeep {
  const stopping = new AbortController();
  let started = false;
  let running: Promise<void> | null = null;
  let again = false;
  let failure: { readonly error: unknown } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let making: AbortController | null = null;

  const work = async (): Promise<void> => {
    for (;;) {
      again = false;
      const busy = await round();
      if (stopping.signal.aborted || (!busy && !again)) return;
      await setImmediate();
    }
  };

  /** Whether anything was done. */
  const round = async (): Promise<boolean> => {
    for (const step of deps.urgent) if (await attempt(step, stopping.signal)) return true;
    for (const step of deps.steps) {
      if (stopping.signal.aborted || deps.isReplying()) return false;
      making = new AbortController();
      const signal = AbortSignal.any([stopping.signal, making.signal]);
      if (await attempt(() => step(signal), signal)) return true;
    }
    return false;
  };

  /** A step that fails is tried again at the next look, and does not keep the others from their turn. */
  const attempt = async (step: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<boolean> => {
    try {
      return await step();
    } catch (error) {
      if (signal.aborted) return false;
      failure = { error };
      deps.log('warn', 'memory.upkeep_failed', { error: error instanceof Error ? error.name : 'unknown' });
      return false;
    }
  };

  const wake = (): void => {
    if (!started || stopping.signal.aborted) return;
    clearTimeout(timer);
    again = true;
    if (running !== null) return;
    failure = null;
    running = work().then(() => {
      running = null;
      if (stopping.signal.aborted) return;
      timer = setTimeout(wake, nextLookMs());
      timer.unref();
    });
  };

  /** A reply that begins (after the message it answers is stored) need not share a model with what nobody waits for. */
  const giveWay = async (): Promise<void> => {
    await setImmediate();
    if (deps.isReplying()) making?.abort();
  };

  const nextLookMs = (): number => {
    if (failure !== null) return AFTER_FAILURE_MS;
    if (deps.isReplying()) return REPLY_WAIT_MS;
    try {
      const next = deps.db.read((tx) => [nextErasureMs(tx), nextRetryMs(tx)]).filter((each) => each !== null);
      return Math.min(LOOK_EVERY_MS, Math.max(100, Math.min(...next) - deps.clock()));
    } catch {
      // The file is not open just now (a restore); the next look finds it again.
      return AFTER_FAILURE_MS;
    }
  };

  const stopListening = deps.db.onChanged((entities) => {
    if (!entities.some((entity) => WAKING.has(entity))) return;
    wake();
    void giveWay();
  });

  return {
    start() {
      started = true;
      wake();
    },
    async settle() {
      wake();
      while (running !== null) await running;
      const failed: typeof failure = failure;
      if (failed !== null) throw failed.error;
    },
    async close() {
      stopping.abort();
      stopListening();
      clearTimeout(timer);
      await running;
    },
  };
}
