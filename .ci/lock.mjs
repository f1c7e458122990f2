// A lock between processes of one machine: a file holding its owner's process id, made by link(2) so that it is never seen empty.
// A lock whose owner is no longer alive is taken over. Node 20, built-ins only.
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
    const owner = await ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) {
      await removeStale(file, owner);
      continue;
    }
    if (!told && owner !== undefined) say(`· waiting: process ${owner} is setting up … (if it is not, delete ${file})`);
    told ||= owner !== undefined;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
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

/** @param {string} file @returns {Promise<number | undefined>} 0 when unreadable (a power cut), undefined when the lock has just gone */
async function ownerOf(file) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const pid = Number(text);
  return Number.isInteger(pid) && pid > 0 ? pid : 0;
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** Takes a dead owner's lock away; if another process was quicker and the lock is already someone else's, it is put back. @param {string} file @param {number} owner */
async function removeStale(file, owner) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch {
    return; // gone already
  }
  if ((await ownerOf(aside)) !== owner) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}
