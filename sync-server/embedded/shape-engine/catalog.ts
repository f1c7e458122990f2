import type pg from 'pg';
import { quoteTable } from './names.ts';
import type { TableName } from './names.ts';
import { signatureOf } from './pgoutput.ts';

export interface Column {
  readonly name: string;
  readonly typeOid: number;
  /** As it is written in a cast: `character varying(20)`, `public.mood[]`. */
  readonly sqlType: string;
  /** The type's own name, of the element for arrays: what `electric-schema` calls it. */
  readonly typeName: string;
  /** The built-in type below a domain; of an enum, `enum`. */
  readonly baseName: string;
  readonly typmod: number;
  readonly dims: number;
  readonly isNotNull: boolean;
  /** Place in the primary key from 0, or null. */
  readonly pkIndex: number | null;
  /** Two texts are equal only when their bytes are. */
  readonly isDeterministic: boolean;
}

export interface Table extends TableName {
  readonly oid: number;
  readonly columns: readonly Column[];
  /** Columns a row is known by: the primary key in its order, or every column where there is none. */
  readonly keyColumns: readonly number[];
  readonly hasPrimaryKey: boolean;
  readonly signature: string;
  readonly isPublished: boolean;
  readonly hasFullIdentity: boolean;
}

interface ColumnRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly replica_identity: string;
  readonly is_published: boolean;
  readonly column: string;
  readonly type_oid: string;
  readonly sql_type: string;
  readonly type_name: string;
  readonly base_name: string;
  readonly typmod: number;
  readonly dims: number;
  readonly is_not_null: boolean;
  readonly pk_index: number | null;
  readonly is_deterministic: boolean;
}

// Generated columns are not in the stream, so they are in no shape.
const COLUMNS = `
  SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relreplident AS replica_identity,
    EXISTS (SELECT 1 FROM pg_publication p WHERE p.pubname = $1 AND (p.puballtables
      OR EXISTS (SELECT 1 FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = c.oid))) AS is_published,
    a.attname AS column, a.atttypid::text AS type_oid, format_type(a.atttypid, a.atttypmod) AS sql_type,
    coalesce(element.typname, t.typname) AS type_name,
    CASE WHEN t.typtype = 'e' THEN 'enum' WHEN t.typtype = 'd' THEN base.typname ELSE t.typname END AS base_name,
    a.atttypmod AS typmod,
    CASE WHEN element.oid IS NULL THEN 0 ELSE greatest(a.attndims, 1) END::int4 AS dims,
    a.attnotnull AS is_not_null,
    array_position(pk.indkey::int2[], a.attnum) AS pk_index,
    coalesce(l.collisdeterministic, true) AS is_deterministic
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_type element ON element.typarray = t.oid AND t.typcategory = 'A'
  LEFT JOIN pg_type base ON base.oid = t.typbasetype
  LEFT JOIN pg_index pk ON pk.indrelid = c.oid AND pk.indisprimary
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  WHERE c.relkind IN ('r', 'p')`;

/** The table of that name as it is now, or undefined when there is none. */
export async function describeTable(pool: pg.Pool, publication: string, name: TableName): Promise<Table | undefined> {
  const { rows } = await pool.query<ColumnRow>(`${COLUMNS} AND n.nspname = $2 AND c.relname = $3 ORDER BY a.attnum`, [
    publication,
    name.schema,
    name.name,
  ]);
  return rows[0] && tableOf(rows[0], rows);
}

/** The tables of those oids that still exist. */
export async function describeTables(
  pool: pg.Pool,
  publication: string,
  oids: readonly number[],
): Promise<ReadonlyMap<number, Table>> {
  const { rows } = await pool.query<ColumnRow>(`${COLUMNS} AND c.oid = ANY($2::oid[]) ORDER BY c.oid, a.attnum`, [
    publication,
    oids,
  ]);
  const byOid = Map.groupBy(rows, (row) => row.oid);
  const tables = [...byOid.values()].flatMap((columns) => (columns[0] ? [tableOf(columns[0], columns)] : []));
  return new Map(tables.map((table) => [table.oid, table]));
}

