import type { Connection } from './connection.ts';

/** What SQLite's own check says of every page and index; undefined when all is well. Reads the whole file. */
export function wholeFileFault(connection: Connection): string | undefined {
  try {
    const said: unknown = connection.pragma('quick_check(1)', { simple: true });
    return said === 'ok' ? undefined : String(said).slice(0, 200);
  } catch (error) {
    return error instanceof Error ? error.message : 'the check failed';
  }
}

/**
 * A look at what breaks first, in a few milliseconds whatever the size: the schema, each table's first and last rows and the
 * number of pages. Throws what SQLite throws.
 */
export function glance(connection: Connection): void {
  const tables = connection
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`)
    .all();
  for (const { name } of tables) {
    const key = connection
      .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk')
      .all(name)
      .map((column) => `"${column.name}"`);
    const order = (direction: string) => (key.length === 0 ? '' : `ORDER BY ${key.map((column) => `${column} ${direction}`).join(', ')}`);
    connection.prepare(`SELECT * FROM "${name}" ${order('ASC')} LIMIT 1`).get();
    connection.prepare(`SELECT * FROM "${name}" ${order('DESC')} LIMIT 1`).get();
  }
}
