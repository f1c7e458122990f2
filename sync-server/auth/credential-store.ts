import type { Tx } from '../db/db.ts';
import { bytesOf, nullableNumberOf, numberOf, textOf } from '../db/row.ts';
import { sql } from '../db/sql.ts';

export interface Credential {
  readonly passwordHash: string;
  /** Sealed. */
  readonly totpSecret: Uint8Array | null;
  readonly totpConfirmedAtMs: number | null;
  readonly totpLastStep: number;
}

export async function readCredential(tx: Tx, accountId: string): Promise<Credential | undefined> {
  const row = await tx.get(
    sql`SELECT password_hash, totp_secret, totp_confirmed_at_ms, totp_last_step FROM credential WHERE account_id = ${accountId}`,
  );
  if (!row) return undefined;
  return {
    passwordHash: textOf(row, 'password_hash'),
    totpSecret: row['totp_secret'] === null ? null : bytesOf(row, 'totp_secret'),
    totpConfirmedAtMs: nullableNumberOf(row, 'totp_confirmed_at_ms'),
    totpLastStep: numberOf(row, 'totp_last_step'),
  };
}

export async function writePassword(tx: Tx, accountId: string, hash: string, nowMs: number): Promise<void> {
  await tx.run(
    sql`INSERT INTO credential (account_id, password_hash, changed_at_ms) VALUES (${accountId}, ${hash}, ${nowMs})
        ON CONFLICT (account_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at_ms = excluded.changed_at_ms`,
  );
}

/** A secret not confirmed yet, in place of any other that is not. False when a second factor is on. */
export async function writeTotpSecret(tx: Tx, accountId: string, sealed: Uint8Array): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE credential SET totp_secret = ${sealed}, totp_last_step = 0
        WHERE account_id = ${accountId} AND totp_confirmed_at_ms IS NULL`,
  );
  return touched === 1;
}

export async function confirmTotp(
  tx: Tx,
  accountId: string,
  recoveryHashes: readonly Uint8Array[],
  nowMs: number,
): Promise<void> {
  const hex = recoveryHashes.map((hash) => Buffer.from(hash).toString('hex'));
  await tx.run(
    sql`UPDATE credential SET totp_confirmed_at_ms = ${nowMs},
          recovery_hashes = ARRAY(SELECT decode(code, 'hex') FROM unnest(${hex}::text[]) AS code)
        WHERE account_id = ${accountId}`,
  );
}

export async function removeTotp(tx: Tx, accountId: string): Promise<void> {
  await tx.run(
    sql`UPDATE credential SET totp_secret = NULL, totp_confirmed_at_ms = NULL, totp_last_step = 0, recovery_hashes = '{}'
        WHERE account_id = ${accountId}`,
  );
}

/** Uses up a step; false when it, or a later one, was used before: of two callers with one code, one is refused. */
export async function useTotpStep(tx: Tx, accountId: string, step: number): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE credential SET totp_last_step = ${step} WHERE account_id = ${accountId} AND totp_last_step < ${step}`,
  );
  return touched === 1;
}

/** Uses up a recovery code; false when there is no such one left. */
export async function useRecoveryCode(tx: Tx, accountId: string, hash: Uint8Array): Promise<boolean> {
  const touched = await tx.run(
    sql`UPDATE credential SET recovery_hashes = array_remove(recovery_hashes, ${hash}::bytea)
        WHERE account_id = ${accountId} AND ${hash}::bytea = ANY (recovery_hashes)`,
  );
  return touched === 1;
}
