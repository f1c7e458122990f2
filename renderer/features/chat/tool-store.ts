import { useMemo, useSyncExternalStore } from 'react';
import type { ConversationId } from '#shared/entities.ts';

/** A tool of the conversation that opens over the thread, asked for from the bar above it. */
export type Tool = 'search' | 'map';

interface Asked {
  readonly conversationId: ConversationId;
  readonly open: Tool | null;
  /** A depth to show; each asking is a new object. */
  readonly jump: { readonly depth: number } | null;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

export function openTool(conversationId: ConversationId, open: Tool | null): void {
  become({ conversationId, open, jump: null });
}

/** Shows a depth of the visible thread. */
export function jumpTo(conversationId: ConversationId, depth: number): void {
  become({ conversationId, open: null, jump: { depth } });
}

/** The tool that is open over this conversation. */
export function useTool(conversationId: ConversationId) {
  const current = useSyncExternalStore(subscribe, () => asked);
  const own = current?.conversationId === conversationId ? current : null;
  return useMemo(
    () => ({ open: own?.open ?? null, jump: own?.jump ?? null, close: () => openTool(conversationId, null) }),
    [own, conversationId],
  );
}

function become(next: Asked): void {
  asked = next;
  for (const listener of [...listeners]) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
