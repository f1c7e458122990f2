import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Clock } from '#shared/base/time.ts';
import { openConnection, storageFault, type Connection } from './connection.ts';
import { glance, wholeFileFault } from './file-check.ts';
import { migrate, type MigrationResult } from './migrate.ts';
import type { Migration } from './migrations.ts';
import { fileTime, type VaultPaths } from './vault-paths.ts';

export interface OpenFileDeps {
  readonly paths: VaultPaths;
  readonly key: Uint8Array;
  readonly migrations: readonly Migration[];
  readonly clock: Clock;
}

export type OpenedFile =
  | { readonly kind: 'open'; readonly connection: Connection }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'read_only' }
  | { readonly kind: 'disk_full' }
  | Exclude<MigrationResult, { kind: 'done' | 'failed' }>
  | { readonly kind: 'migration_failed'; readonly migration: string; readonly backup: string };

/** Lookups by key and pages of a conversation: much smaller than what searches go through, which the reader thread does. */
const CACHE_KIB = 65_536;

/** Up to this size every page is read before the file is trusted; above it, `glance`, and the keeper reads the rest. */
const WHOLE_CHECK_BYTES = 64 * 1024 * 1024;

/** Copies made before migrations that are kept. */
const BACKUPS_KEPT = 2;

/** Opens the database (made when absent), checks it and brings its schema up to date. Nothing is left open on failure. */
export function openFile(deps: OpenFileDeps): OpenedFile {
  const { paths } = deps;
  let connection: Connection | undefined;
  try {
    connection = openConnection({ file: paths.database, key: deps.key, readOnly: false, cacheKib: CACHE_KIB });
    const small = fs.statSync(paths.database).size <= WHOLE_CHECK_BYTES;
    if (small && wholeFileFault(connection) !== undefined) return closing(connection, { kind: 'damaged' });

    const opened = connection;
    let backup = '';
    const result = migrate(opened, {
      migrations: deps.migrations,
      now: deps.clock(),
      backUp(fileVersion) {
        backup = backUp(opened, paths, fileVersion, deps.clock());
      },
    });
    if (result.kind === 'newer') return closing(connection, result);
    if (result.kind === 'failed') {
      const fault = storageFault(result.cause);
      if (fault === 'disk_full' || fault === 'read_only' || fault === 'damaged')
        return closing(connection, { kind: fault });
      return closing(connection, { kind: 'migration_failed', migration: result.migration, backup });
    }
    glance(connection);
    return { kind: 'open', connection };
  } catch (error) {
    connection?.close();
    const fault = storageFault(error);
    if (fault === 'damaged' || fault === 'read_only' || fault === 'disk_full') return { kind: fault };
    throw error;
  }
}

function closing(connection: Connection, result: OpenedFile): OpenedFile {
  connection.close();
  return result;
}

function backUp(connection: Connection, paths: VaultPaths, fileVersion: number, now: number): string {
  fs.mkdirSync(paths.backups, { recursive: true, mode: 0o700 });
  const name = `before-migration-from-${fileVersion}-${fileTime(now)}.db`;
  const target = path.join(paths.backups, name);
  connection.prepare('VACUUM INTO ?').run(target);
  const older = fs
    .readdirSync(paths.backups)
    .filter((each) => each.startsWith('before-migration-') && each.endsWith('.db'));
  const byAge = older
    .filter((each) => each !== name)
    .map((each) => ({ each, time: fs.statSync(path.join(paths.backups, each)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { each } of byAge.slice(BACKUPS_KEPT - 1)) fs.rmSync(path.join(paths.backups, each), { force: true });
  return target;
}
