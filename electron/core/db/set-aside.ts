import * as fs from 'node:fs';
import * as path from 'node:path';
import type { EpochMs } from '#shared/base/time.ts';
import { renameDurably } from './durable-file.ts';
import { databaseFiles, fileTime, type VaultPaths } from './vault-paths.ts';

/** Moves a database with its log out of the way, deleting nothing. Answers with its new name, or '' when there was none. */
export function setAside(paths: VaultPaths, why: 'damaged' | 'replaced', now: EpochMs): string {
  let target = '';
  for (let attempt = 0; target === ''; attempt++) {
    const name = `${why}-${fileTime(now)}${attempt === 0 ? '' : `-${attempt}`}.db`;
    if (!fs.existsSync(path.join(paths.folder, name))) target = name;
  }
  let moved = '';
  // The log first: a database without its log is merely older, a log without its database is nothing.
  const [database = '', ...logs] = databaseFiles(paths.database);
  for (const file of [...logs, database]) {
    if (!fs.existsSync(file)) continue;
    const suffix = file.slice(paths.database.length);
    renameDurably(file, path.join(paths.folder, `${target}${suffix}`));
    moved = target;
  }
  return moved;
}

/** The newest database set aside because it was damaged, or '' when there is none. */
export function newestSetAside(paths: VaultPaths): string {
  const names = fs.existsSync(paths.folder) ? fs.readdirSync(paths.folder) : [];
  return (
    names
      .filter((name) => /^damaged-\w+(-\d+)?\.db$/.test(name))
      .sort()
      .at(-1) ?? ''
  );
}

/** Deletes a replaced database once a good snapshot of it exists. */
export function removeReplaced(paths: VaultPaths, name: string): void {
  for (const file of databaseFiles(path.join(paths.folder, name))) fs.rmSync(file, { force: true });
}
