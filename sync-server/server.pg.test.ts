import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCluster, type TestCluster, type TestServer } from './server-harness.ts';

let cluster: TestCluster;
let server: TestServer;
beforeAll(async () => {
  cluster = await openTestCluster();
  server = await cluster.newServer();
});
afterAll(() => cluster.close());

describe('operations', () => {
  test('/health, /ready and /metrics answer', async () => {
    expect((await server.app.inject('/health')).json()).toEqual({ status: 'ok' });
    expect((await server.app.inject('/ready')).json()).toEqual({ status: 'ready' });
    await server.app.inject('/v1/account');
    const metrics = await server.app.inject('/metrics');
    expect(metrics.body).toContain('http_request_duration_seconds_bucket');
    expect(metrics.body).toContain('db_pool_connections');
    expect(metrics.body).toContain('job_queue_length 0');
  });

  test('the documentation names every call', async () => {
    const { paths } = (await server.app.inject('/docs/json')).json<{ paths: Record<string, object> }>();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/v1/auth/sign-in', '/v1/account', '/v1/auth/devices/{deviceId}']),
    );
    expect((await server.app.inject('/docs/')).statusCode).toBe(200);
  });
});

describe('a person', () => {
  test('signs up, reads the account, changes the name', async () => {
    const { client, email } = await server.signUp();
    expect(await client.account.read({})).toMatchObject({ email, role: 'user', displayName: '' });
    expect(await client.account.update({ displayName: 'あかり' })).toMatchObject({ displayName: 'あかり' });
  });
});
