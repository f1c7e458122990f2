import type { Client, Contract } from './contract.ts';
import { AppError } from './errors.ts';
import type { Frame, Transport } from './transport.ts';

export interface ClientOptions {
  /**
   * Hears what an event listener threw; the other listeners are called all the same. Without it the error surfaces as
   * the environment's uncaught error.
   */
  readonly onListenerError?: (error: unknown) => void;
}

/** A client that outlives its connections. */
export interface DetachedClient<C extends Contract> {
  readonly client: Client<C>;
  /**
   * Uses this connection from now on, until it closes. Subscriptions carry over. Calls made without a connection, and
   * those pending when one closes, reject with AppError `unavailable`/`connection_closed`: whether a command happened is
   * then not known.
   */
  attach(transport: Transport): void;
  /** Frames that had no business here: requests, answers to no question, events not in the contract. */
  readonly strayFrames: number;
}

type Settle = { readonly resolve: (output: unknown) => void; readonly reject: (error: AppError) => void };
type Listener = (payload: unknown) => void;

/** The functions and subscriptions of a contract over one connection. */
export function createClient<C extends Contract>(
  contract: C,
  transport: Transport,
  options?: ClientOptions,
): Client<C> {
  const { client, attach } = createDetachedClient(contract, options);
  attach(transport);
  return client;
}

export function createDetachedClient<C extends Contract>(contract: C, options: ClientOptions = {}): DetachedClient<C> {
  const pending = new Map<number, Settle>();
  const listeners = new Map<string, Set<Listener>>();
  let current: Transport | null = null;
  let nextId = 1;
  let strayFrames = 0;

  const call = (name: string, input: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (current === null) {
        reject(connectionClosed());
        return;
      }
      const id = nextId;
      nextId += 1;
      current.send({ type: 'request', id, name, input });
      pending.set(id, { resolve, reject });
    });

  const subscribe = (name: string, listener: Listener): (() => void) => {
    // Wrapped, so that the same function subscribed twice is told twice and unsubscribes one at a time.
    const own: Listener = (payload) => listener(payload);
    listeners.get(name)?.add(own);
    return () => {
      listeners.get(name)?.delete(own);
    };
  };

  const tell = (own: Iterable<Listener>, payload: unknown): void => {
    const errors: unknown[] = [];
    for (const listener of [...own]) {
      try {
        listener(payload);
      } catch (error) {
        errors.push(error);
      }
    }
    if (options.onListenerError) errors.forEach(options.onListenerError);
    else if (errors.length > 0) throw errors[0];
  };

  const hear = (frame: Frame): void => {
    if (frame.type === 'event') {
      const own = listeners.get(frame.name);
      if (own === undefined) strayFrames += 1;
      else tell(own, frame.payload);
      return;
    }
    const settle = frame.type === 'request' ? undefined : pending.get(frame.id);
    if (settle === undefined || frame.type === 'request') {
      strayFrames += 1;
      return;
    }
    pending.delete(frame.id);
    if (frame.type === 'ok') settle.resolve(frame.output);
    else settle.reject(new AppError(frame.code, frame.reason, frame.message));
  };

  const attach = (transport: Transport): void => {
    rejectAll(pending);
    current = transport;
    transport.onClose(() => {
      if (current !== transport) return;
      current = null;
      rejectAll(pending);
    });
    transport.onFrame((frame) => {
      if (current === transport) hear(frame);
    });
  };

  for (const [feature, members] of Object.entries(contract)) {
    for (const [member, definition] of Object.entries(members)) {
      if (definition.kind === 'event') listeners.set(`${feature}.${member}`, new Set());
    }
  }
  return {
    client: buildClient(contract, call, subscribe),
    attach,
    get strayFrames() {
      return strayFrames;
    },
  };
}

function buildClient<C extends Contract>(
  contract: C,
  call: (name: string, input: unknown) => Promise<unknown>,
  subscribe: (name: string, listener: Listener) => () => void,
): Client<C> {
  const features = Object.entries(contract).map(([feature, members]) => {
    const functions = Object.entries(members).map(([member, definition]) => {
      const name = `${feature}.${member}`;
      const made =
        definition.kind === 'event'
          ? (listener: Listener) => subscribe(name, listener)
          : (input: unknown) => call(name, input);
      return [member, made] as const;
    });
    return [feature, Object.freeze(Object.fromEntries(functions))] as const;
  });
  return Object.freeze(Object.fromEntries(features)) as Client<C>;
}

function rejectAll(pending: Map<number, Settle>): void {
  const settles = [...pending.values()];
  pending.clear();
  for (const { reject } of settles) reject(connectionClosed());
}

function connectionClosed(): AppError {
  return new AppError('unavailable', 'connection_closed', 'the connection is closed');
}
