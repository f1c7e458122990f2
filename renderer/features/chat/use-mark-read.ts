import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Conversation, Message } from '#shared/chat/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import { useClient } from '../../data/connection.ts';
import type { ListScroll } from './list-scroll.ts';

/** Marks the conversation read while its newest message is in view and the window has the person's attention. */
export function useMarkRead(
  conversationId: ConversationId,
  conversation: Conversation | undefined,
  newest: Message | null,
  scroll: ListScroll,
): void {
  const client = useClient();
  const atEnd = useSyncExternalStore(scroll.subscribe, () => scroll.window().atEnd);
  const attended = useSyncExternalStore(subscribeAttention, () => document.hasFocus() && !document.hidden);
  const marked = useRef<MessageId | null>(null);
  const unread = conversation?.unreadCount ?? 0;
  const id = newest?.id ?? null;
  useEffect(() => {
    if (unread === 0 || id === null || !atEnd || !attended || marked.current === id) return;
    marked.current = id;
    // Not worth a word when it fails: the next message tries again.
    client.chat.markRead({ conversationId, messageId: id }).catch(() => {
      marked.current = null;
    });
  }, [client, conversationId, unread, id, atEnd, attended]);
}

function subscribeAttention(listener: () => void): () => void {
  addEventListener('focus', listener);
  addEventListener('blur', listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    removeEventListener('focus', listener);
    removeEventListener('blur', listener);
    document.removeEventListener('visibilitychange', listener);
  };
}
