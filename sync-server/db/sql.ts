/** What Postgres takes as a parameter. Lists become arrays, other objects JSON. */
export type SqlValue = string | number | bigint | boolean | null | Uint8Array | readonly (string | number)[] | SqlJson;

/** A value sent as JSON text: see `json`. */
export interface SqlJson {
  readonly json: string;
}

/** A statement and its parameters, apart, all the way to Postgres. */
export interface Sql {
  /** The text between the parameters; one more than there are values. */
  readonly parts: readonly string[];
  readonly values: readonly SqlValue[];
}

/** sql`SELECT … WHERE id = ${id}`: a value becomes a parameter, another Sql is set in as it is. */
export function sql(strings: TemplateStringsArray, ...items: readonly (SqlValue | Sql)[]): Sql {
  const parts: string[] = [strings[0] ?? ''];
  const values: SqlValue[] = [];
  const append = (text: string): void => {
    parts[parts.length - 1] += text;
  };
  items.forEach((item, index) => {
    if (isSql(item)) {
      append(item.parts[0] ?? '');
      item.values.forEach((value, inner) => {
        values.push(value);
        parts.push(item.parts[inner + 1] ?? '');
      });
    } else {
      values.push(item);
      parts.push('');
    }
    append(strings[index + 1] ?? '');
  });
  return { parts, values };
}

/** A parameter for a json or jsonb column. */
export function json(value: unknown): SqlJson {
  return { json: JSON.stringify(value) };
}

function isSql(item: SqlValue | Sql): item is Sql {
  return typeof item === 'object' && item !== null && 'parts' in item;
}
