import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Log } from './core-deps.ts';

export interface OwnServerOptions {
  /** `sync-server/main.ts`. Where there is none (an installed app), nothing is started. */
  readonly main: string;
  /** The person's folder; the server keeps its own inside. */
  readonly dataDir: string;
  readonly log: Log;
  /** How long the app has the machine to itself first. Default: a few seconds, so that the page is painted by then. */
  readonly delayMs?: number;
  /** Told the server's address whenever it listens. */
  readonly onListening?: (url: string) => void;
}

/** A server of one's own, in a process beside the app. The app is whole without it and waits for it nowhere. */
export interface OwnServer {
  /** Ends it, its database first being closed in order. */
  close(): Promise<void>;
}

const START_DELAY_MS = 3_000;
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 60_000;
/** A server that ran this long had started well: its next failure is a new one. */
const GOOD_RUN_MS = 60_000;
const CLOSE_TIMEOUT_MS = 8_000;
/** Variables by these names are meant for other programs as a rule. */
const NOT_OURS = new Set(['PORT', 'HOST']);

/** Starts it after a while, and again after a growing pause whenever it ends by itself. */
export function startOwnServer(options: OwnServerOptions): OwnServer {
  const { log } = options;
  let child: ChildProcess | null = null;
  let retryMs = FIRST_RETRY_MS;
  let isClosing = false;

  const start = (): void => {
    const startedAt = performance.now();
    const running = spawn(process.execPath, [options.main, '--data', path.join(options.dataDir, 'server')], {
      // Electron is Node when told so.
      env: { ...environment(), ELECTRON_RUN_AS_NODE: '1', LOG_LEVEL: process.env['TOMOSHIBI_LOG'] ?? 'warn' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      windowsHide: true,
    });
    child = running;
    running.on('message', (message) => {
      const url = addressIn(message);
      if (url === null) return;
      log('info', 'server_listening', { url });
      options.onListening?.(url);
    });
    running.on('error', (error) => log('warn', 'server_not_started', { error: error.name }));
    running.on('exit', (code) => {
      child = null;
      if (isClosing) return;
      if (performance.now() - startedAt > GOOD_RUN_MS) retryMs = FIRST_RETRY_MS;
      log('warn', 'server_ended', { code: code ?? -1, retryMs });
      timer = setTimeout(start, retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    });
  };

  let timer = existsSync(options.main) ? setTimeout(start, options.delayMs ?? START_DELAY_MS) : undefined;
  return {
    async close() {
      isClosing = true;
      clearTimeout(timer);
      if (child) await end(child);
    },
  };
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    // It ends, in order, with this channel; on every system, signals or none.
    if (child.connected) child.disconnect();
    else child.kill();
  });
}

function environment(): Record<string, string> {
  const own = process.env['TOMOSHIBI_SERVER_PORT'];
  const rest = Object.entries(process.env).filter(([name]) => !NOT_OURS.has(name));
  const kept = rest.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...Object.fromEntries(kept), ...(own === undefined ? {} : { PORT: own }) };
}

function addressIn(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || !('url' in message)) return null;
  return typeof message.url === 'string' ? message.url : null;
}
