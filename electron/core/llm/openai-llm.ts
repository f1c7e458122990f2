import OpenAI from 'openai';
import { normalBaseUrl } from '#shared/llm/base-url.ts';
import type { Rung } from '#shared/chat/contract.ts';
import { createThinkingFilter } from '#shared/llm/thinking.ts';
import { orAbort, throwIfAborted, waitRealTime, type Wait } from './abort.ts';
import { parseJsonReply } from './json-reply.ts';
import { LlmFailure, type Llm, type LlmChunk, type LlmRequest } from './llm.ts';
import { adapt, firstDialect, toParams } from './openai-dialect.ts';
import { readEvent } from './openai-events.ts';
import { NoText, OnlyThought, readFailure, StreamCut } from './openai-failures.ts';
import { createWatchedFetch, type AnswerWatch, type Fetch } from './openai-fetch.ts';

export interface OpenAiOptions {
  readonly rung: Rung;
  /** Of the API, e.g. https://api.openai.com/v1; `/v1` is added when the address has no path. */
  readonly baseUrl: string;
  /** Null for servers that ask for none. */
  readonly apiKey: string | null;
  /** Empty: the first model the server names. */
  readonly model: string;
  /** From the question to the first token, over all attempts (30,000). */
  readonly firstTokenMs?: number;
  /** Between two tokens (20,000). */
  readonly idleMs?: number;
  /** From the question to the first word that can be shown, for models that think first (180,000). */
  readonly firstTextMs?: number;
  readonly fetch?: Fetch;
  readonly wait?: Wait;
  readonly random?: () => number;
}

const MAX_RETRIES = 3;
/** The first pause between attempts; each next is twice as long, give or take a half. */
const BACKOFF_MS = 500;
/** A server that asks for a longer pause is left to the next rung. */
const MAX_RETRY_AFTER_MS = 10_000;
const MAX_ADAPTATIONS = 8;
/** The most of a reply, in UTF-16 units. */
export const MAX_REPLY_LENGTH = 64_000;

/** A mind behind any OpenAI-compatible endpoint. */
export function createOpenAiLlm(options: OpenAiOptions): Llm {
  const baseUrl = normalBaseUrl(options.baseUrl);
  const secrets = options.apiKey === null ? [] : [options.apiKey];
  const wait = options.wait ?? waitRealTime;
  const random = options.random ?? Math.random;
  const closing = new AbortController();
  const firstTokenMs = options.firstTokenMs ?? 30_000;
  const idleMs = options.idleMs ?? 20_000;
  const firstTextMs = options.firstTextMs ?? 180_000;
  let dialect = firstDialect(baseUrl);
  let { model } = options;

  async function* stream(request: LlmRequest): AsyncGenerator<LlmChunk> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    throwIfAborted(signal);
    if (request.jsonSchema === undefined) yield* attempts(request, signal);
    else yield* jsonAttempts(request, request.jsonSchema, signal);
  }

  /** Asks until there is a text: retries what may pass, adapts to what the server takes, and never once text has come. */
  async function* attempts(request: LlmRequest, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    let startedAt = performance.now();
    let retries = 0;
    let adaptations = 0;
    const known = dialect;
    for (;;) {
      let said = false;
      try {
        for await (const chunk of ask(request, signal, startedAt)) {
          if (chunk.kind === 'text') said = true;
          yield chunk;
        }
        return;
      } catch (error) {
        throwIfAborted(signal);
        const attempt = readFailure(error, { secrets, messages: request.messages, nowMs: Date.now() });
        const next = said || adaptations >= MAX_ADAPTATIONS ? null : adapt(dialect, attempt, request);
        if (next !== null) {
          // A model that thought in vain did answer in time: it gets the time to think again.
          if (next.thinkingTokens !== dialect.thinkingTokens) startedAt = performance.now();
          dialect = next;
          adaptations += 1;
          continue;
        }
        const pauseMs = attempt.retryAfterMs ?? BACKOFF_MS * 2 ** retries * (0.5 + random());
        const inTime = pauseMs <= MAX_RETRY_AFTER_MS && performance.now() + pauseMs < startedAt + firstTokenMs;
        if (said || !attempt.retry || retries >= MAX_RETRIES || !inTime) {
          // What was tried in vain has taught nothing.
          if (!said) dialect = known;
          throw attempt.failure;
        }
        retries += 1;
        await wait(pauseMs, signal);
      }
    }
  }

  /** One request. Its events are given on as they come; it ends well only when the server said that this was all. */
  async function* ask(request: LlmRequest, signal: AbortSignal, startedAt: number): AsyncGenerator<LlmChunk> {
    const late = new AbortController();
    const both = AbortSignal.any([signal, late.signal]);
    const watch: AnswerWatch = { sawDone: false };
    const client = createClient(baseUrl, options.apiKey, createWatchedFetch(watch, options.fetch ?? globalThis.fetch));
    const thinking = createThinkingFilter();
    const timer = createTimer(late);
    let length = 0;
    let events = 0;
    let thought = false;
    let finish: string | null = null;
    let usage: LlmChunk | null = null;

    const show = (text: string): LlmChunk => {
      length += text.length;
      if (length > MAX_REPLY_LENGTH) throw new LlmFailure('bad_answer', 'the reply is too long', true);
      return { kind: 'text', text };
    };

    try {
      timer.set(startedAt + firstTokenMs - performance.now());
      if (model === '') model = await orAbort(firstModel(client, both), both);
      const reply = await orAbort(
        client.chat.completions.create(toParams(request, model, dialect), { signal: both }),
        both,
      );
      const iterator = reply[Symbol.asyncIterator]();
      for (;;) {
        const { value, done } = await orAbort(iterator.next(), both);
        if (done === true) break;
        const event = readEvent(value);
        if (event === null)
          throw new LlmFailure('bad_answer', 'an event of the stream is not one of a completion', true);
        events += 1;
        finish = event.finishReason ?? finish;
        if (event.usage !== null) usage = { kind: 'usage', ...event.usage };
        if (event.thinking) thought = true;
        const text = thinking.push(event.text);
        // A role alone is not a token: the first timeout runs until something is said or thought.
        const alive = event.text !== '' || event.thinking || event.finishReason !== null;
        if (alive)
          timer.set(length + text.length > 0 ? idleMs : Math.min(idleMs, startedAt + firstTextMs - performance.now()));
        if (text !== '') yield show(text);
      }
      throwIfAborted(both);
      const rest = thinking.end();
      if (rest !== '') yield show(rest);
    } catch (error) {
      if (late.signal.aborted && !signal.aborted) {
        throw new LlmFailure(
          'timeout',
          length > 0 ? 'the reply stopped amid the stream' : 'no text came in time',
          true,
          { cause: null },
        );
      }
      throw error;
    } finally {
      timer.clear();
      late.abort();
    }
    if (length === 0 && finish === 'length' && (thought || thinking.hid)) throw new OnlyThought();
    if (length === 0) throw new NoText(finish ?? (watch.sawDone ? 'done' : events > 0 ? 'cut' : 'no events'));
    if (finish === null && !watch.sawDone) throw new StreamCut();
    if (usage !== null) yield usage;
  }

  /** The whole answer at once, as JSON that fits; a server that does not hold to the form is asked in a plainer one. */
  async function* jsonAttempts(
    request: LlmRequest,
    schema: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): AsyncGenerator<LlmChunk> {
    for (;;) {
      const form = dialect.json;
      let text = '';
      let usage: LlmChunk | null = null;
      for await (const chunk of attempts(request, signal)) {
        if (chunk.kind === 'text') text += chunk.text;
        else usage = chunk;
      }
      const value = parseJsonReply(text, schema);
      if (value !== null) {
        yield { kind: 'text', text: JSON.stringify(value) };
        if (usage !== null) yield usage;
        return;
      }
      if (form === 'prompt') throw new LlmFailure('bad_answer', 'the answer is not the JSON that was asked for', true);
      if (dialect.json === form) dialect = { ...dialect, json: form === 'json_schema' ? 'json_object' : 'prompt' };
    }
  }

  return {
    rung: options.rung,
    get model() {
      return model === '' ? 'auto' : model;
    },
    stream,
    async close() {
      closing.abort();
    },
  };
}

