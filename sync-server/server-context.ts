import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '#shared/base/time.ts';
import type { Audit } from './audit/audit.ts';
import type { Db } from './db/db.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Metrics } from './ops/ops.ts';
import type { Sealer } from './sealer.ts';

/** What every feature of the server stands on. */
export interface ServerContext {
  readonly db: Db;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly audit: Audit;
  readonly metrics: Metrics;
  readonly sealer: Sealer;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'warn' | 'error'>;
  /** Where people reach the server, without a slash at its end. */
  readonly publicUrl: string;
}
