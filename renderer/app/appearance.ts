import type { SettingValues } from '#shared/settings/contract.ts';

type Appearance = Pick<SettingValues, 'theme' | 'textSize' | 'reduceMotion'>;

const KEY = 'tomoshibi.appearance';
const ATTRIBUTES = ['data-theme', 'data-text-size', 'data-motion'] as const;

/** Wears the settings; tokens.css reads them from the root element. Kept for the next start's first paint. */
export function wearAppearance({ theme, textSize, reduceMotion }: Appearance): void {
  const values = [theme, textSize, reduceMotion];
  wear(values);
  localStorage.setItem(KEY, JSON.stringify(values));
}

/** Wears what was worn last time, until the settings are there. */
export function recallAppearance(): void {
  try {
    const values: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    if (Array.isArray(values)) wear(values);
  } catch {
    localStorage.removeItem(KEY);
  }
}

function wear(values: readonly unknown[]): void {
  ATTRIBUTES.forEach((attribute, index) => {
    const value = values[index];
    if (typeof value === 'string') document.documentElement.setAttribute(attribute, value);
  });
}
