import { timingSafeEqual, createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngine } from './engine.ts';
import type { Engine, Log } from './engine.ts';
import { InvalidRequest, Unavailable } from './invalid-request.ts';
import { CORS, sendJson } from './responses.ts';
import { isUnreachable } from './sessions.ts';
import { parseSettings } from './settings.ts';
import type { ShapeEngineSettings } from './settings.ts';
import { deleteShape, serveShape } from './shape-routes.ts';
import type { Exchange } from './shape-routes.ts';

export { parseSettings, SettingsError } from './settings.ts';

/** A shape engine that listens. */
export interface ShapeEngine {
  readonly url: string;
  readonly shapeCount: number;
  /**
   * Answers a `GET /v1/shape` that came to somebody else's server, as this one's own would be answered, but for the secret, which
   * the caller need not show. Ten thousand waiting readers then hold ten thousand sockets, not thirty.
   */
  serve(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): void;
  /** Waiting readers are let go; what was stored is safe on the disk afterwards. */
  close(): Promise<void>;
}

export interface ShapeEngineOptions extends Partial<ShapeEngineSettings> {
  readonly databaseUrl: string;
  readonly log?: Log;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const RETRY_AFTER_S = 1;

/**
 * Postgres tables as shapes over HTTP, in Electric's protocol (sync-service 1.7): a stand-in for it where there is no Docker.
 * What is not given is as the environment's defaults have it. Rejects when the port is taken or the storage is in use.
 */
export async function createShapeEngine(options: ShapeEngineOptions): Promise<ShapeEngine> {
  const { log = () => undefined, ...given } = options;
  const defaults = parseSettings({ DATABASE_URL: given.databaseUrl, ELECTRIC_INSECURE: 'true' });
  const settings: ShapeEngineSettings = { ...defaults, ...given };
  const engine = await createEngine(settings, log);
  const underway: Underway = { initial: 0, existing: 0 };
  const server = createServer(
    { keepAliveTimeout: 75_000, requestTimeout: 0 },
    listener(engine, settings, log, underway),
  );
  try {
    await listen(server, settings);
  } catch (error) {
    await engine.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get shapeCount() {
      return engine.shapeCount;
    },
    serve(query, request, response) {
      const exchange = exchangeOf(engine, settings, request, response);
      read(exchange, underway, query).catch((error: unknown) => answerError(error, response, log));
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await engine.close();
      await closed;
    },
  };
}

function listen(server: Server, settings: ShapeEngineSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, settings.host, () => resolve());
  });
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Reads that are being answered, by kind. */
interface Underway {
  initial: number;
  existing: number;
}

function listener(engine: Engine, settings: ShapeEngineSettings, log: Log, underway: Underway): Listener {
  return (request, response) => {
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    const exchange = exchangeOf(engine, settings, request, response);
    route(exchange, underway).catch((error: unknown) => answerError(error, response, log));
  };
}

function exchangeOf(
  engine: Engine,
  settings: ShapeEngineSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Exchange {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return { engine, settings, request, response, signal: gone.signal };
}

async function route(exchange: Exchange, underway: Underway): Promise<void> {
  const { engine, settings, request, response } = exchange;
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://engine');
  const method = request.method ?? 'GET';
  const isRead = method === 'GET' || method === 'HEAD';
  if (pathname === '/' && isRead) return void response.writeHead(200).end();
  if (pathname === '/v1/health' && isRead) {
    const isActive = engine.state === 'active';
    return sendJson(response, isActive ? 200 : 202, { status: engine.state }, { 'cache-control': 'no-cache' });
  }
  if (pathname !== '/v1/shape') return void response.writeHead(404, { 'cache-control': 'no-store' }).end('Not found');
  if (method === 'OPTIONS') return void response.writeHead(204, { 'access-control-max-age': '86400' }).end();
  if (!isAuthorized(query, settings)) return sendJson(response, 401, { message: 'Unauthorized - Invalid API secret' });
  if (method === 'DELETE') return deleteShape(exchange, query);
  if (!isRead && method !== 'POST') return sendJson(response, 405, { message: 'Method not allowed' });
  return read(exchange, underway, query);
}

async function read(exchange: Exchange, underway: Underway, query: URLSearchParams): Promise<void> {
  const { settings, request, response } = exchange;
  const kind = query.has('handle') ? 'existing' : 'initial';
  const limit = kind === 'existing' ? settings.maxExistingRequests : settings.maxInitialRequests;
  if (underway[kind] >= limit)
    return sendJson(
      response,
      503,
      { code: 'concurrent_request_limit_exceeded', message: `Concurrent ${kind} request limit exceeded` },
      { 'retry-after': String(5 + Math.floor(Math.random() * 6)) },
    );
  underway[kind] += 1;
  try {
    await serveShape(exchange, query, request.method === 'POST' ? await jsonBody(request) : undefined);
  } finally {
    underway[kind] -= 1;
  }
}

class BodyTooLarge extends Error {}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT_BYTES) throw new BodyTooLarge();
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (body !== null && typeof body === 'object' && !Array.isArray(body)) return body;
  } catch {
    // Told below.
  }
  throw new InvalidRequest({ body: ['must be a JSON object'] });
}

function isAuthorized(query: URLSearchParams, settings: ShapeEngineSettings): boolean {
  if (settings.secret === null) return true;
  const given = query.get('secret') ?? query.get('api_secret') ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(settings.secret));
}

function answerError(error: unknown, response: ServerResponse, log: Log): void {
  if (response.headersSent) {
    response.destroy();
  } else if (error instanceof InvalidRequest) {
    sendJson(response, 400, { message: error.message, errors: error.errors });
  } else if (error instanceof BodyTooLarge) {
    sendJson(response, 413, { message: 'Request body too large' }, { connection: 'close' });
  } else if (error instanceof Unavailable || isUnreachable(error)) {
    const message = error instanceof Error ? error.message : 'unavailable';
    sendJson(response, 503, { message: `Not ready: ${message}` }, { 'retry-after': String(RETRY_AFTER_S) });
  } else {
    log('error', 'a request failed', error);
    sendJson(response, 500, { message: 'Internal server error' });
  }
}
