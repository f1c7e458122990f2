/** A table as the catalogue spells it. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string constant that means the same whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

export function quoteTable(table: TableName): string {
  return `${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)}`;
}

/** `items`, `app.items`, `app."My Items"`. Unquoted letters are lowered, as in SQL; undefined when it is no such name. */
export function parseTableName(text: string): TableName | undefined {
  const parts = splitIdentifiers(text, '.');
  if (!parts || parts.length > 2) return undefined;
  const [first = '', second] = parts;
  return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
}

/** `id,"has,comma",Title` → `id`, `has,comma`, `title`; undefined when it is no such list. */
export function parseColumnList(text: string): readonly string[] | undefined {
  return splitIdentifiers(text, ',');
}

function splitIdentifiers(text: string, separator: '.' | ','): string[] | undefined {
  const names: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))\s*(.|$)/uy;
  for (;;) {
    const match = pattern.exec(text);
    if (!match) return undefined;
    const [, quoted, plain = '', next] = match;
    names.push(quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'));
    if (next === '') return names;
    if (next !== separator) return undefined;
  }
}
