import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { present } from '#shared/base/assert.ts';
import { contract, type CoreClient } from '#shared/contract.ts';
import type { CharacterId, ConversationId } from '#shared/entities.ts';
import { SOCKET_PATH, SOCKET_PROTOCOL, TOKEN_PARAMETER, TOKEN_PROTOCOL_PREFIX } from '#shared/host/socket-door.ts';
import { createClient } from '#shared/rpc/client.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { createWsTransport } from '../headless/ws-transport.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MAIN = path.join(ROOT, 'electron/headless/main.ts');
const START_TIMEOUT_MS = 30_000;

/**
 * WebGL in software, and no call outside this machine. Debian's launcher turns on rasterisation by the GPU, which Chromium by
 * itself leaves off where the GPU is a program: every glyph would be drawn by emulated shaders. For the same reason the page's
 * layers are put together without them.
 */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-gpu-rasterization',
  '--disable-gpu-compositing',
];

/** The headless host as a person runs it: a process of its own, that can be killed. */
export interface App {
  readonly url: string;
  readonly dataDir: string;
  readonly process: ChildProcess;
  /** Everything it wrote to stderr so far. */
  log(): string;
  /** SIGTERM, as closing does. */
  stop(): Promise<void>;
  /** SIGKILL: no chance to save anything. */
  kill(): Promise<void>;
}

export async function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'tomoshibi-e2e-'));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

export interface StartOptions {
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the host on a free port and resolves once it has printed its address. Throws with what it said otherwise. */
export async function startApp(options: StartOptions): Promise<App> {
  const args = [MAIN, '--no-open', '--port', '0', '--data', options.dataDir, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, TZ: 'Asia/Tokyo', TOMOSHIBI_NO_SERVER: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const url = await addressOf(child).catch(async (error: unknown) => {
    await end('SIGKILL');
    throw new Error(`the host did not start: ${log}`, { cause: error });
  });
  return {
    url,
    dataDir: options.dataDir,
    process: child,
    log: () => log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** A client beside the page, for setting a stage and for looking at what was stored. */
export async function connectClient(app: Pick<App, 'url'>): Promise<{ readonly client: CoreClient; close(): void }> {
  const address = new URL(app.url);
  const token = present(new URLSearchParams(address.hash.slice(1)).get(TOKEN_PARAMETER), 'token');
  const socket = new WebSocket(
    `ws://${address.host}${SOCKET_PATH}`,
    [SOCKET_PROTOCOL, `${TOKEN_PROTOCOL_PREFIX}${token}`],
    {
      origin: address.origin,
    },
  );
  await once(socket, 'open');
  return { client: createClient(contract, createWsTransport(socket)), close: () => socket.close() };
}

/** With `flags` after those of every test. */
export function launchBrowser(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [...CHROMIUM_FLAGS, ...flags],
  });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  readonly locale?: Locale;
}

/** A window on the app; the page's own errors fail the test through `errors`. */
export async function openPage(
  browser: Browser,
  app: Pick<App, 'url'>,
  options: PageOptions = {},
): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1600, height: options.height ?? 900 },
    colorScheme: options.theme ?? 'light',
    locale: options.locale === 'en' ? 'en-GB' : 'ja-JP',
    timezoneId: 'Asia/Tokyo',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (entry) => {
    if (entry.type() === 'error') errors.push(entry.text());
  });
  await page.goto(app.url);
  return { page, context, errors };
}

/** Goes to a place by its address, e.g. `settings/minds`. */
export async function goTo(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/${place}`);
}

/** Keeps a picture of the page under `E2E_SHOTS`, when that folder is named: to be looked at, not compared. */
export async function snap(page: Page, name: string): Promise<void> {
  const folder = process.env['E2E_SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** Resolves with the end of the next reply. Ask for it before what causes the reply. */
export function nextReplyEnd(client: CoreClient): Promise<ReplyEnd> {
  return new Promise((resolve) => {
    const stop = client.chat.onReplyEnded((end) => {
      stop();
      resolve(end);
    });
  });
}

export type ReplyEnd = Parameters<Parameters<CoreClient['chat']['onReplyEnded']>[0]>[0];

/** A person who has been through onboarding, with one conversation begun. */
export async function settleIn(
  client: CoreClient,
  options: {
    readonly locale?: Locale;
    readonly builtIn?: string;
    readonly theme?: 'light' | 'dark';
    /** Hidden, the page draws no companion: for tests that are about something else, on machines without a graphics card. */
    readonly stage?: 'shown' | 'hidden';
  } = {},
): Promise<{ readonly characterId: CharacterId; readonly conversationId: ConversationId }> {
  const locale = options.locale ?? 'ja';
  await client.settings.set({
    locale,
    personName: locale === 'ja' ? 'ゆう' : 'Yuu',
    birthDate: '1995-04-02',
    aiNoticeAcceptedAtMs: Date.now(),
    onboardedAtMs: Date.now(),
    ...(options.theme === undefined ? {} : { theme: options.theme }),
    stageCollapsed: options.stage === 'hidden',
  });
  const { characterId } = await client.characters.adopt({ builtIn: options.builtIn ?? 'akari', locale });
  const { conversationId } = await client.chat.createConversation({ characterId });
  await client.settings.set({ activeCharacterId: characterId, activeConversationId: conversationId });
  return { characterId, conversationId };
}

async function addressOf(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: present(child.stdout, 'stdout') });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no address in time')), START_TIMEOUT_MS);
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    lines.on('line', (line) => {
      const address = /^Tomoshibi: (http\S+)$/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}
