import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#shared/rpc/errors.ts';
import type { Embedder } from './embedder.ts';

/** For tests: texts are near each other by the words (of scripts without spaces: the letters) they share. Quick, and of no model. */
export function createWordEmbedder(
  options: {
    readonly model?: string;
    readonly dimensions?: number;
    /** Runs before each call; may wait or throw. */
    readonly before?: (texts: readonly string[]) => Promise<void> | void;
  } = {},
): Embedder {
  const dimensions = options.dimensions ?? 64;
  let closed = false;
  return {
    model: options.model ?? 'words',
    dimensions,
    async embed(texts, signal) {
      if (closed) throw new AppError('unavailable', 'embedder_closed');
      signal?.throwIfAborted();
      await options.before?.(texts);
      signal?.throwIfAborted();
      return texts.map((text) => {
        const vector = new Float32Array(dimensions);
        const words = text.toLowerCase().match(/[a-z0-9']+|[^\s\p{P}]/gu) ?? [];
        for (const word of ['', ...words]) {
          const hash = createHash('sha256').update(word).digest();
          for (let i = 0; i < dimensions; i += 1) {
            const byte = hash[i % hash.length] ?? 0;
            vector[i] = (vector[i] ?? 0) + (word === '' ? 0.01 : 1) * (byte / 127.5 - 1);
          }
        }
        let square = 0;
        for (const value of vector) square += value * value;
        return vector.map((value) => value / Math.sqrt(square));
      });
    },
    async close() {
      closed = true;
    },
  };
}

export interface EmbeddingServer {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** An OpenAI-compatible endpoint whose vectors are those of the word embedder. `before` may wait. */
export function startEmbeddingServer(
  before: (texts: readonly string[]) => Promise<void> | void = () => undefined,
  dimensions: () => number = () => 48,
): Promise<EmbeddingServer> {
  return startServer(async ({ input }, response) => {
    const texts = Array.isArray(input) ? input.map(String) : [];
    await before(texts);
    const vectors = await createWordEmbedder({ dimensions: dimensions() }).embed(texts);
    const data = vectors.map((vector, index) => ({ object: 'embedding', index, embedding: [...vector] }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }));
  });
}

/** A server on this machine that answers every request so. */
export async function startServer(
  answer: (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => Promise<void> | void,
): Promise<EmbeddingServer> {
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const piece of request) text += String(piece);
      await answer(JSON.parse(text) as Record<string, unknown>, response, request);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
