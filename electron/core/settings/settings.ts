// SCRATCH by the integrator, so that the core runs: the LLM helper's own version replaces this file whole.
import { settingValues, type SettingValues } from '#shared/settings/contract.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Db } from '../db/db.ts';
import { sql } from '../db/sql.ts';
export function createSettings({ db }: { readonly db: Db }) {
  const read = (): SettingValues =>
    settingValues.parse(Object.fromEntries(db.read((tx) => tx.all(sql`SELECT key, value_json FROM setting`)).map((row) => [row['key'], JSON.parse(String(row['value_json']))])));
  const no = (): never => {
    throw new AppError('unavailable', 'not_yet');
  };
  const handlers: CoreHandlers['settings'] = {
    all: () => read(),
    set: (changes) =>
      db.write((tx) => {
        for (const [key, value] of Object.entries(changes)) {
          if (value === undefined) continue;
          tx.run('setting', sql`INSERT INTO setting (key, value_json, scope, updated_hlc) VALUES (${key}, ${JSON.stringify(value)}, 'account', ${tx.hlc()}) ON CONFLICT (key) DO UPDATE SET value_json = excluded.value_json, updated_hlc = excluded.updated_hlc`);
        }
        return {};
      }),
    providers: () => [],
    addProvider: no, updateProvider: no, removeProvider: no, orderProviders: no, testProvider: no, listModels: no,
    spending: () => ({ todayMicroUsd: 0, capMicroUsd: null, days: [] }),
  };
  return { handlers, read };
}
