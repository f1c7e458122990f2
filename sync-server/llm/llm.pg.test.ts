import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openTestCluster, type TestAccount, type TestCluster, type TestServer } from '../server-harness.ts';

const SECRET_WORDS = 'nobody but us two may know of the blue door';

/** A model server that answers as the test says, and remembers what it was asked. */
interface Model {
  readonly url: string;
  readonly asked: { readonly path: string; readonly body: Record<string, unknown>; readonly authorization: string }[];
  answer: (request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>) => void;
  close(): Promise<void>;
}

async function startModel(answer: Model['answer']): Promise<Model> {
  const asked: Model['asked'] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const body = JSON.parse(text) as Record<string, unknown>;
      asked.push({ path: request.url ?? '', body, authorization: request.headers.authorization ?? '' });
      model.answer(request, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const model: Model = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    answer,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return model;
}

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const STREAM = [
  event({ choices: [{ delta: { content: 'こん' } }] }),
  event({ choices: [{ delta: { content: 'ばんは' } }] }),
  event({ choices: [], usage: { prompt_tokens: 40, completion_tokens: 5 } }),
  'data: [DONE]\n\n',
];

function stream(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const piece of STREAM) response.write(piece);
  response.end();
}

function fail(status: number): Model['answer'] {
  return (_request, response) => void response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
}

