import type { Rung } from '#shared/chat/contract.ts';
import { abortError, orAbort, throwIfAborted, waitRealTime, type Wait } from './abort.ts';
import type { Llm, LlmChunk, LlmFailure, LlmRequest } from './llm.ts';

/** What a scripted mind does next. */
export type ScriptStep =
  | { readonly text: string }
  | { readonly progress: number }
  | {
      readonly usage: {
        readonly promptTokens: number;
        readonly cachedTokens: number;
        readonly completionTokens: number;
      };
    }
  | { readonly waitMs: number }
  /** Goes on when the promise settles: for tests that steer step by step. */
  | { readonly until: Promise<unknown> }
  | { readonly fail: LlmFailure }
  /** Says nothing more until it is aborted. */
  | { readonly hang: true };

export type Script = readonly ScriptStep[] | ((request: LlmRequest) => readonly ScriptStep[]);

export interface ScriptedLlmOptions {
  /** One per reply, in order; the last is used again for all that follow. */
  readonly scripts: readonly Script[];
  readonly rung?: Rung;
  readonly model?: string;
  readonly wait?: Wait;
}

/** A mind for tests: it says what it was told to, when it was told to, and remembers what it was asked. */
export interface ScriptedLlm extends Llm {
  /** Every request so far, oldest first. */
  readonly requests: readonly LlmRequest[];
  /** The next reply follows this script, before those that wait. */
  next(script: Script): void;
}

export function createScriptedLlm(options: ScriptedLlmOptions): ScriptedLlm {
  const wait = options.wait ?? waitRealTime;
  const closing = new AbortController();
  const requests: LlmRequest[] = [];
  const waiting: Script[] = [...options.scripts];

  async function* stream(request: LlmRequest): AsyncGenerator<LlmChunk> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    throwIfAborted(signal);
    requests.push(request);
    const script = (waiting.length > 1 ? waiting.shift() : waiting[0]) ?? [];
    for (const step of typeof script === 'function' ? script(request) : script) {
      if ('text' in step) {
        if (step.text !== '') yield { kind: 'text', text: step.text };
      } else if ('progress' in step) yield { kind: 'progress', ratio: step.progress };
      else if ('usage' in step) yield { kind: 'usage', ...step.usage };
      else if ('waitMs' in step) await wait(step.waitMs, signal);
      else if ('until' in step) await orAbort(step.until, signal);
      else if ('fail' in step) throw step.fail;
      else
        await new Promise<never>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(abortError()), { once: true }),
        );
      throwIfAborted(signal);
    }
  }

  return {
    rung: options.rung ?? 'primary',
    model: options.model ?? 'scripted',
    requests,
    next: (script) => waiting.unshift(script),
    stream,
    async close() {
      closing.abort();
    },
  };
}

/** A script that says a text in pieces of `size` UTF-16 units, `everyMs` apart, and then counts its tokens. */
export function saying(
  text: string,
  { size = 4, everyMs = 0 }: { size?: number; everyMs?: number } = {},
): ScriptStep[] {
  const steps: ScriptStep[] = [];
  for (let at = 0; at < text.length; at += size) {
    if (everyMs > 0) steps.push({ waitMs: everyMs });
    steps.push({ text: text.slice(at, at + size) });
  }
  steps.push({ usage: { promptTokens: 100, cachedTokens: 0, completionTokens: text.length } });
  return steps;
}

/** Time that passes only when told to. `wait` is for a scripted mind, `advance` for the test. */
export function createScriptClock(): { readonly wait: Wait; advance(ms: number): Promise<void>; nowMs(): number } {
  let now = 0;
  const waiting = new Set<{ atMs: number; done: () => void }>();
  return {
    nowMs: () => now,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(abortError());
          return;
        }
        const onAbort = (): void => {
          waiting.delete(entry);
          reject(abortError());
        };
        const entry = {
          atMs: now + ms,
          done: () => {
            signal.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        waiting.add(entry);
        signal.addEventListener('abort', onAbort, { once: true });
      }),
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        // What was woken may wait again within the same stretch of time.
        await new Promise((resolve) => setImmediate(resolve));
        const due = [...waiting].filter((entry) => entry.atMs <= until).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        now = Math.max(now, due.atMs);
        waiting.delete(due);
        due.done();
      }
      now = until;
    },
  };
}
