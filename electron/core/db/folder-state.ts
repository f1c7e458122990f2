import * as fs from 'node:fs';
import { openConnection } from './connection.ts';
import type { Envelope } from './key-envelope.ts';
import { newestSetAside } from './set-aside.ts';
import { listSnapshots, snapshotFile } from './snapshot-files.ts';
import type { VaultPaths } from './vault-paths.ts';

/**
 * What the folder holds: `fresh` (never had a database, or the person asked for an empty one), `present`, or `missing`: there
 * are signs that there was one, and an empty start would hide the loss.
 */
export function folderState(
  paths: VaultPaths,
  envelope: Envelope | undefined,
  hasKey: boolean,
): 'fresh' | 'present' | 'missing' {
  if (databaseBytes(paths) > 0) return 'present';
  if (envelope !== undefined) return envelope.state === 'creating' ? 'fresh' : 'missing';
  const signs = hasKey || listSnapshots(paths.snapshots).length > 0 || newestSetAside(paths) !== '';
  return signs ? 'missing' : 'fresh';
}

/** Whether some snapshot opens under this key: then a database that does not is damaged, and the key is not to blame. */
export function keyOpensSnapshot(paths: VaultPaths, key: Uint8Array): boolean {
  return listSnapshots(paths.snapshots).some(({ name }) => {
    try {
      openConnection({ file: snapshotFile(paths.snapshots, name).file, key, readOnly: true, cacheKib: 1024 }).close();
      return true;
    } catch {
      // This one proves nothing; an older one may.
      return false;
    }
  });
}

function databaseBytes(paths: VaultPaths): number {
  return fs.statSync(paths.database, { throwIfNoEntry: false })?.size ?? 0;
}
