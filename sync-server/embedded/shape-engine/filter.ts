import type pg from 'pg';
import type { Column, Table } from './catalog.ts';
import { invalid } from './invalid-request.ts';
import { quoteTable } from './names.ts';
import type { Row } from './pgoutput.ts';
import { isUnreachable } from './sessions.ts';
import type { Where } from './where.ts';

/** A filter that Postgres has accepted for its table. */
export interface Filter {
  readonly sql: string;
  /** Places of the columns it looks at. */
  readonly columns: readonly number[];
  /** Values that certain columns must have, in Postgres' own spelling: decided here, without asking Postgres. */
  readonly equalities: readonly { readonly column: number; readonly value: string }[];
  /** The equalities are all of it. */
  readonly isOnlyEqualities: boolean;
}

/**
 * Has Postgres check the filter against the table. Throws InvalidRequest on `field` when Postgres refuses it.
 */
export async function compileFilter(pool: pg.Pool, table: Table, where: Where, field: string): Promise<Filter> {
  requireColumns(table, where.columns, field);
  try {
    await pool.query(`SELECT 1 FROM ${quoteTable(table)} WHERE (\n${where.sql}\n) LIMIT 0`);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    throw invalid(field, error instanceof Error ? error.message : String(error));
  }
  const place = (name: string): number => table.columns.findIndex((column) => column.name === name);
  const spelled: { column: number; value: string }[] = [];
  for (const { column, constant } of where.equalities) {
    const index = place(column);
    const value = await spellConstant(pool, table.columns[index], constant);
    if (value !== undefined) spelled.push({ column: index, value });
  }
  return {
    sql: where.sql,
    columns: where.columns.map(place),
    equalities: spelled,
    isOnlyEqualities: where.isOnlyEqualities && spelled.length === where.equalities.length,
  };
}

/** Throws InvalidRequest on `field` when a column is not of the table. */
export function requireColumns(table: Table, names: readonly string[], field: string): void {
  const unknown = names.find((name) => !table.columns.some((column) => column.name === name));
  if (unknown !== undefined) throw invalid(field, `unknown reference ${unknown}`);
}

/** True when the row has all the values that the filter's equalities ask for. */
export function meetsEqualities(filter: Filter, row: Row): boolean {
  return filter.equalities.every(({ column, value }) => row[column] === value);
}

/** Types in which two values are equal exactly when they are spelled alike. */
const SPELLED_ALIKE = new Set('int2 int4 int8 uuid text varchar bool enum'.split(' '));

/** The constant as Postgres writes it in the column's type, or undefined where spelling does not decide. */
async function spellConstant(pool: pg.Pool, column: Column | undefined, constant: string): Promise<string | undefined> {
  if (!column || column.dims > 0 || !SPELLED_ALIKE.has(column.baseName) || !column.isDeterministic) return undefined;
  // Without the type's length: a cast to varchar(3) would cut the constant, a comparison does not.
  const type = column.baseName === 'enum' ? column.sqlType : column.baseName === 'varchar' ? 'text' : column.baseName;
  try {
    const { rows } = await pool.query<{ value: string | null }>(`SELECT (${constant})::${type}::text AS value`);
    const value = rows[0]?.value ?? undefined;
    if (column.baseName !== 'bool') return value;
    return value === undefined ? undefined : value === 'true' ? 't' : 'f';
  } catch (error) {
    if (isUnreachable(error)) throw error;
    // A number too big for the column, say: Postgres compares it in a wider type, and so shall it.
    return undefined;
  }
}

/**
 * Finds a table's shapes that a row may concern. A shape that asks for `account = 'a'` costs nothing while rows of other accounts
 * change, however many such shapes there are.
 */
export interface Router<S> {
  readonly size: number;
  all(): Iterable<S>;
  add(shape: S, filter: Filter | null): void;
  remove(shape: S, filter: Filter | null): void;
  candidates(row: Row): Iterable<S>;
}

export function createRouter<S>(): Router<S> {
  const everyone = new Set<S>();
  const unindexed = new Set<S>();
  const byValue = new Map<number, Map<string, Set<S>>>();
  return {
    get size() {
      return everyone.size;
    },
    all: () => everyone,
    add(shape, filter) {
      everyone.add(shape);
      const first = filter?.equalities[0];
      if (!first) {
        unindexed.add(shape);
        return;
      }
      const values = byValue.get(first.column) ?? new Map<string, Set<S>>();
      byValue.set(first.column, values);
      values.set(first.value, (values.get(first.value) ?? new Set<S>()).add(shape));
    },
    remove(shape, filter) {
      everyone.delete(shape);
      unindexed.delete(shape);
      const first = filter?.equalities[0];
      const values = first && byValue.get(first.column);
      const shapes = first && values?.get(first.value);
      shapes?.delete(shape);
      if (first && shapes?.size === 0) values?.delete(first.value);
    },
    *candidates(row) {
      yield* unindexed;
      for (const [column, values] of byValue) {
        const value = row[column];
        if (value != null) yield* values.get(value) ?? [];
      }
    },
  };
}
