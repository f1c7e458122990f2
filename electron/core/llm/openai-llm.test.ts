import { LLMock } from '@copilotkit/aimock';
import { afterEach, describe, expect, test } from 'vitest';
import { isAbortError } from './abort.ts';
import { drain, exampleRequest, llmSuite } from './llm-suite.ts';
import {
  against,
  begin,
  closeAll,
  closing,
  connect,
  delta,
  event,
  failureOf,
  KEY,
  raw,
  refuse,
  reply,
  startHostileServer,
  type Answer,
} from './openai-harness.ts';
import { MAX_REPLY_LENGTH } from './openai-llm.ts';

afterEach(closeAll);

describe('against aimock', () => {
  const openMock = async (options: ConstructorParameters<typeof LLMock>[0] = {}): Promise<LLMock> => {
    const mock = new LLMock({ port: 0, ...options });
    mock.onMessage(/.*/, { content: '<happy>おかえり。今日もお疲れさま、ゆっくりしてね。'.repeat(4) });
    await mock.start();
    closing.push(() => mock.stop());
    return mock;
  };

  llmSuite('openai-llm', {
    open: async () => connect(`${(await openMock({ chunkSize: 8 })).url}/v1`).llm,
    openSlow: async () => connect(`${(await openMock({ chunkSize: 8, latency: 60 })).url}/v1`).llm,
    openBroken: async () => {
      const mock = new LLMock({ port: 0, chaos: { dropRate: 1 } });
      mock.onMessage(/.*/, { content: 'never' });
      await mock.start();
      closing.push(() => mock.stop());
      return { llm: connect(`${mock.url}/v1`).llm, reason: 'server_error' };
    },
    tellsUsage: true,
  });
});

