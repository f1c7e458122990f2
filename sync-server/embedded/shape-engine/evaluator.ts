import type pg from 'pg';
import type { Table } from './catalog.ts';
import type { Filter } from './filter.ts';
import { quoteIdentifier } from './names.ts';
import type { Row } from './pgoutput.ts';
import { createPool, isUnreachable } from './sessions.ts';

/** What Postgres says of some rows and filters. */
export interface Verdicts {
  matches(row: number, filter: number): boolean;
  /** Filters that could not be evaluated on one of the rows: a division by nought, say. */
  readonly failed: ReadonlySet<number>;
}

export interface Evaluator {
  /** One question to Postgres for all of them. Rejects when Postgres is away. */
  evaluate(table: Table, rows: readonly Row[], filters: readonly Filter[]): Promise<Verdicts>;
  close(): Promise<void>;
}

/** Rows times filters that one question asks at most. */
const MAX_CELLS = 500_000;
/** A connection with this many prepared questions is changed for a fresh one. */
const MAX_PREPARED = 100;

/** Filters mean what Postgres says they mean, so Postgres evaluates them, on rows that are no longer, or not yet, in the table. */
export function createEvaluator(databaseUrl: string): Evaluator {
  const pool = createPool(databaseUrl, 1);
  pool.on('connect', (client) => {
    // Queued before the first question; planning anew each time would cost more than the question.
    client.query('SET plan_cache_mode = force_generic_plan').catch(() => undefined);
  });
  const askedOnce = new Set<string>();
  /** The last question about each table: as a rule the next is the same. */
  const last = new WeakMap<Table, Question>();
  let prepared = new Map<string, string>();

  async function ask(sql: string, values: readonly unknown[]): Promise<string[]> {
    const client = await pool.connect();
    let isWorn = false;
    try {
      // What is asked a second time is worth preparing.
      const name = prepared.get(sql) ?? (askedOnce.has(sql) ? `q${prepared.size}` : undefined);
      if (name === undefined) askedOnce.add(sql);
      else prepared.set(sql, name);
      const query = { text: sql, values: [...values], rowMode: 'array', ...(name === undefined ? {} : { name }) };
      const { rows } = await client.query<[string]>(query as pg.QueryArrayConfig);
      isWorn = prepared.size >= MAX_PREPARED || askedOnce.size >= 10 * MAX_PREPARED;
      return rows.map((row) => row[0]);
    } catch (error) {
      isWorn = true;
      throw error;
    } finally {
      if (isWorn) {
        prepared = new Map();
        askedOnce.clear();
      }
      client.release(isWorn);
    }
  }

  async function askAll(table: Table, rows: readonly Row[], filters: readonly Filter[]): Promise<string[]> {
    const known = last.get(table);
    const isSame = known?.filters.length === filters.length && known.filters.every((one, i) => one === filters[i]);
    const { columns, sql } = known && isSame ? known : question(table, filters);
    if (!isSame) last.set(table, { filters, columns, sql });
    const answers: string[] = [];
    const step = Math.max(1, Math.floor(MAX_CELLS / filters.length));
    for (let at = 0; at < rows.length; at += step) {
      const part = rows.slice(at, at + step);
      answers.push(
        ...(await ask(sql, [part.map((_, i) => i), ...columns.map((c) => part.map((row) => row[c] ?? null))])),
      );
    }
    return answers;
  }

  return {
    async evaluate(table, rows, filters) {
      const none = { matches: () => false, failed: new Set<number>() };
      if (rows.length === 0 || filters.length === 0) return none;
      try {
        const answers = await askAll(table, rows, filters);
        return { ...none, matches: (row, filter) => answers[row]?.[filter] === 't' };
      } catch (error) {
        if (isUnreachable(error)) throw error;
      }
      // One of them fails; find which, so that the others go on.
      const failed = new Set<number>();
      const columns: string[][] = [];
      for (const [index, filter] of filters.entries()) {
        try {
          columns.push(await askAll(table, rows, [filter]));
        } catch (error) {
          if (isUnreachable(error)) throw error;
          failed.add(index);
          columns.push([]);
        }
      }
      return { matches: (row, filter) => columns[filter]?.[row] === 't', failed };
    },
    close: () => pool.end(),
  };
}

interface Question {
  readonly filters: readonly Filter[];
  readonly columns: readonly number[];
  readonly sql: string;
}

/** Its answer is a text of `t` and `f` for each row, one for each filter. */
function question(table: Table, filters: readonly Filter[]): Question {
  const columns = [...new Set(filters.flatMap((filter) => filter.columns))];
  const named = columns.flatMap((index) => table.columns[index] ?? []);
  let place = 'i';
  while (named.some((column) => column.name === place)) place += '_';
  const arrays = ['$1::int4[]', ...named.map((_, i) => `$${i + 2}::text[]`)];
  const aliases = [place, ...named.map((_, i) => `c${i}`)].map(quoteIdentifier);
  const typed = named.map((column, i) => `"c${i}"::${column.sqlType} AS ${quoteIdentifier(column.name)}`);
  const cells = filters.map((filter) => `(\n${filter.sql}\n) IS TRUE`);
  const sql = `SELECT concat(VARIADIC ARRAY[${cells.join(', ')}]) FROM (
    SELECT ${[quoteIdentifier(place), ...typed].join(', ')} FROM unnest(${arrays.join(', ')}) AS u(${aliases.join(', ')})
    OFFSET 0) AS r ORDER BY ${quoteIdentifier(place)}`;
  return { filters, columns, sql };
}
