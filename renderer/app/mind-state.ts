import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Rung } from '#shared/chat/contract.ts';
import type { Provider } from '#shared/settings/contract.ts';
import { useClient } from '../data/connection.ts';

/** What was last heard of a conversation's replies. */
export interface Reply {
  readonly kind: 'loading' | 'answered';
  readonly model: string | null;
  readonly rung: Rung | null;
  /** [0,1] while a model is loading. */
  readonly ratio: number;
  /** Message key `fallback.<reason>`, when a better mind was asked and did not answer. */
  readonly fellBackBecause: string | null;
}

/** Follows which mind answers in a conversation; null until something has been heard. */
export function useLastReply(conversationId: string | null): Reply | null {
  const client = useClient();
  const [heard, setHeard] = useState<{ readonly in: string; readonly reply: Reply } | null>(null);
  useEffect(() => {
    if (conversationId === null) return undefined;
    const stops = [
      client.chat.onReplyProgress((progress) => {
        if (progress.conversationId !== conversationId) return;
        const { model, ratio } = progress;
        setHeard({
          in: conversationId,
          reply: { kind: 'loading', model, rung: 'on-device', ratio, fellBackBecause: null },
        });
      }),
      client.chat.onReplyEnded((ended) => {
        if (ended.conversationId !== conversationId || ended.rung === null) return;
        const { model, rung } = ended;
        // A reply that broke off says why where it stands; nothing was asked in its place.
        const fellBackBecause = ended.state === 'complete' ? ended.fellBackBecause : null;
        setHeard({ in: conversationId, reply: { kind: 'answered', model, rung, ratio: 1, fellBackBecause } });
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [client, conversationId]);
  return heard?.in === conversationId ? heard.reply : null;
}

/** Whether the machine says it has a network. */
export function useOnline(): boolean {
  return useSyncExternalStore(subscribeOnline, () => navigator.onLine);
}

/** The provider that will be asked first, or null when only built-in replies are there. */
export function firstMind(providers: readonly Provider[]): Provider | null {
  const enabled = providers.filter(
    (provider) => provider.enabled && (provider.kind === 'gguf' || provider.model !== ''),
  );
  return enabled.find((provider) => provider.kind === 'openai') ?? enabled[0] ?? null;
}

/** Whether asking it needs a network: an address that is not this machine's own. */
export function needsNetwork(provider: Provider): boolean {
  if (provider.baseUrl === null) return false;
  const host = URL.parse(provider.baseUrl)?.hostname ?? '';
  return !(host === 'localhost' || host === '[::1]' || host.startsWith('127.') || host.endsWith('.local'));
}

function subscribeOnline(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
