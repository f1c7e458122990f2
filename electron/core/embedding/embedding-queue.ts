import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '#shared/base/time.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Log } from '../core-deps.ts';
import type { Db } from '../db/db.ts';
import { traceOf } from '../trace-of.ts';
import type { Embedder } from './embedder.ts';
import {
  advance,
  dueJobs,
  finishJob,
  jobStands,
  nextDueAt,
  postponeJob,
  purgeModel,
  storeVector,
  type Job,
  type StoredModel,
} from './embedding-store.ts';
import { toBytes } from './quantise.ts';

/** A model whose vectors are made, and what makes them. */
export interface LiveModel {
  readonly stored: StoredModel;
  readonly embedder: Embedder;
}

/** What the queue works for. */
export interface Aim {
  /** The model there shall be vectors of. */
  readonly target: LiveModel;
  /** The model that is searched until the target is complete; null when it is the target itself. */
  readonly bridge: LiveModel | null;
  /** Models whose vectors nobody needs. */
  readonly superfluous: readonly StoredModel[];
  /** When to ask again, though nothing changed; null: no need. */
  readonly againAtMs: number | null;
}

export interface EmbeddingQueue {
  /** There may be something to do. */
  wake(): void;
  /** Resolves when nothing can be done just now: all has its vectors, or an embedder is not to be reached. */
  settled(): Promise<void>;
  /** Why the newest attempt of the target failed; null when it did not. */
  failure(): string | null;
  /** Tries at once what was put off. */
  retry(): void;
  close(): Promise<void>;
}

/** Texts of one round: one transaction writes their vectors. */
const ROUND = 32;
/** Texts that were there before the model get their jobs in such steps. */
const ADVANCE = 256;
const PURGE = 1000;
/** After something was written: what follows it at once (the reply's first words) goes before, and is taken along. */
const LULL_MS = 150;
/** A text that an embedder refuses is tried so often. */
const MAX_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 15 * 60_000;

/** What is wrong with a text or with the answer to it, not with the way to the embedder. */
const TEXT_FAULTS = new Set(['embedder_refused', 'embedder_bad_answer']);

/**
 * Gives every text its vectors, in the background, a few at a time. What waits is in the file, written by the same transaction as
 * the text, so nothing is lost by a crash; what was done is committed with the job's end. The newest text comes first.
 */
