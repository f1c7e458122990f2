import type { FastifyInstance } from 'fastify';
import type { Clock } from '#shared/base/time.ts';
import { accountContract } from '#shared/account/contract.ts';
import { createAccountFeature, createAccounts } from './account/account.ts';
import { createAudit } from './audit/audit.ts';
import { AUTH_LIMITS, authContract, createAuth, type Auth } from './auth/auth.ts';
import { openDb } from './db/db.ts';
import { migrate } from './db/migrate.ts';
import { createShapeEngine } from './embedded/shape-engine/shape-engine.ts';
import type { Env } from './env.ts';
import {
  createHttp,
  createIdempotency,
  createLimits,
  guard,
  registerDocs,
  registerRoutes,
  startTracing,
} from './http/http.ts';
import { createJobs, migrateJobs } from './jobs/jobs.ts';
import { createLlmRelay } from './llm/llm.ts';
import { createModeration } from './llm/moderation.ts';
import type { Mailer } from './mail/mail.ts';
import { createMetrics, registerOps } from './ops/ops.ts';
import { createShapes } from './shapes/shapes.ts';
import { createSealer } from './sealer.ts';
import type { ServerContext } from './server-context.ts';

const CLOSE_IDLE_EVERY_MS = 50;
const CLOSE_TIMEOUT_MS = 8_000;

export interface ServerDeps {
  readonly env: Env;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly version: string;
}

export interface Server {
  /** Not listening yet: `app.inject()` or `listen()`. */
  readonly app: FastifyInstance;
  readonly context: ServerContext;
  /** Listens where the environment says; the address it can be reached at. */
  listen(): Promise<string>;
  /** Answers what has come in, takes nothing new, finishes its jobs, then closes everything. */
  close(): Promise<void>;
}

/** The composition root: the only place that knows all features. Brings the database up to date first. */
export async function createServer(deps: ServerDeps): Promise<Server> {
  const { env, clock, mailer } = deps;
  await migrateJobs(env.DATABASE_URL);
  await migrate(env.DATABASE_URL);

  // Told of what happens between calls, before there is a log to tell it to.
  let onError: (error: unknown) => void = () => undefined;
  const db = openDb({
    url: env.DATABASE_APP_URL ?? env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
    onError: (error) => onError(error),
  });
  const metrics = createMetrics();
  const limits = await createLimits(
    { perAddress: env.LIMIT_PER_ADDRESS, perAccount: env.LIMIT_PER_ACCOUNT },
    env.REDIS_URL,
  );
  let isClosing = false;
  const app = createHttp({
    logLevel: env.LOG_LEVEL,
    trustedProxies: env.TRUSTED_PROXIES,
  });
  onError = (error) => app.log.warn({ cause: error instanceof Error ? error.message : String(error) }, 'in passing');

  const jobs = createJobs({ db, ownerUrl: env.DATABASE_URL, metrics, clock, onError: (error) => onError(error) });
  const context: ServerContext = {
    db,
    clock,
    jobs,
    audit: createAudit({ db, clock }),
    metrics,
    sealer: createSealer(env.SERVER_SECRET),
    log: app.log,
    publicUrl: env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`,
  };
  const idempotency = createIdempotency(db, clock);

  const accounts = createAccounts(context);
  const auth: Auth = await createAuth(context, {
    accounts,
    limits,
    mailer,
    requireVerifiedEmail: env.REQUIRE_VERIFIED_EMAIL,
  });
  const account = await createAccountFeature(context, {
    accounts,
    mailer,
    confirmPassword: auth.confirmPassword,
    endAll: auth.endAll,
  });

  const shapes = createShapes(context, {
    startEngine: createShapeEngine,
    electricUrl: env.ELECTRIC_URL ?? null,
    electricSecret: env.ELECTRIC_SECRET ?? null,
    databaseUrl: env.DATABASE_URL,
    storageDir: env.ELECTRIC_STORAGE_DIR,
  });

  const llm = createLlmRelay(context, {
    upstreams: [
      { url: env.LLM_PRIMARY_URL, apiKey: env.LLM_PRIMARY_KEY ?? null },
      { url: env.LLM_SECONDARY_URL, apiKey: env.LLM_SECONDARY_KEY ?? null },
    ].flatMap(({ url, apiKey }) => (url === undefined ? [] : [{ url, apiKey }])),
    models: env.LLM_MODELS,
    monthlyTokens: env.LLM_MONTHLY_TOKENS,
    ...(env.LLM_MODERATION_URL === undefined
      ? {}
      : { moderate: createModeration(env.LLM_MODERATION_URL, env.LLM_MODERATION_KEY ?? null) }),
  });

  const stopTracing =
    env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? null : await startTracing(app, env.OTEL_EXPORTER_OTLP_ENDPOINT);
  registerOps(app, { db, metrics, metricsToken: env.METRICS_TOKEN ?? null, isClosing: () => isClosing });
  await app.register(async (routes) => {
    guard(routes, { authenticate: auth.authenticate, limits, metrics });
    await registerDocs(routes, deps.version);
    registerRoutes(routes, 'auth', authContract, auth.handlers, { idempotency, limits: AUTH_LIMITS });
    registerRoutes(routes, 'account', accountContract, account.handlers, { idempotency });
    account.registerExport(routes);
    await auth.registerPages(routes);
    shapes.registerPages(routes);
    llm.registerPages(routes);
  });
  await app.ready();

  if (env.RUN_JOBS) {
    const tidy = async (): Promise<void> => void (await idempotency.forgetOld());
    await jobs.start({ ...auth.tasks, ...account.tasks, 'http:tidy': tidy }, [
      ...auth.cron,
      ...account.cron,
      '29 * * * * http:tidy',
    ]);
  }

  return {
    app,
    context,
    listen: () => app.listen({ host: env.HOST, port: env.PORT }),
    async close() {
      isClosing = true;
      // A connection whose last answer has gone out is closed; one that streams on (a live shape) is cut in the end.
      const idle = setInterval(() => app.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
      const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
      await app.close();
      clearInterval(idle);
      clearTimeout(cut);
      await shapes.close();
      await llm.close();
      await jobs.close();
      // Connections that are being closed may still be told that the database goes down, too.
      onError = () => undefined;
      account.close();
      auth.close();
      await limits.close();
      await db.close();
      mailer.close();
      await stopTracing?.();
    },
  };
}
