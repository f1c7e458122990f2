import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemError } from '#shared/server/problem.ts';
import type { Db } from '../db/db.ts';
import type { Metrics } from './metrics.ts';

export { createMetrics, type Metrics } from './metrics.ts';

export interface OpsDeps {
  readonly db: Db;
  readonly metrics: Metrics;
  /** What /metrics asks for; null: it answers this machine only. */
  readonly metricsToken: string | null;
  /** Whether the server is on its way down: it finishes what it has, and wants no more. */
  readonly isClosing: () => boolean;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** For machines on the inside; to be registered outside of `guard`. `/health`: the process lives. `/ready`: it can do its work. `/metrics`: how it does. */
export function registerOps(app: FastifyInstance, deps: OpsDeps): void {
  deps.metrics.gauge('db_pool_connections', 'Open database connections', () => deps.db.pool().total);
  deps.metrics.gauge('db_pool_idle', 'Idle database connections', () => deps.db.pool().idle);
  deps.metrics.gauge('db_pool_waiting', 'Calls waiting for a database connection', () => deps.db.pool().waiting);

  const hidden = { schema: { hide: true }, config: { access: 'public' as const } };
  app.get('/health', hidden, (_request, reply) => {
    void reply.header('content-type', 'application/json').send('{"status":"ok"}');
  });
  app.get('/ready', hidden, async () => {
    if (deps.isClosing()) throw new ProblemError('unavailable', { detail: 'closing' });
    await deps.db.ping();
    return { status: 'ready' };
  });
  app.get('/metrics', hidden, async (request, reply) => {
    if (!mayScrape(request, deps.metricsToken)) throw new ProblemError('not_found');
    return reply.header('content-type', deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
  });
}

function mayScrape(request: FastifyRequest, token: string | null): boolean {
  if (token === null) return LOOPBACK.has(request.socket.remoteAddress ?? '');
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ''), digest(`Bearer ${token}`));
}
