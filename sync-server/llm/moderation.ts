import { z } from 'zod';
import { request } from 'undici';
import { ProblemError } from '#shared/server/problem.ts';
import type { Moderate } from './llm.ts';

const verdict = z.object({ results: z.array(z.object({ flagged: z.boolean() })).min(1) });
const TIMEOUT_MS = 5_000;

/** Asks a service with OpenAI's moderation interface. Throws ProblemError `unavailable` when it does not answer: nothing goes past it unseen. */
export function createModeration(url: string, apiKey: string | null): Moderate {
  return async (text, signal) => {
    try {
      const { statusCode, body } = await request(`${url}/moderations`, {
        method: 'POST',
        signal,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
        headers: {
          'content-type': 'application/json',
          ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({ input: text }),
      });
      const answer: unknown = await body.json();
      if (statusCode !== 200) throw new Error(`moderation answered ${statusCode}`);
      return verdict.parse(answer).results.every(({ flagged }) => !flagged);
    } catch (cause) {
      throw new ProblemError('unavailable', { cause, retryAfterSeconds: 5 });
    }
  };
}