describe('the relay to hosted models', () => {
  let cluster: TestCluster;
  let server: TestServer;
  let url: string;
  let primary: Model;
  let secondary: Model;
  let person: TestAccount;
  beforeAll(async () => {
    cluster = await openTestCluster();
    [primary, secondary] = await Promise.all([startModel(stream), startModel(stream)]);
    server = await cluster.newServer({
      env: {
        LLM_PRIMARY_URL: primary.url,
        LLM_PRIMARY_KEY: 'primary-key',
        LLM_SECONDARY_URL: secondary.url,
        LLM_MODELS: 'lantern-1, lantern-2',
        LLM_MONTHLY_TOKENS: '1000',
      },
    });
    url = await server.listen();
    person = await server.signUp();
  });
  afterEach(() => {
    primary.answer = stream;
    secondary.answer = stream;
    primary.asked.splice(0);
    secondary.asked.splice(0);
  });
  afterAll(async () => {
    await cluster.close();
    await Promise.all([primary.close(), secondary.close()]);
  });

  const chat = (account: Pick<TestAccount, 'headers'> | null, body: object = {}, signal?: AbortSignal) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...account?.headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: SECRET_WORDS }], stream: true, ...body }),
      ...(signal ? { signal } : {}),
    });
  const usage = async (account: TestAccount) =>
    (await server.query('SELECT * FROM usage WHERE account_id = $1', [account.accountId]))[0];

  test('streams the answer through byte for byte, with our key and not theirs, and counts what it cost', async () => {
    const account = await server.signUp();
    const response = await chat(account, { model: 'lantern-2' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(STREAM.join(''));
    expect(primary.asked).toMatchObject([
      {
        path: '/v1/chat/completions',
        authorization: 'Bearer primary-key',
        body: { model: 'lantern-2', stream: true, stream_options: { include_usage: true } },
      },
    ]);
    await vi.waitFor(async () =>
      expect(await usage(account)).toMatchObject({
        model: 'lantern-2',
        calls: '1',
        prompt_tokens: '40',
        completion_tokens: '5',
      }),
    );
  });

  test('an answer that does not say what it cost is estimated', async () => {
    const account = await server.signUp();
    primary.answer = (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ choices: [{ message: { content: 'おかえりなさい。' } }] }));
    const response = await chat(account, { stream: false });
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'おかえりなさい。' } }] });
    expect(primary.asked[0]?.body).toMatchObject({ model: 'lantern-1' });
    await vi.waitFor(async () => expect(Number((await usage(account))?.['completion_tokens'])).toBeGreaterThan(2));
  });

  test('vectors and the list of models', async () => {
    primary.answer = (_request, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ data: [{ index: 0, embedding: [1, 0] }], usage: { prompt_tokens: 3 } }));
    const vectors = await fetch(`${url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...person.headers },
      body: JSON.stringify({ input: ['灯り'] }),
    });
    expect(await vectors.json()).toMatchObject({ data: [{ embedding: [1, 0] }] });
    const models = await fetch(`${url}/v1/models`, { headers: person.headers });
    expect(await models.json()).toMatchObject({ data: [{ id: 'lantern-1' }, { id: 'lantern-2' }] });
  });

  test('the second upstream answers when the first fails, and the first is left alone for a while', async () => {
    primary.answer = fail(503);
    for (let call = 0; call < 4; call += 1) expect((await chat(person)).status).toBe(200);
    const tried = primary.asked.length;
    expect(tried).toBeGreaterThanOrEqual(5);
    expect(secondary.asked.length).toBe(4);
    expect((await chat(person)).status).toBe(200);
    expect(primary.asked.length).toBe(tried);
  });

  test('when all fail the caller is told, and told when to come back', async () => {
    const alone = await cluster.newServer({ env: { LLM_PRIMARY_URL: primary.url } });
    const account = await alone.signUp();
    primary.answer = fail(500);
    const ask = () =>
      alone.app.inject({
        method: 'POST',
        url: '/v1/chat/completions',
        headers: account.headers,
        payload: { messages: [{ role: 'user', content: 'hello' }] },
      });
    const first = await ask();
    expect(first.statusCode).toBe(502);
    expect(first.json()).toMatchObject({ reason: 'upstream_failed' });
    await ask();
    await ask();
    const later = await ask();
    expect(later.statusCode).toBe(503);
    expect(later.headers['retry-after']).toBe('10');
  });

  test("a refusal that is the question's own comes through, and costs nothing", async () => {
    const fresh = await cluster.newServer({ env: { LLM_PRIMARY_URL: primary.url } });
    const account = await fresh.signUp();
    primary.answer = fail(400);
    const refused = await fresh.app.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      headers: account.headers,
      payload: { messages: [{ role: 'user', content: 'hello' }] },
    });
    expect(refused.statusCode).toBe(400);
    expect(primary.asked).toHaveLength(1);
    expect(await fresh.query('SELECT * FROM usage')).toEqual([]);
  });

  test('who hangs up is not answered any more', async () => {
    const account = await server.signUp();
    const fresh = await cluster.newServer({ env: { LLM_PRIMARY_URL: primary.url }, database: server.database });
    const address = await fresh.listen();
    const closed = new Promise<void>((resolve) => {
      primary.answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(STREAM[0]);
        response.once('close', resolve);
      };
    });
    const gone = new AbortController();
    const response = await fetch(`${address}/v1/chat/completions`, {
      method: 'POST',
      signal: gone.signal,
      headers: { 'content-type': 'application/json', ...account.headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], stream: true }),
    });
    const reader = response.body?.getReader();
    await reader?.read();
    gone.abort();
    await closed;
    await reader?.cancel().catch(() => undefined);
    // What was said until then was used.
    await vi.waitFor(async () => expect(await usage(account)).toBeDefined());
  });

  test('a month has an end', async () => {
    const account = await server.signUp();
    const month = `${new Date(server.clock()).toISOString().slice(0, 7)}-01`;
    await server.query('INSERT INTO usage VALUES ($1, $2, $3, 1, 900, 100)', [account.accountId, month, 'lantern-1']);
    const response = await chat(account);
    expect(response.status).toBe(402);
    expect(await response.json()).toMatchObject({ reason: 'payment_required' });
    expect(primary.asked).toEqual([]);
  });

  test('only who may: no token, a key without the scope, a model that is not offered, a body that is none', async () => {
    expect((await chat(null)).status).toBe(401);
    const keyFor = async (scope: 'llm.use' | 'account.read') => {
      const { key } = await person.client.auth.createApiKey({ name: 'reader', scopes: [scope], expiresInDays: 1 });
      return { headers: { authorization: `Bearer ${key}` } };
    };
    expect((await chat(await keyFor('account.read'))).status).toBe(403);
    expect((await chat(await keyFor('llm.use'))).status).toBe(200);
    expect((await chat(person, { model: 'somebody-elses' })).status).toBe(404);
    expect((await chat(person, { messages: [] })).status).toBe(400);
    expect((await chat(person, { n: 9 })).status).toBe(400);
    expect((await chat(person, { messages: [{ role: 'user', content: 'x'.repeat(8_100_000) }] })).status).toBe(413);
  });

  test('what is moderated away goes nowhere; without an answer of the moderation nothing does', async () => {
    const guard = await startModel((_request, response, body) => {
      const flagged = String(body['input']).includes('blue door');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results: [{ flagged }] }));
    });
    const guarded = await cluster.newServer({
      env: { LLM_PRIMARY_URL: primary.url, LLM_MODERATION_URL: guard.url },
    });
    const account = await guarded.signUp();
    const ask = async (content: string) =>
      (
        await guarded.app.inject({
          method: 'POST',
          url: '/v1/chat/completions',
          headers: account.headers,
          payload: { messages: [{ role: 'user', content }], stream: true },
        })
      ).statusCode;
    expect(await ask(SECRET_WORDS)).toBe(403);
    expect(primary.asked).toEqual([]);
    expect(await ask('good evening')).toBe(200);
    await guard.close();
    expect(await ask('good evening')).toBe(503);
  });

  test('nothing that was said lies in the database', async () => {
    const tables = await server.query(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const found = await server.query(`SELECT 1 FROM ${String(name)} AS t WHERE t::text LIKE '%blue door%'`);
      expect(found, String(name)).toEqual([]);
    }
  });
});
