import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compact } from './compaction.ts';
import type { StoredEntry } from './log-store.ts';

type Rows = Map<string, Record<string, string>>;

interface Parsed {
  readonly key: string;
  readonly value: Record<string, string>;
  readonly headers: { readonly operation: string };
}

/** Logs as Postgres makes them: nothing is updated or deleted that is not there. */
const logs = fc
  .array(
    fc.record({
      key: fc.integer({ min: 0, max: 4 }),
      kind: fc.integer({ min: 0, max: 3 }),
      word: fc.string({ maxLength: 5 }),
    }),
  )
  .map((steps) => {
    const present = new Set<number>();
    return steps.map(({ key, kind, word }, index): StoredEntry => {
      const operation = !present.has(key) ? 'insert' : kind === 0 ? 'delete' : 'update';
      if (operation === 'insert') present.add(key);
      if (operation === 'delete') present.delete(key);
      const all = { id: String(key), a: word, b: `b${index}` };
      const value =
        operation === 'insert'
          ? all
          : operation === 'delete'
            ? { id: all.id }
            : { id: all.id, [kind === 1 ? 'a' : 'b']: word };
      return {
        lsn: index + 1,
        op: 0,
        endsChunk: index % 7 === 6,
        body: JSON.stringify({ key: `k${key}`, value, headers: { operation, txids: [index] } }),
      };
    });
  });

const apply = (entries: readonly StoredEntry[], onto: Rows): Rows => {
  const rows = new Map(onto);
  for (const { body } of entries) {
    const { key, value, headers } = JSON.parse(body) as Parsed;
    if (headers.operation === 'delete') rows.delete(key);
    else rows.set(key, { ...(headers.operation === 'update' ? rows.get(key) : {}), ...value });
  }
  return rows;
};

describe('compaction', () => {
  test('whoever reads on, from any offset, ends with the same rows', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const short = compact(log, 200);
        const end = apply(log, new Map());
        for (let read = 0; read <= log.length; read++) {
          const known = apply(log.slice(0, read), new Map());
          const after = short.filter((entry) => entry.lsn > read);
          expect(apply(after, known)).toEqual(end);
        }
      }),
    );
  });

  test('of a key at most a delete, an insert and an update are left, and once more changes nothing', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const short = compact(log, 200);
        const counts = Map.groupBy(short, (entry) => (JSON.parse(entry.body) as Parsed).key);
        for (const entries of counts.values()) expect(entries.length).toBeLessThanOrEqual(3);
        expect(compact(short, 200)).toEqual(short);
        expect(short.every((entry, i) => i === 0 || entry.lsn > (short[i - 1]?.lsn ?? 0))).toBe(true);
      }),
    );
  });
});
