import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startEmbeddingServer, startServer } from './embedder-harness.ts';
import { cosine, embedderSuite } from './embedder-suite.ts';
import { openOpenAiEmbedder, type OpenAiEmbedderOptions } from './openai-embedder.ts';
import type { Embedder } from './embedder.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** An embedder at a server that gives these answers one after the other, the last again and again. */
async function against(
  answers: readonly ((response: ServerResponse, count: number) => void)[],
  options: Partial<OpenAiEmbedderOptions> = {},
) {
  const asked: Asked[] = [];
  const pausesMs: number[] = [];
  const server = await startServer((body, response, { headers }) => {
    asked.push({ headers, body });
    const count = Array.isArray(body['input']) ? body['input'].length : 0;
    answers[Math.min(asked.length, answers.length) - 1]?.(response, count);
  });
  closing.push(server.close);
  const open = (): Promise<Embedder> =>
    openOpenAiEmbedder({
      baseUrl: server.baseUrl,
      apiKey: 'sk-test-4f1b0c9e',
      model: 'm',
      pause: async (ms) => void pausesMs.push(ms),
      ...options,
    });
  return { open, asked, pausesMs };
}

const json =
  (value: unknown, status = 200) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
const good = (response: ServerResponse, count: number) =>
  json({ data: Array.from({ length: count }, (_, index) => ({ index, embedding: [3, 4, 0] })) })(response);
const vectors = (...embeddings: unknown[]) =>
  json({ data: embeddings.map((embedding, index) => ({ index, embedding })) });

embedderSuite('an OpenAI-compatible endpoint', async () => {
  const server = await startEmbeddingServer();
  const embedder = await openOpenAiEmbedder({ baseUrl: server.baseUrl, apiKey: null, model: 'words' });
  return {
    ...embedder,
    async close() {
      await embedder.close();
      await server.close();
    },
  };
});

describe('what is asked and what comes back', () => {
  it('floats are asked for, with the key; the name says model, host and size', async () => {
    const { open, asked } = await against([good]);
    const embedder = await open();
    expect(embedder.dimensions).toBe(3);
    expect(embedder.model).toMatch(/^m@127\.0\.0\.1:\d+#3$/);
    const [vector] = await embedder.embed(['hello']);
    expect([...(vector ?? [])].map((value) => Math.round(value * 10) / 10)).toEqual([0.6, 0.8, 0]);
    expect(asked[1]?.body).toEqual({ model: 'm', input: ['hello'], encoding_format: 'float' });
    expect(asked[1]?.headers.authorization).toBe('Bearer sk-test-4f1b0c9e');
  });

  it('a server that asks for no key is sent none', async () => {
    const { open, asked } = await against([good], { apiKey: null });
    await open();
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
  });

  it('answers out of order are put in order', async () => {
    const { open } = await against([
      good,
      json({
        data: [
          { index: 1, embedding: [0, 1, 0] },
          { index: 0, embedding: [1, 0, 0] },
        ],
      }),
    ]);
    const [one, two] = await (await open()).embed(['one', 'two']);
    expect([...(one ?? []), ...(two ?? [])]).toEqual([1, 0, 0, 0, 1, 0]);
  });

  it('base64, from servers that send it unasked, is read', async () => {
    const base64 = Buffer.from(Float32Array.of(0, 0, 2).buffer).toString('base64');
    const { open } = await against([good, vectors(base64)]);
    const [vector] = await (await open()).embed(['x']);
    expect(cosine(vector, Float32Array.of(0, 0, 1))).toBeCloseTo(1, 6);
  });

  it('many texts go in several requests', async () => {
    const { open, asked } = await against([good]);
    expect(await (await open()).embed(Array.from({ length: 150 }, String))).toHaveLength(150);
    expect(asked.map(({ body }) => (body['input'] as unknown[]).length)).toEqual([1, 64, 64, 22]);
  });
});

describe('an answer that cannot be used is an error, never a vector', () => {
  it.each([
    ['too few', vectors([1, 0, 0])],
    ['too many', vectors([1, 0, 0], [1, 0, 0], [1, 0, 0])],
    ['another size', vectors([1, 0], [1, 0])],
    ['sizes that differ', vectors([1, 0, 0], [1, 0])],
    ['NaN', vectors([1, 0, 0], [1, Number.NaN, 0])],
    ['null', vectors([1, 0, 0], [1, null, 0])],
    ['zeros', vectors([1, 0, 0], [0, 0, 0])],
    ['nothing', vectors([1, 0, 0], [])],
    ['infinity', json({ data: [{ embedding: [1, 0, 0] }, { embedding: [1e308, 0, 0].map((value) => value * 10) }] })],
    [
      'the same place twice',
      json({
        data: [
          { index: 0, embedding: [1, 0, 0] },
          { index: 0, embedding: [1, 0, 0] },
        ],
      }),
    ],
    [
      'a place that is none',
      json({
        data: [
          { index: 0, embedding: [1, 0, 0] },
          { index: 9, embedding: [1, 0, 0] },
        ],
      }),
    ],
    ['no list', json({ data: null })],
    ['words', json('hello')],
    ['no JSON', (response: ServerResponse) => void response.writeHead(200).end('<html>')],
  ])('%s', async (_name, answer) => {
    const { open } = await against([good, answer]);
    const embedder = await open();
    await expect(embedder.embed(['one', 'two'])).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'embedder_bad_answer',
    });
  });
});

describe('a server in trouble', () => {
  it.each([
    [401, 'embedder_unauthorized', 1],
    [403, 'embedder_unauthorized', 1],
    [404, 'embedder_no_model', 1],
    [400, 'embedder_refused', 1],
    [429, 'embedder_rate_limited', 3],
    [500, 'embedder_server_error', 3],
    [503, 'embedder_server_error', 3],
  ])('%d is %s, asked %d times', async (status, reason, times) => {
    const { open, asked } = await against([json({ error: { message: 'no' } }, status)]);
    await expect(open()).rejects.toMatchObject({ code: 'unavailable', reason });
    expect(asked).toHaveLength(times);
  });

  it('comes back after a moment: the answer is there all the same, after the pause it asked for', async () => {
    const busy = (response: ServerResponse) => void response.writeHead(503, { 'retry-after': '2' }).end();
    const { open, pausesMs } = await against([busy, busy, good]);
    expect((await open()).dimensions).toBe(3);
    expect(pausesMs).toEqual([2000, 2000]);
  });

  it('that cuts the answer off, or sends none, is out of reach or too late', async () => {
    const cut = await against([
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"data"', () => response.destroy());
      },
    ]);
    await expect(cut.open()).rejects.toMatchObject({ reason: 'embedder_unreachable' });
    const silent = await against([() => undefined], { timeoutMs: 30 });
    await expect(silent.open()).rejects.toMatchObject({ reason: 'embedder_timeout' });
  });

  it('a model it does not have is told apart from a text it does not take', async () => {
    const { open } = await against([json({ error: { message: 'model "m" not found, try pulling it first' } }, 400)]);
    await expect(open()).rejects.toMatchObject({ reason: 'embedder_no_model' });
  });
});
