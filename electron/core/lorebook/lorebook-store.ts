import type { Hlc } from '#shared/base/time.ts';
import type { CharacterId, ConversationId, LorebookId, LoreEntryId, MessageId } from '#shared/entities.ts';
import type { LoreBook, LoreEntry, LoreEntryLine } from '#shared/lorebook/contract.ts';
import {
  EMPTY_LORE_ENTRY,
  type LoreBookFields,
  type LoreEntryFields,
  type LoreExtras,
} from '#shared/lorebook/entry.ts';
import type { ReadTx, Row, WriteTx } from '../db/db.ts';
import { sql, type Sql } from '../db/sql.ts';

/** A book as stored. */
export type StoredBook = LoreBook & { readonly extras: LoreExtras; readonly revision: number };

export interface NewBook {
  readonly id: LorebookId;
  readonly characterId: CharacterId | null;
  readonly fields: LoreBookFields;
  readonly extras: LoreExtras;
  /** Not to be seen before `admitBook`. */
  readonly incoming: boolean;
  readonly createdAtMs: number;
}

export interface NewEntry {
  readonly id: LoreEntryId;
  readonly lorebookId: LorebookId;
  readonly fields: LoreEntryFields;
  readonly extras: LoreExtras;
  readonly createdAtMs: number;
}

const BOOK_COLUMNS = sql`b.id, b.character_id, b.name, b.description, b.enabled, b.rules_json, b.extras_json, b.revision, b.created_at_ms,
  (SELECT count(*) FROM lorebook_entry e WHERE e.lorebook_id = b.id AND e.deleted_hlc IS NULL) AS entry_count`;
const ENTRY_COLUMNS = sql`seq, id, lorebook_id, title, content, keys_json, secondary_keys_json, enabled, rules_json, extras_json`;

export function listBooks(tx: ReadTx): StoredBook[] {
  return tx
    .all(
      sql`SELECT ${BOOK_COLUMNS} FROM lorebook b WHERE b.deleted_hlc IS NULL AND b.incoming = 0
          ORDER BY b.character_id IS NULL, b.created_at_ms, b.id`,
    )
    .map(bookFromRow);
}

export function findBook(tx: ReadTx, id: LorebookId): StoredBook | undefined {
  const row = tx.get(
    sql`SELECT ${BOOK_COLUMNS} FROM lorebook b WHERE b.id = ${id} AND b.deleted_hlc IS NULL AND b.incoming = 0`,
  );
  return row && bookFromRow(row);
}

/** The books that speak for a character (null: only those shared by all): its own first, each group by age. */
export function booksInUse(tx: ReadTx, characterId: CharacterId | null): LorebookId[] {
  return tx
    .all(
      sql`SELECT id FROM lorebook
          WHERE (character_id = ${characterId} OR character_id IS NULL) AND enabled = 1 AND incoming = 0 AND deleted_hlc IS NULL
          ORDER BY character_id IS NULL, created_at_ms, id`,
    )
    .map((row) => row['id'] as LorebookId);
}

export function insertBook(tx: WriteTx, book: NewBook, hlc: Hlc): void {
  const { name, description, enabled, ...rules } = book.fields;
  tx.run(
    'lorebook',
    sql`INSERT INTO lorebook (id, character_id, owner_hlc, name, description, name_hlc, enabled, enabled_hlc, rules_json, rules_hlc,
          extras_json, incoming, revision, created_at_ms, created_hlc)
        VALUES (${book.id}, ${book.characterId}, ${hlc}, ${name}, ${description}, ${hlc}, ${enabled}, ${hlc},
          ${JSON.stringify(rules)}, ${hlc}, ${JSON.stringify(book.extras)}, ${book.incoming}, 1, ${book.createdAtMs}, ${hlc})`,
  );
  tx.noteChange('lorebook', book.id, ['name', 'description', 'enabled', 'rules', 'extras'], hlc);
}

