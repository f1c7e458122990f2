import type { Row } from './db.ts';
import type { Sql } from './sql.ts';
import { createWorkerCalls } from './worker-call.ts';
import { startThread } from './worker-thread.ts';

/** Reads on another thread. */
export interface Reader {
  all(statement: Sql): Promise<Row[]>;
  close(): Promise<void>;
}

export interface ReaderData {
  readonly file: string;
  readonly key: Uint8Array;
}

export function createReader(data: ReaderData): Reader {
  const calls = createWorkerCalls<Sql>(() => startThread('reader-worker', data));
  return {
    all: async (statement) => (await calls.call(statement)) as Row[],
    close: () => calls.close(),
  };
}
