import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCluster, type TestAccount, type TestCluster, type TestServer } from '../server-harness.ts';

let cluster: TestCluster;
let server: TestServer;
let person: TestAccount;
let address: URL;
beforeAll(async () => {
  cluster = await openTestCluster();
  server = await cluster.newServer();
  person = await server.signUp();
  address = new URL(await server.listen());
});
afterAll(() => cluster.close());

const update = (payload: string | object, more: Record<string, string> = {}) =>
  server.app.inject({
    method: 'PATCH',
    url: '/v1/account',
    headers: { ...person.headers, 'content-type': 'application/json', ...more },
    payload,
  });

describe('a hostile body', () => {
  test('larger than a megabyte is refused with 413', async () => {
    const response = await update(JSON.stringify({ displayName: 'x'.repeat(1_100_000) }));
    expect([response.statusCode, response.json<{ reason: string }>().reason]).toEqual([413, 'body_too_large']);
  });

  test.each([
    ['__proto__', '{"displayName":"a","__proto__":{"isAdmin":true}}'],
    ['__proto__, escaped', '{"displayName":"a","\\u005f_proto__":{"isAdmin":true}}'],
    ['constructor.prototype', '{"displayName":"a","constructor":{"prototype":{"isAdmin":true}}}'],
    ['no JSON', '{"displayName":'],
    ['nothing', ''],
    ['nested a hundred thousand deep', `{"displayName":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['nested, unclosed', '['.repeat(500_000)],
    ['a member nobody knows', '{"role":"admin"}'],
    ['an array', '[]'],
    ['a number', '1e999'],
    ['a null character', '{"displayName":"a\\u0000b","extra":1}'],
  ])('%s is refused with 400', async (_what, payload) => {
    const response = await update(payload);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toMatchObject({ reason: 'invalid_request', requestId: expect.any(String) });
    expect(Object.prototype).not.toHaveProperty('isAdmin');
  });

  test('a name with a null character, which Postgres cannot store, is refused', async () => {
    expect((await update({ displayName: 'a\0b' })).statusCode).toBe(400);
  });

  test('compressed, or of another kind, is refused with 415', async () => {
    expect((await update('{}', { 'content-encoding': 'gzip' })).statusCode).toBe(415);
    expect((await update('<a/>', { 'content-type': 'text/xml' })).statusCode).toBe(415);
    const form = {
      method: 'POST',
      url: '/v1/auth/sign-in',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'email=a',
    } as const;
    expect((await server.app.inject(form)).statusCode).toBe(415);
  });

  test('brackets inside strings are text', async () => {
    expect((await update({ displayName: '[[{{"\\'.repeat(5) })).statusCode).toBe(200);
  });
});

describe('a hostile connection', () => {
  test('that sends its headers drop by drop is cut off, and holds up nobody', async () => {
    const slow = net.connect(Number(address.port), address.hostname);
    slow.on('error', () => undefined);
    await once(slow, 'connect');
    slow.write('POST /v1/auth/sign-in HTTP/1.1\r\nHost: x\r\n');
    const drops = setInterval(() => slow.write('X-a: b\r\n'), 500);
    const answer = once(slow, 'data').then(([data]) => String(data));
    const closed = once(slow, 'close');
    expect((await fetch(new URL('/health', address))).status).toBe(200);
    expect(await answer).toContain('408');
    await closed;
    clearInterval(drops);
  }, 40_000);

  test('that promises a body and does not send it is cut off', async () => {
    const slow = net.connect(Number(address.port), address.hostname);
    slow.on('error', () => undefined);
    await once(slow, 'connect');
    slow.write(
      'POST /v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    );
    slow.resume();
    await once(slow, 'close');
  }, 40_000);

  test.each([
    ['headers without end', `GET /health HTTP/1.1\r\nHost: x\r\nX-a: ${'a'.repeat(40_000)}\r\n\r\n`],
    ['two lengths', 'POST /v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    [
      'length and chunks (request smuggling)',
      'POST /v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00'],
  ])('%s is refused', async (_what, bytes) => {
    const socket = net.connect(Number(address.port), address.hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 4\d\d/);
    socket.destroy();
  });
});

describe('what an answer tells', () => {
  test('no origin is let in, and nothing may be framed, sniffed or kept', async () => {
    const response = await server.app.inject({
      url: '/v1/account',
      headers: { ...person.headers, origin: 'https://evil.test' },
    });
    expect(response.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = await server.app.inject({
      method: 'OPTIONS',
      url: '/v1/account',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.statusCode).toBe(404);
  });

  test('a bug is `internal` and nothing more', async () => {
    await server.query('ALTER TABLE device RENAME TO device_away');
    const response = await server.app.inject({ url: '/v1/auth/devices', headers: person.headers });
    await server.query('ALTER TABLE device_away RENAME TO device');
    expect(response.statusCode).toBe(500);
    expect(Object.keys(response.json<object>()).sort()).toEqual(['reason', 'requestId', 'status', 'title', 'type']);
  });

  test('the request’s own id comes back when it is one, another when it is not', async () => {
    const given = await server.app.inject({ url: '/v1/account', headers: { 'x-request-id': 'abcdef-123456' } });
    expect(given.headers['x-request-id']).toBe('abcdef-123456');
    const hostile = await server.app.inject({ url: '/v1/account', headers: { 'x-request-id': '"><script>' } });
    expect(hostile.headers['x-request-id']).toMatch(/^[0-9a-z]+-[0-9a-z]+-[0-9a-z]+$/);
  });

  test('a forged address is not believed', async () => {
    const forged = { ...person.headers, 'x-forwarded-for': '203.0.113.7' };
    await server.app.inject({ method: 'PATCH', url: '/v1/account', headers: forged, payload: { displayName: 'b' } });
    const [entry] = await server.query('SELECT detail FROM audit_log ORDER BY seq DESC LIMIT 1');
    expect(entry).toMatchObject({ detail: { address: '127.0.0.1' } });
  });
});

describe('idempotency keys', () => {
  const call = (key: string, displayName: string, headers = person.headers) =>
    server.app.inject({
      method: 'PATCH',
      url: '/v1/account',
      headers: { ...headers, 'idempotency-key': key },
      payload: { displayName },
    });
  const entries = async () =>
    (await server.query(`SELECT count(*)::int AS n FROM audit_log WHERE action = 'account.update'`))[0]?.['n'];

  test('a repetition gets the same answer, and nothing is done again', async () => {
    const key = crypto.randomUUID();
    const before = Number(await entries());
    const first = await call(key, 'once');
    expect((await call(key, 'once')).body).toBe(first.body);
    expect(await entries()).toBe(before + 1);
  });

  test('many at the same moment are done once', async () => {
    const key = crypto.randomUUID();
    const before = Number(await entries());
    const answers = await Promise.all(Array.from({ length: 6 }, () => call(key, 'together')));
    expect(answers.map((answer) => answer.statusCode).every((status) => status === 200 || status === 409)).toBe(true);
    expect(await entries()).toBe(before + 1);
  });

  test('for another request it is refused; another account’s same key is another key', async () => {
    const key = crypto.randomUUID();
    await call(key, 'this');
    expect((await call(key, 'that')).json()).toMatchObject({ reason: 'key_reused' });
    const other = await server.signUp();
    expect((await call(key, 'theirs', other.headers)).json()).toMatchObject({ displayName: 'theirs' });
  });

  test('a refused call leaves its key free', async () => {
    const key = crypto.randomUUID();
    const change = (current: string) =>
      server.app.inject({
        method: 'POST',
        url: '/v1/auth/change-password',
        headers: { ...person.headers, 'idempotency-key': key },
        payload: { current, next: 'an entirely new one' },
      });
    expect((await change('wrong one')).statusCode).toBe(401);
    expect((await change('wrong one')).statusCode).toBe(401);
  });

  test('one too short to be a secret is refused', async () => {
    expect((await call('1', 'x')).statusCode).toBe(400);
  });
});

describe('budgets', () => {
  test('an address that calls too often waits; operations never do', async () => {
    const strict = await cluster.newServer({ env: { LIMIT_PER_ADDRESS: '5' } });
    const statuses: number[] = [];
    for (let index = 0; index < 7; index += 1) statuses.push((await strict.app.inject('/v1/account')).statusCode);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const refused = await strict.app.inject('/v1/account');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await strict.app.inject({ url: '/v1/account', remoteAddress: '10.0.0.9' })).statusCode).toBe(401);
    expect((await strict.app.inject('/health')).statusCode).toBe(200);
  });

  test('an account that calls too often waits, from wherever it calls', async () => {
    const strict = await cluster.newServer({ env: { LIMIT_PER_ACCOUNT: '3' } });
    const { client } = await strict.signUp();
    for (let index = 0; index < 3; index += 1) await client.account.read({});
    await expect(client.account.read({})).rejects.toMatchObject({ reason: 'rate_limited' });
  });
});