/** Writes the given fields; each group they belong to gets the stamp. */
export function updateBook(
  tx: WriteTx,
  book: StoredBook,
  changes: { readonly [F in keyof LoreBookFields]?: LoreBookFields[F] | undefined } & {
    readonly characterId?: CharacterId | null | undefined;
  },
  hlc: Hlc,
): void {
  const { characterId, name, description, enabled, ...rules } = changes;
  const { id } = book;
  const given = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
  if (characterId !== undefined) set(tx, id, sql`character_id = ${characterId}, owner_hlc = ${hlc}`);
  if (name !== undefined) set(tx, id, sql`name = ${name}, name_hlc = ${hlc}`);
  if (description !== undefined) set(tx, id, sql`description = ${description}, name_hlc = ${hlc}`);
  if (enabled !== undefined) set(tx, id, sql`enabled = ${enabled}, enabled_hlc = ${hlc}`);
  if (Object.keys(given).length > 0) {
    const { scanDepth, tokenBudget, recursive, caseSensitive, wholeWords } = book;
    const next = { scanDepth, tokenBudget, recursive, caseSensitive, wholeWords, ...given };
    set(tx, id, sql`rules_json = ${JSON.stringify(next)}, rules_hlc = ${hlc}`);
  }
  tx.noteChange('lorebook', id, Object.keys(changes), hlc);
}

export function setBookDeleted(tx: WriteTx, id: LorebookId, deleted: boolean, hlc: Hlc): number {
  const { changes } = set(tx, id, sql`deleted_hlc = ${deleted ? hlc : null}`);
  tx.noteChange('lorebook', id, ['deleted_hlc'], hlc);
  return changes;
}

/** What was read into it is all there: from now on it can be seen. */
export function admitBook(tx: WriteTx, id: LorebookId): void {
  set(tx, id, sql`incoming = 0`);
}

/** Books whose reading was cut short. */
export function incomingBooks(tx: ReadTx): LorebookId[] {
  return tx.all(sql`SELECT id FROM lorebook WHERE incoming = 1`).map((row) => row['id'] as LorebookId);
}

/** Takes up to `limit` entries of a book that never was seen out of the file, and then the book. True when all is gone. */
export function discardBook(tx: WriteTx, id: LorebookId, limit: number): boolean {
  const { changes } = tx.run(
    'lorebook_entry',
    sql`DELETE FROM lorebook_entry WHERE seq IN (SELECT seq FROM lorebook_entry WHERE lorebook_id = ${id} LIMIT ${limit})`,
  );
  if (changes === limit) return false;
  tx.run('lorebook', sql`DELETE FROM lorebook WHERE id = ${id} AND incoming = 1`);
  return true;
}

/** Lines of a book's entries; read aside, for it looks at every text when `text` is not empty. */
export function entryLines(lorebookId: LorebookId, text: string, offset: number, limit: number): Sql {
  return sql`SELECT id, title, keys_json, substr(content, 1, 400) AS beginning, enabled, rules_json FROM lorebook_entry
    WHERE ${matching(lorebookId, text)} ORDER BY seq LIMIT ${limit} OFFSET ${offset}`;
}

/** Answers with one row: `total`. */
export function countEntries(lorebookId: LorebookId, text: string): Sql {
  return sql`SELECT count(*) AS total FROM lorebook_entry WHERE ${matching(lorebookId, text)}`;
}

/** Entries of a book by age, after `afterSeq`. */
export function entriesAfter(
  tx: ReadTx,
  lorebookId: LorebookId,
  afterSeq: number,
  limit: number,
): { readonly seq: number; readonly entry: LoreEntry; readonly extras: LoreExtras }[] {
  return tx
    .all(
      sql`SELECT ${ENTRY_COLUMNS} FROM lorebook_entry
          WHERE lorebook_id = ${lorebookId} AND deleted_hlc IS NULL AND seq > ${afterSeq} ORDER BY seq LIMIT ${limit}`,
    )
    .map((row) => ({ seq: Number(row['seq']), entry: entryFromRow(row), extras: extrasOf(row) }));
}

export function findEntry(tx: ReadTx, id: LoreEntryId): (LoreEntry & { readonly extras: LoreExtras }) | undefined {
  const row = tx.get(sql`SELECT ${ENTRY_COLUMNS} FROM lorebook_entry WHERE id = ${id} AND deleted_hlc IS NULL`);
  return row && { ...entryFromRow(row), extras: extrasOf(row) };
}

