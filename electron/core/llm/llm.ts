import type { Rung } from '#shared/chat/contract.ts';
import type { PromptMessage, Scene } from '#shared/chat/scene.ts';
import type { Locale, ProviderFailure } from '#shared/settings/contract.ts';

export type { PromptMessage, Scene, SceneTurn } from '#shared/chat/scene.ts';

export interface LlmRequest {
  readonly scene: Scene;
  /** The scene as a prompt (`assemblePrompt`), for minds that read prompts. */
  readonly messages: readonly PromptMessage[];
  readonly maxTokens: number;
  readonly temperature: number;
  /** Asks for one JSON object that fits this schema, without tools. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  /** Aborting ends the stream at once with an AbortError; what was yielded stays valid. */
  readonly signal: AbortSignal;
}

export type LlmChunk =
  | { readonly kind: 'text'; readonly text: string }
  /** Loading, [0,1], before the first text. */
  | { readonly kind: 'progress'; readonly ratio: number }
  | {
      readonly kind: 'usage';
      readonly promptTokens: number;
      readonly cachedTokens: number;
      readonly completionTokens: number;
    };

/** A mind. `llm-suite.ts` is the promise in full; every implementation passes it. */
export interface Llm {
  readonly rung: Rung;
  /** For the person: which model this is. */
  readonly model: string;
  /**
   * Streams a reply. Throws LlmFailure when it cannot (before or amid text), AbortError when aborted.
   * Never yields an empty text; the texts joined are the raw reply, expression tag included.
   */
  stream(request: LlmRequest): AsyncIterable<LlmChunk>;
  close(): Promise<void>;
}

/** Why a mind could not answer. `detail` is for the person who debugs a provider: no key, no text of theirs. */
export class LlmFailure extends Error {
  readonly reason: ProviderFailure;
  readonly detail: string;
  /** Whether the next rung (or a retry) may do better; false when the request itself is at fault. */
  readonly transient: boolean;

  constructor(reason: ProviderFailure, detail: string, transient: boolean, options?: ErrorOptions) {
    super(`${reason}: ${detail}`, options);
    this.name = 'LlmFailure';
    this.reason = reason;
    this.detail = detail;
    this.transient = transient;
  }
}

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

/** All minds, best first: what the chat asks. */
export interface Ladder {
  /**
   * Answers with the best mind that can. A mind that fails before its first text makes room for the next one; one that
   * fails amid its text ends the reply with its LlmFailure: two minds' words are never joined.
   * Throws AbortError when stopped, and the first LlmFailure when no rung could answer.
   */
  answer(request: LadderRequest): AsyncIterable<LadderItem>;
  /** Stops every reply and closes every mind. */
  close(): Promise<void>;
}

/** Where a mind is and how it is reached: a provider's row with its key unsealed. Never leaves the core. */
export interface MindSource {
  readonly kind: 'openai' | 'gguf';
  readonly baseUrl: string | null;
  readonly modelPath: string | null;
  readonly model: string;
  readonly apiKey: string | null;
}

/** Tries minds out before they are trusted with a conversation. Both throw LlmFailure. */
export interface MindProbe {
  /** Asks for a few words. */
  tryOut(
    source: MindSource,
    locale: Locale,
  ): Promise<{ readonly model: string; readonly firstTokenMs: number; readonly sample: string }>;
  /** What an endpoint offers; for a file, its own name. */
  listModels(source: MindSource): Promise<string[]>;
}
