import type { ProviderFailure } from '#shared/settings/contract.ts';
import type { PromptMessage } from './llm.ts';

/** From the core to the process that holds the model. */
export type ToLlama =
  | {
      readonly kind: 'load';
      readonly modelPath: string;
      readonly contextTokens: number;
      readonly gpu: 'auto' | false;
      readonly threads: number;
    }
  | {
      readonly kind: 'generate';
      readonly id: number;
      readonly messages: readonly PromptMessage[];
      /** The companion's own last message is to be gone on with. */
      readonly continuing: boolean;
      readonly maxTokens: number;
      readonly temperature: number;
      readonly jsonSchema: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: 'abort'; readonly id: number };

/** And back. */
export type FromLlama =
  | { readonly kind: 'loading'; readonly ratio: number }
  | { readonly kind: 'loaded'; readonly contextTokens: number; readonly gpu: string }
  | { readonly kind: 'load-failed'; readonly reason: ProviderFailure; readonly detail: string }
  /** This reply's turn has come; replies are made one after another. */
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'text'; readonly id: number; readonly text: string }
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly promptTokens: number;
      readonly cachedTokens: number;
      readonly completionTokens: number;
    }
  | { readonly kind: 'failed'; readonly id: number; readonly detail: string };
