import { abortError, isAbortError, throwIfAborted } from './abort.ts';
import { createCircuit, type Circuit } from './circuit.ts';
import {
  LlmFailure,
  type Ladder,
  type LadderItem,
  type LadderRequest,
  type Llm,
  type Prices,
  type PromptMessage,
  type Scene,
  type TokenCounts,
} from './llm.ts';

/** One step of the ladder. Its circuit lives as long as `llm` does. */
export interface LadderRung {
  readonly llm: Llm;
  readonly prices: Prices;
  /** Never skipped and never judged: the reply bank, which always answers. */
  readonly last?: boolean;
  /** The most tokens this mind can read, where that is less than the person's setting. */
  readonly contextTokens?: number;
}

export interface LadderOptions {
  /** Best first; the last one should be marked `last`. Read anew for every reply. */
  readonly rungs: () => readonly LadderRung[];
  /** The scene as a prompt for one of the minds. */
  readonly assemble: (
    scene: Scene,
    rung: LadderRung,
  ) => { readonly messages: readonly PromptMessage[]; readonly tokens: number };
  /** Hears what a mind counted of a prompt that was taken to have `told` tokens. */
  readonly onCounted?: (llm: Llm, told: number, counted: number) => void;
  /** Whether today's spending has reached its cap. Asked before every rung that costs. */
  readonly capReached: () => boolean;
}

export function createLadder(options: LadderOptions): Ladder {
  const circuits = new WeakMap<Llm, Circuit>();
  const circuitOf = (llm: Llm): Circuit => {
    const circuit = circuits.get(llm) ?? createCircuit();
    circuits.set(llm, circuit);
    return circuit;
  };
  const closing = new AbortController();

  async function* answer(request: LadderRequest): AsyncGenerator<LadderItem> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    let fellBack: LlmFailure | null = null;
    for (const rung of options.rungs()) {
      throwIfAborted(signal);
      if (isPaid(rung.prices) && options.capReached()) {
        fellBack ??= new LlmFailure('cap_reached', "today's spending has reached its cap", true);
        continue;
      }
      const permit = rung.last === true ? ALWAYS : await circuitOf(rung.llm).enter();
      if (permit === null) {
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
        if (signal.aborted) {
          if (said) permit.succeed();
          else permit.abandon();
          throw abortError();
        }
        const failure = asFailure(error);
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
  async function* tell(
    rung: LadderRung,
    request: LadderRequest,
    fellBack: LlmFailure | null,
  ): AsyncGenerator<LadderItem> {
    const { llm, prices } = rung;
    // The bank reads scenes.
    const prompt = llm.rung === 'reply-bank' ? { messages: [], tokens: 0 } : options.assemble(request.scene, rung);
    let said = false;
    for await (const chunk of llm.stream({ ...request, messages: prompt.messages })) {
      if (chunk.kind === 'progress') yield { ...chunk, model: llm.model };
      else if (chunk.kind === 'usage') {
        options.onCounted?.(llm, prompt.tokens, chunk.promptTokens);
        yield { ...chunk, costMicroUsd: costMicroUsd(prices, chunk) };
      } else {
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
      await Promise.all(options.rungs().map(({ llm }) => llm.close()));
    },
  };
}

/** What a reply costs, in millionths of a US dollar, rounded up; null when no price is known. A missing price of cached tokens is the full one. */
export function costMicroUsd(prices: Prices, counts: TokenCounts): number | null {
  if (prices.input === null && prices.output === null) return null;
  const input = prices.input ?? 0;
  const cost =
    (counts.promptTokens - counts.cachedTokens) * input +
    counts.cachedTokens * (prices.cachedInput ?? input) +
    counts.completionTokens * (prices.output ?? 0);
  // Prices are decimal fractions: 0.1 + 0.2 must not cost a millionth more than 0.3.
  return Math.ceil(cost - 1e-6);
}

function asFailure(error: unknown): LlmFailure {
  if (error instanceof LlmFailure) return error;
  if (isAbortError(error)) return new LlmFailure('no_model', 'the mind was taken away meanwhile', true);
  return new LlmFailure('bad_answer', 'the mind broke down', true, { cause: error });
}

function isPaid(prices: Prices): boolean {
  return (prices.input ?? 0) > 0 || (prices.cachedInput ?? 0) > 0 || (prices.output ?? 0) > 0;
}

const ALWAYS = { succeed: () => undefined, fail: () => undefined, abandon: () => undefined };
