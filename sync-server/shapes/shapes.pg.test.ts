import { ShapeStream } from '@electric-sql/client';
import type { Shape } from '@electric-sql/client';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, shapeOf } from '../embedded/shape-engine/suite-table-harness.ts';
import { openTestCluster, type TestAccount, type TestCluster, type TestServer } from '../server-harness.ts';

describe.for([{ liveSse: false }, { liveSse: true }])('named shapes (liveSse=$liveSse)', ({ liveSse }) => {
  let cluster: TestCluster;
  let server: TestServer;
  let url: string;
  let storageDir: string;
  beforeAll(async () => {
    storageDir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-named-shapes-'));
    cluster = await openTestCluster();
    server = await cluster.newServer({ env: { ELECTRIC_STORAGE_DIR: storageDir } });
    url = await server.listen();
  });
  afterAll(async () => {
    await cluster.close();
    await rm(storageDir, { recursive: true, force: true });
  });

  const follow = (account: TestAccount, name: string, signal: AbortSignal): Shape => {
    const { headers } = account;
    return shapeOf(new ShapeStream({ url: `${url}/v1/shapes/${name}`, headers, signal, liveSse }));
  };

  test("one sees one's own rows, now and later, and nobody else's", async () => {
    const gone = new AbortController();
    const [mine, other] = [await server.signUp(), await server.signUp()];
    const shape = follow(mine, 'account', gone.signal);
    expect((await shape.rows).map((row) => row['email'])).toEqual([mine.email]);
    expect(shape.currentRows[0]).not.toHaveProperty('suspended_at_ms');
    await other.client.account.update({ displayName: 'other' });
    await mine.client.account.update({ displayName: 'mine' });
    await eventually(() => expect(shape.currentRows.map((row) => row['display_name'])).toEqual(['mine']));
    expect((await follow(mine, 'device', gone.signal).rows).map((row) => row['account_id'])).toEqual([mine.accountId]);
    gone.abort();
  });

  test('what a client says of table, filter, parameters or columns is not heard', async () => {
    const [mine, other] = [await server.signUp(), await server.signUp()];
    const forged = new URLSearchParams({
      offset: '-1',
      table: 'credential',
      where: 'true',
      columns: 'account_id,password_hash',
      'params[1]': other.accountId,
      params: JSON.stringify({ 1: other.accountId }),
      replica: 'full',
      log: 'changes_only',
      subset__where: 'true',
      secret: 'x',
    });
    const answer = await fetch(`${url}/v1/shapes/account?${forged.toString()}`, { headers: mine.headers });
    expect(answer.status).toBe(200);
    const messages = (await answer.json()) as { value?: Record<string, string> }[];
    expect(messages.flatMap((message) => message.value?.['account_id'] ?? [])).toEqual([mine.accountId]);
    expect(JSON.stringify(messages)).not.toContain('password');
  });

  test("another's handle gives nothing of theirs", async () => {
    const [mine, other] = [await server.signUp(), await server.signUp()];
    const theirs = await fetch(`${url}/v1/shapes/account?offset=-1`, { headers: other.headers });
    await theirs.arrayBuffer();
    const handle = theirs.headers.get('electric-handle') ?? '';
    const stolen = await fetch(`${url}/v1/shapes/account?offset=0_0&handle=${handle}`, { headers: mine.headers });
    expect(stolen.status).toBe(409);
    expect(stolen.headers.get('electric-handle')).not.toBe(handle);
    expect(await stolen.text()).not.toContain(other.email);
  });

  test('there is no shape without a name on the list, and none without a session', async () => {
    const mine = await server.signUp();
    for (const name of ['credential', 'constructor', '__proto__', 'account%2F..', 'public.account'])
      expect((await fetch(`${url}/v1/shapes/${name}?offset=-1`, { headers: mine.headers })).status).toBe(404);
    expect((await fetch(`${url}/v1/shapes/account?offset=-1`)).status).toBe(401);
    expect(
      (await fetch(`${url}/v1/shapes/account?offset=-1`, { method: 'DELETE', headers: mine.headers })).status,
    ).toBe(404);
  });

  test("headers come through, but no shared cache may keep a person's rows", async () => {
    const mine = await server.signUp();
    const answer = await fetch(`${url}/v1/shapes/account?offset=-1`, { headers: mine.headers });
    await answer.arrayBuffer();
    expect(answer.headers.get('electric-offset')).toBe('0_0');
    expect(answer.headers.get('electric-schema')).toContain('"email"');
    expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+/);
    expect(answer.headers.get('cache-control')).not.toMatch(/public|s-maxage/);
    expect(answer.headers.get('vary')).toBe('authorization');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetch(`${url}/v1/shapes/account?offset=-1`, {
      headers: { ...mine.headers, 'if-none-match': etag },
    });
    expect(again.status).toBe(304);
  });
});

describe('Electric in front', () => {
  test('an Electric that is away is told as unavailable, and one that is there gets the secret', async () => {
    const cluster = await openTestCluster();
    const asked: URL[] = [];
    const electric = http.createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://electric'));
      response.writeHead(asked.length === 1 ? 500 : 200, { 'electric-handle': 'h' }).end('[]');
    });
    electric.listen(0, '127.0.0.1');
    await once(electric, 'listening');
    const { port } = electric.address() as AddressInfo;
    const env = { ELECTRIC_URL: `http://127.0.0.1:${port}`, ELECTRIC_SECRET: 'between us' };
    const server = await cluster.newServer({ env });
    const { headers, accountId } = await server.signUp();
    const get = () => server.app.inject({ method: 'GET', url: '/v1/shapes/account?offset=-1&where=true', headers });
    expect((await get()).statusCode).toBe(503);
    const answer = await get();
    expect([answer.statusCode, answer.headers['electric-handle'], answer.body]).toEqual([200, 'h', '[]']);
    expect(Object.fromEntries(asked[1]?.searchParams ?? [])).toMatchObject({
      table: 'public.account',
      where: 'account_id = $1',
      'params[1]': accountId,
      secret: 'between us',
    });
    electric.close();
    electric.closeAllConnections();
    expect((await get()).statusCode).toBe(503);
    await cluster.close();
  });
});
