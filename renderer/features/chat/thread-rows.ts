import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { Message } from '#shared/chat/contract.ts';
import type { ConversationId } from '#shared/entities.ts';
import { type ChatSession, useReply, useUnsent } from './chat-session.ts';
import type { Unsent } from './outbox.ts';
import type { ReplyState } from './replies.ts';
import type { ThreadState, ThreadStore } from './thread-store.ts';

/** A line of the thread. Behind the stored messages stand those on their way and a reply whose row is not loaded yet. */
export interface Row {
  /** Undefined while its page is being loaded. */
  readonly message: Message | undefined;
  readonly sending: Unsent['state'] | null;
}

export interface ThreadRows {
  readonly thread: ThreadStore;
  /** Of what the thread holds. */
  readonly version: number;
  readonly state: ThreadState;
  readonly reply: ReplyState;
  readonly count: number;
  at(row: number): Row;
}

const MISSING: Row = { message: undefined, sending: null };

/** The live rows of a conversation. */
export function useThreadRows(session: ChatSession, conversationId: ConversationId): ThreadRows {
  const thread = session.thread(conversationId);
  useEffect(() => thread.open(), [thread]);
  const version = useSyncExternalStore(thread.subscribe, thread.version);
  const unsent = useUnsent(session, conversationId);
  const reply = useReply(session, conversationId);
  return useMemo(() => {
    const state = thread.state();
    const extra: Row[] = unsent
      .filter((entry) => thread.depthOf(entry.id) === undefined)
      .map((entry) => ({ message: asMessage(entry), sending: entry.state }));
    const { messageId } = reply;
    if (messageId !== null && reply.phase !== 'idle' && !reply.placed && thread.depthOf(messageId) === undefined) {
      extra.push({
        message: {
          ...BLANK,
          id: messageId,
          conversationId,
          createdAtMs: reply.startedAtMs,
          expression: reply.expression,
        },
        sending: null,
      });
    }
    return {
      thread,
      version,
      state,
      reply,
      count: state.length + extra.length,
      at(row) {
        if (row >= state.length) return extra[row - state.length] ?? MISSING;
        return { message: thread.at(row), sending: null };
      },
    };
  }, [thread, version, unsent, reply, conversationId]);
}

const BLANK: Omit<Message, 'id' | 'conversationId'> = {
  parentId: null,
  author: 'character',
  kind: 'text',
  text: '',
  state: 'partial',
  expression: null,
  rung: null,
  model: null,
  usage: null,
  attachments: [],
  edited: false,
  deleted: false,
  createdAtMs: 0,
  depth: 0,
  siblingIds: [],
};

function asMessage({ id, conversationId, text, attachments, createdAtMs }: Unsent): Message {
  const kind = text === '' ? (attachments[0]?.kind ?? 'text') : 'text';
  return {
    ...BLANK,
    id,
    conversationId,
    author: 'person',
    kind,
    text,
    attachments: [...attachments],
    state: 'complete',
    createdAtMs,
  };
}
