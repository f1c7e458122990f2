import { z } from 'zod';
import { estimateTokens } from '#shared/llm/tokens.ts';
import type { TokenCounts } from './usage-store.ts';

/** Watches an answer go by and counts its tokens. Nothing it sees is kept but numbers. */
export interface TokenWatch {
  see(chunk: Uint8Array): void;
  /** What the upstream said, else an estimate. */
  counts(): TokenCounts;
}

const answer = z.object({
  usage: z.object({ prompt_tokens: z.number().min(0), completion_tokens: z.number().min(0).default(0) }).nullish(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        message: z.object({ content: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

/** Of one event or one whole answer, at most this much is looked at. */
const MAX_LOOKED_AT = 16_000_000;

/** `promptText` is what was asked, for an upstream that does not count; `streamed`: server-sent events rather than one JSON. */
export function watchTokens(promptText: string, streamed: boolean): TokenWatch {
  const decoder = new TextDecoder();
  let waiting = '';
  let said = 0;
  let told: TokenCounts | null = null;

  const look = (text: string): void => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    const parsed = answer.safeParse(value);
    if (!parsed.success) return;
    const { usage, choices } = parsed.data;
    if (usage)
      told = { promptTokens: Math.round(usage.prompt_tokens), completionTokens: Math.round(usage.completion_tokens) };
    for (const { delta, message } of choices ?? []) said += estimateTokens(delta?.content ?? message?.content ?? '');
  };

  return {
    see(chunk) {
      waiting += decoder.decode(chunk, { stream: true });
      if (streamed) {
        let end = waiting.indexOf('\n');
        while (end >= 0) {
          const line = waiting.slice(0, end).trim();
          waiting = waiting.slice(end + 1);
          if (line.startsWith('data:') && line !== 'data: [DONE]') look(line.slice(5));
          end = waiting.indexOf('\n');
        }
      }
      if (waiting.length > MAX_LOOKED_AT) waiting = '';
    },
    counts() {
      if (!streamed && waiting !== '') look(waiting);
      waiting = '';
      return told ?? { promptTokens: estimateTokens(promptText), completionTokens: said };
    },
  };
}
