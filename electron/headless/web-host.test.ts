import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Transport } from '#shared/rpc/transport.ts';
import { createWsTransport } from './ws-transport.ts';
import { openWebHost, PortTakenError } from './web-host.ts';
import type { WebHost } from './web-host.ts';

const TOKEN = 'A'.repeat(43);
const SCRIPT = `console.log(${JSON.stringify('灯'.repeat(2000))});\n`;
const INDEX = '<!doctype html><title>Tomoshibi</title>';

let folder: string;
let host: WebHost;
const onPage = vi.fn<(transport: Transport) => void>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'web-host-'));
  await mkdir(path.join(folder, 'renderer/assets'), { recursive: true });
  await mkdir(path.join(folder, 'renderer/.vite'), { recursive: true });
  await mkdir(path.join(folder, 'puppets/akari'), { recursive: true });
  await writeFile(path.join(folder, 'renderer/index.html'), INDEX);
  await writeFile(path.join(folder, 'renderer/assets/app-Ab_12-cD.js'), SCRIPT);
  await writeFile(path.join(folder, 'renderer/.vite/manifest.json'), '{}');
  await writeFile(path.join(folder, 'renderer/notes.secret'), 'secret');
  await writeFile(path.join(folder, 'puppets/akari/puppet.json'), '{"name":"akari"}');
  await writeFile(path.join(folder, 'secret.json'), '{"secret":true}');
  host = await openHost();
});

afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true });
});

describe('files', () => {
  test('the page is served uncached, hashed assets for ever, puppets from their own folder', async () => {
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, text: INDEX });
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const asset = await get('/assets/app-Ab_12-cD.js?v=1');
    expect(asset).toMatchObject({ status: 200, text: SCRIPT });
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(await get('/puppets/akari/puppet.json')).toMatchObject({ status: 200, text: '{"name":"akari"}' });
  });

  test.each([
    ['br', zlib.brotliDecompressSync],
    ['gzip', zlib.gunzipSync],
  ] as const)('text is compressed for a browser that takes %s', async (encoding, decompress) => {
    const answer = await get('/assets/app-Ab_12-cD.js', { headers: { 'accept-encoding': `${encoding}, deflate` } });
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers['vary']).toBe('accept-encoding');
    expect(decompress(answer.body).toString('utf8')).toBe(SCRIPT);
    expect(answer.body.length).toBeLessThan(SCRIPT.length / 10);
  });

  test('an encoding refused with q=0 is not used', async () => {
    const answer = await get('/assets/app-Ab_12-cD.js', { headers: { 'accept-encoding': 'br;q=0, gzip;q=0.5' } });
    expect(answer.headers['content-encoding']).toBe('gzip');
  });

  test('a page that has not changed is not sent again; one that has is', async () => {
    const file = path.join(folder, 'renderer/changing.txt');
    await writeFile(file, 'first');
    const { etag = '' } = (await get('/changing.txt')).headers;
    expect((await get('/changing.txt', { headers: { 'if-none-match': etag } })).status).toBe(304);
    await writeFile(file, 'second, and longer');
    expect(await get('/changing.txt', { headers: { 'if-none-match': etag } })).toMatchObject({
      status: 200,
      text: 'second, and longer',
    });
  });

  test('HEAD tells without sending; other methods are refused', async () => {
    const head = await get('/', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe(String(INDEX.length));
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      expect((await get('/', { method })).status).toBe(405);
  });

  test.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/puppets/../../secret.json',
    '/puppets/%2e%2e%2f%2e%2e%2fsecret.json',
    '/puppets/..%5c..%5csecret.json',
    '//secret.json',
    '/./index.html',
    '/.vite/manifest.json',
    '/notes.secret',
    '/assets',
    '/assets/',
    '/puppets/',
    '/puppets/akari',
    '/index.html/',
    '/index.html%00.js',
    '/%',
    '/%ff%fe.js',
    '/C:/secret.json',
    '/settings/backups',
    `/${'a'.repeat(2000)}.js`,
    '*',
    'http://127.0.0.1/index.html',
  ])('%s leads nowhere', async (url) => {
    expect(await get(url)).toMatchObject({ status: 404, text: 'not found\n' });
  });

  test('every answer, refusals included, carries the security headers', async () => {
    for (const answer of [
      await get('/'),
      await get('/nowhere'),
      await get('/', { method: 'POST' }),
      await get('/', { headers: { host: 'evil.example' } }),
    ]) {
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers['content-security-policy']).not.toMatch(/unsafe|evil|\*/);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect((await get('/')).headers['content-security-policy']).toContain(
      `connect-src 'self' ws://127.0.0.1:${host.port};`,
    );
  });
});

