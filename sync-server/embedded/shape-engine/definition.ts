import { createHash } from 'node:crypto';
import type { Table } from './catalog.ts';
import type { Filter } from './filter.ts';
import { invalid, InvalidRequest } from './invalid-request.ts';
import type { WhereParams } from './where.ts';

/** What a client asks for, before the table has been looked at. */
export interface ShapeRequest {
  readonly table: { readonly schema: string; readonly name: string };
  readonly where: string | null;
  readonly params: WhereParams;
  readonly columns: readonly string[] | null;
  readonly replica: 'default' | 'full';
  readonly log: 'full' | 'changes_only';
}

/** A shape's identity: two requests with the same definition read the same log. */
export interface Definition extends ShapeRequest {
  readonly tableOid: number;
  readonly filter: Filter | null;
}

/** Places of the chosen columns in the table, in the table's order. Throws InvalidRequest on names it has not, or a missing key. */
export function chooseColumns(table: Table, names: readonly string[] | null): readonly number[] {
  if (names === null) return table.columns.map((_, index) => index);
  const unknown = names.filter((name) => !table.columns.some((column) => column.name === name));
  if (unknown.length > 0) throw invalid('columns', `The following columns could not be found: ${unknown.join(', ')}`);
  const missing = table.columns.filter((column) => column.pkIndex !== null && !names.includes(column.name));
  if (missing.length > 0)
    throw invalid(
      'columns',
      `The list of columns must include all primary key columns, missing: ${missing.map(({ name }) => name).join(', ')}`,
    );
  return table.columns.flatMap((column, index) => (names.includes(column.name) ? [index] : []));
}

export function requireTable(table: Table | undefined, request: ShapeRequest): Table {
  if (table) return table;
  const name = `"${request.table.schema}"."${request.table.name}"`;
  throw new InvalidRequest({
    table: [
      `Table ${name} does not exist. If the table name contains capitals or special characters you must quote it.`,
    ],
  });
}

/** Same definition, same text. */
export function definitionKey(definition: ShapeRequest): string {
  const { table, where, params, columns, replica, log } = definition;
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([table.schema, table.name, where, sorted, columns && columns.toSorted(), replica, log]);
}

/** A name that was never given before: the definition's hash, and the time in microseconds. */
export function newHandle(key: string): string {
  const hash = createHash('sha256').update(key).digest().readUIntBE(0, 4);
  const micros = Math.max(lastMicros + 1, Math.round((performance.timeOrigin + performance.now()) * 1000));
  lastMicros = micros;
  return `${hash}-${micros}`;
}

let lastMicros = 0;
