import type { Table } from './catalog.ts';
import { quoteTable } from './names.ts';
import type { Offset } from './offset.ts';
import type { Row } from './pgoutput.ts';

/** What a shape shows of its table. */
export interface View {
  readonly table: Table;
  readonly columns: readonly number[];
  readonly isFull: boolean;
}

/** One change as a shape sees it: a row can come into a filter and leave it without being inserted or deleted. */
export interface RowChange {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly old: Row | null;
  readonly new: Row | null;
  readonly op: number;
}

export interface LogEntry extends Offset {
  readonly body: string;
}

/**
 * The log entries of one transaction for one shape, in order. An update that shows in no chosen column gives none; one
 * that changes the key gives a delete and an insert. `op` of the changes must leave a gap of one for that.
 */
export function logEntries(view: View, changes: readonly RowChange[], lsn: number, xid: number): LogEntry[] {
  const parts = changes.flatMap((change) => entryParts(view, change));
  const relation = [view.table.schema, view.table.name];
  return parts.map(({ op, key, value, oldValue, headers, operation }, index) => ({
    lsn,
    op,
    body: JSON.stringify({
      key,
      value,
      ...(oldValue === undefined ? {} : { old_value: oldValue }),
      headers: {
        ...(index === parts.length - 1 ? { last: true } : {}),
        operation,
        relation,
        txids: [xid],
        lsn: String(lsn),
        op_position: op,
        ...headers,
      },
    }),
  }));
}

/** `"public"."items"/"1"`: what a row is called in every message. */
export function rowKey(table: Table, row: Row): string {
  const parts = table.keyColumns.map((index) => {
    const value = row[index];
    return value == null ? '_' : `"${value.replaceAll('/', '//')}"`;
  });
  return [quoteTable(table), ...parts].join('/');
}

export function upToDate(lastSeenLsn: number): string {
  return JSON.stringify({ headers: { control: 'up-to-date', global_last_seen_lsn: String(lastSeenLsn) } });
}

export const MUST_REFETCH = '[{"headers":{"control":"must-refetch"}}]';

type Values = Record<string, string | null>;

interface EntryPart {
  readonly op: number;
  readonly operation: RowChange['operation'];
  readonly key: string;
  readonly value: Values;
  readonly oldValue?: Values;
  readonly headers?: Readonly<Record<string, string>>;
}

function entryParts(view: View, change: RowChange): EntryPart[] {
  const { table } = view;
  const { op, old, new: fresh } = change;
  if (change.operation === 'insert' && fresh)
    return [{ op, operation: 'insert', key: rowKey(table, fresh), value: pick(view, fresh) }];
  if (change.operation === 'delete' && old)
    return [{ op, operation: 'delete', key: rowKey(table, old), value: deleted(view, old) }];
  if (!old || !fresh) return [];

  const changed = view.columns.filter((index) => old[index] !== fresh[index]);
  const [from, to] = [rowKey(table, old), rowKey(table, fresh)];
  if (from !== to) {
    return [
      { op, operation: 'delete', key: from, value: deleted(view, old), headers: { key_change_to: to } },
      { op: op + 1, operation: 'insert', key: to, value: pick(view, fresh), headers: { key_change_from: from } },
    ];
  }
  if (changed.length === 0) return [];
  if (view.isFull)
    return [{ op, operation: 'update', key: to, value: pick(view, fresh), oldValue: values(table, old, changed) }];
  const shown = new Set([...keyOf(view), ...changed]);
  return [
    {
      op,
      operation: 'update',
      key: to,
      value: values(
        table,
        fresh,
        view.columns.filter((i) => shown.has(i)),
      ),
    },
  ];
}

function deleted(view: View, old: Row): Values {
  return view.isFull ? pick(view, old) : values(view.table, old, keyOf(view));
}

function keyOf(view: View): readonly number[] {
  return view.table.hasPrimaryKey ? view.table.keyColumns : view.columns;
}

function pick(view: View, row: Row): Values {
  return values(view.table, row, view.columns);
}

function values(table: Table, row: Row, columns: readonly number[]): Values {
  const picked: Values = {};
  for (const index of columns) {
    const name = table.columns[index]?.name;
    if (name !== undefined) picked[name] = row[index] ?? null;
  }
  return picked;
}
