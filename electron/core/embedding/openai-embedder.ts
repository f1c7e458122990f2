import { setTimeout as wait } from 'node:timers/promises';
import { normalBaseUrl } from '#shared/llm/base-url.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Embedder } from './embedder.ts';

export interface OpenAiEmbedderOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** Of one request. Default 60,000. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
  /** Waits between attempts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Texts of one request. */
const BATCH = 64;
/** Of a text: more than the models of today read (8,192 tokens). */
const MAX_TEXT_UNITS = 12_000;
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;
const DIMENSIONS_LIMIT = 8192;

/**
 * Embeds through any OpenAI-compatible endpoint. Opening asks for one vector, whose size every later one must have.
 * Rejects AppError `unavailable`: `embedder_unreachable`, `_timeout`, `_unauthorized`, `_rate_limited`, `_no_model`,
 * `_server_error` when the endpoint is at fault; `embedder_refused` and `embedder_bad_answer` (a vector too many or too few, of
 * another size, with NaN, of zeros) when these texts may be.
 */
export async function openOpenAiEmbedder(options: OpenAiEmbedderOptions): Promise<Embedder> {
  const baseUrl = normalBaseUrl(options.baseUrl);
  const closing = new AbortController();
  const pause = options.pause ?? ((ms, signal) => wait(ms, undefined, { signal }));

  const request = async (texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    const late = AbortSignal.timeout(options.timeoutMs ?? 60_000);
    try {
      const response = await (options.fetch ?? globalThis.fetch)(`${baseUrl}/embeddings`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
        },
        body: JSON.stringify({ model: options.model, input: texts, encoding_format: 'float' }),
        signal: AbortSignal.any([signal, late]),
      });
      const body = await readBody(response);
      if (!response.ok) throw refusal(response, body);
      return readVectors(body, texts.length);
    } catch (error) {
      signal.throwIfAborted();
      if (late.aborted) throw failure('timeout');
      throw error instanceof AppError ? error : failure('unreachable', { cause: error });
    }
  };

  const withRetries = async (texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await request(texts, signal);
      } catch (error) {
        if (!(error instanceof EndpointFailure) || !error.retry || attempt >= ATTEMPTS) throw error;
        await pause(Math.min(error.retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS), signal);
      }
    }
  };

  const [probe] = await withRetries(['probe'], closing.signal);
  const dimensions = probe?.length ?? 0;

  return {
    model: `${options.model}@${new URL(baseUrl).host}#${dimensions}`,
    dimensions,
    async embed(texts, signal) {
      const all = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      if (closing.signal.aborted) throw new AppError('unavailable', 'embedder_closed');
      all.throwIfAborted();
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        const some = texts.slice(at, at + BATCH).map(sendable);
        vectors.push(...(await withRetries(some, all)));
      }
      if (vectors.some((vector) => vector.length !== dimensions)) throw failure('bad_answer');
      return vectors;
    },
    async close() {
      closing.abort(new AppError('unavailable', 'embedder_closed'));
    },
  };
}

class EndpointFailure extends AppError {
  readonly retry: boolean;
  readonly retryAfterMs: number | null;

  constructor(reason: string, options?: ErrorOptions & { readonly retryAfterMs?: number | null }) {
    super('unavailable', `embedder_${reason}`, undefined, options);
    this.retry = RETRIED.has(reason);
    this.retryAfterMs = options?.retryAfterMs ?? null;
  }
}

const RETRIED = new Set(['unreachable', 'timeout', 'rate_limited', 'server_error']);

function failure(reason: string, options?: ErrorOptions & { readonly retryAfterMs?: number | null }): EndpointFailure {
  return new EndpointFailure(reason, options);
}

/** Endpoints refuse an empty text. */
function sendable(text: string): string {
  return text.trim() === '' ? '-' : text.slice(0, MAX_TEXT_UNITS);
}

function refusal({ status, headers }: Response, body: string): EndpointFailure {
  const retryAfterMs = retryAfter(headers);
  if (status === 401 || status === 403) return failure('unauthorized');
  if (status === 429 || status === 402) return failure('rate_limited', { retryAfterMs });
  if (status === 408) return failure('timeout');
  if (
    status === 404 ||
    status === 405 ||
    /model\b.{0,80}(?:not.?found|does not exist|unknown)/i.test(body.slice(0, 2000))
  )
    return failure('no_model');
  if (status >= 500) return failure('server_error', { retryAfterMs });
  return failure('refused');
}

/** `retry-after` in seconds or as a date (RFC 9110 §10.2.3), in ms. */
function retryAfter(headers: Headers): number | null {
  const text = headers.get('retry-after') ?? '';
  const seconds = Number(text);
  if (text !== '' && seconds >= 0) return seconds * 1000;
  const untilMs = Date.parse(text) - Date.now();
  return untilMs >= 0 ? untilMs : null;
}

/** The body as text; `bad_answer` when there is more of it than any answer needs. */
async function readBody(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    const chunk: unknown = piece;
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw failure('bad_answer');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Unit vectors in the order of the texts, all of one size. Throws `bad_answer`. */
function readVectors(body: string, count: number): Float32Array[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw failure('bad_answer', { cause: error });
  }
  const data = isObject(value) && Array.isArray(value['data']) ? (value['data'] as unknown[]) : null;
  if (data === null || data.length !== count) throw failure('bad_answer');
  const vectors: (Float32Array | undefined)[] = Array.from({ length: count });
  data.forEach((entry, position) => {
    if (!isObject(entry)) throw failure('bad_answer');
    const index = typeof entry['index'] === 'number' ? entry['index'] : position;
    vectors[index] = unitVector(numbersOf(entry['embedding']));
  });
  const whole = vectors.filter((vector) => vector !== undefined);
  const size = whole[0]?.length ?? 0;
  if (whole.length !== count || vectors.length !== count || whole.some(({ length }) => length !== size))
    throw failure('bad_answer');
  return whole;
}

/** A list of numbers; or, from endpoints that ignore `encoding_format`, little-endian floats in base64. */
function numbersOf(embedding: unknown): Float32Array {
  if (typeof embedding === 'string') {
    const bytes = Buffer.from(embedding, 'base64');
    if (bytes.length === 0 || bytes.length % 4 !== 0) throw failure('bad_answer');
    return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
  }
  if (!Array.isArray(embedding)) throw failure('bad_answer');
  return Float32Array.from(embedding as unknown[], (value) => (typeof value === 'number' ? value : Number.NaN));
}

function unitVector(vector: Float32Array): Float32Array {
  if (vector.length < 1 || vector.length > DIMENSIONS_LIMIT) throw failure('bad_answer');
  let square = 0;
  for (const value of vector) square += value * value;
  // NaN and infinities among them, or nothing but zeros.
  if (!Number.isFinite(square) || square < 1e-20) throw failure('bad_answer');
  const scale = 1 / Math.sqrt(square);
  return vector.map((value) => value * scale);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
