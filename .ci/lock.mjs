// A lock between processes of one machine: a file holding its owners' process ids, made by link(2) so that it is never seen empty.
// A lock of whose owners none is alive any more is taken over. Node 20, built-ins only.
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Runs `work` while holding the lock; waits, saying so once, while another living process holds it.
 * @template T
 * @param {string} file @param {(line: string) => void} say @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, say, work) {
  await mkdir(path.dirname(file), { recursive: true });
  let told = false;
  while (!(await tryAcquire(file))) {
    const text = await textOf(file);
    if (text === undefined) continue; // it has just gone
    if (!pidsIn(text).some(isAlive)) {
      await removeStale(file, text);
      continue;
    }
    if (!told) say(`· waiting: process ${text} is setting up … (if it is not, delete ${file})`);
    told = true;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * Makes a child process an owner too, if this process holds the lock: should this one be killed, the child works on.
 * @param {string} file @param {number} pid
 */
export async function shareLock(file, pid) {
  if (pidsIn((await textOf(file)) ?? '')[0] !== process.pid) return;
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, `${process.pid} ${pid}`);
  await rename(mine, file);
}

/** @param {string} file */
async function tryAcquire(file) {
  const mine = `${file}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(mine, { force: true });
  }
}

/** @param {string} file */
async function textOf(file) {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** None when the file is unreadable, as after a power cut. @param {string} text */
function pidsIn(text) {
  return text
    .split(' ')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0);
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Takes a dead owner's lock away; if another process was quicker and the lock is already someone else's, it is put back.
 * @param {string} file @param {string} text what the dead owner's lock says
 */
async function removeStale(file, text) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch {
    return; // gone already
  }
  if ((await textOf(aside)) !== text) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
