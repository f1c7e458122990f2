import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine } from './engine.ts';
import { compileFilter, requireColumns } from './filter.ts';
import { invalid, Unavailable } from './invalid-request.ts';
import { MUST_REFETCH, upToDate } from './messages.ts';
import { formatOffset } from './offset.ts';
import type { Offset } from './offset.ts';
import { batchHeaders, send, sendJson } from './responses.ts';
import type { ShapeEngineSettings } from './settings.ts';
import { isUnreachable } from './sessions.ts';
import { readBatch, waitForChange } from './shape.ts';
import type { Batch, Shape } from './shape.ts';
import { parseShapeParams } from './shape-params.ts';
import type { ShapeParams, SubsetParams } from './shape-params.ts';
import { beginSnapshot, subsetMessages } from './snapshot.ts';
import { parseOrderBy, parseWhere } from './where.ts';

export interface Exchange {
  readonly engine: Engine;
  readonly settings: ShapeEngineSettings;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the reader goes away. */
  readonly signal: AbortSignal;
}

/** `GET` and `POST /v1/shape`. Throws InvalidRequest and Unavailable; other errors are faults. */
export async function serveShape(exchange: Exchange, query: URLSearchParams, body: unknown): Promise<void> {
  const params = parseShapeParams(query, body);
  const { engine } = exchange;
  const isStart = params.offset === 'now' || params.offset.lsn < 0;
  const known = isStart || params.handle === null ? undefined : engine.find(params.handle);
  // A handle with another definition would give rows that were not asked for.
  const isSame = known !== undefined && engine.findSame(params.shape) === known;
  const shape = isSame ? known : await engine.obtain(params.shape);
  shape.lastReadMs = performance.now();
  if (!isStart && !isSame) return mustRefetch(exchange, shape);
  if (params.subset) return serveSubset(exchange, shape, params, params.subset);
  if (params.offset === 'now') return serveNow(exchange, shape, params);
  if (params.isLive && params.isSse) return serveEvents(exchange, shape, params, params.offset);
  return serveLog(exchange, shape, params, params.offset);
}

/** `DELETE /v1/shape`: by handle, or by definition. */
export function deleteShape(exchange: Exchange, query: URLSearchParams): void {
  const { engine, settings, response } = exchange;
  if (!settings.allowsShapeDeletion) return sendJson(response, 404, { message: 'DELETE not allowed' });
  const handle = query.get('handle') || null;
  const named = new URLSearchParams(query);
  named.set('offset', '-1');
  named.delete('live');
  const shape = handle === null ? engine.findSame(parseShapeParams(named, undefined).shape) : engine.find(handle);
  if (!shape) return sendJson(response, 404, { message: 'Shape not found' });
  engine.retire(shape);
  response.writeHead(202).end();
}

async function serveLog(exchange: Exchange, shape: Shape, params: ShapeParams, after: Offset): Promise<void> {
  const { engine, settings, signal } = exchange;
  if (await isBeyond(engine, shape, after)) {
    await waitForChange(shape, null, settings.longPollMs / 2, signal);
    if (await isBeyond(engine, shape, after)) throw invalid('offset', 'out of bounds for this shape');
  }
  let batch = await readyBatch(exchange, shape, after);
  let isTimeout = false;
  if (params.isLive && batch && !batch.hasData && batch.isUpToDate) {
    const deadline = performance.now() + settings.longPollMs;
    while (batch && !batch.hasData && !shape.isDropped && !signal.aborted) {
      const left = deadline - performance.now();
      isTimeout = left <= 0 || !(await waitForChange(shape, batch.offset, left, signal));
      if (isTimeout) break;
      batch = readBatch(engine.store, shape, after);
    }
  }
  if (signal.aborted) return;
  if (!batch || shape.isDropped) return mustRefetch(exchange, shape);
  sendBatch(exchange, shape, params, formatOffset(after), batch, isTimeout);
}

/** The batch when the snapshot has come so far; undefined when the shape was dropped meanwhile. */
async function readyBatch({ engine, signal }: Exchange, shape: Shape, after: Offset): Promise<Batch | undefined> {
  const LONG_MS = 3_600_000;
  for (;;) {
    if (shape.failure !== undefined) throw snapshotProblem(shape.failure);
    if (shape.isDropped || signal.aborted) return undefined;
    const batch = readBatch(engine.store, shape, after);
    if (batch) return batch;
    await waitForChange(shape, null, LONG_MS, signal);
  }
}

function snapshotProblem(failure: unknown): Error {
  if (isUnreachable(failure)) return new Unavailable('the snapshot failed');
  return invalid('where', failure instanceof Error ? failure.message : String(failure));
}

/**
 * An offset that nobody was given: of another shape, or of a database that has been put back. A reader may well know of a later
 * place than an engine that has just been started again, but never of one that Postgres has not reached.
 */
async function isBeyond(engine: Engine, shape: Shape, after: Offset): Promise<boolean> {
  if (after.lsn <= Math.max(engine.seenLsn, shape.last.lsn)) return false;
  return after.lsn > (await engine.currentLsn());
}

function sendBatch(
  exchange: Exchange,
  shape: Shape,
  params: ShapeParams,
  requested: string,
  batch: Batch,
  isTimeout: boolean,
): void {
  const { engine, settings, request, response } = exchange;
  const offset = formatOffset(batch.offset);
  const headers = {
    ...batchHeaders(shape, offset, batch, params, settings),
    // Nothing is new, and yet it is another answer than the one before: it has another cursor.
    etag: `"${shape.handle}:${requested}:${offset}${isTimeout ? `:${Math.round(performance.now() * 1000)}` : ''}"`,
  };
  if (matchesEtag(request, headers.etag)) return void response.writeHead(304, headers).end();
  const messages = batch.isUpToDate ? [...batch.messages, upToDate(engine.seenLsn)] : batch.messages;
  const body = batch.chunk ? [OPEN, batch.chunk, CLOSE] : [Buffer.from(`[${messages.join(',')}]`)];
  send(response, 200, headers, Buffer.concat(body));
}