/** The models an endpoint offers, by name, 1,000 at most. Throws LlmFailure; within `timeoutMs` (10,000). */
export async function listOpenAiModels(options: {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
}): Promise<string[]> {
  const client = createClient(
    normalBaseUrl(options.baseUrl),
    options.apiKey,
    createWatchedFetch({ sawDone: false }, options.fetch ?? globalThis.fetch),
  );
  const late = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  try {
    const models = await orAbort(modelNames(client, late), late);
    return models.toSorted((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (late.aborted) throw new LlmFailure('timeout', 'no list of models came in time', true);
    const secrets = options.apiKey === null ? [] : [options.apiKey];
    throw readFailure(error, { secrets, messages: [], nowMs: Date.now() }).failure;
  }
}

async function firstModel(client: OpenAI, signal: AbortSignal): Promise<string> {
  const [first] = await modelNames(client, signal);
  if (first === undefined) throw new LlmFailure('no_model', 'the server offers no model', true);
  return first;
}

async function modelNames(client: OpenAI, signal: AbortSignal): Promise<string[]> {
  const page = await client.get<unknown>('/models', { signal });
  // Some servers without a model say null.
  const data = typeof page === 'object' && page !== null && 'data' in page ? (page.data ?? []) : null;
  const listed: unknown[] | null = Array.isArray(data) ? data : null;
  if (listed === null) throw new LlmFailure('bad_answer', 'the list of models is not one', true);
  const names = listed.flatMap((entry: unknown) =>
    typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string' ? [entry.id] : [],
  );
  return [...new Set(names)].slice(0, 1000);
}

/** Every choice is given here: none is taken from this process's environment, which may hold another service's key. */
function createClient(baseURL: string, apiKey: string | null, fetch: Fetch): OpenAI {
  return new OpenAI({
    baseURL,
    apiKey: apiKey ?? 'none',
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    ...(apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    // The timeouts are ours: the client's own would count from another moment.
    timeout: 3_600_000,
    logLevel: 'off',
    fetch,
  });
}

function createTimer(late: AbortController): { set(ms: number): void; clear(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    set(ms) {
      clearTimeout(timer);
      timer = setTimeout(() => late.abort(), Math.max(0, ms));
    },
    clear: () => clearTimeout(timer),
  };
}
