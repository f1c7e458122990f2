import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { createClient } from '#shared/rpc/client.ts';
import { query } from '#shared/rpc/contract.ts';
import { serve } from '#shared/rpc/serve.ts';
import { percentile, reportFigures, timeEach } from '../e2e/bench-tools.ts';
import { openWebHost } from './web-host.ts';
import { createWsTransport } from './ws-transport.ts';

// `npm run bench -- transport`: what the headless host adds to a bare `ws` echo and a bare `node:http` answer.
const CALLS = 5_000;
const WARM_UP = 500;
const FILES = 1_000;
const TOKEN = 'A'.repeat(43);
/** A page of fifty messages is about so long. */
const TEXT = 'お疲れさま。温かいお茶でもいれようか。'.repeat(50);

const echo = z.strictObject({ text: z.string() });
const contract = { bench: { echo: query([], echo, echo) } };
const calls = Array.from({ length: CALLS }, () => TEXT);

const folder = await mkdtemp(path.join(os.tmpdir(), 'transport-bench-'));
await mkdir(path.join(folder, 'assets'));
await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Tomoshibi</title>');
const script = Array.from({ length: 20_000 }, (_, index) => `export const value${index} = ${index * 7919};`).join('\n');
await writeFile(path.join(folder, 'assets/app-12345678.js'), script);

const host = await openWebHost({
  roots: { renderer: folder, puppets: folder },
  port: 0,
  portsToTry: 0,
  token: TOKEN,
  onPage(transport) {
    const handlers = { bench: { echo: (input: { text: string }) => input } };
    serve(contract, handlers, { subscribe: () => () => undefined }, transport, { onInternalError: console.error });
  },
});
const origin = `http://127.0.0.1:${host.port}`;
const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, ['tomoshibi', `token.${TOKEN}`], { origin });
await once(socket, 'open');
const client = createClient(contract, createWsTransport(socket));
const roundTrips = await timeEach(calls, (text) => client.bench.echo({ text }));
const [coldScript] = await timeEach([0], () => firstByte(host.port, '/assets/app-12345678.js'));
const pages = await timeEach(Array.from({ length: FILES }), () => firstByte(host.port, '/'));
const scripts = await timeEach(Array.from({ length: FILES }), () => firstByte(host.port, '/assets/app-12345678.js'));
socket.close();
await host.close();

const bare = await openBare();
const bareSocket = new WebSocket(`ws://127.0.0.1:${bare.port}`, { perMessageDeflate: false });
await once(bareSocket, 'open');
const bareRoundTrips = await timeEach(calls, async (text) => {
  bareSocket.send(text);
  await once(bareSocket, 'message');
});
const barePages = await timeEach(Array.from({ length: FILES }), () => firstByte(bare.port, '/'));
bareSocket.close();
bare.server.closeAllConnections();
bare.server.close();
await rm(folder, { recursive: true });

const p = (samples: readonly number[], share: number): number => percentile(samples.slice(WARM_UP), share);
reportFigures('transport', [
  {
    key: 'roundTripP50Ms',
    label: 'a call over the WebSocket, p50 (ms)',
    value: p(roundTrips, 0.5),
    baseline: p(bareRoundTrips, 0.5),
  },
  {
    key: 'roundTripP95Ms',
    label: 'a call over the WebSocket, p95 (ms)',
    value: p(roundTrips, 0.95),
    baseline: p(bareRoundTrips, 0.95),
    budget: 5,
  },
  {
    key: 'pageFirstByteP95Ms',
    label: 'the page, first byte p95 (ms)',
    value: p(pages, 0.95),
    baseline: p(barePages, 0.95),
    budget: 10,
  },
  {
    key: 'scriptFirstByteP95Ms',
    label: 'a compressed script, first byte p95 (ms)',
    value: p(scripts, 0.95),
    budget: 10,
  },
  { key: 'coldScriptMs', label: 'the same, not yet compressed (ms)', value: coldScript ?? NaN, budget: 250 },
]);

async function firstByte(port: number, url: string): Promise<void> {
  const headers = { 'accept-encoding': 'gzip, deflate, br' };
  const request = http.get({ host: '127.0.0.1', port, path: url, headers });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
}

async function openBare(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = http.createServer((_request, response) => response.end('<!doctype html><title>Tomoshibi</title>'));
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (accepted) => {
    accepted.on('message', (data, isBinary) => accepted.send(data, { binary: isBinary }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}
