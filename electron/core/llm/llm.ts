import type { Rung } from '#shared/chat/contract.ts';
import type { PromptMessage, Scene } from '#shared/chat/scene.ts';
import type { ProviderFailure } from '#shared/settings/contract.ts';

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
