import type { Tx } from '../db/db.ts';
import { bytesOf, nullableNumberOf, numberOf, textOf, textsOf, type Row } from '../db/row.ts';
import { sql } from '../db/sql.ts';

export interface PasskeyRow {
  readonly passkeyId: string;
  readonly accountId: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number | null;
}

const COLUMNS = sql`passkey_id, account_id, credential_id, public_key, counter, transports, name, created_at_ms, last_used_at_ms`;

/** False when the credential is known already. */
export async function insertPasskey(tx: Tx, key: PasskeyRow): Promise<boolean> {
  const touched = await tx.run(
    sql`INSERT INTO passkey (passkey_id, account_id, credential_id, public_key, counter, transports, name, created_at_ms)
        VALUES (${key.passkeyId}, ${key.accountId}, ${key.credentialId}, ${key.publicKey}, ${key.counter},
          ${key.transports}::text[], ${key.name}, ${key.createdAtMs})
        ON CONFLICT DO NOTHING`,
  );
  return touched === 1;
}

export async function passkeysOf(tx: Tx, accountId: string): Promise<PasskeyRow[]> {
  const rows = await tx.all(sql`SELECT ${COLUMNS} FROM passkey WHERE account_id = ${accountId} ORDER BY created_at_ms`);
  return rows.map(fromRow);
}

export async function findPasskey(tx: Tx, credentialId: string): Promise<PasskeyRow | undefined> {
  const row = await tx.get(sql`SELECT ${COLUMNS} FROM passkey WHERE credential_id = ${credentialId}`);
  return row && fromRow(row);
}

export async function notePasskeyUse(tx: Tx, passkeyId: string, counter: number, nowMs: number): Promise<void> {
  await tx.run(
    sql`UPDATE passkey SET counter = ${counter}, last_used_at_ms = ${nowMs} WHERE passkey_id = ${passkeyId}`,
  );
}

export async function deletePasskey(tx: Tx, accountId: string, passkeyId: string): Promise<boolean> {
  return (await tx.run(sql`DELETE FROM passkey WHERE passkey_id = ${passkeyId} AND account_id = ${accountId}`)) === 1;
}

/** `accountId` null: for signing in, where nobody is known yet. */
export async function insertChallenge(
  tx: Tx,
  challenge: string,
  accountId: string | null,
  expiresAtMs: number,
): Promise<void> {
  await tx.run(
    sql`INSERT INTO passkey_challenge (challenge, account_id, expires_at_ms) VALUES (${challenge}, ${accountId}, ${expiresAtMs})`,
  );
}

/** Takes a challenge out: each is answered once. */
export async function takeChallenge(
  tx: Tx,
  challenge: string,
  accountId: string | null,
  nowMs: number,
): Promise<boolean> {
  const touched = await tx.run(
    sql`DELETE FROM passkey_challenge
        WHERE challenge = ${challenge} AND account_id IS NOT DISTINCT FROM ${accountId}::uuid AND expires_at_ms > ${nowMs}`,
  );
  return touched === 1;
}

export async function forgetChallenges(tx: Tx, nowMs: number): Promise<void> {
  await tx.run(sql`DELETE FROM passkey_challenge WHERE expires_at_ms < ${nowMs}`);
}

function fromRow(row: Row): PasskeyRow {
  return {
    passkeyId: textOf(row, 'passkey_id'),
    accountId: textOf(row, 'account_id'),
    credentialId: textOf(row, 'credential_id'),
    publicKey: bytesOf(row, 'public_key'),
    counter: numberOf(row, 'counter'),
    transports: textsOf(row, 'transports'),
    name: textOf(row, 'name'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    lastUsedAtMs: nullableNumberOf(row, 'last_used_at_ms'),
  };
}
