import type { Rung } from '#shared/chat/contract.ts';
import type { ProviderFailure } from '#shared/settings/contract.ts';
import { isAbortError, throwIfAborted } from './abort.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import { LlmFailure, type Llm, type PromptMessage, type Scene } from './llm.ts';

/** US dollars per million tokens; null when not known. */
export interface Prices {
  readonly input: number | null;
  readonly cachedInput: number | null;
  readonly output: number | null;
}

export interface TokenCounts {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** One step of the ladder. */
export interface LadderRung {
  /** Tells it from the others; its circuit lives as long as the ladder. */
  readonly key: string;
  readonly llm: Llm;
  readonly prices: Prices;
  /** Never skipped and never judged: the reply bank, which always answers. */
  readonly last?: boolean;
  /** The most tokens this mind can read, where that is less than the person's setting. */
  readonly contextTokens?: number;
}

export interface LadderRequest {
  readonly scene: Scene;
  readonly maxTokens: number;
  readonly temperature: number;
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

export type LadderItem =
  /** Said once, before the first text, when it is clear who answers. */
  | {
      readonly kind: 'answering';
      readonly rung: Rung;
      readonly model: string;
      /** Why the rung above did not answer; null when the first one does. */
      readonly fellBackBecause: ProviderFailure | null;
      /** An estimate, for when the reply is stopped before its tokens are told. */
      readonly promptTokens: number;
      /** Millionths of a US dollar, rounded up; null when the price is not known. */
      readonly costOf: (counts: TokenCounts) => number | null;
    }
  | { readonly kind: 'progress'; readonly ratio: number; readonly model: string }
  | { readonly kind: 'text'; readonly text: string }
  | ({ readonly kind: 'usage'; readonly costMicroUsd: number | null } & TokenCounts);

export interface LadderOptions {
  /** Best first; the last one should be marked `last`. */
  readonly rungs: readonly LadderRung[];
  /** The scene as a prompt for a mind that can read so many tokens (all that the person allows when undefined). */
  readonly assemble: (scene: Scene, contextTokens: number | undefined) => { readonly messages: readonly PromptMessage[]; readonly tokens: number };
  /** Whether today's spending has reached its cap. Asked before every rung that costs. */
  readonly capReached: () => boolean;
}

export interface Ladder {
  /**
   * Answers with the best mind that can. A mind that fails before its first text makes room for the next one; one that
   * fails amid its text ends the reply with its LlmFailure: two minds' words are never joined.
   * Throws AbortError when stopped, and the last LlmFailure when no rung could answer.
   */
  answer(request: LadderRequest): AsyncIterable<LadderItem>;
  /** Stops every reply and closes every mind. */
  close(): Promise<void>;
}

export function createLadder(options: LadderOptions): Ladder {
  const circuits = new Map<string, Circuit>(options.rungs.map(({ key }) => [key, createCircuit()]));
  const closing = new AbortController();

  async function* answer(request: LadderRequest): AsyncGenerator<LadderItem> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    let fellBack: LlmFailure | null = null;
    for (const rung of options.rungs) {
      throwIfAborted(signal);
      if (isPaid(rung.prices) && options.capReached()) {
        fellBack ??= new LlmFailure('cap_reached', "today's spending has reached its cap", true);
        continue;
      }
      const permit = rung.last === true ? ALWAYS : await circuits.get(rung.key)?.enter();
      if (permit === null || permit === undefined) {
        fellBack ??= new LlmFailure('circuit_open', 'it failed a moment ago and is left alone for a while', true);
        continue;
      }
      let said = false;
      let settled = false;
      try {
        for await (const item of tell(rung, { ...request, signal }, fellBack)) {
          if (item.kind === 'text') said = true;
          yield item;
        }
        settled = true;
        permit.succeed();
        return;
      } catch (error) {
        settled = true;
        if (signal.aborted || isAbortError(error)) {
          if (said) permit.succeed();
          else permit.abandon();
          throw error;
        }
        const failure = error instanceof LlmFailure ? error : new LlmFailure('bad_answer', 'the mind broke down', true, { cause: error });
        permit.fail(failure);
        if (said) throw failure;
        // The first reason is what the person is told: it is about the mind they chose.
        fellBack ??= failure;
      } finally {
        // The consumer left the loop: what it heard, it heard.
        if (!settled) permit.succeed();
      }
    }
    throw fellBack ?? new LlmFailure('no_model', 'there is no mind to ask', false);
  }

  /** One rung's reply, with `answering` before its first text. */
  async function* tell(rung: LadderRung, request: LadderRequest, fellBack: LlmFailure | null): AsyncGenerator<LadderItem> {
    const { llm, prices } = rung;
    const prompt = rung.last === true ? { messages: [], tokens: 0 } : options.assemble(request.scene, rung.contextTokens);
    let said = false;
    for await (const chunk of llm.stream({ ...request, messages: prompt.messages })) {
      if (chunk.kind === 'progress') yield { ...chunk, model: llm.model };
      else if (chunk.kind === 'usage') yield { ...chunk, costMicroUsd: costMicroUsd(prices, chunk) };
      else {
        if (!said) {
          said = true;
          yield {
            kind: 'answering',
            rung: llm.rung,
            model: llm.model,
            fellBackBecause: fellBack?.reason ?? null,
            promptTokens: prompt.tokens,
            costOf: (counts) => costMicroUsd(prices, counts),
          };
        }
        yield chunk;
      }
    }
    if (!said) throw new LlmFailure('bad_answer', 'the mind said nothing', true);
  }

  return {
    answer,
    async close() {
      closing.abort();
      await Promise.all(options.rungs.map(({ llm }) => llm.close()));
    },
  };
}

/** What a reply costs, in millionths of a US dollar, rounded up; null when no price is known. A missing price of cached tokens is the full one. */
export function costMicroUsd(prices: Prices, counts: TokenCounts): number | null {
  if (prices.input === null && prices.output === null) return null;
  const input = prices.input ?? 0;
  const cost =
    (counts.promptTokens - counts.cachedTokens) * input + counts.cachedTokens * (prices.cachedInput ?? input) + counts.completionTokens * (prices.output ?? 0);
  // Prices are decimal fractions: 0.1 + 0.2 must not cost a millionth more than 0.3.
  return Math.ceil(cost - 1e-6);
}

function isPaid(prices: Prices): boolean {
  return (prices.input ?? 0) > 0 || (prices.cachedInput ?? 0) > 0 || (prices.output ?? 0) > 0;
}

const ALWAYS = { succeed: () => undefined, fail: () => undefined, abandon: () => undefined };
