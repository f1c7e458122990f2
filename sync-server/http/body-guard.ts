import type { FastifyInstance } from 'fastify';
import { ProblemError } from '#shared/server/problem.ts';

/** No schema of ours nests half as deep. */
const MAX_DEPTH = 64;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Refuses what JSON alone does not forbid: compressed bodies (they may swell a thousandfold) and nesting without end. */
export function registerBodyGuard(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.headers['content-encoding'] !== undefined) return done(new ProblemError('unsupported_media'));
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    if (isTooDeep(bytes)) return done(new ProblemError('invalid_request', { detail: 'nested too deep' }));
    void parse(request, bytes.toString('utf8'), done);
  });
}

function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (inString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (OPENING.has(byte)) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (CLOSING.has(byte)) depth -= 1;
  }
  return false;
}
