import type { Message, ThreadPage } from '#shared/chat/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import type { AppError } from '#shared/rpc/errors.ts';
import { toAppError } from '../../data/failure.ts';
import { isFar, nextAsk, pageOf, pagesWithin, type Span } from './thread-pages.ts';

/** What is known of a conversation's visible thread. A new object after every change. */
export interface ThreadState {
  readonly status: 'loading' | 'ready' | 'failed';
  /** Of the last question; the messages known before stay. */
  readonly error: AppError | null;
  readonly leafId: MessageId | null;
  readonly length: number;
}

/**
 * The loaded part of a thread, page by page, kept true: after a change the needed pages are asked again and replaced when the
 * answer is there, so nothing flickers. Messages that did not change stay the same objects. Far pages are forgotten.
 */
export interface ThreadStore {
  state(): ThreadState;
  /** Another number whenever the state or any message has changed. */
  version(): number;
  at(depth: number): Message | undefined;
  depthOf(id: MessageId): number | undefined;
  /** Says which depths are looked at, those ahead of the scroll included. */
  need(span: Span): void;
  /** What is shown may no longer be true: asks again, in `withinMs` at the latest (at once when left out). */
  invalidate(withinMs?: number): void;
  /** Asks again after a failure. */
  retry(): void;
  /** Called after every change of state or messages. Returns the unsubscriber. */
  subscribe(listener: () => void): () => void;
  /** While someone looks. Returns the release. */
  open(): () => void;
}

/** A change is asked about at once; those that follow within this time are asked about together at its end. */
const SPACING_MS = 90;

export function createThreadStore(deps: {
  readonly client: { readonly chat: Pick<CoreClient['chat'], 'thread'> };
  readonly conversationId: ConversationId;
  /** Hears every answer after it has been taken in, with the time (performance.now) it was asked for. */
  readonly onAnswer: (page: ThreadPage, askedAtMs: number) => void;
}): ThreadStore {
  const { client, conversationId } = deps;
  const messages = new Map<number, Message>();
  const depths = new Map<MessageId, number>();
  /** The generation each complete page was answered in. */
  const fresh = new Map<number, number>();
  const listeners = new Set<() => void>();
  let state: ThreadState = { status: 'loading', error: null, leafId: null, length: 0 };
  let version = 0;
  let known = false;
  let generation = 0;
  let needed: Span = { from: Infinity, to: Infinity };
  let watchers = 0;
  let running = false;
  let lastAskAtMs = -Infinity;
  let settling: ReturnType<typeof setTimeout> | undefined;
  let settlesAtMs = Infinity;

  const tell = (): void => {
    version += 1;
    for (const listener of [...listeners]) listener();
  };
  const forget = (depth: number): void => {
    const message = messages.get(depth);
    if (!message) return;
    messages.delete(depth);
    if (depths.get(message.id) === depth) depths.delete(message.id);
  };
  const put = (depth: number, message: Message): boolean => {
    const before = messages.get(depth);
    if (before && sameMessage(before, message)) return false;
    forget(depth);
    messages.set(depth, message);
    depths.set(message.id, depth);
    return true;
  };

  /** The pages looked at; before anything is known of the thread, its end. */
  const wanted = (): Span => ({
    from: Math.min(needed.from, Math.max(0, state.length - 1)),
    to: Math.min(needed.to, Math.max(state.length, 1)),
  });

  const take = (page: ThreadPage, asked: number): void => {
    const leafChanged = page.leafId !== state.leafId || page.length !== state.length;
    // On another branch anything above the change may differ: those pages are asked again before they are trusted.
    if (leafChanged) fresh.clear();
    let changed = leafChanged || !known || state.error !== null;
    for (const depth of [...messages.keys()]) {
      if (depth >= page.length) {
        forget(depth);
        changed = true;
      }
    }
    page.messages.forEach((message, index) => {
      if (put(page.from + index, message)) changed = true;
    });
    for (const within of pagesWithin({ from: page.from, to: page.from + page.messages.length }, page.length))
      fresh.set(within, asked);
    known = true;
    if (changed) state = { status: 'ready', error: null, leafId: page.leafId, length: page.length };
    const span = wanted();
    for (const depth of [...messages.keys()]) {
      const pageNumber = pageOf(depth);
      if (!isFar(pageNumber, span)) continue;
      forget(depth);
      fresh.delete(pageNumber);
    }
    if (changed) tell();
  };

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    try {
      for (;;) {
        if (watchers === 0) break;
        const ask = nextAsk(wanted(), known ? state.length : null, (page) => fresh.get(page) === generation);
        if (!ask) break;
        const asked = generation;
        const askedAtMs = performance.now();
        lastAskAtMs = askedAtMs;
        const page = await client.chat.thread({ conversationId, ...ask });
        take(page, asked);
        deps.onAnswer(page, askedAtMs);
      }
    } catch (thrown) {
      const error = toAppError(thrown);
      state = known ? { ...state, error } : { status: 'failed', error, leafId: null, length: 0 };
      tell();
    } finally {
      running = false;
    }
  };

  return {
    state: () => state,
    version: () => version,
    at: (depth) => messages.get(depth),
    depthOf: (id) => depths.get(id),
    need(span) {
      needed = span;
      if (watchers > 0) void run();
    },
    invalidate(withinMs = 0) {
      generation += 1;
      const now = performance.now();
      const dueMs = Math.max(now + withinMs, lastAskAtMs + SPACING_MS);
      if (watchers === 0 || dueMs >= settlesAtMs) return;
      clearTimeout(settling);
      settlesAtMs = dueMs;
      settling = setTimeout(() => {
        settlesAtMs = Infinity;
        void run();
      }, dueMs - now);
    },
    retry() {
      generation += 1;
      if (state.status === 'failed') {
        state = { ...state, status: 'loading', error: null };
        tell();
      }
      void run();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    open() {
      watchers += 1;
      void run();
      return () => {
        watchers -= 1;
      };
    },
  };
}

function sameMessage(one: Message, other: Message): boolean {
  if (one.id !== other.id || one.text !== other.text || one.state !== other.state) return false;
  return JSON.stringify(one) === JSON.stringify(other);
}
