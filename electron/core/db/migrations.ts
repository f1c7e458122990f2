import { createHash } from 'node:crypto';
import { assert } from '#shared/base/assert.ts';
import { migration as createChat } from './migrations/0001-create-chat.ts';
import { migration as createMemory } from './migrations/0002-create-memory.ts';
import { migration as createEmbedding } from './migrations/0003-create-embedding.ts';
import { migration as createRecall } from './migrations/0004-create-recall.ts';
import { migration as createLorebook } from './migrations/0005-create-lorebook.ts';
import { migration as createThreadSummary } from './migrations/0006-create-thread-summary.ts';

/** One step of the schema. Once it has shipped it never changes: its hash is kept in every file it was applied to. */
export interface Migration {
  /** 1, 2, 3 … without a gap. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  createChat,
  createMemory,
  createEmbedding,
  createRecall,
  createLorebook,
  createThreadSummary,
];

export function migrationHash(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}

/** `0001-create-chat`, as the files are called. */
export function migrationLabel(migration: Migration): string {
  return `${String(migration.version).padStart(4, '0')}-${migration.name}`;
}

/** Throws unless versions run 1, 2, 3 … */
export function assertGapFree(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    assert(migration.version === index + 1, `migration ${migrationLabel(migration)} does not stand at its number`);
  });
}
