import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { percentile } from './bench-tools.ts';
import { connectClient, makeFolder, openPage, removeFolder, settleIn, startApp } from './harness.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CHUNKS = 1000;
const CHUNK_EVERY_MS = 10;
/** The first chunks, while the reply's row is made and code is compiled, are measured too; only the very first is a different thing. */
const WARM_UP_CHUNKS = 1;

export interface PaintFigures {
  readonly chunkToPaintP95Ms: number;
  /** The longest task of the page while it streamed; 0 when none passed 50 ms. */
  readonly longestTaskMs: number;
}

/** Provider's chunk → text painted, at 100 chunks a second, in the whole product. */
export async function benchPaint(browser: Browser, avatar: 'running' | 'paused'): Promise<PaintFigures> {
  const dataDir = await makeFolder();
  const provider = await startProvider();
  const app = await startApp({ dataDir });
  try {
    const { client, close } = await connectClient(app);
    await settleIn(client);
    await client.settings.set({ stageCollapsed: avatar === 'paused' });
    await client.settings.addProvider({ kind: 'openai', name: 'bench', baseUrl: provider.url, model: 'bench' });
    const { page } = await openPage(browser, app);
    await page.locator('textarea').waitFor();
    if (avatar === 'running') await page.locator('canvas').first().waitFor();
    await wait(1500);
    await page.evaluate(watchPaints);
    const ended = new Promise((resolve) => client.chat.onReplyEnded(resolve));
    await page.locator('textarea').fill('話して');
    await page.locator('textarea').press('Enter');
    await ended;
    await page.waitForFunction((count) => window.benchPaints.size >= count, CHUNKS);
    const { paints, tasks } = await page.evaluate(() => ({
      paints: [...window.benchPaints],
      tasks: window.benchLongTasks,
    }));
    const behind = await clockDifference(page);
    const sentAt = provider.sentAt().map((at) => at + behind);
    const delays = paints
      .filter(([index]) => index >= WARM_UP_CHUNKS)
      .map(([index, paintedAt]) => paintedAt - (sentAt[index] ?? Number.NaN));
    close();
    await page.context().close();
    return { chunkToPaintP95Ms: percentile(delays, 0.95), longestTaskMs: Math.max(0, ...tasks) };
  } finally {
    await app.stop();
    await provider.close();
    await removeFolder(dataDir);
  }
}

