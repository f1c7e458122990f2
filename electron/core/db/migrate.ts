import { assert } from '#shared/base/assert.ts';
import type { EpochMs } from '#shared/base/time.ts';
import type { Connection } from './connection.ts';
import { assertGapFree, migrationHash, migrationLabel, type Migration } from './migrations.ts';

export type MigrationResult =
  | { readonly kind: 'done'; readonly applied: number }
  /** Written by a newer version of the app; nothing was touched. */
  | { readonly kind: 'newer'; readonly fileVersion: number; readonly appVersion: number }
  /** This step threw and was rolled back; those before it stand. Or the file holds another text under its number. */
  | { readonly kind: 'failed'; readonly migration: string; readonly cause: unknown };

export interface MigrateDeps {
  readonly migrations: readonly Migration[];
  readonly now: EpochMs;
  /** Called once, before the first step on a file that has rows to lose. Throws when no copy could be made. */
  readonly backUp: (fileVersion: number) => void;
}

/** Brings the file's schema to the newest version: one transaction a step, `user_version` moving with it. */
export function migrate(connection: Connection, deps: MigrateDeps): MigrationResult {
  const { migrations } = deps;
  assertGapFree(migrations);
  const appVersion = migrations.length;
  const fileVersion = schemaVersion(connection);
  if (fileVersion > appVersion) return { kind: 'newer', fileVersion, appVersion };

  const changed = firstChanged(connection, migrations, fileVersion);
  if (changed !== undefined) {
    return {
      kind: 'failed',
      migration: migrationLabel(changed),
      cause: new Error('its text is not what the file was made with'),
    };
  }
  const pending = migrations.slice(fileVersion);
  if (pending.length > 0 && fileVersion > 0) deps.backUp(fileVersion);
  for (const step of pending) {
    try {
      apply(connection, step, deps.now);
    } catch (cause) {
      return { kind: 'failed', migration: migrationLabel(step), cause };
    }
  }
  return { kind: 'done', applied: pending.length };
}

export function schemaVersion(connection: Connection): number {
  const version: unknown = connection.pragma('user_version', { simple: true });
  assert(typeof version === 'number', 'user_version is a number');
  return version;
}

function apply(connection: Connection, step: Migration, now: EpochMs): void {
  connection
    .transaction(() => {
      if (step.version === 1) connection.exec(APPLIED_TABLE);
      connection.exec(step.sql);
      connection
        .prepare('INSERT INTO applied_migration (version, name, hash, applied_at_ms) VALUES (?, ?, ?, ?)')
        .run(step.version, step.name, migrationHash(step), now);
      connection.pragma(`user_version = ${step.version}`);
    })
    .immediate();
}

function firstChanged(
  connection: Connection,
  migrations: readonly Migration[],
  fileVersion: number,
): Migration | undefined {
  if (fileVersion === 0) return undefined;
  const rows = connection
    .prepare<[], { version: number; hash: string }>('SELECT version, hash FROM applied_migration')
    .all();
  const hashes = new Map(rows.map((row) => [row.version, row.hash]));
  return migrations.slice(0, fileVersion).find((step) => hashes.get(step.version) !== migrationHash(step));
}

const APPLIED_TABLE = `
CREATE TABLE applied_migration (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  applied_at_ms INTEGER NOT NULL
) STRICT;`;
