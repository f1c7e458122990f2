import process from 'node:process';
import fastify, { LogController, type FastifyInstance, type FastifyRequest, type RouteOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { isPermitted } from '#shared/account/permissions.ts';
import { ProblemError } from '#shared/server/problem.ts';
import type { Identity } from '../identity.ts';
import type { Metrics } from '../ops/ops.ts';
import { registerBodyGuard } from './body-guard.ts';
import { routeLabel } from './call.ts';
import { registerErrorHandler, registerNotFound } from './failures.ts';
import type { Limits } from './limits.ts';
import { loggerOptions, type LogLevel } from './logger.ts';

export { callOf, identityOf, type Call } from './call.ts';
export { registerDocs } from './docs.ts';
export { createIdempotency } from './idempotency.ts';
export { createLimits, type LimitName, type Limits } from './limits.ts';
export { registerRoutes, type RouteOptions } from './routes.ts';
export { startTracing } from './tracing.ts';

export interface GuardDeps {
  /** Proves who calls, by the Authorization header; null when there is none. Throws ProblemError when it proves nothing. */
  readonly authenticate: (authorization: string | undefined) => Promise<Identity | null>;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

export interface HttpOptions {
  readonly logLevel: LogLevel;
  /** How many proxies in front are believed about the caller's address. */
  readonly trustedProxies: number;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** A whole request must have arrived by then: a slow sender holds a socket, nothing else. */
const REQUEST_TIMEOUT_MS = 20_000;
const HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 65_000;
const CHECK_CONNECTIONS_MS = 2_000;
const MAX_HEADER_BYTES = 16_384;
const MAX_PARAM_LENGTH = 200;

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
} as const;

/**
 * Fastify as every route of ours has it. No origin is let in (no CORS header is ever sent); a route that does not say who may call
 * it is an error at start; what a caller may learn of a failure is problem+json.
 */
export function createHttp(options: HttpOptions): FastifyInstance {
  const idOf = requestIds();
  const app: FastifyInstance = fastify({
    logger: loggerOptions(options.logLevel),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => idOf(request.headers['x-request-id']),
    requestIdHeader: false,
    // One logger for all requests; what it says of one names it. A child for each would cost more than most answers.
    childLoggerFactory: (logger) => logger,
    trustProxy: options.trustedProxies === 0 ? false : (_address, hop) => hop < options.trustedProxies,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    forceCloseConnections: 'idle',
    // In a body, `__proto__` and `constructor.prototype` are an attack, not data.
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('identity', null);
  registerBodyGuard(app);
  registerErrorHandler(app);

  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (options) => void routes.push(options));
  app.addHook('onReady', (done) => {
    const open = routes.find(
      ({ config, method }) => config?.access === undefined && method !== 'HEAD' && method !== 'OPTIONS',
    );
    done(open && new Error(`${String(open.method)} ${open.url} does not say who may call it`));
  });

  return app;
}

/** What stands before every route of a scope: limits, proof of who calls, permission; and what is noted of every answer. */
export function guard(scope: FastifyInstance, deps: GuardDeps): void {
  registerNotFound(scope);
  scope.addHook('onRequest', (request, reply, done) => {
    void reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    admit(request, deps).then(() => done(), done);
  });

  scope.addHook('onResponse', (request, reply, done) => {
    const route = routeLabel(request);
    const ms = reply.elapsedTime;
    deps.metrics.observeRequest(route, request.method, reply.statusCode, ms / 1000);
    request.log.info({
      reqId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(ms * 10) / 10,
    });
    done();
  });
}

/** Limits, then proof, then permission: what is refused costs little, and what costs little comes first. */
async function admit(request: FastifyRequest, { limits, authenticate }: GuardDeps): Promise<void> {
  await limits.take('address', request.ip);
  const { access, limit } = request.routeOptions.config;
  // Unknown addresses have no route and end as 404.
  if (access === undefined) return;
  if (access !== 'public') {
    const identity = await authenticate(request.headers.authorization);
    if (identity === null) throw new ProblemError('unauthenticated');
    request.identity = identity;
    await limits.take('account', identity.accountId);
    if (!isPermitted(access, identity.role, identity.scopes)) throw new ProblemError('forbidden');
  }
  if (limit !== undefined) await limits.take(limit, request.identity?.accountId ?? request.ip);
}

/** Ids of requests: the caller's own when it looks like one; else one of ours, different for every server, start and request. */
function requestIds(): (given: string | string[] | undefined) => string {
  const start = `${process.pid.toString(36)}-${Date.now().toString(36)}`;
  let count = 0;
  return (given) => {
    if (typeof given === 'string' && /^[A-Za-z0-9-]{8,64}$/.test(given)) return given;
    count += 1;
    return `${start}-${count.toString(36)}`;
  };
}
