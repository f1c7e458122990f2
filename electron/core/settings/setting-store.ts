import { settingValues, type SettingValues } from '#shared/settings/contract.ts';
import type { Hlc } from '#shared/base/time.ts';
import type { ReadTx, WriteTx } from '../db/db.ts';
import { sql } from '../db/sql.ts';

export type SettingKey = keyof SettingValues;

/** Every setting; one that was never set, or that no longer fits its kind, has its default. */
export function readSettings(tx: ReadTx): SettingValues {
  const stored: Record<string, unknown> = {};
  for (const row of tx.all(sql`SELECT key, value_json FROM setting`)) {
    const key = String(row['key']);
    const value = parsed(String(row['value_json']));
    if (isSettingKey(key) && settingValues.shape[key].safeParse(value).success) stored[key] = value;
  }
  return settingValues.parse(stored);
}

/** Writes one setting; those of the account are noted for the outbox. */
export function writeSetting(
  tx: WriteTx,
  key: SettingKey,
  value: unknown,
  scope: 'device' | 'account',
  hlc: Hlc,
): void {
  tx.run(
    'setting',
    sql`INSERT INTO setting (key, value_json, scope, updated_hlc) VALUES (${key}, ${JSON.stringify(value)}, ${scope}, ${hlc})
        ON CONFLICT (key) DO UPDATE SET value_json = excluded.value_json, scope = excluded.scope, updated_hlc = excluded.updated_hlc`,
  );
  if (scope === 'account') tx.noteChange('setting', key, ['value_json'], hlc);
}

export interface SpentBucket {
  readonly fromMs: number;
  readonly costMicroUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Time zones differ by multiples of this. */
export const SPENT_BUCKET_MS = 900_000;

/** What replies made since then cost, by quarters of an hour. Deleted ones were paid for too. */
export function spentSince(tx: ReadTx, sinceMs: number): SpentBucket[] {
  const rows = tx.all(
    sql`SELECT created_at_ms / ${SPENT_BUCKET_MS} AS bucket, SUM(COALESCE(cost_micro_usd, 0)) AS cost,
          SUM(prompt_tokens) AS prompt, SUM(COALESCE(completion_tokens, 0)) AS completion
        FROM message WHERE created_at_ms >= ${sinceMs} AND prompt_tokens IS NOT NULL GROUP BY bucket ORDER BY bucket`,
  );
  return rows.map((row) => ({
    fromMs: Number(row['bucket']) * SPENT_BUCKET_MS,
    costMicroUsd: Number(row['cost']),
    promptTokens: Number(row['prompt']),
    completionTokens: Number(row['completion']),
  }));
}

function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingValues.shape, key);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
