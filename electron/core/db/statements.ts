import type Database from 'better-sqlite3';
import { assert } from '#shared/base/assert.ts';
import type { Connection } from './connection.ts';
import type { Row } from './db.ts';
import { writtenTable } from './statement-check.ts';
import type { Sql } from './sql.ts';

/** Statements of one connection, each prepared once and kept by its text. */
export interface Statements {
  all(statement: Sql): Row[];
  get(statement: Sql): Row | undefined;
  /** Runs a statement that writes. `check` says why this table (undefined: none) may not be written; undefined when it may. */
  run(statement: Sql, check: (table: string | undefined) => string | undefined): { readonly changes: number };
}

interface Kept {
  readonly prepared: Database.Statement<unknown[], Row>;
  readonly table: string | undefined;
}

/** The most statements kept. Texts are written in the code, so more than this means that one is put together per value. */
const MAX_KEPT = 500;

export function createStatements(connection: Connection): Statements {
  const kept = new Map<string, Kept>();

  const prepare = (text: string): Kept => {
    const found = kept.get(text);
    if (found !== undefined) return found;
    const made: Kept = { prepared: connection.prepare<unknown[], Row>(text), table: writtenTable(text) };
    if (kept.size >= MAX_KEPT) {
      const oldest = kept.keys().next().value;
      if (oldest !== undefined) kept.delete(oldest);
    }
    kept.set(text, made);
    return made;
  };

  const prepareRead = (text: string): Kept['prepared'] => {
    const { prepared } = prepare(text);
    assert(prepared.readonly, 'a statement that reads writes');
    return prepared;
  };

  return {
    all: (statement) => prepareRead(statement.text).all(...statement.values),
    get: (statement) => prepareRead(statement.text).get(...statement.values),
    run(statement, check) {
      const { prepared, table } = prepare(statement.text);
      const fault = check(table);
      assert(fault === undefined, fault ?? '');
      return { changes: prepared.run(...statement.values).changes };
    },
  };
}