export function createEmbeddingQueue(deps: {
  readonly db: Db;
  /** What to work for now. Called after every wake. */
  readonly aim: () => Promise<Aim>;
  readonly clock: Clock;
  readonly log: Log;
}): EmbeddingQueue {
  const { db } = deps;
  const pauses = new Map<string, { readonly untilMs: number; readonly lengthMs: number }>();
  const closing = new AbortController();
  const waiters = new Set<() => void>();
  let failure: string | null = null;
  let running: Promise<void> | undefined;
  let woken = false;
  let timer: NodeJS.Timeout | undefined;

  const rest = (untilMs: number | null): void => {
    clearTimeout(timer);
    if (untilMs === null || closing.signal.aborted) return;
    timer = setTimeout(wake, Math.min(Math.max(50, untilMs - deps.clock()), LONGEST_PAUSE_MS));
    timer.unref();
  };

  const isPaused = ({ stored }: LiveModel): boolean => (pauses.get(stored.name)?.untilMs ?? 0) > deps.clock();

  const pause = ({ stored }: LiveModel, reason: string): void => {
    const lengthMs = Math.min((pauses.get(stored.name)?.lengthMs ?? FIRST_PAUSE_MS / 2) * 2, LONGEST_PAUSE_MS);
    pauses.set(stored.name, { untilMs: deps.clock() + lengthMs, lengthMs });
    deps.log('warn', 'embedding_paused', { reason });
  };

  /** One round of work; false when there is none. */
  const step = async ({ target, bridge, superfluous }: Aim): Promise<boolean> => {
    const now = deps.clock();
    if (!isPaused(target)) {
      const jobs = db.read((tx) => dueJobs(tx, now, ROUND));
      if (jobs.length > 0) {
        await embedJobs(jobs, target, bridge);
        return true;
      }
      if (!target.stored.complete) {
        const advanced = db.write((tx) => advance(tx, target.stored.id, ADVANCE));
        // What is searched, and what is superfluous, is another thing now.
        if (advanced === 'complete') woken = true;
        if (advanced !== 0) return true;
      }
    } else if (bridge !== null && !isPaused(bridge)) {
      const jobs = db.read((tx) => dueJobs(tx, now, ROUND, bridge.stored.id));
      if (jobs.length > 0) {
        await embedJobs(jobs, null, bridge);
        return true;
      }
    }
    const [old] = superfluous;
    if (old === undefined) return false;
    if (!db.write((tx) => purgeModel(tx, old.id, PURGE))) woken = true;
    return true;
  };

  /** A job is done when the target has its vector. The bridge's is welcome: what is missing there is found again when the target is complete. */
  const embedJobs = async (jobs: readonly Job[], target: LiveModel | null, bridge: LiveModel | null): Promise<void> => {
    const made: { readonly job: Job; readonly modelId: number; readonly vector: Float32Array }[] = [];
    const missing = new Set<Job>();
    let refused: ReadonlySet<Job> = new Set();
    for (const model of [target, bridge]) {
      if (model === null || isPaused(model)) continue;
      const wanting = jobs.filter(({ text, modelIds }) => text !== '' && !modelIds.includes(model.stored.id));
      const { vectors, faulty } = await embedAll(model, wanting);
      for (const [job, vector] of vectors) made.push({ job, modelId: model.stored.id, vector });
      if (model !== target) continue;
      refused = faulty;
      for (const job of wanting) if (!vectors.has(job)) missing.add(job);
    }
    const now = deps.clock();
    db.write((tx) => {
      const standing = new Set(jobs.filter((job) => jobStands(tx, job)));
      for (const { job, modelId, vector } of made) {
        if (standing.has(job)) storeVector(tx, job, modelId, toBytes(vector));
      }
      for (const job of standing) {
        if (refused.has(job)) postponeJob(tx, job, job.attempts + 1 >= MAX_ATTEMPTS ? null : now + FIRST_PAUSE_MS);
        else if (job.text === '' || (target !== null && !missing.has(job))) finishJob(tx, job);
      }
    });
  };

  /** What a model makes of these texts. A text it refuses is found by asking for each alone; when it is out of reach, it is paused. */
  const embedAll = async (model: LiveModel, jobs: readonly Job[]) => {
    const vectors = new Map<Job, Float32Array>();
    const faulty = new Set<Job>();
    const ask = async (some: readonly Job[]): Promise<void> => {
      const made = await model.embedder.embed(
        some.map(({ text }) => text),
        closing.signal,
      );
      some.forEach((job, index) => {
        const vector = made[index];
        if (vector !== undefined) vectors.set(job, vector);
      });
    };
    const attempt = async (some: readonly Job[]): Promise<void> => {
      try {
        await ask(some);
      } catch (error) {
        if (closing.signal.aborted || !(error instanceof AppError)) throw error;
        failure = error.reason;
        if (!TEXT_FAULTS.has(error.reason)) pause(model, error.reason);
        else if (some.length > 1) for (const job of some) await (isPaused(model) ? undefined : attempt([job]));
        else for (const job of some) faulty.add(job);
      }
    };
    if (jobs.length > 0) await attempt(jobs);
    if (vectors.size > 0 && vectors.size === jobs.length) {
      pauses.delete(model.stored.name);
      failure = null;
    }
    return { vectors, faulty };
  };

  const run = async (): Promise<void> => {
    let againAtMs: number | null = null;
    await wait(LULL_MS, undefined, { signal: closing.signal });
    while (!closing.signal.aborted) {
      woken = false;
      const aim = await deps.aim();
      againAtMs = aim.againAtMs;
      while (!closing.signal.aborted && !woken && (await step(aim))) {
        // Lets input and output that wait have their turn.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      if (!woken) break;
    }
    if (closing.signal.aborted) return;
    const now = deps.clock();
    const times = [...pauses.values()].map(({ untilMs }) => untilMs).filter((untilMs) => untilMs > now);
    const due = db.read((tx) => nextDueAt(tx, now));
    if (due !== null) times.push(due);
    if (againAtMs !== null) times.push(againAtMs);
    rest(times.length === 0 ? null : Math.min(...times));
  };

  const wake = (): void => {
    woken = true;
    if (running !== undefined || closing.signal.aborted) return;
    running = run()
      .catch((error: unknown) => {
        if (closing.signal.aborted) return;
        // The file is not open just now (then it wakes us), or a bug: not again at once.
        if (!(error instanceof AppError)) deps.log('error', 'embedding_failed', { trace: traceOf(error) });
        rest(deps.clock() + FIRST_PAUSE_MS);
        woken = false;
      })
      .finally(() => {
        running = undefined;
        if (woken) wake();
        else for (const done of waiters) done();
      });
  };

  return {
    wake,
    settled: () =>
      new Promise((resolve) => {
        if (running === undefined) return resolve();
        const done = (): void => {
          waiters.delete(done);
          resolve();
        };
        waiters.add(done);
      }),
    failure: () => failure,
    retry() {
      pauses.clear();
      failure = null;
      wake();
    },
    async close() {
      closing.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
