import autocannon from 'autocannon';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { percentile, reportFigures } from '../electron/e2e/bench-tools.ts';
import { openTestCluster, type TestAccount } from './server-harness.ts';

// `npm run bench -- http`: what the server bears. It runs as a process of its own; who loads it shares the machine's cores with it.
const SECONDS = 8;
const CONNECTIONS = 50;
const STREAMS = 200;
const PROBES = 400;
const IDLE = 10_000;
const DRIP_MS = 100;

const upstream = await startUpstream();
const cluster = await openTestCluster();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-http-bench-'));
const accountsServer = await cluster.newServer();
const accounts: TestAccount[] = [];
for (let count = 0; count < 12; count += 1) accounts.push(await accountsServer.signUp());
const { database } = accountsServer;
await accountsServer.close();
const server = await startServer();
process.once('exit', () => server.child.kill('SIGKILL'));
const account = at(accounts, 0);

console.log('health …');
const health = await autocannon({
  url: `${server.url}/health`,
  connections: CONNECTIONS,
  duration: SECONDS,
  pipelining: 1,
});
console.log('reads …');
const reads = await autocannon({
  url: `${server.url}/v1/account`,
  connections: CONNECTIONS,
  duration: SECONDS,
  headers: account.headers,
});
if (reads.non2xx > 0 || health.non2xx > 0)
  throw new Error(`refused: ${JSON.stringify([health.statusCodeStats, reads.statusCodeStats])}`);
console.log('streams …');
const relayOverheadMs = await measureRelay();
console.log('idle live requests …');
const idleMb = await measureIdle();

server.child.kill('SIGTERM');
await once(server.child, 'exit');
upstream.server.closeAllConnections();
upstream.server.close();
await cluster.close();
await rm(scratch, { recursive: true, force: true });

reportFigures('http', [
  { key: 'healthRps', label: '/health, requests a second', value: health.requests.average, atLeast: 25_000 },
  { key: 'readRps', label: 'an authenticated read, requests a second', value: reads.requests.average, atLeast: 5_000 },
  { key: 'readP99Ms', label: 'an authenticated read p99 at 50 connections (ms)', value: reads.latency.p99, budget: 30 },
  {
    key: 'relayFirstByteP99Ms',
    label: 'relay, added to the first byte p99 with 200 streams (ms)',
    value: relayOverheadMs,
    budget: 5,
  },
  { key: 'idleRequestsMb', label: 'memory with 10,000 idle live requests (MB)', value: idleMb, budget: 1_000 },
]);

/** The server as it is run, on the bench's database. */
async function startServer(): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: database.ownerUrl,
      DATABASE_APP_URL: database.appUrl,
      SERVER_SECRET: 'a secret of the tests, and of nothing else',
      // Of the server that signed the accounts up: its name is in their tokens.
      PUBLIC_URL: 'http://localhost:17480',
      REQUIRE_VERIFIED_EMAIL: '0',
      LOG_LEVEL: 'error',
      LIMIT_PER_ADDRESS: '100000000',
      LIMIT_PER_ACCOUNT: '100000000',
      MAIL_OUTBOX: path.join(scratch, 'outbox'),
      ELECTRIC_STORAGE_DIR: path.join(scratch, 'shapes'),
      LLM_PRIMARY_URL: upstream.url,
      LLM_MONTHLY_TOKENS: '1000000000',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + 60_000;
  while (
    !(await fetch(`${url}/ready`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (performance.now() > until || child.exitCode !== null) throw new Error('the server did not start');
    await wait(100);
  }
  return { url, child };
}

/** A model server: the first word at once, the others each tenth of a second. */
async function startUpstream() {
  const word = `data: ${JSON.stringify({ choices: [{ delta: { content: '灯' } }] })}\n\n`;
  const model = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(word);
      if (request.headers['x-probe'] !== undefined || request.url?.includes('probe') === true) response.end();
      else {
        const timer = setInterval(() => response.write(word), DRIP_MS);
        response.once('close', () => clearInterval(timer));
      }
    });
  });
  model.listen(0, '127.0.0.1');
  await once(model, 'listening');
  return { server: model, url: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1` };
}

/** Milliseconds the relay adds to a first byte, at the 99th of 100, while 200 streams go through it. */
async function measureRelay(): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  const body = JSON.stringify({ messages: [{ role: 'user', content: '今日は月がきれいだった。' }], stream: true });
  const open: http.ClientRequest[] = [];
  const firstByte = (
    url: string,
    headers: Record<string, string>,
  ): Promise<{ ms: number; request: http.ClientRequest }> =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      const request = http.request(
        url,
        { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`the relay answered ${response.statusCode}`));
          response.once('data', () => resolve({ ms: performance.now() - begin, request }));
          response.on('error', () => undefined);
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  const relayed = `${server.url}/v1/chat/completions`;
  const direct = `${upstream.url}/chat/completions`;
  for (let count = 0; count < STREAMS; count += 1)
    open.push((await firstByte(relayed, at(accounts, count % 4).headers)).request);
  const times = { relayed: [] as number[], direct: [] as number[] };
  for (let probe = 0; probe < PROBES; probe += 1) {
    // In turns, so that whatever else the machine does weighs on both.
    const one = await firstByte(direct, {});
    one.request.destroy();
    const other = await firstByte(relayed, at(accounts, 4 + (probe % 8)).headers);
    other.request.destroy();
    times.direct.push(one.ms);
    times.relayed.push(other.ms);
  }
  for (const request of open) request.destroy();
  agent.destroy();
  return Math.max(0, percentile(times.relayed, 0.99) - percentile(times.direct, 0.99));
}

/** Megabytes of the server's process while it holds 10,000 requests for news that does not come. */
async function measureIdle(): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity });
  const shape = `${server.url}/v1/shapes/account`;
  const first = await fetch(`${shape}?offset=-1`, { headers: account.headers });
  await first.text();
  let offset = first.headers.get('electric-offset') ?? '';
  const handle = first.headers.get('electric-handle') ?? '';
  for (let upToDate = first.headers.has('electric-up-to-date'); !upToDate;) {
    const next = await fetch(`${shape}?offset=${offset}&handle=${handle}`, { headers: account.headers });
    await next.text();
    offset = next.headers.get('electric-offset') ?? offset;
    upToDate = next.headers.has('electric-up-to-date');
  }
  const held: http.ClientRequest[] = [];
  let broken = 0;
  for (let count = 0; count < IDLE; count += 1) {
    const request = http.get(
      `${shape}?offset=${offset}&handle=${handle}&live=true`,
      { agent, headers: account.headers },
      (response) => {
        response.resume();
        if (response.statusCode !== 200) broken += 1;
      },
    );
    request.on('error', () => undefined);
    held.push(request);
    if (count % 250 === 249) await wait(20);
  }
  await wait(2_000);
  const memory = residentMb(server.child.pid ?? 0);
  if (broken > 0) throw new Error(`${broken} live requests were refused`);
  for (const request of held) request.destroy();
  agent.destroy();
  return memory;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_000;
}

async function freePort(): Promise<number> {
  const probe = http.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error('too few');
  return item;
}