export function insertEntry(tx: WriteTx, entry: NewEntry, hlc: Hlc): void {
  const { title, content, keys, secondaryKeys, enabled, ...rules } = entry.fields;
  tx.run(
    'lorebook_entry',
    sql`INSERT INTO lorebook_entry (id, lorebook_id, title, content, text_hlc, keys_json, secondary_keys_json, keys_hlc,
          enabled, enabled_hlc, rules_json, rules_hlc, extras_json, created_at_ms, created_hlc)
        VALUES (${entry.id}, ${entry.lorebookId}, ${title}, ${content}, ${hlc}, ${JSON.stringify(keys)},
          ${JSON.stringify(secondaryKeys)}, ${hlc}, ${enabled}, ${hlc}, ${unusual(rules)}, ${hlc},
          ${JSON.stringify(entry.extras)}, ${entry.createdAtMs}, ${hlc})`,
  );
  tx.noteChange('lorebook_entry', entry.id, Object.keys(entry.fields), hlc);
}

/** Writes the given fields; each group they belong to gets the stamp. */
export function updateEntry(tx: WriteTx, entry: LoreEntry, changes: Partial<LoreEntryFields>, hlc: Hlc): void {
  const next = { ...entry, ...changes };
  const { title, content, keys, secondaryKeys, enabled, id, lorebookId: _book, ...rules } = next;
  const run = (assignments: Sql): void => {
    tx.run('lorebook_entry', sql`UPDATE lorebook_entry SET ${assignments} WHERE id = ${id}`);
  };
  const touches = (...names: (keyof LoreEntryFields)[]): boolean => names.some((name) => name in changes);
  if (touches('title', 'content')) run(sql`title = ${title}, content = ${content}, text_hlc = ${hlc}`);
  if (touches('keys', 'secondaryKeys'))
    run(
      sql`keys_json = ${JSON.stringify(keys)}, secondary_keys_json = ${JSON.stringify(secondaryKeys)}, keys_hlc = ${hlc}`,
    );
  if (touches('enabled')) run(sql`enabled = ${enabled}, enabled_hlc = ${hlc}`);
  const ruleNames = Object.keys(changes).filter((name) => name in rules);
  if (ruleNames.length > 0) run(sql`rules_json = ${unusual(rules)}, rules_hlc = ${hlc}`);
  tx.noteChange('lorebook_entry', id, Object.keys(changes), hlc);
  touchBook(tx, entry.lorebookId);
}

/** The book the entry is of; undefined when there is no such entry. */
export function setEntryDeleted(tx: WriteTx, id: LoreEntryId, deleted: boolean, hlc: Hlc): LorebookId | undefined {
  const row = tx.get(sql`SELECT lorebook_id FROM lorebook_entry WHERE id = ${id}`);
  if (row === undefined) return undefined;
  tx.run('lorebook_entry', sql`UPDATE lorebook_entry SET deleted_hlc = ${deleted ? hlc : null} WHERE id = ${id}`);
  tx.noteChange('lorebook_entry', id, ['deleted_hlc'], hlc);
  const lorebookId = row['lorebook_id'] as LorebookId;
  touchBook(tx, lorebookId);
  return lorebookId;
}

/** What was made of the book before is old now. */
export function touchBook(tx: WriteTx, id: LorebookId): void {
  tx.run('lorebook', sql`UPDATE lorebook SET revision = revision + 1 WHERE id = ${id}`);
}

/** An entry that fired for a message, when the thread had so many messages. */
export interface Firing {
  readonly entryId: LoreEntryId;
  readonly messageId: MessageId;
  readonly messageCount: number;
}

/** Firings in a conversation, the newest first. */
export function firingsOf(tx: ReadTx, conversationId: ConversationId, limit: number): Firing[] {
  return tx
    .all(
      sql`SELECT entry_id, message_id, message_count FROM lorebook_firing
          WHERE conversation_id = ${conversationId} ORDER BY message_count DESC LIMIT ${limit}`,
    )
    .map((row) => ({
      entryId: row['entry_id'] as LoreEntryId,
      messageId: row['message_id'] as MessageId,
      messageCount: Number(row['message_count']),
    }));
}

