import type { z } from 'zod';
import type { Contract, Event, EventSource, Handlers } from './contract.ts';
import { AppError } from './errors.ts';
import { measureJson } from './frame.ts';
import { isUnchanged } from './is-unchanged.ts';
import { createOutlet } from './outlet.ts';
import type { Merge } from './outlet.ts';
import type { Transport } from './transport.ts';

/**
 * How two events of one kind, next to each other while the other side is slow, become one that says the same;
 * null when they cannot.
 */
export type EventMerges<C extends Contract> = {
  readonly [F in keyof C]?: {
    readonly [N in keyof C[F]]?: C[F][N] extends Event<infer P>
      ? (earlier: z.output<P>, later: z.output<P>) => z.output<P> | null
      : never;
  };
};

export interface ServeOptions<C extends Contract> {
  /** Hears of every error that is not an AppError; the other side is told only `internal`. `name` is the call or event. */
  readonly onInternalError: (error: unknown, name: string) => void;
  readonly merges?: EventMerges<C>;
  /**
   * For tests: answers and events that do not fit their schema, or rely on it to fill in or strip something, become
   * internal errors.
   */
  readonly validateOutput?: boolean;
  /** Calls that may run at once on one connection (default 1024); more are answered `unavailable`/`too_many_calls`. */
  readonly maxCalls?: number;
}

/** One connection being served. */
export interface Served {
  /** Frames that had no business here: answers, events, names not in the contract, ids already in use. */
  readonly strayFrames: number;
  /** Stops answering and telling; closes nothing else. Also happens when the transport closes. */
  stop(): void;
}

interface Call {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly run: (input: unknown) => unknown;
}

const DEFAULT_MAX_CALLS = 1024;

/**
 * Answers calls and tells events over one connection. Input is validated here and nowhere else; calls run concurrently
 * and are answered as they complete; an AppError crosses with its code, reason and message, any other error as
 * `internal` with nothing of itself. Answers and events leave in one order, and wait while the other side is slow.
 */
export function serve<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  events: EventSource,
  transport: Transport,
  options: ServeOptions<C>,
): Served {
  const calls = tableOfCalls(contract, handlers);
  const payloads = tableOfEvents(contract);
  const outlet = createOutlet(transport, tableOfMerges(options.merges ?? {}), (error, frame) => {
    options.onInternalError(error, frame.type === 'event' ? frame.name : 'answer');
  });
  const maxCalls = options.maxCalls ?? DEFAULT_MAX_CALLS;
  const running = new Set<number>();
  let strayFrames = 0;

  const fail = (id: number, name: string, error: unknown): void => {
    if (error instanceof AppError) {
      outlet.push({ type: 'error', id, code: error.code, reason: error.reason, message: error.message });
    } else {
      options.onInternalError(error, name);
      outlet.push({ type: 'error', id, code: 'internal', reason: 'internal', message: 'internal error' });
    }
  };

  const answer = async (id: number, name: string, call: Call, input: unknown): Promise<void> => {
    running.add(id);
    try {
      const output = await call.run(parseInput(call.input, input));
      if (options.validateOutput) checkOutput(call.output, output, name);
      if (measureJson(output) === null) throw new Error(`${name} answered with something that is not plain JSON`);
      outlet.push({ type: 'ok', id, output });
    } catch (error) {
      fail(id, name, error);
    } finally {
      running.delete(id);
    }
  };

  const unlistenFrames = transport.onFrame((frame) => {
    if (frame.type !== 'request' || running.has(frame.id)) {
      strayFrames += 1;
      return;
    }
    const { id, name, input } = frame;
    const call = calls.get(name);
    if (call === undefined) {
      strayFrames += 1;
      fail(id, name, new AppError('not_found', 'unknown_call', 'no such query or command'));
    } else if (running.size >= maxCalls) {
      fail(id, name, new AppError('unavailable', 'too_many_calls', `at most ${maxCalls} calls at once`));
    } else {
      void answer(id, name, call, input);
    }
  });

  const unlistenEvents = events.subscribe((feature, member, payload) => {
    const name = `${feature}.${member}`;
    try {
      const schema = payloads.get(name);
      if (schema === undefined) throw new Error(`${name} is not an event of the contract`);
      if (options.validateOutput) checkOutput(schema, payload, name);
      if (measureJson(payload) === null) throw new Error(`${name} carries something that is not plain JSON`);
      outlet.push({ type: 'event', name, payload });
    } catch (error) {
      options.onInternalError(error, name);
    }
  });

  const stop = (): void => {
    unlistenFrames();
    unlistenEvents();
    outlet.stop();
  };
  transport.onClose(stop);

  return {
    get strayFrames() {
      return strayFrames;
    },
    stop,
  };
}

function parseInput(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  // Paths and kinds of problem only: what the person wrote stays out of messages.
  const problems = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'input'}: ${issue.code}`);
  throw new AppError('invalid', 'invalid_input', problems.join('; ').slice(0, 500));
}

function checkOutput(schema: z.ZodType, output: unknown, name: string): void {
  const parsed = schema.safeParse(output);
  if (!parsed.success) throw new Error(`${name} does not fit its schema: ${parsed.error.message}`);
  if (!isUnchanged(output, parsed.data)) throw new Error(`${name} relies on its schema to change what it says`);
}

function tableOfCalls<C extends Contract>(contract: C, handlers: Handlers<C>): Map<string, Call> {
  const table = new Map<string, Call>();
  for (const [feature, members] of Object.entries(contract)) {
    const group: unknown = Reflect.get(handlers, feature);
    for (const [member, definition] of Object.entries(members)) {
      if (definition.kind === 'event') continue;
      const name = `${feature}.${member}`;
      const handler: unknown = typeof group === 'object' && group !== null ? Reflect.get(group, member) : undefined;
      if (typeof handler !== 'function') throw new Error(`${name} has no handler`);
      const { input, output } = definition;
      table.set(name, { input, output, run: (value): unknown => Reflect.apply(handler, group, [value]) });
    }
  }
  return table;
}

function tableOfEvents(contract: Contract): Map<string, z.ZodType> {
  const table = new Map<string, z.ZodType>();
  for (const [feature, members] of Object.entries(contract)) {
    for (const [member, definition] of Object.entries(members)) {
      if (definition.kind === 'event') table.set(`${feature}.${member}`, definition.payload);
    }
  }
  return table;
}

function tableOfMerges(merges: object): Map<string, Merge> {
  const table = new Map<string, Merge>();
  for (const [feature, members] of Object.entries(merges)) {
    for (const [member, merge] of Object.entries(members ?? {})) {
      if (typeof merge !== 'function') continue;
      table.set(`${feature}.${member}`, (earlier, later): unknown => Reflect.apply(merge, undefined, [earlier, later]));
    }
  }
  return table;
}
