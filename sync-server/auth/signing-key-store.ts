import type { Tx } from '../db/db.ts';
import { bytesOf, numberOf, textOf } from '../db/row.ts';
import { json, sql } from '../db/sql.ts';

export interface SigningKeyRow {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateJwk: Uint8Array;
  readonly createdAtMs: number;
}

/** Newest first. Servers that look at the same time take turns, so that only one of them makes the first key. */
export async function readSigningKeys(tx: Tx, lock: boolean): Promise<SigningKeyRow[]> {
  // "sign"
  if (lock) await tx.run(sql`SELECT pg_advisory_xact_lock(1936287598)`);
  const rows = await tx.all(
    sql`SELECT kid, public_jwk, sealed_private_jwk, created_at_ms FROM signing_key ORDER BY created_at_ms DESC, kid`,
  );
  return rows.map((row) => {
    const jwk = row['public_jwk'];
    return {
      kid: textOf(row, 'kid'),
      publicJwk: typeof jwk === 'object' && jwk !== null ? { ...jwk } : {},
      sealedPrivateJwk: bytesOf(row, 'sealed_private_jwk'),
      createdAtMs: numberOf(row, 'created_at_ms'),
    };
  });
}

export async function insertSigningKey(tx: Tx, key: SigningKeyRow): Promise<void> {
  await tx.run(
    sql`INSERT INTO signing_key (kid, public_jwk, sealed_private_jwk, created_at_ms)
        VALUES (${key.kid}, ${json(key.publicJwk)}, ${key.sealedPrivateJwk}, ${key.createdAtMs})`,
  );
}

export async function deleteSigningKeys(tx: Tx, beforeMs: number): Promise<void> {
  await tx.run(sql`DELETE FROM signing_key WHERE created_at_ms < ${beforeMs}`);
}