/** Whether, to this transaction, the table is still the one that was described. */
export async function isStill(client: pg.ClientBase, table: Table): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT 1 WHERE to_regclass($1)::oid = $2 AND $3::text[] = (
       SELECT array_agg(a.attname || ':' || a.atttypid ORDER BY a.attnum) FROM pg_attribute a
       WHERE a.attrelid = $2 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '')`,
    [quoteTable(table), table.oid, table.columns.map((column) => `${column.name}:${column.typeOid}`)],
  );
  return rows.length > 0;
}

/**
 * Puts the table into the publication and makes its old rows come whole. Waits for those who are writing to it: whatever
 * they write later is then in the stream, whole.
 */
export async function publishTable(pool: pg.Pool, publication: string, table: Table): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL lock_timeout = '10s'");
    // Two engines' worth of requests may come at once; adding twice would be an error.
    await client.query('SELECT pg_advisory_xact_lock($1)', [table.oid]);
    await client.query(`LOCK TABLE ${quoteTable(table)} IN SHARE ROW EXCLUSIVE MODE`);
    const { rows } = await client.query<{ leaf: string }>(
      `SELECT p.relid::regclass::text AS leaf FROM pg_partition_tree($1::oid) p
       UNION SELECT $1::oid::regclass::text`,
      [table.oid],
    );
    for (const { leaf } of rows) await client.query(`ALTER TABLE ${leaf} REPLICA IDENTITY FULL`);
    const { rows: members } = await client.query(
      `SELECT 1 FROM pg_publication p WHERE p.pubname = $1 AND (p.puballtables OR EXISTS (
         SELECT 1 FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = $2))`,
      [publication, table.oid],
    );
    if (members.length === 0) await client.query(`ALTER PUBLICATION ${publication} ADD TABLE ${quoteTable(table)}`);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** The value of `electric-schema`: each chosen column's type, dimensions, place in the key and limits. */
export function schemaHeader(table: Table, columns: readonly number[]): string {
  const described = columns.flatMap((index) => {
    const column = table.columns[index];
    if (!column) return [];
    const entry = {
      type: column.typeName,
      ...(column.dims > 0 ? { dims: column.dims } : {}),
      ...(column.pkIndex === null ? {} : { pk_index: column.pkIndex }),
      ...(column.isNotNull ? { not_null: true } : {}),
      ...limitsOf(column),
    };
    return [[column.name, entry] as const];
  });
  // A header carries ASCII only; a column's name may be anything.
  return JSON.stringify(Object.fromEntries(described)).replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function limitsOf(column: Column): Record<string, number | string> {
  const { typmod } = column;
  if (typmod < 0) return {};
  switch (column.typeName) {
    case 'varchar':
      return { max_length: typmod - 4 };
    case 'bpchar':
      return { length: typmod - 4 };
    case 'bit':
      return { length: typmod };
    case 'varbit':
      return { max_length: typmod };
    case 'numeric':
      return { precision: ((typmod - 4) >> 16) & 0xffff, scale: (typmod - 4) & 0x7ff };
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return { precision: typmod };
    case 'interval': {
      const precision = typmod & 0xffff;
      const fields = /interval ([a-z ]+?)(?:\(|\[|$)/.exec(column.sqlType)?.[1];
      return {
        ...(precision === 0xffff ? {} : { precision }),
        ...(fields === undefined ? {} : { fields: fields.toUpperCase() }),
      };
    }
    default:
      return {};
  }
}

function tableOf(first: ColumnRow, rows: readonly ColumnRow[]): Table {
  const columns = rows.map((row): Column => ({
    name: row.column,
    typeOid: Number(row.type_oid),
    sqlType: row.sql_type,
    typeName: row.type_name,
    baseName: row.base_name,
    typmod: row.typmod,
    dims: row.dims,
    isNotNull: row.is_not_null,
    pkIndex: row.pk_index,
    isDeterministic: row.is_deterministic,
  }));
  const key = columns
    .flatMap((column, index) => (column.pkIndex === null ? [] : [{ index, place: column.pkIndex }]))
    .sort((a, b) => a.place - b.place)
    .map(({ index }) => index);
  return {
    schema: first.schema,
    name: first.name,
    oid: Number(first.oid),
    columns,
    keyColumns: key.length > 0 ? key : columns.map((_, index) => index),
    hasPrimaryKey: key.length > 0,
    signature: signatureOf(columns),
    isPublished: first.is_published,
    hasFullIdentity: first.replica_identity === 'f',
  };
}
