import { createContext, use } from 'react';
import { present } from '#shared/base/assert.ts';
import type { SettingValues } from '#shared/settings/contract.ts';

export interface Settings {
  readonly values: SettingValues;
  /** Shown at once, then stored; a refusal is told and taken back. Resolves to whether it was stored. */
  readonly set: (changes: Partial<SettingValues>) => Promise<boolean>;
}

export const SettingsContext = createContext<Settings | null>(null);

export function useSettings(): Settings {
  return present(use(SettingsContext), 'settings');
}

/** Whole years lived since an ISO birth date. */
export function ageOn(birthDate: string, now: Date): number {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const before = now.getMonth() + 1 < month || (now.getMonth() + 1 === month && now.getDate() < day);
  return now.getFullYear() - year - (before ? 1 : 0);
}