/** Notes what fired for this message; what had been noted for an earlier variant of its answer no longer holds. */
export function noteFirings(
  tx: WriteTx,
  conversationId: ConversationId,
  messageId: MessageId,
  messageCount: number,
  entryIds: readonly LoreEntryId[],
): void {
  tx.runDerived(sql`DELETE FROM lorebook_firing WHERE message_id = ${messageId}`);
  for (const entryId of entryIds) {
    tx.runDerived(
      sql`INSERT INTO lorebook_firing (conversation_id, entry_id, message_id, message_count)
          VALUES (${conversationId}, ${entryId}, ${messageId}, ${messageCount})`,
    );
  }
}

export function lineFromRow(row: Row): LoreEntryLine {
  const keys = JSON.parse(String(row['keys_json'])) as string[];
  const rules = rulesOf(row);
  return {
    id: row['id'] as LoreEntryLine['id'],
    title: String(row['title']),
    keys: keys.slice(0, 6).map((key) => key.slice(0, 80).toWellFormed()),
    keyCount: keys.length,
    preview: String(row['beginning']).replaceAll(/\s+/g, ' ').trim().slice(0, 200).toWellFormed(),
    enabled: row['enabled'] === 1,
    constant: rules.constant,
    order: rules.order,
    position: rules.position,
  };
}

function set(tx: WriteTx, id: LorebookId, assignments: Sql): { readonly changes: number } {
  return tx.run('lorebook', sql`UPDATE lorebook SET ${assignments}, revision = revision + 1 WHERE id = ${id}`);
}

function matching(lorebookId: LorebookId, text: string): Sql {
  const like = `%${text.replaceAll(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
  return text === ''
    ? sql`lorebook_id = ${lorebookId} AND deleted_hlc IS NULL`
    : sql`lorebook_id = ${lorebookId} AND deleted_hlc IS NULL
        AND (title LIKE ${like} ESCAPE '\\' OR keys_json LIKE ${like} ESCAPE '\\' OR content LIKE ${like} ESCAPE '\\')`;
}

type Rules = Omit<LoreEntryFields, 'title' | 'content' | 'keys' | 'secondaryKeys' | 'enabled'>;

/** Only what differs from the usual: most entries have little to say, and there may be many. */
function unusual(rules: Rules): string {
  const usual: Readonly<Record<string, unknown>> = EMPTY_LORE_ENTRY;
  return JSON.stringify(Object.fromEntries(Object.entries(rules).filter(([name, value]) => usual[name] !== value)));
}

function rulesOf(row: Row): Rules {
  const {
    title: _title,
    content: _content,
    keys: _keys,
    secondaryKeys: _secondary,
    enabled: _enabled,
    ...usual
  } = EMPTY_LORE_ENTRY;
  return { ...usual, ...(JSON.parse(String(row['rules_json'])) as Partial<Rules>) };
}

function entryFromRow(row: Row): LoreEntry {
  return {
    id: row['id'] as LoreEntryId,
    lorebookId: row['lorebook_id'] as LorebookId,
    title: String(row['title']),
    content: String(row['content']),
    keys: JSON.parse(String(row['keys_json'])) as string[],
    secondaryKeys: JSON.parse(String(row['secondary_keys_json'])) as string[],
    enabled: row['enabled'] === 1,
    ...rulesOf(row),
  };
}

function extrasOf(row: Row): LoreExtras {
  return JSON.parse(String(row['extras_json'])) as LoreExtras;
}

function bookFromRow(row: Row): StoredBook {
  const rules = JSON.parse(String(row['rules_json'])) as Omit<LoreBookFields, 'name' | 'description' | 'enabled'>;
  return {
    id: row['id'] as LorebookId,
    characterId: row['character_id'] as CharacterId | null,
    name: String(row['name']),
    description: String(row['description']),
    enabled: row['enabled'] === 1,
    ...rules,
    entryCount: Number(row['entry_count']),
    createdAtMs: Number(row['created_at_ms']),
    extras: extrasOf(row),
    revision: Number(row['revision']),
  };
}
