import type { Attachment } from '#shared/chat/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import type { AppError } from '#shared/rpc/errors.ts';
import type { Connection } from '../../data/connection.ts';
import { toAppError } from '../../data/failure.ts';

/** A message on its way. `waiting`: the connection was lost; it goes again with the same id when there is one. */
export interface Unsent {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly createdAtMs: number;
  readonly state: 'sending' | 'waiting' | 'sent';
  /** When the core said that it has it (performance.now); until then Infinity. */
  readonly sentAtMs: number;
}

/** What was not taken, and goes back into the composer. */
export interface Returned {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly why:
    | { readonly kind: 'too_long'; readonly length: number; readonly limit: number }
    | { readonly kind: 'failed'; readonly error: AppError }
    | null;
}

/**
 * Sends messages: each is delivered exactly once, however often the connection breaks, because its id is made here and the
 * core takes an id once. One after the other, in the order they were written.
 *
 *   sending ──sent──▶ sent ──seen in the thread──▶ gone
 *      │ ▲ └──refused──▶ returned to the composer
 *      ▼ │ connection lost / open again
 *   waiting
 */
export interface Outbox {
  send(message: Omit<Unsent, 'state' | 'sentAtMs'>): void;
  /** In the order they were written; the same array until it changes. */
  unsent(conversationId: ConversationId): readonly Unsent[];
  /** Whether a message would be lost if the page were closed now. */
  isWaiting(): boolean;
  /** Takes what came back, once. */
  takeReturned(conversationId: ConversationId): Returned | undefined;
  /** The thread shows what the core had at this time (performance.now): sent messages need no stand-in any more. */
  shownAt(conversationId: ConversationId, atMs: number): void;
  subscribe(listener: () => void): () => void;
}

const NONE: readonly Unsent[] = [];

/** What of a connection sending needs. */
export type SendingConnection = Pick<Connection, 'state' | 'onState'> & {
  readonly client: { readonly chat: Pick<CoreClient['chat'], 'sendMessage'> };
};

export function createOutbox(connection: SendingConnection): Outbox {
  const queues = new Map<ConversationId, readonly Unsent[]>();
  const returned = new Map<ConversationId, Returned>();
  const delivering = new Set<ConversationId>();
  const listeners = new Set<() => void>();

  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const change = (id: ConversationId, next: (queue: readonly Unsent[]) => readonly Unsent[]): void => {
    queues.set(id, next(queues.get(id) ?? NONE));
    tell();
  };
  const mark = (entry: Unsent, changes: Partial<Unsent>): void =>
    change(entry.conversationId, (queue) => queue.map((one) => (one.id === entry.id ? { ...one, ...changes } : one)));
  const giveBack = (entry: Unsent, why: Returned['why']): void => {
    const before = returned.get(entry.conversationId);
    returned.set(entry.conversationId, {
      text: before ? `${before.text}\n${entry.text}` : entry.text,
      attachments: [...(before?.attachments ?? []), ...entry.attachments],
      why,
    });
    change(entry.conversationId, (queue) => queue.filter((one) => one.id !== entry.id));
  };

  /** False when the connection is lost and the rest has to wait. */
  const deliver = async (entry: Unsent): Promise<boolean> => {
    const { id: messageId, conversationId, text } = entry;
    mark(entry, { state: 'sending' });
    try {
      const attachmentIds = entry.attachments.map((attachment) => attachment.id);
      const answer = await connection.client.chat.sendMessage({ conversationId, messageId, text, attachmentIds });
      if (answer.kind === 'sent') mark(entry, { state: 'sent', sentAtMs: performance.now() });
      else giveBack(entry, answer.kind === 'too_long' ? answer : null);
      return true;
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.reason !== 'connection_closed') {
        giveBack(entry, { kind: 'failed', error });
        return true;
      }
      mark(entry, { state: 'waiting' });
      return false;
    }
  };
  const work = async (id: ConversationId): Promise<void> => {
    if (delivering.has(id)) return;
    delivering.add(id);
    for (;;) {
      const next = queues.get(id)?.find((entry) => entry.state !== 'sent');
      if (!next) break;
      // A message that came back stands before what was written after it; the rest goes on.
      if (!(await deliver(next))) break;
    }
    delivering.delete(id);
  };
  connection.onState(() => {
    if (connection.state() === 'open') for (const id of queues.keys()) void work(id);
  });

  return {
    send(message) {
      change(message.conversationId, (queue) => [...queue, { ...message, state: 'sending', sentAtMs: Infinity }]);
      void work(message.conversationId);
    },
    unsent: (id) => queues.get(id) ?? NONE,
    isWaiting: () => [...queues.values()].some((queue) => queue.some((entry) => entry.state !== 'sent')),
    takeReturned(id) {
      const back = returned.get(id);
      returned.delete(id);
      return back;
    },
    shownAt(id, atMs) {
      const queue = queues.get(id) ?? NONE;
      if (queue.some((entry) => entry.sentAtMs <= atMs))
        change(id, () => queue.filter((entry) => entry.sentAtMs > atMs));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
