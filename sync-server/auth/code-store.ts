import type { Tx } from '../db/db.ts';
import { textOf } from '../db/row.ts';
import { json, sql } from '../db/sql.ts';

export type CodePurpose = 'verify_email' | 'reset_password' | 'authorize';

export interface UsedCode {
  readonly accountId: string;
  readonly bound: Readonly<Record<string, unknown>>;
}

/** Stores a code's hash. For mails, earlier codes of the same purpose stop working. */
export async function insertCode(
  tx: Tx,
  code: {
    readonly hash: Uint8Array;
    readonly accountId: string;
    readonly purpose: CodePurpose;
    readonly bound: Readonly<Record<string, unknown>>;
    readonly expiresAtMs: number;
  },
): Promise<void> {
  if (code.purpose !== 'authorize')
    await tx.run(sql`DELETE FROM one_time_code WHERE account_id = ${code.accountId} AND purpose = ${code.purpose}`);
  await tx.run(
    sql`INSERT INTO one_time_code (code_hash, account_id, purpose, bound, expires_at_ms)
        VALUES (${code.hash}, ${code.accountId}, ${code.purpose}, ${json(code.bound)}, ${code.expiresAtMs})`,
  );
}

/** Takes a code out, so that of two who have it one gets it; undefined when there is none, or it is too old. */
export async function takeCode(
  tx: Tx,
  hash: Uint8Array,
  purpose: CodePurpose,
  nowMs: number,
): Promise<UsedCode | undefined> {
  const row = await tx.get(
    sql`DELETE FROM one_time_code WHERE code_hash = ${hash} AND purpose = ${purpose} AND expires_at_ms > ${nowMs}
        RETURNING account_id, bound`,
  );
  if (!row) return undefined;
  const bound = row['bound'];
  return {
    accountId: textOf(row, 'account_id'),
    bound: typeof bound === 'object' && bound !== null ? { ...bound } : {},
  };
}

export async function forgetCodes(tx: Tx, nowMs: number): Promise<void> {
  await tx.run(sql`DELETE FROM one_time_code WHERE expires_at_ms < ${nowMs}`);
}
