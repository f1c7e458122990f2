import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { createThinkingFilter } from '#shared/llm/thinking.ts';
import { abortError, orAbort, throwIfAborted } from './abort.ts';
import { createChannel, type Channel } from './channel.ts';
import { parseJsonReply } from './json-reply.ts';
import { forkLlama, type LlamaChild, type SpawnLlama } from './llama-child.ts';
import type { FromLlama } from './llama-protocol.ts';
import { LlmFailure, type Llm, type LlmChunk, type LlmRequest } from './llm.ts';

export interface LlamaOptions {
  readonly modelPath: string;
  /** For the person; the file's name when empty. */
  readonly name?: string;
  /** How many tokens prompt and reply may have together, where the model and the memory allow it. Read at each load. */
  readonly contextTokens: () => number;
  readonly spawn?: SpawnLlama;
  /** Processor threads; by default one core is left to everything else. */
  readonly threads?: number;
  readonly gpu?: 'auto' | false;
  /** Unused so long, the model is let go of (600,000). */
  readonly unloadAfterMs?: number;
  /** Loading without progress (120,000). */
  readonly loadStallMs?: number;
  /** From a reply's turn to its first text: on a processor, reading a long prompt takes its time (180,000). */
  readonly firstTextMs?: number;
  /** Between two texts (60,000). */
  readonly idleMs?: number;
}

export interface LlamaLlm extends Llm {
  /** How many tokens it can read and say together; null until it has been loaded once. */
  contextTokens(): number | null;
}

type Job = { readonly id: number; readonly request: LlmRequest; readonly news: Channel<FromLlama> };

/**
 * The process and what it is doing.
 *
 * none ──a reply is asked──▶ loading ──▶ ready ──unused for long──▶ none
 *                               └──── it ends, however ───────────▶ none   (whoever waits gets an LlmFailure)
 */
interface Running {
  readonly child: LlamaChild;
  readonly jobs: Map<number, Job>;
  ready: boolean;
  ratio: number;
}

