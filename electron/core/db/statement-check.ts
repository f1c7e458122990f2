import { ENTITIES, type Entity } from '#shared/entities.ts';

const WRITES =
  /(?:^|[\s)])(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"?(\w+)"?/i;

/** The table a statement writes, or undefined when it writes none. */
export function writtenTable(text: string): string | undefined {
  return WRITES.exec(text)?.[1];
}

/** Why `run(entity, …)` may not write this table; undefined when it may. */
export function entityFault(entity: Entity, table: string | undefined): string | undefined {
  return table === entity ? undefined : `a statement named for ${entity} writes ${table ?? 'nothing'}`;
}

/** Why `runDerived` may not write this table: what queries read must be named, or nobody hears of the change. */
export function derivedFault(table: string | undefined): string | undefined {
  if (table === undefined) return 'a derived statement writes nothing';
  return ENTITIES.some((entity) => entity === table) ? `${table} is an entity: name it with run` : undefined;
}
