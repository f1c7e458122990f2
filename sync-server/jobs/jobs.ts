import { Logger, run, runMigrations, type Runner } from 'graphile-worker';
import pg from 'pg';
import type { EpochMs } from '#shared/base/time.ts';
import type { Db, Tx } from '../db/db.ts';
import type { Metrics } from '../ops/ops.ts';
import { addJob, countQueued, keepDeadLetter, type Enqueue } from './job-store.ts';

/** What a feature can have done later: tasks by name. A task throws to be tried again; its payload holds ids, never a person's data. */
export type Tasks = Readonly<Record<string, (payload: Readonly<Record<string, unknown>>) => Promise<void>>>;

export interface Jobs {
  /** Adds a job in the caller's transaction: it exists if, and only if, that commits. */
  enqueue(tx: Tx, task: string, payload: Readonly<Record<string, unknown>>, options?: Enqueue): Promise<void>;
  /** Starts taking jobs, and the tasks that run every so often (`cron` lines: `m h d M w feature:task`). */
  start(tasks: Tasks, cron: readonly string[]): Promise<void>;
  /** Lets running jobs finish. */
  close(): Promise<void>;
}

export interface JobsDeps {
  readonly db: Db;
  readonly ownerUrl: string;
  readonly metrics: Metrics;
  readonly clock: () => EpochMs;
  readonly onError: (error: unknown) => void;
  /** Jobs at once. Default 3. */
  readonly concurrency?: number;
}

const POOL_SIZE = 4;
const POLL_MS = 2_000;
const NO_LOG = new Logger(() => () => undefined);

/** Makes the queue's own tables. Part of migrating: needs the owner. */
export async function migrateJobs(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl, logger: NO_LOG });
}

/** Jobs on graphile-worker: in Postgres, so that they are as durable as the rows that asked for them. */
export function createJobs(deps: JobsDeps): Jobs {
  let runner: Runner | null = null;
  let pool: pg.Pool | null = null;
  deps.metrics.gauge('job_queue_length', 'Jobs waiting', () => deps.db.asSystem(countQueued).catch(() => -1));

  return {
    enqueue: (tx, task, payload, options = {}) => addJob(tx, task, payload, options),
    async start(tasks, cron) {
      // Ours, not the worker's own: that one stops listening for errors before its last connection is closed.
      pool = new pg.Pool({ connectionString: deps.ownerUrl, max: POOL_SIZE, application_name: 'tomoshibi-jobs' });
      pool.on('error', deps.onError).on('connect', (client) => client.on('error', deps.onError));
      runner = await run({
        pgPool: pool,
        logger: NO_LOG,
        concurrency: deps.concurrency ?? 3,
        pollInterval: POLL_MS,
        noHandleSignals: true,
        crontab: cron.join('\n'),
        taskList: Object.fromEntries(
          Object.entries(tasks).map(([name, task]) => [name, (payload: unknown) => task(objectOf(payload))]),
        ),
      });
      runner.events.on('job:success', ({ job }) => {
        deps.metrics.countJob(job.task_identifier, 'done', secondsSince(job.locked_at));
      });
      runner.events.on('job:error', ({ job, error }) => {
        deps.onError(error);
        const isDead = job.attempts >= job.max_attempts;
        deps.metrics.countJob(job.task_identifier, isDead ? 'dead' : 'retried', secondsSince(job.locked_at));
        if (!isDead) return;
        const why = error instanceof Error ? error.message : String(error);
        deps.db
          .asSystem((tx) =>
            keepDeadLetter(tx, job.task_identifier, objectOf(job.payload), job.attempts, why, deps.clock()),
          )
          .catch(deps.onError);
      });
      runner.promise.catch(deps.onError);
    },
    async close() {
      await runner?.stop().catch(deps.onError);
      await pool?.end();
    },
  };
}

function objectOf(payload: unknown): Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null ? { ...payload } : {};
}

function secondsSince(at: Date | null): number {
  return at === null ? 0 : Math.max(0, (Date.now() - at.getTime()) / 1000);
}
