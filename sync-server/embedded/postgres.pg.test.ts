import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres, type EmbeddedPostgres } from './postgres.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;

let dir: string;
const running = new Set<EmbeddedPostgres>();
const children = new Set<ChildProcess>();
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-embedded-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const postgres of running) await postgres.stop();
  children.clear();
  running.clear();
  await rm(dir, { recursive: true, force: true });
});

async function start(folder = dir): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ dir: folder, durable: false });
  running.add(postgres);
  return postgres;
}

async function ask(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('a cluster of our own', () => {
  test('answers this machine alone, by password alone, ready for logical replication', async () => {
    const { url } = await start();
    expect(await ask(url(), 'SHOW wal_level')).toEqual([{ wal_level: 'logical' }]);
    expect(await ask(url(), 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await ask(url(), 'SHOW unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    expect(await ask(url(), `SELECT DISTINCT auth_method FROM pg_hba_file_rules`)).toEqual([
      { auth_method: 'scram-sha-256' },
    ]);
    const wrong = new URL(url());
    wrong.password = 'guess';
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect((await stat(path.join(dir, 'postgres.password'))).mode & 0o077).toBe(0);
  });

  test('keeps its rows over a stop and a start', async () => {
    const first = await start();
    await ask(first.url(), 'CREATE TABLE kept AS SELECT 7 AS n');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await ask((await start()).url(), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  test('comes back after its postmaster was killed', async () => {
    const first = await startPostgres({ dir });
    await ask(first.url(), 'CREATE TABLE kept AS SELECT 7 AS n');
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    expect(await ask((await start()).url(), 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  });

  test('starts though the number in a stale postmaster.pid belongs to another process by now', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    const pidFile = path.join(dir, 'postgres', 'postmaster.pid');
    const [, ...rest] = (await readFile(pidFile, 'utf8')).split('\n');
    await writeFile(pidFile, [process.pid, ...rest].join('\n'));
    expect(await ask((await start()).url(), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('is made anew where making it was cut short', async () => {
    await mkdir(path.join(dir, 'postgres.incoming', 'base'), { recursive: true });
    await writeFile(path.join(dir, 'postgres.incoming', 'PG_VERSION'), '18\n');
    expect(await ask((await start()).url(), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test.runIf(process.platform === 'linux')('works in a folder that only its owner can enter', async () => {
    await chmod(dir, 0o700);
    const inner = path.join(dir, 'a b 灯');
    await mkdir(inner, { mode: 0o700 });
    expect(await ask((await start(inner)).url(), 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test.runIf(isRoot)('works for a normal user, too', async () => {
    const nobody = 65_534;
    await chown(dir, nobody, nobody);
    const script = `
      import { startPostgres } from ${JSON.stringify(path.join(ROOT, 'sync-server/embedded/postgres.ts'))};
      const postgres = await startPostgres({ dir: ${JSON.stringify(dir)}, durable: false });
      console.log(postgres.url());
      await postgres.stop();`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: ROOT,
      uid: nobody,
      gid: nobody,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    const line = once(createInterface(child.stdout), 'line');
    expect(String(await line)).toContain('postgres://');
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect((await stat(path.join(dir, 'postgres'))).uid).toBe(nobody);
  });
});

describe('the server with a database of its own', () => {
  interface Started {
    readonly url: string;
    readonly child: ChildProcess;
    readonly postmaster: number;
    /** What it wrote to standard error so far. */
    log(): string;
  }

  async function startServer(): Promise<Started> {
    const child = spawn(process.execPath, [path.join(ROOT, 'sync-server/main.ts'), '--data', dir], {
      env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    children.add(child);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [message] = (await once(child, 'message')) as [{ kind: string; url: string }];
    expect(message.kind).toBe('listening');
    const postmaster = Number((await readFile(path.join(dir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    return { url: message.url, child, postmaster, log: () => said };
  }

  const post = (url: string, body: object) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const person = { email: 'a@example.test', password: 'the harbour at night' };
  const signIn = (url: string) => post(`${url}/v1/auth/sign-in`, { ...person, device: { name: 'x', platform: 'x' } });

  test('serves, takes Postgres with it when told to end, and finds everything again', async () => {
    const first = await startServer();
    expect((await post(`${first.url}/v1/auth/register`, { ...person, locale: 'ja' })).status).toBe(200);
    await fetch(`${first.url}/v1/account?token=abc`, { headers: { authorization: 'Bearer secret-token' } });
    first.child.kill('SIGTERM');
    expect((await once(first.child, 'close'))[0]).toBe(0);
    expect(isAlive(first.postmaster)).toBe(false);
    // The log tells of the calls, and nothing of who made them.
    expect(first.log()).toContain('"route":"/v1/auth/register","status":200');
    for (const secret of [person.email, person.password, 'secret-token', 'token=abc'])
      expect(first.log()).not.toContain(secret);
    const second = await startServer();
    expect((await signIn(second.url)).status).toBe(200);
  });

  test('killed, it starts again without help though its Postgres lives on', async () => {
    const first = await startServer();
    await post(`${first.url}/v1/auth/register`, { ...person, locale: 'ja' });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    expect(isAlive(first.postmaster)).toBe(true);
    const second = await startServer();
    expect(isAlive(first.postmaster)).toBe(false);
    expect((await signIn(second.url)).status).toBe(200);
  });

  test('ends with whoever started it', async () => {
    const { child, postmaster } = await startServer();
    child.disconnect();
    expect((await once(child, 'exit'))[0]).toBe(0);
    expect(isAlive(postmaster)).toBe(false);
  });

  test('ends when its Postgres does, so that whoever started it starts it again', async () => {
    const { child, postmaster } = await startServer();
    process.kill(postmaster, 'SIGKILL');
    expect((await once(child, 'exit'))[0]).toBe(1);
  });

  test('a second one in the same folder is refused, and the first goes on', async () => {
    const first = await startServer();
    const second = spawn(process.execPath, [path.join(ROOT, 'sync-server/main.ts'), '--data', dir], {
      env: { PATH: process.env['PATH'], PORT: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.add(second);
    let said = '';
    second.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect((await once(second, 'close'))[0]).toBe(1);
    expect(said).toContain('another running Tomoshibi server uses this folder');
    expect((await fetch(`${first.url}/ready`)).status).toBe(200);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
