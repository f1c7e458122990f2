import { LLMock } from '@copilotkit/aimock';
import { afterEach, describe, expect, test } from 'vitest';
import { isAbortError } from './abort.ts';
import { LlmFailure, type Llm } from './llm.ts';
import { collect, drain, exampleRequest, llmSuite } from './llm-suite.ts';
import { begin, delta, event, raw, refuse, reply, startHostileServer, type Answer } from './openai-hostile-server.ts';
import { createOpenAiLlm, listOpenAiModels, MAX_REPLY_LENGTH, normalBaseUrl, type OpenAiOptions } from './openai-llm.ts';

const KEY = 'sk-test-4f1b0c9e8d7a6b5c';
const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function connect(baseUrl: string, more: Partial<OpenAiOptions> = {}): { llm: Llm; pausesMs: number[] } {
  const pausesMs: number[] = [];
  const llm = createOpenAiLlm({
    rung: 'primary',
    baseUrl,
    apiKey: KEY,
    model: 'gpt-test',
    random: () => 0.5,
    wait: async (ms) => void pausesMs.push(ms),
    ...more,
  });
  closing.push(() => llm.close());
  return { llm, pausesMs };
}

async function against(answers: readonly Answer[], more: Partial<OpenAiOptions> = {}) {
  const server = await startHostileServer(...answers);
  closing.push(server.close);
  return { ...server, ...connect(server.baseUrl, more) };
}

