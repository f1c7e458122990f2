// Holds one GGUF model in a process of its own: what crashes or eats memory here leaves the core and its file alone.
import {
  getLlama,
  LlamaChat,
  LlamaLogLevel,
  type ChatHistoryItem,
  type LlamaContextSequence,
  type LlamaGrammar,
  type LlamaModel,
} from 'node-llama-cpp';
import { assert } from '#shared/base/assert.ts';
import { TOKENS_PER_MESSAGE } from '#shared/llm/tokens.ts';
import { jsonInstruction } from './json-reply.ts';
import type { FromLlama, ToLlama } from './llama-protocol.ts';
import type { PromptMessage } from './llm.ts';

type Load = Extract<ToLlama, { kind: 'load' }>;
type Generate = Extract<ToLlama, { kind: 'generate' }>;

interface Loaded {
  readonly model: LlamaModel;
  readonly sequence: LlamaContextSequence;
  readonly chat: LlamaChat;
  readonly contextTokens: number;
  readonly gpu: string;
  readonly grammarFor: (schema: Readonly<Record<string, unknown>>) => Promise<LlamaGrammar | null>;
}

/** What llama.cpp complained of last, to tell why a file cannot be loaded. */
const complaints: string[] = [];
const aborts = new Map<number, AbortController>();
let loaded: Loaded | null = null;
let last: Promise<void> = Promise.resolve();

process.on('message', (message: ToLlama) => {
  if (message.kind === 'load') void load(message);
  else if (message.kind === 'abort') aborts.get(message.id)?.abort();
  else {
    const abort = new AbortController();
    aborts.set(message.id, abort);
    // One after another: the model has one context, and its cache serves the next turn of the same talk.
    last = last.then(() => generate(message, abort.signal)).finally(() => aborts.delete(message.id));
  }
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit(0));

function tell(message: FromLlama): void {
  process.send?.(message);
}

async function load({ modelPath, contextTokens, gpu, threads }: Load): Promise<void> {
  if (loaded !== null) {
    tell({ kind: 'loaded', contextTokens: loaded.contextTokens, gpu: loaded.gpu });
    return;
  }
  try {
    const llama = await getLlama({
      gpu,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      ...(gpu === false ? { maxThreads: threads } : {}),
      logLevel: LlamaLogLevel.error,
      logger: (_level, text) => {
        complaints.push(text);
        complaints.splice(0, complaints.length - 20);
      },
    });
    const model = await llama.loadModel({ modelPath, onLoadProgress: (ratio) => tell({ kind: 'loading', ratio }) });
    const context = await model.createContext({ contextSize: { min: 512, max: contextTokens }, sequences: 1, threads });
    const sequence = context.getSequence();
    loaded = {
      model,
      sequence,
      chat: new LlamaChat({ contextSequence: sequence }),
      contextTokens: context.contextSize,
      gpu: llama.gpu === false ? 'cpu' : llama.gpu,
      grammarFor: async (schema) => {
        try {
          return await llama.createGrammarForJsonSchema(
            schema as Parameters<typeof llama.createGrammarForJsonSchema>[0],
          );
        } catch {
          return null;
        }
      },
    };
    tell({ kind: 'loaded', contextTokens: loaded.contextTokens, gpu: loaded.gpu });
  } catch (error) {
    // llama.cpp's own words arrive a moment after the error.
    await new Promise((resolve) => setTimeout(resolve, 50));
    tell({ kind: 'load-failed', reason: 'load_failed', detail: whyNotLoaded(error, modelPath) });
  }
}

async function generate(request: Generate, signal: AbortSignal): Promise<void> {
  const { id } = request;
  if (signal.aborted) return;
  tell({ kind: 'started', id });
  try {
    assert(loaded !== null, 'no model is loaded');
    const { chat, sequence } = loaded;
    const grammar = request.jsonSchema === null ? null : await loaded.grammarFor(request.jsonSchema);
    const words: readonly PromptMessage[] =
      request.jsonSchema === null || grammar !== null
        ? request.messages
        : [...request.messages, { role: 'system', content: jsonInstruction(request.jsonSchema) }];
    const history = toHistory(fitting(words, loaded, request.maxTokens), request.continuing);
    const before = sequence.tokenMeter.getState();
    await chat.generateResponse(history, {
      signal,
      maxTokens: request.maxTokens,
      temperature: request.temperature,
      minP: 0.05,
      ...(grammar === null
        ? { repeatPenalty: { lastTokens: 64, penalty: 1.08, penalizeNewLine: false } }
        : { grammar }),
      onTextChunk: (text) => {
        if (text !== '') tell({ kind: 'text', id, text });
      },
    });
    const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter.diff(before);
    const promptTokens = Math.max(usedInputTokens, sequence.nextTokenIndex - usedOutputTokens);
    tell({
      kind: 'done',
      id,
      promptTokens,
      cachedTokens: promptTokens - usedInputTokens,
      completionTokens: usedOutputTokens,
    });
  } catch (error) {
    if (!signal.aborted) tell({ kind: 'failed', id, detail: error instanceof Error ? error.name : 'unknown error' });
  }
}

/** The messages the context has room for: the oldest after the leading system ones are left out, the last three stay. */
function fitting(
  messages: readonly PromptMessage[],
  { model, contextTokens }: Loaded,
  maxTokens: number,
): readonly PromptMessage[] {
  const costs = messages.map(({ content }) => model.tokenize(content).length + TOKENS_PER_MESSAGE);
  const room = contextTokens - Math.min(maxTokens, Math.floor(contextTokens / 4));
  const first = messages.findIndex(({ role }) => role !== 'system');
  let total = costs.reduce((sum, cost) => sum + cost, 0);
  let from = first;
  while (total > room && first >= 0 && from < messages.length - 3) {
    total -= costs[from] ?? 0;
    from += 1;
  }
  return first < 0 ? messages : [...messages.slice(0, first), ...messages.slice(from)];
}

/** Text becomes text: a template's own marks within it are not taken for marks. */
function toHistory(messages: readonly PromptMessage[], continuing: boolean): ChatHistoryItem[] {
  const history = messages.map(({ role, content }): ChatHistoryItem => {
    if (role === 'assistant') return { type: 'model', response: [content] };
    return { type: role, text: content };
  });
  // Going on is what a model does by itself when its own words come last; to be told so would only disturb it.
  const lastOwn = history.findLastIndex(({ type }) => type === 'model');
  if (continuing && lastOwn >= 0) return history.slice(0, lastOwn + 1);
  return [...history, { type: 'model', response: [] }];
}

function whyNotLoaded(error: unknown, modelPath: string): string {
  const text = [error instanceof Error ? `${error.name}: ${error.message}` : '', ...complaints]
    .join('\n')
    .replaceAll(modelPath, 'the file');
  const architecture = /unknown model architecture: '([\w.-]{1,40})'/.exec(text)?.[1];
  if (architecture !== undefined) return `its architecture "${architecture}" is not known to this version`;
  if (
    /not within (?:the )?file bounds|corrupted or incomplete|unexpected(?:ly)? (?:end|reached)|failed to read|EOF|invalid tensor|out of bounds/i.test(
      text,
    )
  ) {
    return 'the file is cut short or damaged';
  }
  if (
    /InsufficientMemory|out of memory|failed to allocate|unable to allocate|too large to fit|context size.*(?:large|VRAM)/i.test(
      text,
    )
  )
    return 'there is not enough memory for it';
  if (/NoBinaryFound/.test(text)) return 'there is no build of llama.cpp for this computer';
  return `llama.cpp could not load it (${error instanceof Error ? error.name : 'unknown error'})`;
}
