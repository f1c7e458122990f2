import Database from 'better-sqlite3';
import { foldForSearch } from '#shared/chat/search-tokens.ts';
import { AppError } from '#shared/rpc/errors.ts';

export type Connection = Database.Database;

export interface ConnectionOptions {
  readonly file: string;
  /** 32 bytes. The connection keeps no copy in JavaScript. */
  readonly key: Uint8Array;
  readonly readOnly: boolean;
  /** The most memory for decrypted pages. */
  readonly cacheKib: number;
}

export const KEY_BYTES = 32;

/** How long a connection waits for another one's lock before it gives up. Only our own threads share the file. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * Opens an encrypted file. AEGIS-256 (authenticated, on AES instructions): a full check reads four to seven times faster than
 * under ChaCha20-Poly1305, and a page that was tampered with or rotted is an error, never an answer. The raw key skips the
 * derivation that a passphrase would need (vault.json holds that).
 *
 * A commit is on the disk when it returns: WAL with synchronous=FULL. Checkpoints are left to the keeper thread, because one
 * inside a commit would be a pause in the middle of a sentence. Nothing is spilled in the clear: temp_store is memory.
 * Throws what SQLite throws: SQLITE_NOTADB for a wrong key or a broken first page.
 */
export function openConnection(options: ConnectionOptions): Connection {
  const connection = new Database(options.file, { readonly: options.readOnly, timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma(`cipher = 'aegis'`);
    connection.pragma(`key = 'raw:${Buffer.from(options.key).toString('hex')}'`);
    connection.pragma('temp_store = MEMORY');
    connection.pragma('mmap_size = 0');
    connection.pragma(`cache_size = -${options.cacheKib}`);
    if (!options.readOnly) {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma('wal_autocheckpoint = 0');
      // What is forgotten is overwritten with zeros, free pages too: FAST leaves those as they are.
      connection.pragma('secure_delete = ON');
      connection.pragma('foreign_keys = ON');
      connection.pragma('trusted_schema = OFF');
    }
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    addSearchFunction(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** What went wrong underneath, in words a person can be given; undefined when the fault is the statement's own. */
export type StorageFault = 'disk_full' | 'disk_error' | 'read_only' | 'damaged' | 'busy';

const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR']);

export function storageFault(error: unknown): StorageFault | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return 'disk_full';
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || NOT_WRITABLE.has(code))
    return 'read_only';
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') return 'disk_error';
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'damaged';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy';
  return undefined;
}

/** The AppError `unavailable` for a fault of the storage; any other error as it is. */
export function asAppError(error: unknown): unknown {
  const fault = storageFault(error);
  return fault === undefined ? error : new AppError('unavailable', fault, `storage: ${fault}`, { cause: error });
}

/** What a log may say of an error: its kind, never its words. */
export function errorLabel(error: unknown): string {
  if (error instanceof AppError) return error.reason;
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? String(error.code) : error.name;
}

/** `search_match(text, folded)`: whether the folded text holds the folded words, all of them (separated by line feeds). */
function addSearchFunction(connection: Connection): void {
  connection.function('search_match', { deterministic: true, directOnly: true }, (text, words) => {
    if (typeof text !== 'string' || typeof words !== 'string') return 0;
    const folded = foldForSearch(text);
    return words.split('\n').every((word) => folded.includes(word)) ? 1 : 0;
  });
}
