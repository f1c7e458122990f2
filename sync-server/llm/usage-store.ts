import type { Tx } from '../db/db.ts';
import { numberOf } from '../db/row.ts';
import { sql } from '../db/sql.ts';

/** Tokens of one call, as the upstream counted them, or as we estimate where it did not. */
export interface TokenCounts {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Adds a call to the month's counts. `month` is its first day, `2026-11-01`. */
export async function addUsage(
  tx: Tx,
  {
    accountId,
    month,
    model,
    promptTokens,
    completionTokens,
  }: TokenCounts & { accountId: string; month: string; model: string },
): Promise<void> {
  await tx.run(sql`INSERT INTO usage (account_id, month, model, calls, prompt_tokens, completion_tokens)
    VALUES (${accountId}, ${month}, ${model}, 1, ${promptTokens}, ${completionTokens})
    ON CONFLICT (account_id, month, model) DO UPDATE SET calls = usage.calls + 1,
      prompt_tokens = usage.prompt_tokens + excluded.prompt_tokens,
      completion_tokens = usage.completion_tokens + excluded.completion_tokens`);
}

/** All tokens of a month, in and out. */
export async function tokensUsed(tx: Tx, accountId: string, month: string): Promise<number> {
  const row = await tx.get(
    sql`SELECT COALESCE(SUM(prompt_tokens + completion_tokens), 0)::bigint AS tokens FROM usage WHERE account_id = ${accountId} AND month = ${month}`,
  );
  return row === undefined ? 0 : numberOf(row, 'tokens');
}