/** The same chunks straight into paragraphs of an empty page over a WebSocket: nothing between them. */
export async function benchBarePaint(browser: Browser): Promise<number> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end('<!doctype html>');
  });
  const sentAt: number[] = [];
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    void pace((index) => {
      sentAt[index] = now();
      socket.send(chunkText(index));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate(watchPaints);
  await page.evaluate((url) => {
    const paragraph = (): Text => {
      const text = document.createTextNode('');
      const place = document.createElement('p');
      place.append(text);
      document.body.append(place);
      return text;
    };
    let node = paragraph();
    new WebSocket(url).addEventListener('message', ({ data }: MessageEvent<string>) => {
      node.appendData(data.trimEnd());
      if (data.endsWith('\n\n')) node = paragraph();
    });
  }, `ws://127.0.0.1:${port}/`);
  await page.waitForFunction((count) => window.benchPaints.size >= count, CHUNKS);
  const paints = await page.evaluate(() => [...window.benchPaints]);
  const behind = await clockDifference(page);
  await page.close();
  for (const socket of sockets.clients) socket.terminate();
  await closeServer(server);
  return percentile(
    paints
      .filter(([index]) => index >= WARM_UP_CHUNKS)
      .map(([index, paintedAt]) => paintedAt - behind - (sentAt[index] ?? Number.NaN)),
    0.95,
  );
}

/** From typing `npm start` (already set up) to the first paint of the page with its composer. */
export async function benchStart(browser: Browser): Promise<number> {
  const dataDir = await makeFolder();
  const first = await startApp({ dataDir });
  const { client, close } = await connectClient(first);
  await settleIn(client);
  close();
  await first.stop();
  const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
  const begin = now();
  const child = spawn('npm', ['start', '--', '--headless', '--no-open', '--port', '0', '--data', dataDir], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const paintedAt = await paintAt(page, await printedAddress(child.stdout), 'textarea');
  await page.close();
  // The whole group: npm, the launcher and the host.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await once(child, 'exit');
  await removeFolder(dataDir);
  return paintedAt - begin;
}

/** The same with a bare Node server and a page of one line. */
export async function benchBareStart(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  const script = `require('http').createServer((q, r) => r.end('<!doctype html><textarea>灯</textarea>')).listen(0, '127.0.0.1', function () { console.log('Tomoshibi: http://127.0.0.1:' + this.address().port + '/'); })`;
  const begin = now();
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const paintedAt = await paintAt(page, await printedAddress(child.stdout), 'textarea');
  await page.close();
  child.kill();
  await once(child, 'exit');
  return paintedAt - begin;
}

declare global {
  interface Window {
    /** Chunk number → when the frame that shows it was painted, in ms since 1970. */
    benchPaints: Map<number, number>;
    benchLongTasks: number[];
  }
}

/**
 * In the page. A chunk is painted when the first frame after its text entered the document has been: the message posted in a
 * frame's callback is handled right after that frame's style, layout and paint. Text that comes within a frame's callback is
 * painted by that frame; for other text a frame is asked for.
 */
function watchPaints(): void {
  window.benchPaints = new Map();
  window.benchLongTasks = [];
  new PerformanceObserver((list) =>
    window.benchLongTasks.push(...list.getEntries().map((entry) => entry.duration)),
  ).observe({ type: 'longtask' });
  const unpainted = new Set<number>();
  const channel = new MessageChannel();
  let inFrame = false;
  const nextFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    nextFrame((atMs) => {
      if (!inFrame) {
        inFrame = true;
        channel.port2.postMessage(0);
      }
      callback(atMs);
    });
  channel.port1.addEventListener('message', () => {
    inFrame = false;
    const paintedAt = performance.timeOrigin + performance.now();
    for (const index of unpainted) window.benchPaints.set(index, paintedAt);
    unpainted.clear();
  });
  channel.port1.start();
  let highest = -1;
  new MutationObserver((records) => {
    const before = highest;
    for (const { target, addedNodes } of records) {
      for (const node of [target, ...addedNodes]) {
        const text = node.textContent ?? '';
        const at = text.lastIndexOf('（');
        const index = at < 0 ? -1 : Number.parseInt(text.slice(at + 1), 10);
        for (; highest < index; highest += 1) unpainted.add(highest + 1);
      }
    }
    if (!inFrame && highest > before && unpainted.size === highest - before)
      window.requestAnimationFrame(() => undefined);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

interface Provider {
  readonly url: string;
  sentAt(): readonly number[];
  close(): Promise<void>;
}

/** An OpenAI-compatible endpoint that says a thousand numbered words, one each 10 ms. */
async function startProvider(): Promise<Provider> {
  const sentAt: number[] = [];
  const server = createServer((request, response) => {
    request.resume();
    if (request.url?.endsWith('/chat/completions') === true) void speak(response, sentAt);
    else
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ object: 'list', data: [{ id: 'bench', object: 'model' }] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, sentAt: () => sentAt, close: () => closeServer(server) };
}

async function speak(response: ServerResponse, sentAt: number[]): Promise<void> {
  response.setHeader('content-type', 'text/event-stream');
  response.socket?.setNoDelay(true);
  const say = (delta: object, finish: string | null): void => {
    const chunk = {
      id: 'bench',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'bench',
      choices: [{ index: 0, delta, finish_reason: finish }],
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  await pace((index) => {
    sentAt[index] = now();
    say({ content: chunkText(index) }, null);
  });
  say({}, 'stop');
  response.end('data: [DONE]\n\n');
}

/** Calls `send` for each chunk at its own time, however late the one before was. */
async function pace(send: (index: number) => void): Promise<void> {
  const begin = performance.now();
  for (let index = 0; index < CHUNKS; index += 1) {
    const ahead = begin + index * CHUNK_EVERY_MS - performance.now();
    if (ahead > 0) await wait(ahead);
    send(index);
  }
}

/** Words with their number; a paragraph each fifty, as a long answer has. */
function chunkText(index: number): string {
  return `灯が（${index}）${index % 50 === 49 ? '。\n\n' : ''}`;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * What the page's clock shows more than ours, in ms: two processes take the time of day at their starts, and count from there. Asked
 * a few times; the quickest answer is the most exact.
 */
async function clockDifference(page: Page): Promise<number> {
  let best = { tookMs: Number.POSITIVE_INFINITY, difference: 0 };
  for (let ask = 0; ask < 30; ask += 1) {
    const begin = now();
    const there = await page.evaluate(() => performance.timeOrigin + performance.now());
    const end = now();
    if (end - begin < best.tookMs) best = { tookMs: end - begin, difference: there - (begin + end) / 2 };
  }
  return best.difference;
}

async function printedAddress(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const address = /^Tomoshibi: (http\S+)$/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error('the host ended without an address');
}

async function paintAt(page: Page, url: string, selector: string): Promise<number> {
  await page.goto(url);
  await page.locator(selector).first().waitFor();
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => setTimeout(() => resolve(performance.timeOrigin + performance.now()), 0)),
      ),
  );
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
