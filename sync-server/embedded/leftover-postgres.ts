import { execFile } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/** Another running Tomoshibi uses this folder. */
export class ClusterInUseError extends Error {
  constructor() {
    super('another running Tomoshibi server uses this folder');
    this.name = 'ClusterInUseError';
  }
}

/**
 * Puts in order what a killed run left: stops a PostgreSQL that outlived its owner, and removes a `postmaster.pid` whose number now
 * belongs to something else (PostgreSQL by itself would take that for a running server and refuse to start).
 * `ownerFile` holds the process id of the Tomoshibi that started the cluster last.
 */
export async function stopLeftover(cluster: string, ownerFile: string): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid');
  const pid = await firstNumber(pidFile);
  if (pid === null || !isAlive(pid)) return;
  if (!(await isPostgresOf(pid, cluster))) {
    await rm(pidFile, { force: true });
    return;
  }
  const owner = await firstNumber(ownerFile);
  if (owner !== null && owner !== process.pid && isAlive(owner) && (await isNode(owner))) throw new ClusterInUseError();
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(pid)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGQUIT');
    await wait(POLL_MS);
  }
}

async function firstNumber(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const number = Number(text.split('\n', 1)[0]);
  return Number.isInteger(number) && number > 0 ? number : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function isPostgresOf(pid: number, cluster: string): Promise<boolean> {
  // Linux says where a process stands; PostgreSQL stands in its cluster.
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    return cwd === path.resolve(cluster);
  }
  return (await commandOf(pid)).includes('postgres');
}

async function isNode(pid: number): Promise<boolean> {
  return /node|electron|tomoshibi/i.test(await commandOf(pid));
}

async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const [file, ...args] =
    process.platform === 'win32'
      ? ['tasklist', '/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']
      : ['ps', '-p', String(pid), '-o', 'command='];
  return run(file ?? '', args).then(
    ({ stdout }) => stdout,
    () => '',
  );
}
