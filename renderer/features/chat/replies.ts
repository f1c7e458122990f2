import type { Expression } from '#shared/avatar/expression.ts';
import type { Message, Rung } from '#shared/chat/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import { addPiece, learnText, type LiveText, NO_WORDS } from './live-text.ts';

/**
 * A conversation's reply in the making, as the page heard it.
 *
 *   idle ──onReplyStarted──▶ writing ──onReplyEnded──▶ ended ──asked again, or a new message──▶ idle
 *
 * "Thinking" is `idle` or `ended` while the core says that it is replying (see useThinking).
 */
export interface ReplyState {
  readonly phase: 'idle' | 'writing' | 'ended';
  readonly messageId: MessageId | null;
  readonly expression: Expression | null;
  /** While a model loads, before the first word. */
  readonly loading: { readonly ratio: number; readonly model: string } | null;
  readonly outcome: Outcome | null;
  /** When it began: Date.now() for showing, performance.now() for comparing. */
  readonly startedAtMs: number;
  readonly startedTick: number;
  /** The thread was asked for after the reply had begun: its row is there, or on a branch that is not shown. */
  readonly placed: boolean;
}

export interface Outcome {
  readonly state: 'complete' | 'interrupted' | 'failed';
  readonly rung: Rung | null;
  readonly model: string | null;
  readonly fellBackBecause: string | null;
}

export interface Replies {
  state(conversationId: ConversationId): ReplyState;
  /** Called when the state of any reply changes; not for its words. */
  subscribe(listener: () => void): () => void;
  /** The words of a message being written; undefined when the stored text is all there is. */
  words(messageId: string): string | undefined;
  /** Called with every piece of one message. */
  onWords(messageId: MessageId, listener: () => void): () => void;
  /** A reply is being asked for: what became of the last one is no longer news. */
  expect(conversationId: ConversationId): void;
  /** Learns from a page of the thread that was asked for at `askedTick` (performance.now). */
  learn(conversationId: ConversationId, messages: readonly Message[], askedTick: number): void;
}

const IDLE: ReplyState = {
  phase: 'idle',
  messageId: null,
  expression: null,
  loading: null,
  outcome: null,
  startedAtMs: 0,
  startedTick: 0,
  placed: false,
};
const begun = (messageId: MessageId): ReplyState => ({
  ...IDLE,
  phase: 'writing',
  messageId,
  startedAtMs: Date.now(),
  startedTick: performance.now(),
});

export function createReplies(deps: {
  readonly client: Pick<CoreClient, 'chat'>;
  /** The text of a message as far as the page has it. */
  readonly storedText: (conversationId: ConversationId, messageId: MessageId) => string | undefined;
  /** Pieces were missed: the stored text is needed. */
  readonly onGap: (conversationId: ConversationId) => void;
}): Replies {
  const { chat } = deps.client;
  const states = new Map<ConversationId, ReplyState>();
  const live = new Map<string, LiveText>();
  const listeners = new Set<() => void>();
  const wordListeners = new Map<MessageId, Set<() => void>>();

  const become = (id: ConversationId, change: Partial<ReplyState>): void => {
    states.set(id, { ...(states.get(id) ?? IDLE), ...change });
    for (const listener of [...listeners]) listener();
  };
  const setWords = (id: MessageId, words: LiveText | undefined): void => {
    if (words) live.set(id, words);
    else live.delete(id);
    for (const listener of [...(wordListeners.get(id) ?? [])]) listener();
  };
  const isWriting = (id: MessageId): boolean => {
    for (const state of states.values()) if (state.phase === 'writing' && state.messageId === id) return true;
    return false;
  };

  chat.onReplyStarted(({ conversationId, messageId }) => {
    // A continued message goes on from what is shown of it.
    setWords(messageId, learnText(NO_WORDS, deps.storedText(conversationId, messageId) ?? ''));
    become(conversationId, begun(messageId));
  });
  chat.onReplyDelta(({ conversationId, messageId, at, text }) => {
    const before = live.get(messageId) ?? learnText(NO_WORDS, deps.storedText(conversationId, messageId) ?? '');
    const words = addPiece(before, { at, text });
    setWords(messageId, words);
    if (words.later.length > 0 && before.later.length === 0) deps.onGap(conversationId);
    const state = states.get(conversationId);
    // The page came in the middle of it.
    if (state?.phase !== 'writing' || state.messageId !== messageId) {
      become(conversationId, begun(messageId));
    }
  });
  chat.onReplyExpression(({ conversationId, expression }) => become(conversationId, { expression }));
  chat.onReplyProgress(({ conversationId, ratio, model }) => become(conversationId, { loading: { ratio, model } }));
  chat.onReplyEnded(({ conversationId, messageId, state, rung, model, fellBackBecause }) =>
    become(conversationId, {
      phase: 'ended',
      messageId,
      loading: null,
      outcome: { state, rung, model, fellBackBecause },
    }),
  );

  return {
    state: (id) => states.get(id) ?? IDLE,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    words: (id) => live.get(id)?.text,
    onWords(id, listener) {
      const own = wordListeners.get(id) ?? new Set();
      wordListeners.set(id, own);
      own.add(listener);
      return () => {
        own.delete(listener);
        if (own.size === 0) wordListeners.delete(id);
      };
    },
    expect: (id) => become(id, IDLE),
    learn(conversationId, messages, askedTick) {
      for (const message of messages) {
        const words = live.get(message.id);
        if (!words) continue;
        if (message.state === 'partial') {
          const learnt = learnText(words, message.text);
          if (learnt.text !== words.text) setWords(message.id, learnt);
        } else if (!isWriting(message.id)) {
          setWords(message.id, undefined);
        }
      }
      const state = states.get(conversationId);
      if (state && state.phase !== 'idle' && !state.placed && state.startedTick < askedTick)
        become(conversationId, { placed: true });
    },
  };
}
