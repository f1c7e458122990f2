import { openConnection } from './connection.ts';
import type { ReadTx } from './db.ts';
import type { ReaderData } from './reader.ts';
import { createStatements } from './statements.ts';

export type { ReaderData } from './reader.ts';

/** The file, open for reading on a feature's own worker thread. Each statement sees the newest commit. */
export interface ThreadReader extends ReadTx {
  close(): void;
}

/** Room for the rows that are looked up again and again; what such a thread goes through it keeps in a shape of its own. */
const CACHE_KIB = 65_536;

/** `data` is what `Vault.lend` gave; the key in it is wiped. */
export function openThreadReader(data: ReaderData): ThreadReader {
  const connection = openConnection({ ...data, readOnly: true, cacheKib: CACHE_KIB });
  data.key.fill(0);
  const statements = createStatements(connection);
  return { all: statements.all, get: statements.get, close: () => connection.close() };
}
