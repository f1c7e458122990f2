import Database from 'better-sqlite3';

export interface VaultLock {
  release(): void;
}

/**
 * Takes the folder for this process, or answers `in_use`. The lock is the system's own, held on an empty SQLite file: it ends
 * with the process however that ends, so a stale one cannot exist. Throws when the file cannot be made.
 */
export function takeVaultLock(file: string): VaultLock | 'in_use' {
  const connection = new Database(file, { timeout: 0 });
  try {
    connection.pragma('journal_mode = MEMORY');
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) return 'in_use';
    throw error;
  }
  return { release: () => connection.close() };
}
