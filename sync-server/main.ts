import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { migrate, MigrationError } from './db/migrate.ts';
import { ensureServerLogin } from './db/server-login.ts';
import { freePort, startPostgres, type EmbeddedPostgres } from './embedded/postgres.ts';
import { EnvError, parseEnv, type Env } from './env.ts';
import { migrateJobs } from './jobs/jobs.ts';
import { createFileMailer, createSmtpMailer } from './mail/mail.ts';
import { createServer } from './server.ts';

// `node sync-server/main.ts` serves the database that DATABASE_URL names; with `--data DIR` and no DATABASE_URL, one of its own in there.
// Started with an IPC channel (by the app) it reports `{ kind: 'listening', url }`, and ends when the channel does.

const EXIT_FAILED = 1;
const CLOSE_TIMEOUT_MS = 20_000;
const SECRET_BYTES = 32;
const USUAL_PORT = 17_480;

await main();

async function main(): Promise<void> {
  try {
    const { values } = parseArgs({ options: { data: { type: 'string' } } });
    const running = await start(values.data ?? null);
    process.stdout.write(`Tomoshibi server: ${running.url}\n`);
    process.send?.({ kind: 'listening', url: running.url });
  } catch (error) {
    const isPlain = error instanceof EnvError || error instanceof MigrationError;
    const why = error instanceof Error ? (isPlain ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`The server could not start: ${why}\n`);
    process.exit(EXIT_FAILED);
  }
}

async function start(dataDir: string | null): Promise<{ readonly url: string }> {
  const opened: (() => Promise<void>)[] = [];
  let isClosing = false;
  const closeAll = async (): Promise<void> => {
    isClosing = true;
    for (const close of opened.reverse()) await close();
  };
  closeOnSignals(closeAll);
  try {
    const { env, postgres } = await prepare(dataDir);
    if (postgres) {
      opened.push(postgres.stop);
      void postgres.ended.then(() => {
        // Nothing can be served without it, and whoever started us starts us again.
        if (!isClosing) process.exit(EXIT_FAILED);
      });
    }
    const clock = Date.now;
    const mailer =
      env.SMTP_URL === undefined
        ? createFileMailer(env.MAIL_OUTBOX, env.MAIL_FROM, clock)
        : createSmtpMailer(env.SMTP_URL, env.MAIL_FROM);
    const server = await createServer({ env, clock, mailer, version: await versionOf() });
    opened.push(server.close);
    return { url: await server.listen() };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function prepare(dataDir: string | null): Promise<{ env: Env; postgres: EmbeddedPostgres | null }> {
  if (dataDir === null || (process.env['DATABASE_URL'] ?? '') !== '')
    return { env: parseEnv(process.env), postgres: null };
  const dir = path.resolve(dataDir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const secret = await loadOrMakeSecret(path.join(dir, 'server.secret'));
  const postgres = await startPostgres({ dir });
  try {
    const ownerUrl = postgres.url();
    await migrateJobs(ownerUrl);
    await migrate(ownerUrl);
    const password = createHmac('sha256', secret).update('database login').digest('base64url');
    const defaults = {
      DATABASE_URL: ownerUrl,
      DATABASE_APP_URL: await ensureServerLogin(ownerUrl, password),
      SERVER_SECRET: secret,
      MAIL_OUTBOX: path.join(dir, 'outbox'),
      ELECTRIC_STORAGE_DIR: path.join(dir, 'shapes'),
      ...(await placeFor(dir)),
      // One's own server on one's own machine has nobody to prove an address to.
      REQUIRE_VERIFIED_EMAIL: (process.env['SMTP_URL'] ?? '') === '' ? '0' : '1',
    };
    const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
    return { env: parseEnv({ ...defaults, ...given }), postgres };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** The port of last time, else the usual one, else any: tokens and passkeys are bound to the address, so it had better stay. */
async function placeFor(dir: string): Promise<{ readonly PORT: string; readonly PUBLIC_URL: string }> {
  const file = path.join(dir, 'server.port');
  const last = Number(await readFile(file, 'utf8').catch(() => String(USUAL_PORT)));
  const wanted = Number(process.env['PORT']) || last;
  const port = (await isFree(wanted)) ? wanted : await freePort();
  await writeFile(file, String(port));
  return { PORT: String(port), PUBLIC_URL: `http://localhost:${port}` };
}

async function isFree(port: number): Promise<boolean> {
  const probe = net.createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

async function loadOrMakeSecret(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

/** The first signal, or the end of who started us, closes in order; a second signal means now. */
function closeOnSignals(close: () => Promise<void>): void {
  let isClosing = false;
  const end = (): void => {
    if (isClosing) process.exit(EXIT_FAILED);
    isClosing = true;
    setTimeout(() => process.exit(EXIT_FAILED), CLOSE_TIMEOUT_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`closing failed: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(EXIT_FAILED);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.on('disconnect', end);
}

async function versionOf(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(import.meta.dirname, '../package.json'), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : null;
  return typeof version === 'string' ? version : '0.0.0';
}
