import { afterEach, describe, expect, test } from 'vitest';
import { normalBaseUrl } from '#shared/llm/base-url.ts';
import { collect, drain, exampleRequest } from './llm-suite.ts';
import {
  against,
  closeAll,
  closing,
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
import { listOpenAiModels } from './openai-llm.ts';

afterEach(closeAll);

describe('servers differ', () => {
  test('what is asked first: a stream with usage, in the words of the protocol', async () => {
    const { llm, asked } = await against([reply(['はい'])]);
    await collect(llm.stream(exampleRequest({ maxTokens: 77 })));
    expect(asked[0]?.path).toBe('/v1/chat/completions');
    expect(asked[0]?.body).toMatchObject({
      model: 'gpt-test',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 77,
      temperature: 0.7,
    });
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  test('tokens are read, cached ones too', async () => {
    const { llm } = await against([reply(['a', 'b'])]);
    expect((await collect(llm.stream(exampleRequest()))).at(-1)).toEqual({
      kind: 'usage',
      promptTokens: 120,
      cachedTokens: 100,
      completionTokens: 2,
    });
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
      refuse(
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
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
    const { llm, asked } = await against([
      refuse(500, 'Conversation roles must alternate user/assistant/user'),
      reply(['はい']),
    ]);
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

  test('a context smaller than was thought drops the oldest turns, and a short talk later loses none', async () => {
    const tooLong = refuse(400, 'the request exceeds the available context size', {
      code: 'exceed_context_size_error',
    });
    const { llm, asked } = await against([tooLong, tooLong, reply(['はい'])]);
    const turns = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
        content: `turn ${index}. ${'x'.repeat(90)}`,
      }));
    const request = (count: number) => ({
      ...exampleRequest(),
      messages: [
        { role: 'system' as const, content: 'S' },
        ...turns(count),
        { role: 'user' as const, content: 'newest' },
      ],
    });
    await collect(llm.stream(request(40)));
    await collect(llm.stream(request(10)));
    const sizes = asked.map(({ body }) => (Array.isArray(body['messages']) ? body['messages'].length : 0));
    expect(sizes).toEqual([42, 25, 15, 12]);
    const sent = JSON.stringify(asked[2]?.body['messages']);
    expect(sent).toContain('newest');
    expect(sent).toContain('turn 39.');
    expect(sent).not.toContain('turn 20.');
  });

  test('what was tried in vain has taught nothing', async () => {
    const { llm, asked } = await against([refuse(400, 'no'), refuse(400, 'no'), reply(['はい'])]);
    expect((await failureOf(llm)).failure.reason).toBe('bad_answer');
    expect(asked[1]?.body).not.toHaveProperty('stream_options');
    await collect(llm.stream(exampleRequest()));
    expect(asked[2]?.body).toMatchObject({ stream_options: { include_usage: true }, temperature: 0.7 });
  });

  test('a server that answers whole instead of streaming is understood', async () => {
    const whole: Answer = (response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          choices: [{ message: { role: 'assistant', content: 'まとめて' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 5, completion_tokens: 3 },
        }),
      );
    const { llm } = await against([whole]);
    expect(await collect(llm.stream(exampleRequest()))).toEqual([
      { kind: 'text', text: 'まとめて' },
      { kind: 'usage', promptTokens: 5, cachedTokens: 0, completionTokens: 3 },
    ]);
  });

  test('thinking is never shown, in a field of its own or in the text', async () => {
    const thoughts =
      delta(null, { reasoning_content: 'what shall I say' }) +
      delta('<thi') +
      delta('nk>secret</th') +
      delta('ink>\n\nおかえり') +
      delta(null, {}, 'stop');
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
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ object: 'list', data: [{ id: 'qwen' }, { id: 'other' }] }));
    const { llm, asked } = await against([models, reply(['はい'])], { model: '' });
    expect(llm.model).toBe('auto');
    await collect(llm.stream(exampleRequest()));
    expect(llm.model).toBe('qwen');
    expect(asked[1]?.body['model']).toBe('qwen');
  });

  test('the list of models is sorted, and failures are told apart', async () => {
    const models: Answer = (response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: [{ id: 'b' }, { id: 'a' }, { nope: 1 }, { id: 'a' }] }));
    const server = await startHostileServer(
      models,
      refuse(401, 'no'),
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => undefined,
    );
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
  const schema = {
    type: 'object',
    properties: { mood: { type: 'string' } },
    required: ['mood'],
    additionalProperties: false,
  };
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
