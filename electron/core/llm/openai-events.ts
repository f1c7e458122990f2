import { z } from 'zod';

/** What one event of a completion stream says. */
export interface CompletionEvent {
  readonly text: string;
  /** The model is thinking aloud in a field of its own: a sign of life that is never shown. */
  readonly thinking: boolean;
  readonly finishReason: string | null;
  readonly usage: {
    readonly promptTokens: number;
    readonly cachedTokens: number;
    readonly completionTokens: number;
  } | null;
}

const part = z.looseObject({ type: z.string().optional(), text: z.string().optional() });
const count = z.number().min(0).nullish();
const event = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            content: z.union([z.string(), z.array(part)]).nullish(),
            refusal: z.string().nullish(),
            reasoning: z.unknown().optional(),
            reasoning_content: z.unknown().optional(),
          })
          .nullish(),
        text: z.string().nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z
    .looseObject({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.looseObject({ cached_tokens: count }).nullish(),
      prompt_cache_hit_tokens: count,
    })
    .nullish(),
});

/** Reads an event; null when it is not one of a completion. Fields that are not known are let be. */
export function readEvent(value: unknown): CompletionEvent | null {
  const parsed = event.safeParse(value);
  if (!parsed.success) return null;
  const choice = parsed.data.choices?.[0];
  const delta = choice?.delta;
  const content = delta?.content ?? choice?.text ?? '';
  const text =
    typeof content === 'string'
      ? content
      : content.map((piece) => (piece.type === 'text' ? (piece.text ?? '') : '')).join('');
  const { usage } = parsed.data;
  const promptTokens = Math.round(usage?.prompt_tokens ?? 0);
  const cachedTokens = Math.round(usage?.prompt_tokens_details?.cached_tokens ?? usage?.prompt_cache_hit_tokens ?? 0);
  return {
    text: text + (delta?.refusal ?? ''),
    thinking:
      isSaid(delta?.reasoning) ||
      isSaid(delta?.reasoning_content) ||
      (Array.isArray(content) && text === '' && content.length > 0),
    finishReason: choice?.finish_reason ?? null,
    usage:
      usage === undefined || usage === null
        ? null
        : {
            promptTokens,
            cachedTokens: Math.min(promptTokens, cachedTokens),
            completionTokens: Math.round(usage.completion_tokens ?? 0),
          },
  };
}

function isSaid(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
