import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCluster, type TestCluster } from '../server-harness.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await openTestCluster();
});
afterAll(() => cluster.close());

test('with a collector named, each request is a span of its caller’s trace, by route and without a person’s data', async () => {
  let sent = '';
  const collector = http.createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => (sent += text));
    request.on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const server = await cluster.newServer({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } });
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  const secret = '0190f000-0000-7000-8000-00000000beef';
  await server.app.inject({ method: 'DELETE', url: `/v1/auth/devices/${secret}`, headers });
  await server.close();
  collector.close();
  expect(sent).toContain('DELETE /v1/auth/devices/:deviceId');
  expect(sent).toContain(traceId);
  expect(sent).not.toContain(secret);
});
