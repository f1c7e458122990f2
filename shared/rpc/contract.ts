import type { z } from 'zod';
import type { Entity } from '../entities.ts';

/** Asks; changes nothing. `reads` names what its answer depends on, so that a live query knows when to ask again. */
export interface Query<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'query';
  readonly reads: readonly Entity[];
  readonly input: I;
  readonly output: O;
}

/** Changes something, once. */
export interface Command<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'command';
  readonly input: I;
  readonly output: O;
}

/** Told by the core to whoever listens. Its name starts with `on`. */
export interface Event<P extends z.ZodType = z.ZodType> {
  readonly kind: 'event';
  readonly payload: P;
}

/** Exactly two levels: feature, then member (`chat.sendMessage`). */
export type Contract = Record<string, Record<string, Query | Command | Event>>;

export function query<I extends z.ZodType, O extends z.ZodType>(
  reads: readonly Entity[],
  input: I,
  output: O,
): Query<I, O> {
  return { kind: 'query', reads, input, output };
}

export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Command<I, O> {
  return { kind: 'command', input, output };
}

export function event<P extends z.ZodType>(payload: P): Event<P> {
  return { kind: 'event', payload };
}

type Call = Query | Command;
type CallName<F> = { [N in keyof F]: F[N] extends Call ? N : never }[keyof F];
type EventName<F> = { [N in keyof F]: F[N] extends Event ? N : never }[keyof F];
type Awaitable<T> = T | Promise<T>;

/** What the core implements: one function per query and command. A missing or mistyped one does not compile. */
export type Handlers<C extends Contract> = {
  readonly [F in keyof C]: {
    readonly [N in CallName<C[F]>]: C[F][N] extends Query<infer I, infer O> | Command<infer I, infer O>
      ? (input: z.output<I>) => Awaitable<z.input<O>>
      : never;
  };
};

/** What the renderer holds: the same functions, asynchronous, and a subscription per event. */
export type Client<C extends Contract> = {
  readonly [F in keyof C]: {
    readonly [N in CallName<C[F]>]: C[F][N] extends Query<infer I, infer O> | Command<infer I, infer O>
      ? (input: z.input<I>) => Promise<z.output<O>>
      : never;
  } & {
    readonly [N in EventName<C[F]>]: C[F][N] extends Event<infer P>
      ? (listener: (payload: z.output<P>) => void) => () => void
      : never;
  };
};

/** How a feature tells: `emit('chat', 'onReplyDelta', …)`. */
export type Emit<C extends Contract> = <F extends keyof C & string, N extends EventName<C[F]> & string>(
  feature: F,
  name: N,
  payload: C[F][N] extends Event<infer P> ? z.input<P> : never,
) => void;

/** The core's side of all events: every payload as it happens. Returns the unsubscriber. */
export interface EventSource {
  subscribe(listener: (feature: string, name: string, payload: unknown) => void): () => void;
}
