import { existsSync, readFileSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import type { Log } from '#core/core-deps.ts';
import { startOwnServer } from '#core/own-server.ts';
import { parseFlags, USAGE, UsageError } from './flags.ts';
import type { Flags } from './flags.ts';
import { hasDisplay, openLinkInBrowser } from './open-in-browser.ts';
import type { Headless } from './start-headless.ts';
import { PortTakenError } from './web-host.ts';

/** Where the build puts the page; TOMOSHIBI_RENDERER names another place, for tests and packagers. */
const RENDERER_DIR = path.resolve(import.meta.dirname, '../../out/renderer');
/** In the tree, where only who installed it can write; a tree that cannot be written does without. */
const COMPILED_DIR = path.resolve(import.meta.dirname, '../../node_modules/.cache/tomoshibi-compiled');
/** The sync server; TOMOSHIBI_SERVER_PORT names its port. */
const SERVER_MAIN = path.resolve(import.meta.dirname, '../../sync-server/main.ts');
/** How many ports after the usual one to try. */
const PORTS_TO_TRY = 20;
/** A close that takes longer is not waited for. */
const CLOSE_TIMEOUT_MS = 10_000;

const EXIT_USAGE = 2;
const EXIT_FAILED = 1;

await main();

async function main(): Promise<void> {
  try {
    const flags = parseFlags(process.argv.slice(2), process.env);
    if (flags.help) {
      process.stdout.write(USAGE);
      return;
    }
    const headless = await start(flags);
    const server = flags.ownServer ? startOwnServer({ main: SERVER_MAIN, dataDir: flags.dataDir, log }) : null;
    closeOnSignals(async () => {
      await Promise.all([headless.close(), server?.close()]);
    });
    process.stdout.write(`Tomoshibi: ${headless.url}\n`);
    flushCompileCache();
    if (flags.openBrowser && hasDisplay(process.env, process.platform))
      await openLinkInBrowser(headless.url).catch(noBrowser);
  } catch (error) {
    const usage = error instanceof UsageError;
    process.stderr.write(usage ? `${error.message}\n\n${USAGE}` : `Tomoshibi could not start: ${explain(error)}\n`);
    process.exitCode = usage ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function start(flags: Flags): Promise<Headless> {
  const rendererDir = process.env['TOMOSHIBI_RENDERER'] ?? RENDERER_DIR;
  if (!existsSync(path.join(rendererDir, 'index.html')))
    throw new Error('the page has not been built yet: npm run build');
  const passphrase = flags.passphraseFile === null ? {} : { passphrase: readPassphrase(flags.passphraseFile) };
  // Not before the command line has been understood: the core takes a while to load, less so when it is kept compiled.
  enableCompileCache(COMPILED_DIR);
  const { startHeadless } = await import('./start-headless.ts');
  return startHeadless({
    dataDir: flags.dataDir,
    rendererDir,
    log,
    port: flags.port,
    portsToTry: flags.portNamed ? 0 : PORTS_TO_TRY,
    ...(flags.token === null ? {} : { token: flags.token }),
    ...passphrase,
  });
}

/** The first signal closes in order; a second one means now. */
function closeOnSignals(closeAll: () => Promise<void>): void {
  const close = async (): Promise<void> => {
    const deadline = setTimeout(() => process.exit(EXIT_FAILED), CLOSE_TIMEOUT_MS);
    try {
      await closeAll();
    } catch (error) {
      process.stderr.write(`closing failed: ${explain(error)}\n`);
      process.exitCode = EXIT_FAILED;
    }
    clearTimeout(deadline);
    process.exit();
  };
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(EXIT_FAILED);
      closing = true;
      void close();
    });
  }
}

function readPassphrase(file: string): string {
  const passphrase = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  if (passphrase.length < 8) throw new UsageError(`${file} does not hold a passphrase of 8 characters or more`);
  return passphrase;
}

function noBrowser(): void {
  process.stderr.write('no browser could be opened: open the address above yourself\n');
}

function explain(error: unknown): string {
  if (error instanceof PortTakenError) return `port ${error.port} is already in use. Choose another with --port N.`;
  return error instanceof Error ? error.message : String(error);
}

function log(...[level, event, facts = {}]: Parameters<Log>): void {
  if (level === 'info' && process.env['TOMOSHIBI_LOG'] !== 'info') return;
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...facts })}\n`);
}
