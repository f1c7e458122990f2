import { storageFault, type Connection } from './connection.ts';

/** How many pages are read between two looks at whether to stop. */
const LOOK_EVERY_PAGES = 256;

/**
 * Reads every page that holds anything; undefined when all is well. A page is encrypted with a tag over its bytes, so one that
 * can be read is the one that was written: this finds what disks and other programs do to a file, four times as fast as
 * `wholeFileFault`, and stops within milliseconds (throwing) once `stopped` says so.
 */
export function pageFault(connection: Connection, stopped: () => boolean): string | undefined {
  let read = 0;
  try {
    for (const text of ['SELECT pageno FROM dbstat', ...overflowReads(connection)]) {
      for (const _part of connection.prepare(text).iterate()) {
        if (++read % LOOK_EVERY_PAGES === 0 && stopped()) break;
      }
    }
  } catch (error) {
    if (storageFault(error) !== 'damaged') throw error;
    return error instanceof Error ? error.message : 'damaged';
  }
  if (stopped()) throw new Error('the check was stopped');
  return undefined;
}

/**
 * What SQLite's own check says of every page, table and index; undefined when all is well. Reads the whole file, a table at a
 * time, and throws between two tables once `stopped` says so.
 */
export function wholeFileFault(connection: Connection, stopped: () => boolean = () => false): string | undefined {
  try {
    const tables = connection
      .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
      .all();
    for (const { name } of tables) {
      if (stopped()) break;
      const said: unknown = connection.pragma(`quick_check('${name.replaceAll("'", "''")}')`, { simple: true });
      if (said !== 'ok') return `${name}: ${String(said)}`.slice(0, 200);
    }
  } catch (error) {
    if (storageFault(error) !== 'damaged') throw error;
    return error instanceof Error ? error.message : 'damaged';
  }
  if (stopped()) throw new Error('the check was stopped');
  return undefined;
}

/** dbstat reads trees, but of values too long for a page only their chains: these read the ends of such values as well. */
function overflowReads(connection: Connection): string[] {
  return storedTables(connection).map((table) => {
    const columns = connection.prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)').all(table);
    const size = columns.map(({ name }) => `ifnull(octet_length("${name}"), 0)`).join(' + ');
    const ends = columns.map(({ name }) => `substr("${name}", -1)`).join(', ');
    return `SELECT ${ends} FROM "${table}" WHERE ${size} > ${SURELY_IN_PAGE_BYTES}`;
  });
}

/** A row of this many bytes never leaves its page of 4,096, not even in a table without rowid. */
const SURELY_IN_PAGE_BYTES = 800;

function storedTables(connection: Connection): string[] {
  return connection
    .prepare<[], { name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`,
    )
    .all()
    .map(({ name }) => name);
}

/**
 * A look at what breaks first, in a few milliseconds whatever the size: the schema, each table's first and last rows and the
 * number of pages. Throws what SQLite throws.
 */
export function glance(connection: Connection): void {
  for (const name of storedTables(connection)) {
    const key = connection
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
      .all(name)
      .map((column) => `"${column.name}"`);
    const order = (direction: string) =>
      key.length === 0 ? '' : `ORDER BY ${key.map((column) => `${column} ${direction}`).join(', ')}`;
    connection.prepare(`SELECT * FROM "${name}" ${order('ASC')} LIMIT 1`).get();
    connection.prepare(`SELECT * FROM "${name}" ${order('DESC')} LIMIT 1`).get();
  }
}
