import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { stopLeftover } from './leftover-postgres.ts';
import { preparePostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';
import { findPostgresUser, type RunAs } from './postgres-user.ts';

export interface PostgresOptions {
  /** Holds the cluster (`postgres/`), its password and nothing else. Made when absent. */
  readonly dir: string;
  /** False trades the promise that a commit survives a power cut for speed. For tests. */
  readonly durable?: boolean;
  /** What PostgreSQL writes to its log. Default: nowhere. */
  readonly onLog?: (text: string) => void;
}

export interface EmbeddedPostgres {
  /** The owner's address of a database, `tomoshibi` by default: a superuser over TCP on 127.0.0.1. */
  url(database?: string): string;
  /** The postmaster's process id. */
  readonly pid: number;
  /** Resolves when PostgreSQL has ended, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends every connection, flushes and stops. */
  stop(): Promise<void>;
}

export const DATABASE = 'tomoshibi';
const OWNER = 'tomoshibi_owner';
const PASSWORD_BYTES = 24;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 20;
const STOP_TIMEOUT_MS = 15_000;
/** A killed cluster's last processes may hold its shared memory for a moment; a port may be taken between choice and use. */
const START_ATTEMPTS = 5;
const RETRY_MS = 400;
const LOG_TAIL = 4_000;

/**
 * A real PostgreSQL 18 of our own under `dir`: logical replication on, reachable from this machine only, by a random password.
 * As root it runs as another user. What a killed run left behind is put in order first.
 * Throws when the folder belongs to another running instance, or PostgreSQL does not start (the message says why).
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const runAs = await findPostgresUser();
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const binaries = await preparePostgresBinaries(options.dir, runAs === null ? 'self' : 'other');
  const cluster = path.join(options.dir, 'postgres');
  const password = await loadOrMakePassword(path.join(options.dir, 'postgres.password'));
  await stopLeftover(cluster, path.join(options.dir, 'postgres.owner'));
  if (!(await isCluster(cluster))) await makeCluster(binaries, cluster, password, runAs);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(binaries, cluster, password, runAs, options);
    } catch (error) {
      if (attempt >= START_ATTEMPTS) throw error;
      await wait(RETRY_MS);
    }
  }
}

async function makeCluster(
  binaries: PostgresBinaries,
  cluster: string,
  password: string,
  runAs: RunAs | null,
): Promise<void> {
  // Made beside its place, so that one cut short is never taken for a cluster.
  const incoming = `${cluster}.incoming`;
  await rm(incoming, { recursive: true, force: true });
  await mkdir(incoming, { mode: 0o700 });
  if (runAs) await chown(incoming, runAs.uid, runAs.gid);
  // initdb takes the password from a file that its user can read, and from no pipe.
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-'));
  try {
    const passwordFile = path.join(scratch, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (runAs) for (const each of [scratch, passwordFile]) await chown(each, runAs.uid, runAs.gid);
    const child = spawnIn(incoming, runAs, binaries.initdb, [
      ...['-D', placeOf(incoming, runAs)],
      ...['-U', OWNER, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...[
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
    ]);
    const tail = keepTail(child);
    const [code] = await closeOf(child);
    if (code !== 0) throw new Error(`initdb ended with ${String(code)}: ${tail()}`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  await rename(incoming, cluster);
}

async function launch(
  binaries: PostgresBinaries,
  cluster: string,
  password: string,
  runAs: RunAs | null,
  options: PostgresOptions,
): Promise<EmbeddedPostgres> {
  const port = await freePort();
  const settings = { ...SETTINGS, port: String(port), ...((options.durable ?? true) ? {} : FAST_SETTINGS) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawnIn(cluster, runAs, binaries.postgres, ['-D', placeOf(cluster, runAs), ...flags]);
  const tail = keepTail(child, options.onLog);
  const ended = closeOf(child).then(() => undefined);
  const url = (database = DATABASE): string =>
    `postgres://${OWNER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const endWithUs = (): void => void child.kill('SIGINT');
  process.once('exit', endWithUs);
  void ended.then(() => process.off('exit', endWithUs));
  try {
    await untilReady(url('postgres'), ended, tail);
    await writeFile(path.join(path.dirname(cluster), 'postgres.owner'), String(process.pid));
    await ensureDatabase(url('postgres'));
  } catch (error) {
    await stopChild(child, ended);
    throw error;
  }
  return { url, pid: child.pid ?? 0, ended, stop: () => stopChild(child, ended) };
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_connections: '100',
  max_wal_senders: '10',
  max_replication_slots: '10',
  // A consumer that never comes back must not fill the disk.
  max_slot_wal_keep_size: '1GB',
  shared_buffers: '64MB',
  password_encryption: 'scram-sha-256',
  log_min_messages: 'warning',
  // A statement that fails carries its text, and with it what a person wrote.
  log_min_error_statement: 'panic',
  timezone: 'UTC',
} as const;

const FAST_SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

/**
 * How PostgreSQL is told where its cluster is. As another user it may not be allowed through the folders above; but it is started
 * inside the cluster, and Linux lets a process reach where it stands.
 */
function placeOf(cluster: string, runAs: RunAs | null): string {
  return runAs !== null && process.platform === 'linux' ? '/proc/self/cwd' : cluster;
}

function spawnIn(cwd: string, runAs: RunAs | null, file: string, args: readonly string[]): ChildProcess {
  const { PATH, SystemRoot, TMPDIR, TEMP } = process.env;
  const kept = Object.entries({ PATH, SystemRoot, TMPDIR, TEMP }).filter((entry) => entry[1] !== undefined);
  return spawn(file, args, {
    cwd,
    // Not our environment: PGDATA and friends would be obeyed, and secrets in it are not its business.
    env: { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal is ours to handle first.
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...runAs,
  });
}

/** Passes on what the child says and keeps the last of it. */
function keepTail(child: ChildProcess, onLog?: (text: string) => void): () => string {
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-LOG_TAIL);
      onLog?.(text);
    });
  }
  return () => tail.trim();
}

/** Exit code (null: by a signal), when the process has ended and its output is read. Rejects when it could not be started. */
function closeOf(child: ChildProcess): Promise<[number | null]> {
  return once(child, 'close') as Promise<[number | null]>;
}

async function untilReady(url: string, ended: Promise<void>, tail: () => string): Promise<void> {
  let isOver = false;
  void ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (isOver) throw new Error(`PostgreSQL did not start: ${tail()}`, { cause: error });
      if (Date.now() > deadline) throw new Error(`PostgreSQL is not ready: ${tail()}`, { cause: error });
      await wait(POLL_MS);
    }
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT, when it does not heed that, leaves recovery to the next start. */
async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGINT');
  const hurry = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await ended.catch(() => undefined);
  clearTimeout(hurry);
}

async function isCluster(folder: string): Promise<boolean> {
  return readFile(path.join(folder, 'PG_VERSION'), 'utf8').then(
    () => true,
    () => false,
  );
}

async function loadOrMakePassword(file: string): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known !== '') return known;
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const incoming = `${file}.incoming`;
  await writeFile(incoming, password, { mode: 0o600 });
  await rename(incoming, file);
  return password;
}

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = net.createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port was given');
  return address.port;
}