const OPEN = Buffer.from('[');
const CLOSE = Buffer.from(']');

function matchesEtag(request: IncomingMessage, etag: string): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const wanted = request.headers['if-none-match']?.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return wanted?.includes(etag) === true || wanted?.includes('*') === true;
}

function serveNow(exchange: Exchange, shape: Shape, params: ShapeParams): void {
  const batch: Batch = { chunk: null, messages: [], offset: shape.last, isUpToDate: true, hasData: false };
  sendBatch(exchange, shape, params, 'now', batch, false);
}

async function serveEvents(exchange: Exchange, shape: Shape, params: ShapeParams, from: Offset): Promise<void> {
  const { engine, settings, response, signal } = exchange;
  if (await isBeyond(engine, shape, from)) throw invalid('offset', 'out of bounds for this shape');
  const start: Batch = { chunk: null, messages: [], offset: from, isUpToDate: false, hasData: false };
  const headers = batchHeaders(shape, formatOffset(from), start, params, settings);
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream',
    'cache-control': `public, max-age=${Math.max(1, Math.round(settings.sseMs / 1000) - 1)}`,
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const keepAlive = setInterval(() => response.write(': keep-alive\n\n'), settings.sseKeepAliveMs);
  const deadline = performance.now() + settings.sseMs;
  let after = from;
  try {
    while (!signal.aborted && !shape.isDropped) {
      const batch = await readyBatch(exchange, shape, after);
      if (!batch) break;
      if (batch.hasData) {
        const messages = batch.chunk ? chunkMessages(batch.chunk) : batch.messages;
        const all = batch.isUpToDate ? [...messages, upToDate(engine.seenLsn)] : messages;
        after = batch.offset;
        // A slow reader is not written to any further: what comes meanwhile is in the log.
        if (!response.write(all.map((message) => `data: ${message}\n\n`).join(''))) await drained(response, signal);
        continue;
      }
      const left = deadline - performance.now();
      if (left <= 0 || !(await waitForChange(shape, batch.offset, left, signal))) break;
    }
  } finally {
    clearInterval(keepAlive);
    response.end();
  }
}

function chunkMessages(chunk: Buffer): string[] {
  const messages = JSON.parse(`[${chunk.toString()}]`) as unknown[];
  return messages.map((message) => JSON.stringify(message));
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

async function serveSubset(exchange: Exchange, shape: Shape, params: ShapeParams, subset: SubsetParams): Promise<void> {
  const { engine, settings, response } = exchange;
  const { table } = shape.view;
  const where = subset.where === null ? null : parseWhere(subset.where, subset.params, 'subset__where');
  const order = subset.orderBy === null ? null : parseOrderBy(subset.orderBy, 'subset__order_by');
  if (order) requireColumns(table, order.columns, 'subset__order_by');
  if (params.queryableColumns) {
    const hidden = (names: readonly string[]): string | undefined =>
      names.find((name) => params.queryableColumns?.includes(name) === false);
    const inWhere = hidden(where?.columns ?? []);
    const inOrder = hidden(order?.columns ?? []);
    if (inWhere !== undefined) throw invalid('subset__where', `column ${inWhere} may not be asked about`);
    if (inOrder !== undefined) throw invalid('subset__order_by', `column ${inOrder} may not be asked about`);
  }
  const filter = where && (await compileFilter(engine.pool, table, where, 'subset__where'));
  const snapshotMark = Math.floor(Math.random() * 2 ** 31);
  const client = await engine.pool.connect();
  let isBroken = true;
  try {
    const mark = await beginSnapshot(client);
    const wanted = {
      where: filter?.sql ?? null,
      orderBy: order?.sql ?? null,
      limit: subset.limit,
      offset: subset.offset,
    };
    const data = await subsetMessages(client, shape.view, shape.filter?.sql ?? null, wanted, snapshotMark);
    await client.query('COMMIT');
    isBroken = false;
    const metadata = {
      xmin: String(mark.xmin),
      xmax: String(mark.xmax),
      xip_list: mark.xip.map(String),
      snapshot_mark: snapshotMark,
      database_lsn: String(mark.lsn),
    };
    const batch: Batch = {
      chunk: null,
      messages: data,
      offset: shape.last,
      isUpToDate: false,
      hasData: data.length > 0,
    };
    const headers = {
      ...batchHeaders(shape, formatOffset(shape.last), batch, { ...params, isLive: false }, settings),
      'cache-control': 'no-cache',
      'electric-snapshot': 'true',
    };
    send(response, 200, headers, Buffer.from(`{"metadata":${JSON.stringify(metadata)},"data":[${data.join(',')}]}`));
  } finally {
    client.release(isBroken);
  }
}

/** 409: with the handle of the shape to fetch instead, when there is one. */
function mustRefetch({ engine, response, signal }: Exchange, shape: Shape): void {
  if (signal.aborted) return;
  const next = shape.isDropped ? engine.findSame(shape.definition) : shape;
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': `public, max-age=${next ? 60 : 1}, must-revalidate`,
    ...(next ? { 'electric-handle': next.handle } : {}),
  };
  send(response, 409, headers, Buffer.from(MUST_REFETCH));
}
