import { to as copyTo } from 'pg-copy-streams';
import type pg from 'pg';
import type { Column, Table } from './catalog.ts';
import type { View } from './messages.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from './names.ts';
import { parseLsn } from './offset.ts';

/** What a snapshot of Postgres shows: which transactions it has in it, and where in the log it was taken. */
export interface SnapshotMark {
  /** 64 bits: with their epoch. */
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly xip: readonly bigint[];
  /** Every transaction the snapshot shows was committed before it. */
  readonly lsn: number;
}

/** Opens a transaction on the connection that sees one moment, and tells which. */
export async function beginSnapshot(client: pg.ClientBase): Promise<SnapshotMark> {
  const results: unknown = await client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
     SELECT pg_current_snapshot()::text AS snapshot, pg_current_wal_insert_lsn()::text AS lsn`,
  );
  const row = Array.isArray(results)
    ? (results[1] as pg.QueryResult<{ snapshot: string; lsn: string }>).rows[0]
    : undefined;
  if (!row) throw new Error('Postgres told no snapshot');
  const [xmin = '0', xmax = '0', xip = ''] = row.snapshot.split(':');
  return {
    xmin: BigInt(xmin),
    xmax: BigInt(xmax),
    xip: xip === '' ? [] : xip.split(',').map(BigInt),
    lsn: parseLsn(row.lsn),
  };
}

/** True when the snapshot shows what the transaction did. The stream's ids have 32 bits, the snapshot's 64. */
export function isVisible(mark: SnapshotMark, xid: number): boolean {
  const whole = widen(xid, mark.xmax);
  return whole < mark.xmin || (whole < mark.xmax && !mark.xip.includes(whole));
}

/** The last message of a snapshot. */
export function snapshotEnd(mark: SnapshotMark): string {
  const { xmin, xmax, xip } = mark;
  const headers = { control: 'snapshot-end', xmin: String(xmin), xmax: String(xmax), xip_list: xip.map(String) };
  return JSON.stringify({ headers });
}

/**
 * The messages of a snapshot as pieces of a JSON array without its brackets, each at least `chunkBytes` long but the last.
 * Postgres writes the JSON, so a row costs no more here than its bytes.
 */
export async function* snapshotChunks(
  client: pg.ClientBase,
  view: View,
  where: string | null,
  last: string,
  chunkBytes: number,
): AsyncGenerator<Buffer> {
  const source = client.query(copyTo(`COPY (${selectMessages(view, where, {})}) TO STDOUT (FORMAT binary)`));
  const joined = createJoiner(chunkBytes);
  let pending: Buffer = Buffer.alloc(0);
  let isStarted = false;
  for await (const bytes of source as AsyncIterable<Buffer>) {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    if (!isStarted && pending.length < COPY_HEADER) continue;
    let at = isStarted ? 0 : COPY_HEADER;
    isStarted = true;
    // Each row is the number of its fields, here 1, and the length and bytes of each.
    while (pending.length - at >= 6) {
      const end = at + 6 + pending.readInt32BE(at + 2);
      if (pending.length < end) break;
      joined.add(pending, at + 6, end);
      at = end;
      if (joined.length >= chunkBytes) yield joined.take();
    }
    pending = pending.subarray(at);
  }
  const end = Buffer.from(last);
  joined.add(end, 0, end.length);
  yield joined.take();
}

export interface Subset {
  readonly where: string | null;
  readonly orderBy: string | null;
  readonly limit: number | null;
  readonly offset: number | null;
}

/** The messages of a part of a shape, as JSON. */
export async function subsetMessages(
  client: pg.ClientBase,
  view: View,
  where: string | null,
  subset: Subset,
  mark: number,
): Promise<string[]> {
  const conditions = [where, subset.where].filter((part) => part !== null).map((part) => `(\n${part}\n)`);
  const tail = [
    subset.orderBy === null ? '' : `ORDER BY ${subset.orderBy}`,
    subset.limit === null ? '' : `LIMIT ${subset.limit}`,
    subset.offset === null ? '' : `OFFSET ${subset.offset}`,
  ].join(' ');
  const condition = conditions.length > 0 ? conditions.join(' AND ') : null;
  const sql = `${selectMessages(view, condition, { snapshot_mark: mark })} ${tail}`;
  const { rows } = await client.query<{ m: string }>(sql);
  return rows.map((row) => row.m);
}

/** 2^32-fold ids: the one within half the ring of `near`. */
function widen(xid: number, near: bigint): bigint {
  const ring = 1n << 32n;
  const whole = near - (near % ring) + BigInt(xid);
  if (whole > near + ring / 2n) return whole - ring;
  return whole + ring / 2n < near ? whole + ring : whole;
}

function selectMessages(view: View, where: string | null, extra: Readonly<Record<string, number>>): string {
  const { table } = view;
  const headers = JSON.stringify({ operation: 'insert', relation: [table.schema, table.name], ...extra });
  const pieces: string[] = ['{"key":', { sql: keyExpression(table) }, ',"value":{'].map((piece) =>
    typeof piece === 'string' ? quoteLiteral(piece) : piece.sql,
  );
  view.columns.forEach((index, place) => {
    const column = table.columns[index];
    if (!column) return;
    pieces.push(quoteLiteral(`${place === 0 ? '' : ','}${JSON.stringify(column.name)}:`), valueExpression(column));
  });
  pieces.push(quoteLiteral(`},"headers":${headers}}`));
  const condition = where === null ? '' : ` WHERE (\n${where}\n)`;
  return `SELECT ${pieces.join(' || ')} AS m FROM ${quoteTable(table)}${condition}`;
}

/** Types whose text never needs escaping in JSON. */
const PLAIN = new Set(
  'int2 int4 int8 oid uuid numeric float4 float8 date time timetz timestamp timestamptz'.split(' '),
);

function valueExpression(column: Column): string {
  const text = textExpression(column);
  const isPlain = column.dims === 0 && PLAIN.has(column.baseName);
  const json = isPlain ? `'"' || ${text} || '"'` : `to_json(${text})::text`;
  return column.isNotNull ? json : `coalesce(${json}, 'null')`;
}

/** The type's output, letter by letter what the stream sends: a cast to text would turn `t` into `true` and cut blanks. */
function textExpression(column: Column): string {
  const name = quoteIdentifier(column.name);
  if (column.dims > 0) return `${name}::text`;
  if (column.baseName === 'bool') return `CASE WHEN ${name} THEN 't' WHEN NOT ${name} THEN 'f' END`;
  if (column.baseName === 'bpchar') return `CASE WHEN ${name} IS NOT NULL THEN concat(${name}) END`;
  return `${name}::text`;
}

function keyExpression(table: Table): string {
  const parts = table.keyColumns.flatMap((index) => {
    const column = table.columns[index];
    if (!column) return [];
    const quoted = `'/"' || replace(${textExpression(column)}, '/', '//') || '"'`;
    return [column.isNotNull ? quoted : `coalesce(${quoted}, '/_')`];
  });
  return `to_json(${[quoteLiteral(quoteTable(table)), ...parts].join(' || ')})::text`;
}

/** A signature, flags and the length of an extension that there is not. */
const COPY_HEADER = 11 + 4 + 4;

interface Joiner {
  readonly length: number;
  /** Adds bytes, after a comma when there are some already. */
  add(source: Buffer, from: number, to: number): void;
  take(): Buffer;
}

function createJoiner(expectedBytes: number): Joiner {
  let buffer = Buffer.allocUnsafe(Math.max(4096, Math.min(expectedBytes, 1 << 20)));
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(source, from, to) {
      const needed = length + 1 + to - from;
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, 2 * buffer.length));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      if (length > 0) buffer[length++] = COMMA;
      length += source.copy(buffer, length, from, to);
    },
    take() {
      const taken = Buffer.from(buffer.subarray(0, length));
      length = 0;
      return taken;
    },
  };
}

const COMMA = ','.charCodeAt(0);