async function failureOf(llm: Llm, request = exampleRequest()): Promise<{ failure: LlmFailure; text: string }> {
  const { texts, error } = await drain(llm.stream(request));
  if (!(error instanceof LlmFailure)) throw new Error(`expected an LlmFailure, got ${String(error)}`);
  return { failure: error, text: texts.join('') };
}

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
    const { llm } = await against([raw(event({ choices: [{ delta: { role: 'assistant', content: '' } }] }), 'hang')], { firstTokenMs: 60 });
    expect((await failureOf(llm)).failure).toMatchObject({ reason: 'timeout', detail: 'no text came in time' });
  });

  test('a stream that stops amid the text keeps what was said and ends in a timeout', async () => {
    const { llm } = await against([raw(delta('うん、') + delta('それで'), 'hang')], { idleMs: 60 });
    const { failure, text } = await failureOf(llm);
    expect(text).toBe('うん、それで');
    expect(failure.reason).toBe('timeout');
  });

  test('401 is told at once, and the key in the answer is not', async () => {
    const { llm, asked } = await against([refuse(401, `Incorrect API key provided: ${KEY}. Also Bearer ${KEY}`, { code: 'invalid_api_key' })]);
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
    const { llm, asked } = await against([refuse(429, 'You exceeded your current quota', { code: 'insufficient_quota' })]);
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

  test.each(['cut', 'end'] as const)('a stream cut amid the text (%s) is never asked again: what was said stands', async (how) => {
    const { llm, asked } = await against([raw(delta('あのね、') + delta('きょう'), how), reply(['別の返事'])]);
    const { failure, text } = await failureOf(llm);
    expect('あのね、きょう'.startsWith(text)).toBe(true);
    expect(failure.reason).toBe('network');
    expect(asked).toHaveLength(1);
  });

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
    ['another JSON', ((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello":"world"}')) satisfies Answer],
    ['broken JSON', ((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":')) satisfies Answer],
    ['a web page', ((response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>')) satisfies Answer],
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
      response.on('close', () => (gone = true));
      while (!gone && sent < 10_000_000) {
        sent += 1000;
        if (!response.write(delta('あ'.repeat(1000)))) await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
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
    const { llm, asked } = await against([raw(delta('ええと') + event({ error: { message: 'rate limited', code: 429 } }))]);
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

describe('servers differ', () => {
  test('what is asked first: a stream with usage, in the words of the protocol', async () => {
    const { llm, asked } = await against([reply(['はい'])]);
    await collect(llm.stream(exampleRequest({ maxTokens: 77 })));
    expect(asked[0]?.path).toBe('/v1/chat/completions');
    expect(asked[0]?.body).toMatchObject({ model: 'gpt-test', stream: true, stream_options: { include_usage: true }, max_tokens: 77, temperature: 0.7 });
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test('tokens are read, cached ones too', async () => {
    const { llm } = await against([reply(['a', 'b'])]);
    expect((await collect(llm.stream(exampleRequest()))).at(-1)).toEqual({ kind: 'usage', promptTokens: 120, cachedTokens: 100, completionTokens: 2 });
  });

  test('a local server needs no key, and is sent none from the environment', async () => {
    process.env['OPENAI_API_KEY'] = 'sk-of-someone-else';
    process.env['OPENAI_ORG_ID'] = 'org-of-someone-else';
    try {
      const { llm, asked } = await against([reply(['はい'])], { apiKey: null });
      await collect(llm.stream(exampleRequest()));
      expect(JSON.stringify(asked[0]?.headers)).not.toMatch(/someone-else|authorization|none/);
    } finally {
      delete process.env['OPENAI_API_KEY'];
      delete process.env['OPENAI_ORG_ID'];
    }
  });

  test('a server that refuses parameters is asked without them, and they are not tried again', async () => {
    const { llm, asked } = await against([
      refuse(400, "Unknown parameter: 'stream_options'", { param: 'stream_options' }),
      refuse(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
      refuse(400, "Unsupported value: 'temperature' does not support 0.7 with this model."),
      reply(['はい']),
    ]);
    await collect(llm.stream(exampleRequest()));
    await collect(llm.stream(exampleRequest()));
    expect(asked).toHaveLength(5);
    for (const { body } of asked.slice(3)) {
      expect(body).not.toHaveProperty('stream_options');
      expect(body).not.toHaveProperty('max_tokens');
      expect(body).not.toHaveProperty('temperature');
      expect(body).toMatchObject({ max_completion_tokens: 64 });
    }
  });

  test('a template that wants roles in turn gets them in turn', async () => {
    const { llm, asked } = await against([refuse(500, 'Conversation roles must alternate user/assistant/user'), reply(['はい'])]);
    const request = exampleRequest();
    await collect(
      llm.stream({
        ...request,
        messages: [
          { role: 'system', content: 'S' },
          { role: 'assistant', content: 'A' },
          { role: 'user', content: 'U1' },
          { role: 'system', content: 'N' },
          { role: 'user', content: 'U2' },
        ],
      }),
    );
    expect(asked[1]?.body['messages']).toEqual([
      { role: 'system', content: 'S' },
      { role: 'user', content: '…' },
      { role: 'assistant', content: 'A' },
      { role: 'user', content: 'U1\n\nN\n\nU2' },
    ]);
  });

  test('a context smaller than was thought drops the oldest half of the history', async () => {
    const tooLong = refuse(400, 'the request exceeds the available context size', { code: 'exceed_context_size_error' });
    const { llm, asked } = await against([tooLong, reply(['はい'])]);
    const turns = Array.from({ length: 20 }, (_, index) => ({ role: index % 2 === 0 ? ('user' as const) : ('assistant' as const), content: `turn ${index}` }));
    await collect(llm.stream({ ...exampleRequest(), messages: [{ role: 'system', content: 'S' }, ...turns, { role: 'user', content: 'newest' }] }));
    const sent = asked[1]?.body['messages'];
    expect(Array.isArray(sent) && sent.length).toBe(13);
    expect(JSON.stringify(sent)).toContain('newest');
    expect(JSON.stringify(sent)).not.toContain('"turn 3"');
  });

  test('a server that answers whole instead of streaming is understood', async () => {
    const whole: Answer = (response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'まとめて' }, finish_reason: 'stop' }], usage: { prompt_tokens: 5, completion_tokens: 3 } }));
    const { llm } = await against([whole]);
    expect(await collect(llm.stream(exampleRequest()))).toEqual([
      { kind: 'text', text: 'まとめて' },
      { kind: 'usage', promptTokens: 5, cachedTokens: 0, completionTokens: 3 },
    ]);
  });

  test('thinking is never shown, in a field of its own or in the text', async () => {
    const thoughts = delta(null, { reasoning_content: 'what shall I say' }) + delta('<thi') + delta('nk>secret</th') + delta('ink>\n\nおかえり') + delta(null, {}, 'stop');
    const { llm } = await against([raw(thoughts + event('[DONE]'))]);
    expect((await drain(llm.stream(exampleRequest()))).texts.join('')).toBe('おかえり');
  });

  test('a model that spends its limit on thinking is given room once', async () => {
    const inVain = raw(delta(null, { reasoning_content: 'hmm' }) + delta(null, {}, 'length') + event('[DONE]'));
    const { llm, asked } = await against([inVain, reply(['はい'])]);
    expect((await drain(llm.stream(exampleRequest({ maxTokens: 50 })))).texts.join('')).toBe('はい');
    expect(asked.map(({ body }) => body['max_tokens'])).toEqual([50, 50 + 4096]);
  });

  test('without a model, the first that the server names is used', async () => {
    const models: Answer = (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data: [{ id: 'qwen' }, { id: 'other' }] }));
    const { llm, asked } = await against([models, reply(['はい'])], { model: '' });
    expect(llm.model).toBe('auto');
    await collect(llm.stream(exampleRequest()));
    expect(llm.model).toBe('qwen');
    expect(asked[1]?.body['model']).toBe('qwen');
  });

  test('the list of models is sorted, and failures are told apart', async () => {
    const models: Answer = (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: [{ id: 'b' }, { id: 'a' }, { nope: 1 }, { id: 'a' }] }));
    const server = await startHostileServer(models, refuse(401, 'no'), (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), () => undefined);
    closing.push(server.close);
    const list = () => listOpenAiModels({ baseUrl: server.baseUrl, apiKey: KEY, timeoutMs: 80 });
    expect(await list()).toEqual(['a', 'b']);
    await expect(list()).rejects.toMatchObject({ reason: 'unauthorized' });
    await expect(list()).rejects.toMatchObject({ reason: 'bad_answer' });
    await expect(list()).rejects.toMatchObject({ reason: 'timeout' });
  });

  test.each([
    ['http://127.0.0.1:11434', 'http://127.0.0.1:11434/v1'],
    ['http://localhost:1234/', 'http://localhost:1234/v1'],
    ['https://api.openai.com/v1/', 'https://api.openai.com/v1'],
    ['https://example.org/v1/chat/completions', 'https://example.org/v1'],
    ['https://example.org/openai/v2', 'https://example.org/openai/v2'],
  ])('the address %s is understood as %s', (written, meant) => {
    expect(normalBaseUrl(written)).toBe(meant);
  });
});

describe('JSON without tools', () => {
  const schema = { type: 'object', properties: { mood: { type: 'string' } }, required: ['mood'], additionalProperties: false };
  const request = () => exampleRequest({ jsonSchema: schema });

  test('the schema is sent, and one text with the value comes back', async () => {
    const { llm, asked } = await against([reply(['{"mo', 'od": "calm"}'])]);
    expect((await drain(llm.stream(request()))).texts).toEqual(['{"mood":"calm"}']);
    expect(asked[0]?.body['response_format']).toMatchObject({ type: 'json_schema' });
  });

  test('a server that knows no schema is asked for an object, and one that knows no object is asked in words', async () => {
    const { llm, asked } = await against([
      refuse(400, "response_format 'json_schema' is not supported"),
      refuse(400, 'response_format is not supported'),
      reply(['Sure! ```json\n{"mood": "calm"}\n``` Anything else?']),
    ]);
    expect((await drain(llm.stream(request()))).texts).toEqual(['{"mood":"calm"}']);
    expect(asked[1]?.body['response_format']).toEqual({ type: 'json_object' });
    expect(asked[2]?.body).not.toHaveProperty('response_format');
    expect(JSON.stringify(asked[2]?.body['messages'])).toContain('JSON schema');
  });

  test('what does not fit the schema is asked for again in a plainer form, and then given up', async () => {
    const { llm, asked } = await against([reply(['{"mood": 3}'])]);
    const { failure, text } = await failureOf(llm, request());
    expect(failure.reason).toBe('bad_answer');
    expect(text).toBe('');
    expect(asked).toHaveLength(3);
  });
});
