import * as path from 'node:path';

/** Where everything of a person's folder lies. `blobs/` (attachments) is chat's. */
export interface VaultPaths {
  readonly folder: string;
  readonly database: string;
  /** A snapshot on its way to the database's place. */
  readonly restoring: string;
  readonly lock: string;
  /** `vault.json` and its copy. */
  readonly envelopes: readonly string[];
  readonly snapshots: string;
  /** Copies made before a migration. */
  readonly backups: string;
}

export function vaultPaths(folder: string): VaultPaths {
  const snapshots = path.join(folder, 'snapshots');
  return {
    folder,
    database: path.join(folder, 'tomoshibi.db'),
    restoring: path.join(folder, 'restoring.db'),
    lock: path.join(folder, 'vault.lock'),
    envelopes: [path.join(folder, 'vault.json'), path.join(snapshots, 'vault.json')],
    snapshots,
    backups: path.join(folder, 'backups'),
  };
}

/** The files a database is made of while it is open or after a crash. */
export function databaseFiles(database: string): readonly string[] {
  return [database, `${database}-wal`, `${database}-shm`];
}

/** `20261122T145500123Z`: sorts by time and is a file name everywhere. */
export function fileTime(atMs: number): string {
  return new Date(atMs).toISOString().replaceAll(/[-:.]/g, '');
}
