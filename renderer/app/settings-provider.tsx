import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import type { SettingValues } from '#shared/settings/contract.ts';
import { useClient } from '../data/connection.ts';
import { SettingsContext } from '../data/settings.ts';
import { tellFailure } from '../data/use-command.ts';
import { useWords } from '../data/words.ts';
import { wearAppearance } from './appearance.ts';
import { useSetLocale } from './locale.tsx';

export interface SettingsProviderProps {
  /** As stored. */
  readonly stored: SettingValues;
  /** True while they are being asked for again. */
  readonly refreshing: boolean;
  readonly refresh: () => void;
  readonly children: ReactNode;
}

interface Draft {
  readonly changes: Partial<SettingValues>;
  /** Stored by now: the next answer holds it. */
  readonly settled: boolean;
}

/** Settings below are what is stored, with what the person just changed on top. */
export function SettingsProvider({ stored, refreshing, refresh, children }: SettingsProviderProps) {
  const client = useClient();
  const { t } = useWords();
  const setLocale = useSetLocale();
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);

  const set = useCallback(
    async (changes: Partial<SettingValues>): Promise<boolean> => {
      const draft: Draft = { changes, settled: false };
      setDrafts((all) => [...all, draft]);
      try {
        await client.settings.set(changes);
        setDrafts((all) => all.map((other) => (other === draft ? { changes, settled: true } : other)));
        refresh();
        return true;
      } catch (thrown) {
        setDrafts((all) => all.filter((other) => other !== draft));
        tellFailure(thrown, t);
        return false;
      }
    },
    [client, refresh, t],
  );

  useEffect(() => {
    if (!refreshing)
      setDrafts((all) => (all.some((draft) => draft.settled) ? all.filter((draft) => !draft.settled) : all));
  }, [stored, refreshing]);

  const values = useMemo(() => drafts.reduce((sum, draft) => ({ ...sum, ...draft.changes }), stored), [stored, drafts]);
  useEffect(() => wearAppearance(values), [values]);
  useEffect(() => {
    if (values.locale !== null) setLocale(values.locale);
  }, [values.locale, setLocale]);

  const settings = useMemo(() => ({ values, set }), [values, set]);
  return <SettingsContext value={settings}>{children}</SettingsContext>;
}