describe('who may ask', () => {
  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    '127.0.0.1@evil.example',
    '192.168.0.2',
    '[::1]:80',
    '127.0.0.1 evil',
    '0.0.0.0',
  ])('a page that reached us as "%s" (rebinding) gets nothing', async (name) => {
    const answer = await get('/', { headers: { host: name } });
    expect([400, 403]).toContain(answer.status);
    expect(answer.text).not.toContain('doctype');
    expect(await knock({ host: name, origin: `http://${name}` })).toMatch(/^4/);
  });

  test('localhost and a forwarded port are this machine too', async () => {
    expect((await get('/', { headers: { host: 'localhost:9999' } })).status).toBe(200);
    expect(await knock({ host: 'localhost:9999', origin: 'http://localhost:9999' })).toBe('open tomoshibi');
  });

  test.each(['http://evil.example', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1', 'http://localhost', undefined])(
    'a socket from another origin (%s) is refused',
    async (origin) => {
      expect(await knock({ origin })).toBe('403');
    },
  );

  test.each([
    ['no token', 'tomoshibi', '401'],
    ['an empty token', 'tomoshibi, token.', '401'],
    ['a wrong token', `tomoshibi, token.${'B'.repeat(43)}`, '401'],
    ['a part of the token', `tomoshibi, token.${'A'.repeat(42)}`, '401'],
    ['more than the token', `tomoshibi, token.${'A'.repeat(44)}`, '401'],
    ['another protocol', 'chat', '400'],
  ])('a socket with %s is refused', async (_what, protocols, status) => {
    expect(await knock({ protocols })).toBe(status);
  });

  test('a page that asks to be told is told that its token is wrong, and nothing it sends is heard', async () => {
    onPage.mockClear();
    expect(await knock({ protocols: `tomoshibi, tomoshibi.refused, token.${'B'.repeat(43)}` })).toBe(
      'open tomoshibi.refused',
    );
    expect(onPage).not.toHaveBeenCalled();
  });

  test('a socket elsewhere than at the door is refused', async () => {
    expect(await knock({ path: '/other' })).toBe('404');
  });

  test('a request that breaks off in the middle of an upgrade hurts nobody', async () => {
    const raw = net.connect(host.port, '127.0.0.1');
    raw.write(`GET /rpc HTTP/1.1\r\nHost: 127.0.0.1:${host.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    raw.resetAndDestroy();
    await once(raw, 'close');
    expect((await get('/')).status).toBe(200);
  });
});

describe('ports and closing', () => {
  test('a taken port gives way to the next free one, or is named when no other may be tried', async () => {
    await expect(openHost({ port: host.port })).rejects.toThrow(PortTakenError);
    await expect(openHost({ port: host.port })).rejects.toMatchObject({
      port: host.port,
      message: `port ${host.port} is in use`,
    });
    const next = await openHost({ port: host.port, portsToTry: 20 });
    expect(next.port).toBeGreaterThan(host.port);
    await next.close();
  });

  test('it listens on 127.0.0.1 alone', async () => {
    const addresses = Object.values(os.networkInterfaces()).flatMap((own) => own ?? []);
    for (const { address, internal, family } of addresses) {
      if (internal || family !== 'IPv4') continue;
      const socket = net.connect({ host: address, port: host.port, timeout: 2000 });
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toBe('ECONNREFUSED');
    }
  });

  test('closing says goodbye to pages, and to one that does not answer it does not wait long', async () => {
    const own = await openHost();
    const polite = await openPage(own);
    const deaf = await openPage(own);
    deaf.pause();
    const goodbye = once(polite, 'close');
    await own.close();
    expect((await goodbye)[0]).toBe(1001);
    deaf.terminate();
    await expect(fetch(`http://127.0.0.1:${own.port}/`)).rejects.toThrow('fetch failed');
  });

  test('frames sent right after the door opened are heard', async () => {
    const heard = new Promise((resolve) => onPage.mockImplementationOnce((transport) => transport.onFrame(resolve)));
    const page = createWsTransport(await openPage(host));
    page.send({ type: 'request', id: 1, name: 'a.b', input: {} });
    expect(await heard).toEqual({ type: 'request', id: 1, name: 'a.b', input: {} });
    page.close();
  });
});

function openHost(options: { port?: number; portsToTry?: number } = {}): Promise<WebHost> {
  const roots = { renderer: path.join(folder, 'renderer'), puppets: path.join(folder, 'puppets') };
  return openWebHost({ roots, port: 0, portsToTry: 0, token: TOKEN, onPage, ...options });
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

async function get(url: string, options: RequestOptions = {}): Promise<Answer> {
  const request = http.request({ host: '127.0.0.1', port: host.port, path: url, agent: false, ...options });
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk as Uint8Array));
  const body = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, headers: response.headers, body, text: body.toString('utf8') };
}

interface Knock {
  readonly host?: string;
  readonly origin?: string | undefined;
  readonly protocols?: string;
  readonly path?: string;
}

/** Asks for a socket by hand: `open <protocol>`, or the status it was refused with. */
async function knock(options: Knock): Promise<string> {
  const name = options.host ?? `127.0.0.1:${host.port}`;
  const origin = 'origin' in options ? options.origin : `http://${name}`;
  const request = http.request({
    host: '127.0.0.1',
    port: host.port,
    path: options.path ?? '/rpc',
    agent: false,
    headers: {
      host: name,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-protocol': options.protocols ?? `tomoshibi, token.${TOKEN}`,
      ...(origin === undefined ? {} : { origin }),
    },
  });
  request.end();
  return new Promise((resolve, reject) => {
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve(`open ${response.headers['sec-websocket-protocol']}`);
    });
    request.once('response', (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    request.once('error', reject);
  });
}

async function openPage(own: WebHost): Promise<WebSocket> {
  const page = new WebSocket(`ws://127.0.0.1:${own.port}/rpc`, ['tomoshibi', `token.${TOKEN}`], {
    origin: `http://127.0.0.1:${own.port}`,
  });
  await once(page, 'open');
  return page;
}
