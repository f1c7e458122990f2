import { APIConnectionError, APIError } from 'openai';
import type { ProviderFailure } from '#shared/settings/contract.ts';
import { LlmFailure, type PromptMessage } from './llm.ts';
import { BodyTooLarge, NotAnAnswer } from './openai-fetch.ts';

/** The model spent its whole limit on thinking. */
export class OnlyThought extends Error {}

/** The stream ended without a word; how it ended. */
export class NoText extends Error {}

/** The stream ended before its end. */
export class StreamCut extends Error {}

/** What a failed attempt teaches: what to tell, and whether the same request may be sent again. */
export interface Attempt {
  readonly failure: LlmFailure;
  /** Worth sending again as it is. */
  readonly retry: boolean;
  /** How long the server asks to wait, in ms, when it does. */
  readonly retryAfterMs: number | null;
  /** Of an HTTP answer; null otherwise. */
  readonly status: number | null;
  /** The model thought, and its limit was used up before the first word. */
  readonly onlyThought: boolean;
  /** The server's own words in lower case, to recognise what it does not take. Never shown, never logged. */
  readonly words: string;
}

/** What must not be told, and when it is. */
export interface Circumstances {
  /** The key: taken out of whatever is told. */
  readonly secrets: readonly string[];
  /** What was sent: a server's words that quote it are not told. */
  readonly messages: readonly PromptMessage[];
  readonly nowMs: number;
}

/** Reads what went wrong. */
export function readFailure(error: unknown, circumstances: Circumstances): Attempt {
  const { secrets } = circumstances;
  const attempt = (
    reason: ProviderFailure,
    detail: string,
    more: Partial<Omit<Attempt, 'failure'>> & { transient?: boolean } = {},
  ): Attempt => ({
    failure: new LlmFailure(reason, withoutSecrets(detail, secrets), more.transient ?? true),
    retry: more.retry ?? false,
    retryAfterMs: more.retryAfterMs ?? null,
    status: more.status ?? null,
    onlyThought: more.onlyThought ?? false,
    words: more.words ?? '',
  });

  if (error instanceof LlmFailure)
    return { failure: error, retry: false, retryAfterMs: null, status: null, onlyThought: false, words: '' };
  if (error instanceof OnlyThought)
    return attempt('bad_answer', 'the model thought, but said nothing', { onlyThought: true });
  if (error instanceof StreamCut) return attempt('network', 'the stream was cut');
  if (error instanceof NoText) {
    const cut = error.message === 'cut';
    return cut
      ? attempt('network', 'the stream was cut before the first word', { retry: true })
      : attempt('bad_answer', `the model said nothing (${oneLine(error.message)})`);
  }
  const source = error instanceof APIConnectionError ? (error.cause ?? error) : error;
  if (source instanceof BodyTooLarge || source instanceof NotAnAnswer) return attempt('bad_answer', source.message);
  if (source instanceof SyntaxError) return attempt('bad_answer', 'an event of the stream is not JSON');
  if (error instanceof APIError && !(error instanceof APIConnectionError))
    return fromAnswer(error, attempt, circumstances);

  const code = networkCode(source);
  if (code === 'ECONNREFUSED') return attempt('refused', 'nothing answers at this address (ECONNREFUSED)');
  if (/TIMEOUT|TIMEDOUT/.test(code)) return attempt('timeout', `no connection in time (${code})`, { retry: true });
  return attempt('network', `the connection failed (${code === '' ? 'no code' : code})`, {
    retry: code !== 'ERR_INVALID_URL',
  });
}

function fromAnswer(
  error: APIError,
  attempt: (
    reason: ProviderFailure,
    detail: string,
    more?: Partial<Omit<Attempt, 'failure'>> & { transient?: boolean },
  ) => Attempt,
  { messages, nowMs }: Circumstances,
): Attempt {
  const code = typeof error.code === 'string' ? error.code : '';
  // Some servers put the HTTP status of what failed behind them into the event's code.
  const numeric = Number(error.code ?? Number.NaN);
  const status = error.status ?? (Number.isInteger(numeric) && numeric >= 400 && numeric < 600 ? numeric : null);
  const words = `${code} ${String(error.param ?? '')} ${String(error.type ?? '')} ${error.message}`.toLowerCase();
  const facts = [status ?? 'error in the stream', code, typeof error.type === 'string' ? error.type : '']
    .filter((fact) => fact !== '')
    .join(' ');
  // A refused request's message often quotes the request, so only its code is told.
  const detail =
    status === 400 || status === 422 || quotes(error.message, messages) ? facts : oneLine(`${facts}: ${error.message}`);
  const more = { status, words };
  const retryAfterMs = readRetryAfter(error.headers, nowMs);
  const noModel =
    /model/.test(words) &&
    /not.?found|does not exist|not exist|no such|invalid model|unknown model|not loaded|no models/.test(words);

  if (status === 401 || status === 403) return attempt('unauthorized', detail, more);
  if (noModel && (status === 404 || status === 400 || status === 422)) return attempt('no_model', detail, more);
  if (status === 404 || status === 405) return attempt('not_found', detail, more);
  if (status === 408) return attempt('timeout', detail, { ...more, retry: true });
  if (status === 402) return attempt('rate_limited', detail, more);
  if (status === 429)
    return attempt('rate_limited', detail, { ...more, retry: !/insufficient_quota/.test(words), retryAfterMs });
  if (status === 400 || status === 409 || status === 413 || status === 422)
    return attempt('bad_answer', detail, { ...more, transient: false });
  return attempt('server_error', detail, { ...more, retry: true, retryAfterMs });
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110 §10.2.3), in ms; null when absent or past. */
function readRetryAfter(headers: Headers | undefined, nowMs: number): number | null {
  const inMs = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (inMs >= 0) return inMs;
  const text = headers?.get('retry-after') ?? '';
  const seconds = Number(text);
  if (text !== '' && seconds >= 0) return seconds * 1000;
  const until = Date.parse(text) - nowMs;
  return until >= 0 ? until : null;
}

/** The system's code of a failed connection, looked for down the chain of causes. */
function networkCode(error: unknown): string {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return '';
}

/** Whether a server's words hold eight letters in a row of what the person or the companion said. */
function quotes(words: string, messages: readonly PromptMessage[]): boolean {
  const said = messages.filter(({ role }) => role !== 'system').slice(-20);
  for (let at = 0; at + 8 <= Math.min(words.length, 2000); at += 1) {
    const piece = words.slice(at, at + 8);
    if (said.some(({ content }) => content.includes(piece))) return true;
  }
  return false;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 240);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, '•••');
  return clean
    .replaceAll(/\b(?:sk|pk|rk|gsk|xai|AIza)[-_][\w*-]{6,}/g, '•••')
    .replaceAll(/bearer\s+\S+/gi, 'Bearer •••');
}
