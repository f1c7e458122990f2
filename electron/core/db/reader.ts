import type { Row } from './db.ts';
import type { Sql } from './sql.ts';
import { createWorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';

/** Reads on another thread. */
export interface Reader {
  all(statement: Sql): Promise<Row[]>;
  /** Does not wait for a query that hangs: a connection that only reads leaves nothing behind. */
  close(): Promise<void>;
}

export interface ReaderData {
  readonly file: string;
  readonly key: Uint8Array;
}

const CLOSE_PATIENCE_MS = 300;
const REASONS = { stopped: 'reader_stopped', closed: 'vault_closed' };

export function createReader(data: ReaderData): Reader {
  const calls = createWorkerCalls<Sql>(() => startThread(import.meta.url, 'reader-worker', data), REASONS);
  return {
    all: async (statement) => (await calls.call(statement)) as Row[],
    close: () => calls.close(CLOSE_PATIENCE_MS),
  };
}
