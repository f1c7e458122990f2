import { useSyncExternalStore } from 'react';
import type { ConversationId, MessageId } from '#shared/entities.ts';

/** A message the person asked to see, from search or a link. Each asking is a new object, also for the same message. */
export interface Revealed {
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly depth: number;
}

let current: Revealed | null = null;
const listeners = new Set<() => void>();

/** Asks the conversation view to show a message, after `chat.reveal` has put it on the visible thread. */
export function reveal(revealed: Revealed): void {
  current = revealed;
  for (const listener of listeners) listener();
}

/** What this conversation's view was last asked to show, or null. */
export function useRevealed(conversationId: ConversationId): Revealed | null {
  const revealed = useSyncExternalStore(subscribe, () => current);
  return revealed?.conversationId === conversationId ? revealed : null;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
