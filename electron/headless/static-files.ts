import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { assetAt } from '#shared/host/asset-path.ts';
import type { Asset } from '#shared/host/asset-path.ts';

export interface StaticRoots {
  /** The built renderer. */
  readonly renderer: string;
  /** `resources/puppets`. */
  readonly puppets: string;
}

/** Answers one GET or HEAD. Never rejects; headers set before stay. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

type Encoding = 'br' | 'gzip' | 'identity';

interface Stored {
  readonly version: string;
  readonly etag: string;
  readonly body: Buffer;
  readonly encoded: Map<Encoding, Promise<Buffer>>;
}

const COMPRESS_FROM_BYTES = 1024;
/** Quick enough to do on the first request; the files stay compressed in memory after that. */
const BROTLI_QUALITY = 4;

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gzip);

/** Serves the page's files from two folders, compressed, kept in memory once read. */
export function createStaticFiles(roots: StaticRoots): StaticFiles {
  const kept = new Map<string, Stored>();

  const read = async (asset: Asset): Promise<Stored | null> => {
    const file = path.join(roots[asset.root], asset.path);
    const known = kept.get(file);
    if (known !== undefined && asset.immutable) return known;
    const info = await stat(file).catch(() => null);
    if (info === null || !info.isFile()) return null;
    const version = `${info.mtimeMs}-${info.size}`;
    if (known?.version === version) return known;
    const body = await readFile(file);
    const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
    const stored: Stored = { version, etag, body, encoded: new Map() };
    kept.set(file, stored);
    return stored;
  };

  return async (request, response) => {
    const asset = assetAt((request.url ?? '').split('?', 1)[0] ?? '');
    const stored = asset === null ? null : await read(asset).catch(() => null);
    if (asset === null || stored === null) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
      response.end('not found\n');
      return;
    }
    const encoding = asset.compressible && stored.body.length >= COMPRESS_FROM_BYTES ? accepted(request) : 'identity';
    const etag = `"${stored.etag}-${encoding}"`;
    response.setHeader('cache-control', asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    response.setHeader('content-type', asset.mediaType);
    response.setHeader('etag', etag);
    if (asset.compressible) response.setHeader('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304);
      response.end();
      return;
    }
    const body = await encode(stored, encoding);
    if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
    response.setHeader('content-length', body.length);
    response.writeHead(200);
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function encode(stored: Stored, encoding: Encoding): Promise<Buffer> {
  const known = stored.encoded.get(encoding);
  if (known !== undefined) return known;
  const made = compress(stored.body, encoding);
  stored.encoded.set(encoding, made);
  return made;
}

async function compress(body: Buffer, encoding: Encoding): Promise<Buffer> {
  if (encoding === 'br') return brotli(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
  return encoding === 'gzip' ? gzip(body, { level: 6 }) : body;
}

/** The best encoding the browser names without refusing it (`q=0`). */
function accepted(request: IncomingMessage): Encoding {
  const header = request.headers['accept-encoding'];
  const offers = new Set<string>();
  for (const offer of (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',')) {
    const [name = '', ...parameters] = offer.split(';').map((part) => part.trim().toLowerCase());
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) offers.add(name);
  }
  return offers.has('br') ? 'br' : offers.has('gzip') ? 'gzip' : 'identity';
}
