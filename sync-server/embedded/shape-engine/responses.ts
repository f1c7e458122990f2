import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { ShapeParams } from './shape-params.ts';
import type { ShapeEngineSettings } from './settings.ts';
import type { Batch, Shape } from './shape.ts';

/** Readable by a page of any origin: who may read is decided by the secret, not by the page. */
export const CORS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, HEAD, DELETE, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, if-none-match',
  'access-control-expose-headers':
    'electric-cursor, electric-handle, electric-has-data, electric-offset, electric-schema, electric-snapshot, ' +
    'electric-up-to-date, etag, retry-after',
};

const WEEK_S = 604_800;
const MONTH_S = 2_629_746;
const HOUR_S = 3_600;

/** The headers of an answer from a shape's log. */
export function batchHeaders(
  shape: Shape,
  offset: string,
  batch: Batch,
  params: ShapeParams,
  settings: ShapeEngineSettings,
): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': cacheControl(params, settings),
    'electric-handle': shape.handle,
    'electric-offset': offset,
    'electric-has-data': String(batch.hasData),
    ...(batch.isUpToDate ? { 'electric-up-to-date': '' } : {}),
    ...(params.isLive
      ? { 'electric-cursor': liveCursor(params.cursor, settings.longPollMs, Date.now()) }
      : { 'electric-schema': shape.schema }),
  };
}

/**
 * What a live request is told apart by, so that a cache in between gives one answer to all who wait for the same: seconds since
 * an epoch, rounded up to the long poll's length. One that is not newer than the request's own is moved on by chance.
 */
export function liveCursor(previous: string | null, longPollMs: number, nowMs: number): string {
  const EPOCH_MS = Date.UTC(2024, 9, 9);
  const step = Math.max(1, Math.round(longPollMs / 1000));
  const cursor = Math.ceil((nowMs - EPOCH_MS) / 1000 / step) * step;
  const before = previous === null ? NaN : Number(previous);
  return String(cursor <= before ? before + 1 + Math.floor(Math.random() * 3600) : cursor);
}

export function send(response: ServerResponse, status: number, headers: OutgoingHttpHeaders, body: Buffer): void {
  if (response.headersSent || response.destroyed) {
    response.end();
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

/** An answer that no cache may keep. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  const uncached = status >= 400 ? { 'cache-control': 'no-store', 'surrogate-control': 'no-store' } : {};
  const all = { 'content-type': 'application/json; charset=utf-8', ...uncached, ...headers };
  send(response, status, all, Buffer.from(JSON.stringify(body)));
}

function cacheControl(params: ShapeParams, settings: ShapeEngineSettings): string {
  const { cacheMaxAgeSeconds: maxAge, cacheStaleAgeSeconds: staleAge } = settings;
  if (params.subset) return 'no-cache';
  if (params.isLive) return 'public, max-age=5, stale-while-revalidate=5';
  // A shape's beginning never changes; only a week later might the handle be another.
  if (params.offset !== 'now' && params.offset.lsn < 0)
    return `public, max-age=${WEEK_S}, s-maxage=${HOUR_S}, stale-while-revalidate=${MONTH_S}`;
  return `public, max-age=${maxAge}, stale-while-revalidate=${staleAge}`;
}
