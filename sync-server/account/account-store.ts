import type { Role } from '#shared/account/permissions.ts';
import { ROLES } from '#shared/account/permissions.ts';
import { LOCALES, type Locale } from '#shared/settings/contract.ts';
import type { Tx } from '../db/db.ts';
import { booleanOf, nullableNumberOf, numberOf, textOf, type Row } from '../db/row.ts';
import { json, sql } from '../db/sql.ts';

export interface AccountRow {
  readonly accountId: string;
  readonly email: string;
  readonly emailVerifiedAtMs: number | null;
  readonly displayName: string;
  readonly locale: Locale;
  readonly role: Role;
  readonly suspendedAtMs: number | null;
  readonly createdAtMs: number;
  readonly deleteAfterMs: number | null;
  readonly hasTotp: boolean;
}

export interface NewAccount {
  readonly accountId: string;
  readonly email: string;
  readonly displayName: string;
  readonly locale: Locale;
  readonly nowMs: number;
}

const COLUMNS = sql`account_id, email, email_verified_at_ms, display_name, locale, role, suspended_at_ms, created_at_ms, delete_after_ms,
  EXISTS (SELECT FROM credential c WHERE c.account_id = account.account_id AND c.totp_confirmed_at_ms IS NOT NULL) AS has_totp`;

/** False when the address is taken. */
export async function insertAccount(tx: Tx, account: NewAccount): Promise<boolean> {
  const { accountId, email, displayName, locale, nowMs } = account;
  const inserted = await tx.run(
    sql`INSERT INTO account (account_id, email, display_name, locale, created_at_ms)
        VALUES (${accountId}, ${email}, ${displayName}, ${locale}, ${nowMs}) ON CONFLICT DO NOTHING`,
  );
  return inserted === 1;
}

export async function readAccount(tx: Tx, accountId: string): Promise<AccountRow | undefined> {
  const row = await tx.get(sql`SELECT ${COLUMNS} FROM account WHERE account_id = ${accountId}`);
  return row && fromRow(row);
}

/** Addresses differ in more than case only in theory. */
export async function findAccount(tx: Tx, email: string): Promise<AccountRow | undefined> {
  const row = await tx.get(sql`SELECT ${COLUMNS} FROM account WHERE lower(email) = lower(${email})`);
  return row && fromRow(row);
}

export async function updateProfile(
  tx: Tx,
  accountId: string,
  displayName: string | null,
  locale: Locale | null,
): Promise<void> {
  await tx.run(
    sql`UPDATE account SET display_name = COALESCE(${displayName}, display_name), locale = COALESCE(${locale}, locale)
        WHERE account_id = ${accountId}`,
  );
}

/** Replaces what an address that was never confirmed had registered with. */
export async function overwriteUnverified(tx: Tx, account: NewAccount): Promise<void> {
  await tx.run(
    sql`UPDATE account SET display_name = ${account.displayName}, locale = ${account.locale}
        WHERE account_id = ${account.accountId} AND email_verified_at_ms IS NULL`,
  );
}

export async function markVerified(tx: Tx, accountId: string, nowMs: number): Promise<void> {
  await tx.run(
    sql`UPDATE account SET email_verified_at_ms = ${nowMs} WHERE account_id = ${accountId} AND email_verified_at_ms IS NULL`,
  );
}

export async function setDeleteAfter(tx: Tx, accountId: string, deleteAfterMs: number | null): Promise<void> {
  await tx.run(sql`UPDATE account SET delete_after_ms = ${deleteAfterMs} WHERE account_id = ${accountId}`);
}

export async function setRole(tx: Tx, accountId: string, role: Role): Promise<void> {
  await tx.run(sql`UPDATE account SET role = ${role} WHERE account_id = ${accountId}`);
}

export async function setSuspended(tx: Tx, accountId: string, suspendedAtMs: number | null): Promise<void> {
  await tx.run(sql`UPDATE account SET suspended_at_ms = ${suspendedAtMs} WHERE account_id = ${accountId}`);
}

/** Accounts whose time to undo is over. */
export async function dueForDeletion(tx: Tx, nowMs: number): Promise<string[]> {
  const rows = await tx.all(sql`SELECT account_id FROM account WHERE delete_after_ms <= ${nowMs} LIMIT 100`);
  return rows.map((row) => textOf(row, 'account_id'));
}

/** Every table with rows of persons: those that have an account_id. */
export async function personalTables(tx: Tx): Promise<string[]> {
  const rows = await tx.all(
    sql`SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = 'public' AND c.column_name = 'account_id' AND t.table_type = 'BASE TABLE' ORDER BY c.table_name`,
  );
  return rows.map((row) => textOf(row, 'table_name'));
}

/** An account's rows in a table, as JSON objects. */
export async function dumpTable(
  tx: Tx,
  table: string,
  accountId: string,
  limit: number,
  offset: number,
): Promise<Readonly<Record<string, unknown>>[]> {
  const rows = await tx.all(
    sql`SELECT to_jsonb(t) AS row FROM ${nameOf(table)} t WHERE account_id = ${accountId}
        ORDER BY t.ctid LIMIT ${limit} OFFSET ${offset}`,
  );
  return rows.map((row) => objectOf(row['row']));
}

export async function countRows(tx: Tx, table: string, accountId: string): Promise<number> {
  const row = await tx.get(sql`SELECT count(*) AS n FROM ${nameOf(table)} WHERE account_id = ${accountId}`);
  return row === undefined ? 0 : numberOf(row, 'n');
}

/** Deletes the account; every personal table follows by its foreign key. */
export async function deleteAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.run(sql`DELETE FROM account WHERE account_id = ${accountId}`);
}

export async function insertReceipt(
  tx: Tx,
  receiptId: string,
  requestedAtMs: number,
  deletedAtMs: number,
  rowCounts: Readonly<Record<string, number>>,
): Promise<void> {
  await tx.run(
    sql`INSERT INTO deletion_receipt (receipt_id, requested_at_ms, deleted_at_ms, row_counts)
        VALUES (${receiptId}, ${requestedAtMs}, ${deletedAtMs}, ${json(rowCounts)})`,
  );
}

/** A table's name cannot be a parameter; it comes from the catalogue, and only as a plain word. */
function nameOf(table: string) {
  if (!/^[a-z][a-z0-9_]*$/.test(table)) throw new Error('a table name is a plain word');
  return { parts: [`"${table}"`], values: [] };
}

function fromRow(row: Row): AccountRow {
  return {
    accountId: textOf(row, 'account_id'),
    email: textOf(row, 'email'),
    emailVerifiedAtMs: nullableNumberOf(row, 'email_verified_at_ms'),
    displayName: textOf(row, 'display_name'),
    locale: LOCALES.find((each) => each === row['locale']) ?? 'ja',
    role: ROLES.find((each) => each === row['role']) ?? 'user',
    suspendedAtMs: nullableNumberOf(row, 'suspended_at_ms'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    deleteAfterMs: nullableNumberOf(row, 'delete_after_ms'),
    hasTotp: booleanOf(row, 'has_totp'),
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
