import { API_KEY_SCOPES, type ApiKeyScope } from '#shared/account/permissions.ts';
import type { Tx } from '../db/db.ts';
import { nullableNumberOf, numberOf, textOf, textsOf, type Row } from '../db/row.ts';
import { sql } from '../db/sql.ts';

/** Servers tell each other by this channel that a key has ended or changed; payload: its id. */
export const API_KEY_ENDED = 'api_key_ended';

export interface ApiKeyRow {
  readonly keyId: string;
  readonly accountId: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  readonly lastUsedAtMs: number | null;
}

const COLUMNS = sql`key_id, account_id, name, scopes, created_at_ms, expires_at_ms, last_used_at_ms`;

export async function insertApiKey(
  tx: Tx,
  key: Omit<ApiKeyRow, 'lastUsedAtMs'>,
  secretHash: Uint8Array,
): Promise<void> {
  await tx.run(
    sql`INSERT INTO api_key (key_id, account_id, name, secret_hash, scopes, created_at_ms, expires_at_ms)
        VALUES (${key.keyId}, ${key.accountId}, ${key.name}, ${secretHash}, ${key.scopes}::text[], ${key.createdAtMs}, ${key.expiresAtMs})`,
  );
}

export async function liveApiKeys(tx: Tx, accountId: string): Promise<ApiKeyRow[]> {
  const rows = await tx.all(
    sql`SELECT ${COLUMNS} FROM api_key WHERE account_id = ${accountId} AND revoked_at_ms IS NULL ORDER BY created_at_ms DESC`,
  );
  return rows.map(fromRow);
}

/** The live key with this secret; notes that it was used. */
export async function findApiKey(tx: Tx, secretHash: Uint8Array, nowMs: number): Promise<ApiKeyRow | undefined> {
  const row = await tx.get(
    sql`UPDATE api_key SET last_used_at_ms = ${nowMs}
        WHERE secret_hash = ${secretHash} AND revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > ${nowMs})
        RETURNING ${COLUMNS}`,
  );
  return row && fromRow(row);
}

export async function replaceSecret(
  tx: Tx,
  accountId: string,
  keyId: string,
  secretHash: Uint8Array,
): Promise<ApiKeyRow | undefined> {
  const row = await tx.get(
    sql`UPDATE api_key SET secret_hash = ${secretHash}
        WHERE key_id = ${keyId} AND account_id = ${accountId} AND revoked_at_ms IS NULL RETURNING ${COLUMNS}`,
  );
  if (row) await tx.run(sql`SELECT pg_notify(${API_KEY_ENDED}, ${keyId})`);
  return row && fromRow(row);
}

export async function revokeApiKey(tx: Tx, accountId: string, keyId: string, nowMs: number): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE api_key SET revoked_at_ms = ${nowMs}
        WHERE key_id = ${keyId} AND account_id = ${accountId} AND revoked_at_ms IS NULL`,
  );
  if (touched === 1) await tx.run(sql`SELECT pg_notify(${API_KEY_ENDED}, ${keyId})`);
  return touched === 1;
}

function fromRow(row: Row): ApiKeyRow {
  const scopes = textsOf(row, 'scopes');
  return {
    keyId: textOf(row, 'key_id'),
    accountId: textOf(row, 'account_id'),
    name: textOf(row, 'name'),
    scopes: API_KEY_SCOPES.filter((scope) => scopes.includes(scope)),
    createdAtMs: numberOf(row, 'created_at_ms'),
    expiresAtMs: nullableNumberOf(row, 'expires_at_ms'),
    lastUsedAtMs: nullableNumberOf(row, 'last_used_at_ms'),
  };
}
