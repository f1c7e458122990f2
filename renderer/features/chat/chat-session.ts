import { useMemo, useSyncExternalStore } from 'react';
import type { Attachment } from '#shared/chat/contract.ts';
import { contract } from '#shared/contract.ts';
import type { ConversationId } from '#shared/entities.ts';
import { type Connection, useConnection } from '../../data/connection.ts';
import { createOutbox, type Outbox, type Unsent } from './outbox.ts';
import { createReplies, type Replies, type ReplyState } from './replies.ts';
import { createThreadStore, type ThreadStore } from './thread-store.ts';

/** What is in a composer and not sent yet. */
export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** All that the conversation views of a page share, and what must outlive one of them: sending, replies, drafts. */
export interface ChatSession {
  readonly outbox: Outbox;
  readonly replies: Replies;
  thread(conversationId: ConversationId): ThreadStore;
  /** The newest draft of a conversation on this page, ahead of the stored one. */
  readonly drafts: Map<ConversationId, Draft>;
}

/** The session of the page's connection; the same for the page's life. */
export function useChatSession(): ChatSession {
  const connection = useConnection();
  return useMemo(() => sessionOf(connection), [connection]);
}

export function useReply(session: ChatSession, conversationId: ConversationId): ReplyState {
  return useSyncExternalStore(session.replies.subscribe, () => session.replies.state(conversationId));
}

export function useUnsent(session: ChatSession, conversationId: ConversationId): readonly Unsent[] {
  return useSyncExternalStore(session.outbox.subscribe, () => session.outbox.unsent(conversationId));
}

const sessions = new WeakMap<Connection, ChatSession>();

function sessionOf(connection: Connection): ChatSession {
  const known = sessions.get(connection);
  if (known) return known;
  const made = createChatSession(connection);
  sessions.set(connection, made);
  return made;
}

/** How long the thread may be behind while a reply is being written, in ms; what the person does is shown at once. */
const WHILE_WRITING_MS = 1_500;
const READS = new Set<string>(contract.chat.thread.reads);

function createChatSession(connection: Connection): ChatSession {
  const { client } = connection;
  const threads = new Map<ConversationId, ThreadStore>();
  const outbox = createOutbox(connection);
  const replies = createReplies({
    client,
    storedText(conversationId, messageId) {
      const thread = threads.get(conversationId);
      const depth = thread?.depthOf(messageId);
      return depth === undefined ? undefined : thread?.at(depth)?.text;
    },
    onGap: (conversationId) => threads.get(conversationId)?.invalidate(),
  });
  client.host.onDataChanged(({ entities }) => {
    if (!entities.some((entity) => READS.has(entity))) return;
    for (const [id, thread] of threads) {
      // Nearly all of these changes are the reply's own words being saved, which are here already.
      const { phase, placed } = replies.state(id);
      thread.invalidate(phase === 'writing' && placed ? WHILE_WRITING_MS : 0);
    }
  });
  client.chat.onReplyEnded(({ conversationId }) => threads.get(conversationId)?.invalidate());
  addEventListener('beforeunload', (event) => {
    if (outbox.isWaiting()) event.preventDefault();
  });
  connection.onState(() => {
    if (connection.state() === 'open') for (const thread of threads.values()) thread.retry();
  });
  return {
    outbox,
    replies,
    drafts: new Map(),
    thread(conversationId) {
      const known = threads.get(conversationId);
      if (known) return known;
      const made = createThreadStore({
        client,
        conversationId,
        onAnswer(page, askedAtMs) {
          replies.learn(conversationId, page.messages, askedAtMs);
          outbox.shownAt(conversationId, askedAtMs);
        },
      });
      threads.set(conversationId, made);
      return made;
    },
  };
}