describe('what must be survived', () => {
  test('nothing listens: refused, and no time is lost on retries', async () => {
    const server = await startHostileServer(reply(['x']));
    await server.close();
    const { llm, pausesMs } = connect(server.baseUrl);
    expect((await failureOf(llm)).failure.reason).toBe('refused');
    expect(pausesMs).toEqual([]);
  });

  test('a server that says nothing ends in a timeout', async () => {
    const { llm, asked } = await against([() => undefined], { firstTokenMs: 60 });
    expect((await failureOf(llm)).failure.reason).toBe('timeout');
    expect(asked).toHaveLength(1);
  });

  test('a role is not a token: the first timeout runs on', async () => {
    const { llm } = await against([raw(event({ choices: [{ delta: { role: 'assistant', content: '' } }] }), 'hang')], {
      firstTokenMs: 60,
    });
    expect((await failureOf(llm)).failure).toMatchObject({ reason: 'timeout', detail: 'no text came in time' });
  });

  test('a stream that stops amid the text keeps what was said and ends in a timeout', async () => {
    const { llm } = await against([raw(delta('うん、') + delta('それで'), 'hang')], { idleMs: 60 });
    const { failure, text } = await failureOf(llm);
    expect(text).toBe('うん、それで');
    expect(failure.reason).toBe('timeout');
  });

  test('401 is told at once, and the key in the answer is not', async () => {
    const { llm, asked } = await against([
      refuse(401, `Incorrect API key provided: ${KEY}. Also Bearer ${KEY}`, { code: 'invalid_api_key' }),
    ]);
    const { failure } = await failureOf(llm);
    expect(failure.reason).toBe('unauthorized');
    expect(asked).toHaveLength(1);
    expect(`${failure.detail} ${failure.message} ${String(failure.stack)}`).not.toContain(KEY);
  });

  test('429 waits as long as retry-after asks, and then answers', async () => {
    const limited = refuse(429, 'slow down', { headers: { 'retry-after': '2' } });
    const { llm, pausesMs, asked } = await against([limited, limited, reply(['はい'])]);
    expect((await drain(llm.stream(exampleRequest()))).texts.join('')).toBe('はい');
    expect(pausesMs).toEqual([2000, 2000]);
    expect(asked).toHaveLength(3);
  });

  test('a retry-after beyond the limit is left to the next rung', async () => {
    const { llm, asked } = await against([refuse(429, 'later', { headers: { 'retry-after': '120' } })]);
    expect((await failureOf(llm)).failure.reason).toBe('rate_limited');
    expect(asked).toHaveLength(1);
  });

  test('an exhausted quota is not asked again', async () => {
    const { llm, asked } = await against([
      refuse(429, 'You exceeded your current quota', { code: 'insufficient_quota' }),
    ]);
    expect((await failureOf(llm)).failure.reason).toBe('rate_limited');
    expect(asked).toHaveLength(1);
  });

  test('500 is tried three times more, each pause twice as long', async () => {
    const { llm, pausesMs, asked } = await against([refuse(500, 'oops')]);
    expect((await failureOf(llm)).failure.reason).toBe('server_error');
    expect(asked).toHaveLength(4);
    expect(pausesMs).toEqual([500, 1000, 2000]);
  });

  test('a connection dropped before the first word is tried again', async () => {
    const drop: Answer = (response) => void response.destroy();
    const { llm, asked } = await against([drop, raw(event({ choices: [] })), reply(['やっと'])]);
    expect((await drain(llm.stream(exampleRequest()))).texts.join('')).toBe('やっと');
    expect(asked).toHaveLength(3);
  });

  test.each(['cut', 'end'] as const)(
    'a stream cut amid the text (%s) is never asked again: what was said stands',
    async (how) => {
      const { llm, asked } = await against([raw(delta('あのね、') + delta('きょう'), how), reply(['別の返事'])]);
      const { failure, text } = await failureOf(llm);
      expect('あのね、きょう'.startsWith(text)).toBe(true);
      expect(failure.reason).toBe('network');
      expect(asked).toHaveLength(1);
    },
  );

  test('a stream that ends with its own mark is whole, even without a finish reason', async () => {
    const { llm } = await against([raw(delta('うん。') + event('[DONE]'))]);
    expect(await drain(llm.stream(exampleRequest()))).toEqual({ texts: ['うん。'], error: null });
  });

  test.each([
    ['an event that is not JSON', raw('data: {"choices": [{"delta": {"conte\n\n')],
    ['an event that is a list', raw(event([1, 2, 3]))],
    ['an event that is a word', raw(event('"hello"'))],
    ['choices of the wrong type', raw(event({ choices: 'many' }))],
    ['content of the wrong type', raw(event({ choices: [{ delta: { content: 42 } }] }))],
    ['no events at all', raw('this is not a stream\n\nof anything\n')],
    ['an empty body', raw('')],
    ['a model that says nothing', reply([])],
    [
      'another JSON',
      ((response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"world"}')) satisfies Answer,
    ],
    [
      'broken JSON',
      ((response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":')) satisfies Answer,
    ],
    [
      'a web page',
      ((response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>')) satisfies Answer,
    ],
  ])('%s is a bad answer', async (_what, answer) => {
    const { llm } = await against([answer]);
    const { failure, text } = await failureOf(llm);
    expect(failure.reason).toBe('bad_answer');
    expect(text).toBe('');
  });

  test('a reply of 10 MB is read no further than a reply may be', async () => {
    let sent = 0;
    let gone = false;
    const flood: Answer = async (response) => {
      begin(response);
      const closed = new Promise((resolve) => response.once('close', resolve));
      void closed.then(() => (gone = true));
      while (!gone && sent < 10_000_000) {
        sent += 1000;
        if (!response.write(delta('あ'.repeat(1000))))
          await Promise.race([closed, new Promise((resolve) => response.once('drain', resolve))]);
      }
      response.end();
    };
    const { llm } = await against([flood]);
    const { failure, text } = await failureOf(llm);
    expect(failure.reason).toBe('bad_answer');
    expect(text.length).toBeLessThanOrEqual(MAX_REPLY_LENGTH);
    expect(text.length).toBeGreaterThan(MAX_REPLY_LENGTH - 2000);
    expect(sent).toBeLessThan(10_000_000);
  });

  test('one line of 10 MB is read no further than a line may be', async () => {
    const { llm } = await against([raw(`data: ${'x'.repeat(10_000_000)}`)]);
    expect((await failureOf(llm)).failure).toMatchObject({ reason: 'bad_answer', detail: 'the answer is too large' });
  });

  test('200 chunks a second arrive whole, in order and without falling behind', async () => {
    const pieces = Array.from({ length: 200 }, (_, index) => `${index},`);
    const drip: Answer = async (response) => {
      begin(response);
      for (const piece of pieces) {
        response.write(delta(piece));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      response.write(delta(null, {}, 'stop'));
      response.end(event('[DONE]'));
    };
    const { llm } = await against([drip]);
    expect((await drain(llm.stream(exampleRequest()))).texts.join('')).toBe(pieces.join(''));
  });

  test('an error within the stream, before a word, is tried again', async () => {
    const { llm } = await against([raw(event({ error: { message: 'overloaded', code: 503 } })), reply(['うん'])]);
    expect((await drain(llm.stream(exampleRequest()))).texts.join('')).toBe('うん');
  });

  test('an error within the stream, amid the text, ends it', async () => {
    const { llm, asked } = await against([
      raw(delta('ええと') + event({ error: { message: 'rate limited', code: 429 } })),
    ]);
    const { failure, text } = await failureOf(llm);
    expect(text).toBe('ええと');
    expect(failure.reason).toBe('rate_limited');
    expect(asked).toHaveLength(1);
  });

  test('404 of a model is not a missing page', async () => {
    const missing = refuse(404, 'The model `x` does not exist', { code: 'model_not_found' });
    expect((await failureOf((await against([missing])).llm)).failure.reason).toBe('no_model');
    expect((await failureOf((await against([refuse(404, 'page not found')])).llm)).failure.reason).toBe('not_found');
  });

  test('an error that quotes what was said is told by its code alone', async () => {
    const { llm } = await against([refuse(403, 'blocked: 今日は仕事でへとへと…', { code: 'content_blocked' })]);
    const { failure } = await failureOf(llm);
    expect(failure.detail).toContain('content_blocked');
    expect(failure.detail).not.toContain('へとへと');
  });

  test("a refusal's words may quote the person: only its code is told", async () => {
    const { llm } = await against([refuse(400, 'bad input: 今日は仕事でへとへと…', { code: 'invalid_value' })]);
    const { failure } = await failureOf(llm);
    expect(failure).toMatchObject({ reason: 'bad_answer', transient: false });
    expect(failure.detail).toContain('invalid_value');
    expect(failure.detail).not.toContain('へとへと');
  });

  test('an abort while waiting to try again ends at once', async () => {
    const stop = new AbortController();
    const { llm } = await against([refuse(500, 'oops')], {
      wait: (_ms, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
          stop.abort();
        }),
    });
    const { error } = await drain(llm.stream(exampleRequest({ signal: stop.signal })));
    expect(isAbortError(error)).toBe(true);
  });
});
