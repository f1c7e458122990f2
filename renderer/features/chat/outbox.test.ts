import { describe, expect, test, vi } from 'vitest';
import { type ConversationId, messageId, type MessageId, newId } from '#shared/entities.ts';
import { seededRandom } from '#shared/base/random.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { ConnectionState } from '../../data/connection.ts';
import { createOutbox, type SendingConnection } from './outbox.ts';

type Answer = Awaited<ReturnType<SendingConnection['client']['chat']['sendMessage']>>;

const random = seededRandom(11);
const conversationId = newId<ConversationId>(1, random);
const message = (text: string) => ({
  id: newId<MessageId>(1, random),
  conversationId,
  text,
  attachments: [],
  createdAtMs: 1,
});
const lost = new AppError('unavailable', 'connection_closed');

/** A core that takes what it is sent unless told otherwise, behind a connection that can break. */
function setUp() {
  let state: ConnectionState = 'open';
  const listeners = new Set<() => void>();
  const taken: { id: string; text: string }[] = [];
  const answers: (Answer | AppError | 'taken, but the answer is lost')[] = [];
  const sendMessage = vi.fn<SendingConnection['client']['chat']['sendMessage']>(async (input) => {
    await Promise.resolve();
    if (state !== 'open') throw lost;
    const answer = answers.shift();
    if (answer instanceof AppError) throw answer;
    if (typeof answer === 'object') return answer;
    if (!taken.some(({ id }) => id === input.messageId)) taken.push({ id: input.messageId, text: input.text });
    if (answer !== undefined) throw lost;
    return { kind: 'sent', messageId: messageId.parse(input.messageId) };
  });
  const connection: SendingConnection = {
    client: { chat: { sendMessage } },
    state: () => state,
    onState(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
  const become = (next: ConnectionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const outbox = createOutbox(connection);
  const settle = () =>
    vi.waitFor(() => expect(outbox.unsent(conversationId).some((entry) => entry.state === 'sending')).toBe(false));
  return {
    outbox,
    become,
    taken,
    answers,
    sendMessage,
    settle,
    states: () => outbox.unsent(conversationId).map((entry) => entry.state),
  };
}

describe('the outbox', () => {
  test('delivers in the order of writing, and lets go when the thread shows it', async () => {
    const { outbox, taken, settle, states } = setUp();
    outbox.send(message('one'));
    outbox.send(message('two'));
    expect(states()).toEqual(['sending', 'sending']);
    await settle();
    expect(taken.map(({ text }) => text)).toEqual(['one', 'two']);
    outbox.shownAt(conversationId, -1);
    expect(states()).toEqual(['sent', 'sent']);
    outbox.shownAt(conversationId, performance.now());
    expect(states()).toEqual([]);
  });

  test('waits while the connection is lost, then sends the same ids, once each', async () => {
    const { outbox, become, taken, settle, states } = setUp();
    become('lost');
    outbox.send(message('one'));
    outbox.send(message('two'));
    await vi.waitFor(() => expect(states()[0]).toBe('waiting'));
    become('open');
    await settle();
    expect(taken.map(({ text }) => text)).toEqual(['one', 'two']);
    expect(states()).toEqual(['sent', 'sent']);
  });

  test('an answer that was lost does not double the message', async () => {
    const { outbox, become, taken, answers, sendMessage, settle, states } = setUp();
    answers.push('taken, but the answer is lost');
    outbox.send(message('one'));
    await vi.waitFor(() => expect(states()).toEqual(['waiting']));
    become('lost');
    become('open');
    await settle();
    expect(sendMessage).toHaveBeenCalledTimes(2);
    expect(sendMessage.mock.calls[0]?.[0].messageId).toBe(sendMessage.mock.calls[1]?.[0].messageId);
    expect(taken).toHaveLength(1);
    expect(states()).toEqual(['sent']);
  });

  test('what is refused comes back, with the reason, and the next goes on', async () => {
    const { outbox, taken, answers, settle } = setUp();
    answers.push({ kind: 'too_long', length: 8001, limit: 8000 });
    outbox.send(message('long'));
    outbox.send(message('two'));
    await settle();
    expect(outbox.takeReturned(conversationId)).toMatchObject({
      text: 'long',
      why: { kind: 'too_long', length: 8001 },
    });
    expect(outbox.takeReturned(conversationId)).toBeUndefined();
    expect(taken.map(({ text }) => text)).toEqual(['two']);
  });

  test('two that are refused before anyone looks both come back', async () => {
    const { outbox, answers, settle } = setUp();
    answers.push(new AppError('internal', 'broken'), new AppError('unavailable', 'vault_closed'));
    outbox.send(message('one'));
    outbox.send(message('two'));
    await settle();
    expect(outbox.takeReturned(conversationId)).toMatchObject({
      text: 'one\ntwo',
      why: { kind: 'failed', error: { reason: 'vault_closed' } },
    });
  });
});
