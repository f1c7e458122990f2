import { ageOn as wholeYears } from '#shared/settings/age.ts';
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

/** Whole years lived on this machine's calendar day of `now`. `birthDate` is an ISO date. */
export function ageOn(birthDate: string, now: Date): number {
  return wholeYears(birthDate, now.getTime(), -now.getTimezoneOffset());
}
