import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent, request as fetchUpstream } from 'undici';
import { ProblemError } from '#shared/server/problem.ts';
import { callOf, identityOf } from '../http/http.ts';
import type { ServerContext } from '../server-context.ts';
import { createShapeSource, type ShapeSourceOptions } from './shape-source.ts';
import { findShapeView, type ShapeView } from './shape-views.ts';

export interface Shapes {
  /** `GET /v1/shapes/:name`: a shape of the caller's own rows, in Electric's protocol. */
  registerPages(app: FastifyInstance): void;
  close(): Promise<void>;
}

/** What of a client's request goes on to Electric: where it is in the log, never what the log is of. */
const FORWARDED = [
  'offset',
  'handle',
  'live',
  'live_sse',
  'experimental_live_sse',
  'cursor',
  'expired_handle',
  'cache-buster',
];

/** Headers that end with each hop, or that would say of us what is true of Electric. */
const NOT_PASSED = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'server',
  'vary',
  'access-control-allow-origin',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-expose-headers',
]);

/** Longer than Electric ever waits before it answers, and than it is ever silent within an answer. */
const SILENCE_MS = 90_000;
const RETRY_AFTER_S = 1;

/** The read path: session → named shape of the account's rows → Electric, or the engine of our own. */
export function createShapes(context: ServerContext, options: ShapeSourceOptions): Shapes {
  const source = createShapeSource(options, context);
  const agent = new Agent({ headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS, connections: null, pipelining: 1 });
  const live = new Set<AbortController>();

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const view = findShapeView((request.params as { name: string }).name);
    if (!view) throw new ProblemError('not_found');
    const { accountId } = identityOf(callOf(request));
    const asked = new URL(request.url, 'http://server').searchParams;
    const opened = await source.open().catch((cause: unknown) => {
      throw new ProblemError('unavailable', { cause, retryAfterSeconds: RETRY_AFTER_S });
    });
    const gone = new AbortController();
    live.add(gone);
    reply.raw.once('close', () => {
      live.delete(gone);
      gone.abort();
    });
    if (opened.kind === 'engine') {
      gone.signal.addEventListener('abort', () => reply.raw.destroy());
      asPersonal(reply);
      reply.hijack();
      opened.engine.serve(upstreamQuery(view, accountId, null, asked), request.raw, reply.raw);
      return reply;
    }
    try {
      const { url, secret } = opened;
      const etag = request.headers['if-none-match'];
      const upstream = await fetchUpstream(
        `${url}/v1/shape?${upstreamQuery(view, accountId, secret, asked).toString()}`,
        {
          dispatcher: agent,
          signal: gone.signal,
          headers: { 'accept-encoding': 'identity', ...(etag === undefined ? {} : { 'if-none-match': etag }) },
        },
      );
      for (const [name, value] of Object.entries(upstream.headers))
        if (value !== undefined && !NOT_PASSED.has(name))
          void reply.header(name, name === 'cache-control' ? personal(value) : value);
      void reply.header('vary', 'authorization').status(upstream.statusCode);
      if (upstream.statusCode === 401 || upstream.statusCode >= 500) {
        await upstream.body.dump();
        throw new ProblemError('unavailable', { retryAfterSeconds: RETRY_AFTER_S });
      }
      return await reply.send(upstream.body);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw new ProblemError('unavailable', { cause: error, retryAfterSeconds: RETRY_AFTER_S });
    }
  }

  return {
    registerPages(app) {
      app.route({
        method: 'GET',
        url: '/v1/shapes/:name',
        config: { access: 'sync.read' },
        schema: {
          tags: ['sync'],
          summary: "A shape of the caller's own rows, in the protocol of Electric's clients.",
          hide: false,
        },
        handler: answer,
      });
      app.addHook('preClose', (done) => {
        // Those who wait for news are told at once that there will be none from us.
        for (const gone of live) gone.abort();
        done();
      });
    },
    async close() {
      await source.close();
      await agent.close();
    },
  };
}

function upstreamQuery(
  view: ShapeView,
  accountId: string,
  secret: string | null,
  asked: URLSearchParams,
): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FORWARDED) {
    const value = asked.get(name);
    if (value !== null) query.set(name, value);
  }
  query.set('table', view.table);
  query.set('columns', view.columns.join(','));
  query.set('where', view.where);
  query.set('params[1]', accountId);
  if (secret !== null) query.set('secret', secret);
  return query;
}

/** What the engine answers by itself carries our headers too, and its caching is the person's own. */
function asPersonal(reply: FastifyReply): void {
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.setHeader('vary', 'authorization');
  const writeHead = raw.writeHead.bind(raw);
  Object.defineProperty(raw, 'writeHead', {
    value(status: number, headers?: OutgoingHttpHeaders) {
      const caching = headers?.['cache-control'];
      return writeHead(
        status,
        caching === undefined ? headers : { ...headers, 'cache-control': personal(String(caching)) },
      );
    },
  });
}

/** A cache between us and the person serves others too: it may keep nothing of this. */
function personal(cacheControl: string | string[]): string {
  return String(cacheControl)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !part.startsWith('s-maxage'))
    .map((part) => (part === 'public' ? 'private' : part))
    .join(', ');
}
