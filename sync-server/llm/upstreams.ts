import {
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import type { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { ProblemError } from '#shared/server/problem.ts';

/** A model server that answers for us. */
export interface Upstream {
  /** With the `/v1`, without a slash at its end. */
  readonly url: string;
  readonly apiKey: string | null;
}

export interface UpstreamAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Readable;
}

export interface Upstreams {
  /**
   * Asks the first upstream that can answer. What fails before its first byte is tried again, then elsewhere; from the first byte
   * on an answer is one upstream's. Answers of 2xx and refusals that are the caller's own (400, 404, 413, 422) come through. Throws
   * ProblemError `upstream_failed` or `unavailable`. The caller reads `body` to its end or destroys it.
   */
  ask(path: string, body: string, signal: AbortSignal): Promise<UpstreamAnswer>;
  inFlight(): number;
  close(): Promise<void>;
}

/** An upstream has this long to begin its answer, and within it may be silent for as long. */
const FIRST_BYTE_MS = 30_000;
const SILENCE_MS = 120_000;
const MAX_IN_FLIGHT = 1_000;
const FAILURES_TO_OPEN = 5;
const HALF_OPEN_AFTER_MS = 10_000;
/** What is wrong with the question would be wrong everywhere. */
const CALLERS_OWN = new Set([400, 404, 413, 422]);

/** In order of preference. */
export function createUpstreams(upstreams: readonly Upstream[]): Upstreams {
  const agent = new Agent({
    headersTimeout: FIRST_BYTE_MS,
    bodyTimeout: SILENCE_MS,
    connections: null,
    keepAliveTimeout: 30_000,
  });
  const room = bulkhead(MAX_IN_FLIGHT);
  const doors = upstreams.map((upstream) => ({
    upstream,
    policy: wrap(
      retry(handleAll, { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: 120, maxDelay: 500 }) }),
      circuitBreaker(handleAll, {
        halfOpenAfter: HALF_OPEN_AFTER_MS,
        breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
      }),
    ),
  }));
  let inFlight = 0;

  const askOne = async ({ url, apiKey }: Upstream, path: string, body: string, signal: AbortSignal) => {
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(`${url}${path}`, {
      method: 'POST',
      dispatcher: agent,
      signal,
      body,
      headers: {
        'content-type': 'application/json',
        'accept-encoding': 'identity',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
    });
    if (statusCode < 300 || CALLERS_OWN.has(statusCode))
      return { status: statusCode, contentType: String(headers['content-type'] ?? 'application/json'), body: answer };
    await answer.dump();
    throw new Error(`an upstream answered ${statusCode}`);
  };

  const askAny = async (path: string, body: string, signal: AbortSignal): Promise<UpstreamAnswer> => {
    let cause: unknown;
    for (const { upstream, policy } of doors) {
      try {
        // An abort is nobody's failure: the breaker does not hear of it.
        return await policy.execute(async () =>
          signal.aborted ? Promise.reject(new Error('gone')) : askOne(upstream, path, body, signal),
        );
      } catch (error) {
        if (signal.aborted) throw error;
        cause = error;
      }
    }
    if (isBrokenCircuitError(cause))
      throw new ProblemError('unavailable', { cause, retryAfterSeconds: HALF_OPEN_AFTER_MS / 1000 });
    throw new ProblemError('upstream_failed', { cause });
  };

  return {
    async ask(path, body, signal) {
      const release = await hold(room);
      inFlight += 1;
      const leave = (): void => {
        inFlight -= 1;
        release();
      };
      try {
        const answer = await askAny(path, body, signal);
        answer.body.once('close', leave);
        return answer;
      } catch (error) {
        leave();
        throw error;
      }
    },
    inFlight: () => inFlight,
    close: () => agent.destroy(),
  };
}

/** Takes a place until it is released. Throws ProblemError `unavailable` when there is none. */
function hold(room: ReturnType<typeof bulkhead>): Promise<() => void> {
  return new Promise((resolve, reject) => {
    room
      .execute(() => new Promise<void>((release) => resolve(release)))
      .catch((error: unknown) =>
        reject(
          error instanceof BulkheadRejectedError
            ? new ProblemError('unavailable', { cause: error, retryAfterSeconds: 2 })
            : error,
        ),
      );
  });
}
