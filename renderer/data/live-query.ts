import { createContext, use, useCallback, useMemo, useSyncExternalStore } from 'react';
import { present } from '#shared/base/assert.ts';
import { contract, type CoreClient } from '#shared/contract.ts';
import type { Entity } from '#shared/entities.ts';
import type { AppError } from '#shared/rpc/errors.ts';
import { type Connection, useClient } from './connection.ts';
import { toAppError } from './failure.ts';

/**
 * An answer that stays true: asked, and asked again when rows it was read from change.
 *
 *   loading ──answer──▶ ready ──change, answer──▶ ready (the same object when nothing is different)
 *      └─────failure──▶ failed ──retry──▶ loading  └──failure──▶ ready (the old data, `error`)
 */
export type LiveQuery<T> =
  | { readonly status: 'loading'; readonly data: undefined; readonly error: null }
  | { readonly status: 'ready'; readonly data: T; readonly error: AppError | null }
  | { readonly status: 'failed'; readonly data: undefined; readonly error: AppError };

type Ask<I, O> = (input: I) => Promise<O>;

/**
 * The live answer to a query of the contract: `useLiveQuery(client => client.chat.conversations, {})`. Components that ask
 * the same share one answer. A null input asks nothing and stays loading.
 */
export function useLiveQuery<I extends object, O>(
  select: (client: CoreClient) => Ask<I, O>,
  input: I | null,
): LiveQuery<O> & { readonly retry: () => void } {
  const queries = useLiveQueries();
  const ask = select(useClient());
  const key = input === null ? null : JSON.stringify(input);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the key stands for the input: an equal input is the same question
  const answer = useMemo(() => (input === null ? null : queries.answer(ask, input)), [queries, ask, key]);
  const subscribe = useCallback((listener: () => void) => answer?.subscribe(listener) ?? noop, [answer]);
  const state = useSyncExternalStore(subscribe, () => answer?.state() ?? LOADING);
  return useMemo(() => ({ ...state, retry: () => answer?.ask() }), [state, answer]);
}

/**
 * Whether the same question as `useLiveQuery` is being asked again. A hook of its own: an answer is asked for again with every
 * word that is saved, and who only wants to know the answer need not be rendered for that.
 */
export function useRefreshing<I extends object, O>(select: (client: CoreClient) => Ask<I, O>, input: I): boolean {
  const queries = useLiveQueries();
  const ask = select(useClient());
  const key = JSON.stringify(input);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- as above
  const answer = useMemo(() => queries.answer(ask, input), [queries, ask, key]);
  return useSyncExternalStore(answer.subscribe, answer.refreshing);
}

export interface LiveAnswer<O> {
  /** The same object until something about it is different. */
  state(): LiveQuery<O>;
  /** An answer that was had is being asked for again. */
  refreshing(): boolean;
  /** Called when the state or `refreshing` may be different. */
  subscribe(listener: () => void): () => void;
  /** Asks (again) now; asked while an ask is under way, it asks once more after it. */
  ask(): void;
}

/** All questions the page is asking. */
export interface LiveQueries {
  answer<I extends object, O>(ask: Ask<I, O>, input: I): LiveAnswer<O>;
  close(): void;
}

export const LiveQueriesContext = createContext<LiveQueries | null>(null);

function useLiveQueries(): LiveQueries {
  return present(use(LiveQueriesContext), 'live queries');
}

/** How long an answer nobody looks at is kept, so that going back shows it at once. */
const KEEP_MS = 60_000;

const LOADING = { status: 'loading', data: undefined, error: null } as const;
const noop = (): void => undefined;

export function createLiveQueries(connection: Connection): LiveQueries {
  const readsOf = readsByFunction(connection.client);
  const answers = new Map<Ask<never, unknown>, Map<string, Entry<unknown>>>();
  const each = (visit: (entry: Entry<unknown>) => void): void => {
    for (const byInput of answers.values()) byInput.forEach(visit);
  };
  const offChange = connection.client.host.onDataChanged(({ entities }) => {
    each((entry) => {
      if (entities.some((entity) => entry.reads.has(entity))) entry.invalidate();
    });
  });
  const offStatus = connection.client.host.onStatusChanged(() => each((entry) => entry.invalidate()));
  const offState = connection.onState(() => {
    if (connection.state() === 'open') each((entry) => entry.invalidate());
  });
  return {
    answer<I extends object, O>(ask: Ask<I, O>, input: I): LiveAnswer<O> {
      let byInput = answers.get(ask);
      if (byInput === undefined) answers.set(ask, (byInput = new Map()));
      const inputs = byInput;
      const key = JSON.stringify(input);
      const known = inputs.get(key);
      // What is stored under a function and its input is that function's answer.
      if (known !== undefined) return known as Entry<O>;
      const reads = present(readsOf.get(ask), 'the query in the contract');
      const entry = createEntry(
        reads,
        () => ask(input),
        () => inputs.delete(key),
      );
      inputs.set(key, entry);
      return entry;
    },
    close() {
      offChange();
      offStatus();
      offState();
      answers.clear();
    },
  };
}

interface Entry<O> extends LiveAnswer<O> {
  readonly reads: ReadonlySet<Entity>;
  /** What was read has changed: asks again if someone looks, else when someone does. */
  invalidate(): void;
}

function createEntry<O>(reads: readonly Entity[], fetch: () => Promise<O>, forget: () => void): Entry<O> {
  const listeners = new Set<() => void>();
  let state: LiveQuery<O> = LOADING;
  let stale = true;
  let asking = false;
  let forgetting: ReturnType<typeof setTimeout> | undefined;
  let refreshing = false;
  const become = (next: LiveQuery<O>, again = false): void => {
    if (next === state && again === refreshing) return;
    state = next;
    refreshing = again;
    for (const listener of listeners) listener();
  };
  const ask = (): void => {
    stale = true;
    if (asking) return;
    if (state.status === 'failed') become(LOADING);
    void run();
  };
  const run = async (): Promise<void> => {
    asking = true;
    while (stale) {
      stale = false;
      if (state.status === 'ready') become(state, true);
      try {
        const data = await fetch();
        if (state.status !== 'ready' || JSON.stringify(state.data) !== JSON.stringify(data))
          become({ status: 'ready', data, error: null });
        else become(state.error === null ? state : { ...state, error: null });
      } catch (thrown) {
        const error = toAppError(thrown);
        become(state.status === 'ready' ? { ...state, error } : { status: 'failed', data: undefined, error });
      }
    }
    asking = false;
  };
  return {
    reads: new Set(reads),
    state: () => state,
    refreshing: () => refreshing,
    ask,
    subscribe(listener) {
      clearTimeout(forgetting);
      listeners.add(listener);
      if (stale && !asking) void run();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) forgetting = setTimeout(forget, KEEP_MS);
      };
    },
    invalidate() {
      if (listeners.size > 0) ask();
      else stale = true;
    },
  };
}

/** Which entities each query function of the client reads, from the contract. */
function readsByFunction(client: CoreClient): ReadonlyMap<unknown, readonly Entity[]> {
  const reads = new Map<unknown, readonly Entity[]>();
  const features: Readonly<Record<string, Readonly<Record<string, unknown>>>> = client;
  for (const [feature, members] of Object.entries(contract)) {
    for (const [name, member] of Object.entries(members)) {
      if (member.kind === 'query') reads.set(features[feature]?.[name], member.reads);
    }
  }
  return reads;
}
