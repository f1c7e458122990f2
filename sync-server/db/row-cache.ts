import { LRUCache } from 'lru-cache';
import type { Metrics } from '../ops/ops.ts';
import type { Db } from './db.ts';

/** Rows kept in memory until Postgres says, on a channel, that they changed. */
export interface RowCache<T> {
  /** The value of a key; `read` is asked when it is not at hand. */
  get(key: string, read: () => Promise<T>): Promise<T>;
  /** Does what changes a key, and forgets it before the caller hears that it is done: who wrote reads what they wrote. */
  changing<R>(key: string, work: () => Promise<R>): Promise<R>;
  close(): void;
}

const MAX_ROWS = 10_000;
/** Should the channel be silent because its connection is lost, nothing stays wrong for longer. */
const TTL_MS = 5_000;

/** `channel` hears the key of each changed row after its commit: a trigger's `pg_notify`. */
export async function createRowCache<T extends object>(
  { db, metrics }: { readonly db: Db; readonly metrics: Metrics },
  name: string,
  channel: string,
): Promise<RowCache<T>> {
  const rows = new LRUCache<string, T>({ max: MAX_ROWS, ttl: TTL_MS });
  /** Counts every forgetting: what was read while something changed may be older than the change, and is not kept. */
  let generation = 0;
  const forget = (key: string): void => {
    generation += 1;
    if (key === '') rows.clear();
    else rows.delete(key);
  };
  const close = await db.listen(channel, forget);
  return {
    async get(key, read) {
      const known = rows.get(key);
      metrics.countCache(name, known !== undefined);
      if (known !== undefined) return known;
      const begun = generation;
      const row = await read();
      if (generation === begun) rows.set(key, row);
      return row;
    },
    async changing(key, work) {
      try {
        return await work();
      } finally {
        forget(key);
      }
    },
    close,
  };
}
