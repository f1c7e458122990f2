/** What SQLite takes as a parameter. Booleans are 0 and 1; vectors and hashes are bytes. */
export type SqlValue = string | number | bigint | null | Uint8Array;

/** A statement and its parameters, apart, all the way to SQLite. Survives a structured clone. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

/** sql`SELECT … WHERE id = ${id}`: a value becomes a parameter, another Sql is set in as it is. */
export function sql(strings: TemplateStringsArray, ...parts: readonly (SqlValue | Sql | boolean)[]): Sql {
  let text = strings[0] ?? '';
  const values: SqlValue[] = [];
  parts.forEach((part, index) => {
    if (isSql(part)) {
      text += part.text;
      values.push(...part.values);
    } else {
      text += '?';
      values.push(typeof part === 'boolean' ? Number(part) : part);
    }
    text += strings[index + 1] ?? '';
  });
  return { text, values };
}

/** `?, ?, ?` for an IN list; an empty list matches nothing. */
export function sqlList(items: readonly SqlValue[]): Sql {
  return { text: items.length === 0 ? 'NULL' : items.map(() => '?').join(', '), values: items };
}

function isSql(part: SqlValue | Sql | boolean): part is Sql {
  return typeof part === 'object' && part !== null && 'text' in part && 'values' in part;
}