/** A mind in a GGUF file on this device, in a process of its own that starts when it is first asked. */
export function createLlamaLlm(options: LlamaOptions): LlamaLlm {
  const spawn = options.spawn ?? forkLlama;
  const closing = new AbortController();
  let running: Running | null = null;
  let gpu = options.gpu ?? 'auto';
  let nextId = 1;
  let knownContext: number | null = null;
  let unloadTimer: NodeJS.Timeout | undefined;

  const start = (): Running => {
    const child = spawn();
    const own: Running = { child, jobs: new Map(), ready: false, ratio: 0 };
    running = own;
    const stall = createWatch(options.loadStallMs ?? 120_000, () =>
      end(own, new LlmFailure('load_failed', 'loading has come to a stop', true)),
    );
    stall.touch();
    child.onMessage((message) => {
      if (message.kind === 'loading') {
        stall.touch();
        own.ratio = Math.max(own.ratio, Math.min(1, message.ratio));
        for (const { news } of own.jobs.values()) news.push({ kind: 'loading', ratio: own.ratio });
      } else if (message.kind === 'loaded') {
        stall.stop();
        own.ready = true;
        knownContext = message.contextTokens;
        for (const job of own.jobs.values()) generate(own, job);
      } else if (message.kind === 'load-failed') {
        end(own, new LlmFailure(message.reason, message.detail, true));
      } else own.jobs.get(message.id)?.news.push(message);
    });
    child.onExit((how) => {
      stall.stop();
      // A graphics driver may be what brought it down: the next try does without.
      if (!own.ready) gpu = false;
      end(own, new LlmFailure(own.ready ? 'server_error' : 'load_failed', `the model's process ended (${how})`, true));
    });
    child.send({
      kind: 'load',
      modelPath: options.modelPath,
      contextTokens: options.contextTokens(),
      gpu,
      threads: options.threads ?? Math.max(1, availableParallelism() - 1),
    });
    return own;
  };

  /** Takes leave of a process: whoever waits for it hears why. */
  const end = (own: Running, error: Error): void => {
    if (running === own) running = null;
    own.child.kill();
    for (const { news } of own.jobs.values()) news.end(error);
    own.jobs.clear();
  };

  const generate = ({ child }: Running, { id, request }: Job): void => {
    const { messages, scene, maxTokens, temperature, jsonSchema } = request;
    child.send({
      kind: 'generate',
      id,
      messages,
      continuing: scene.continuing && jsonSchema === undefined,
      maxTokens,
      temperature,
      jsonSchema: jsonSchema ?? null,
    });
  };

  const unloadLater = (own: Running): void => {
    clearTimeout(unloadTimer);
    unloadTimer = setTimeout(() => {
      if (own.jobs.size === 0) end(own, abortError());
    }, options.unloadAfterMs ?? 600_000);
    unloadTimer.unref();
  };

  async function* stream(request: LlmRequest): AsyncGenerator<LlmChunk> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    throwIfAborted(signal);
    if (running === null) await orAbort(checkFile(options.modelPath), signal);
    const own = running ?? start();
    clearTimeout(unloadTimer);
    const job: Job = { id: nextId++, request, news: createChannel() };
    own.jobs.set(job.id, job);
    if (own.ready) generate(own, job);
    const late = createWatch(options.firstTextMs ?? 180_000, () =>
      end(own, new LlmFailure('timeout', 'the model says nothing more', true)),
    );
    try {
      yield* request.jsonSchema === undefined
        ? spoken(job, late, signal)
        : json(spoken(job, late, signal), request.jsonSchema);
    } finally {
      late.stop();
      if (own.jobs.delete(job.id)) own.child.send({ kind: 'abort', id: job.id });
      if (own.jobs.size === 0) unloadLater(own);
    }
  }

  async function* spoken({ news }: Job, late: Watch, signal: AbortSignal): AsyncGenerator<LlmChunk> {
    const thinking = createThinkingFilter();
    let said = false;
    const show = (text: string): LlmChunk[] => {
      if (text !== '') said = true;
      return text === '' ? [] : [{ kind: 'text', text }];
    };
    for (;;) {
      const message = await orAbort(news.next(), signal);
      if (message === undefined) return;
      if (message.kind === 'loading') yield { kind: 'progress', ratio: message.ratio };
      else if (message.kind === 'started') late.touch();
      else if (message.kind === 'text') {
        late.touch(options.idleMs ?? 60_000);
        yield* show(thinking.push(message.text));
      } else if (message.kind === 'done') {
        yield* show(thinking.end());
        if (!said)
          throw new LlmFailure(
            'bad_answer',
            thinking.hid ? 'the model thought, but said nothing' : 'the model said nothing',
            true,
          );
        const { promptTokens, cachedTokens, completionTokens } = message;
        yield { kind: 'usage', promptTokens, cachedTokens, completionTokens };
        return;
      } else if (message.kind === 'failed')
        throw new LlmFailure('server_error', `the model failed (${message.detail})`, true);
    }
  }

  return {
    rung: 'on-device',
    model:
      options.name === undefined || options.name === ''
        ? basename(options.modelPath).replace(/\.gguf$/i, '')
        : options.name,
    contextTokens: () => knownContext,
    stream,
    async close() {
      closing.abort();
      clearTimeout(unloadTimer);
      if (running !== null) end(running, abortError());
    },
  };
}

/** Throws an LlmFailure that says what is wrong with a file, before a process is started for it. */
export async function checkFile(modelPath: string): Promise<void> {
  const head = Buffer.alloc(4);
  try {
    const file = await open(modelPath, 'r');
    try {
      await file.read(head, 0, 4, 0);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (code === 'EISDIR') throw new LlmFailure('not_gguf', 'it is a folder', false);
    throw new LlmFailure('file_missing', `the file cannot be read (${code})`, false);
  }
  if (head.toString('latin1') !== 'GGUF')
    throw new LlmFailure('not_gguf', 'the file does not begin as a GGUF file does', false);
}

async function* json(
  chunks: AsyncIterable<LlmChunk>,
  schema: Readonly<Record<string, unknown>>,
): AsyncGenerator<LlmChunk> {
  let text = '';
  let usage: LlmChunk | null = null;
  for await (const chunk of chunks) {
    if (chunk.kind === 'text') text += chunk.text;
    else if (chunk.kind === 'usage') usage = chunk;
    else yield chunk;
  }
  const value = parseJsonReply(text, schema);
  if (value === null) throw new LlmFailure('bad_answer', 'the answer is not the JSON that was asked for', true);
  yield { kind: 'text', text: JSON.stringify(value) };
  if (usage !== null) yield usage;
}

interface Watch {
  /** Begins to wait anew, from now on for `ms` when given. */
  touch(ms?: number): void;
  stop(): void;
}

function createWatch(firstMs: number, onLate: () => void): Watch {
  let waitMs = firstMs;
  let timer: NodeJS.Timeout | undefined;
  return {
    touch(ms = waitMs) {
      waitMs = ms;
      clearTimeout(timer);
      timer = setTimeout(onLate, waitMs);
    },
    stop: () => clearTimeout(timer),
  };
}
