import { useCallback, useSyncExternalStore } from 'react';
import type { Provider } from '#shared/settings/contract.ts';
import { useClient } from '../../../data/connection.ts';
import { tellFailure } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { showToast } from '../../../ui/toast.tsx';

/** Minds that were deleted, as long as that can be undone. */
let leaving: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

/**
 * Deletes a mind so that it can be undone: it is switched off and hidden at once, and removed with its key only when the toast
 * that offers the undo has gone. A page closed before that leaves it switched off.
 */
export function useRemoveMind(): (provider: Provider) => Promise<void> {
  const client = useClient();
  const { t } = useWords();
  return useCallback(
    async ({ id: providerId, name, enabled }) => {
      const tell = (thrown: unknown): void => tellFailure(thrown, t);
      try {
        await client.settings.updateProvider({ providerId, changes: { enabled: false } });
      } catch (thrown) {
        return tell(thrown);
      }
      become(new Set(leaving).add(providerId));
      const stay = (): void => become(new Set([...leaving].filter((id) => id !== providerId)));
      showToast({
        text: t('minds.removed', { name }),
        action: {
          label: t('ui.undo'),
          onPress: () => {
            stay();
            client.settings.updateProvider({ providerId, changes: { enabled } }).catch(tell);
          },
        },
        onExpire: () => {
          client.settings.removeProvider({ providerId }).catch(tell).finally(stay);
        },
      });
    },
    [client, t],
  );
}

/** Those of the list that have not been deleted. */
export function useStaying(providers: readonly Provider[]): readonly Provider[] {
  const gone = useSyncExternalStore(subscribe, () => leaving);
  return gone.size === 0 ? providers : providers.filter(({ id }) => !gone.has(id));
}

function become(next: ReadonlySet<string>): void {
  leaving = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
