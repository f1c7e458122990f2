/** Turns texts into vectors whose cosine says how near they are in meaning. `embedder-suite.ts` is the promise in full. */
export interface Embedder {
  /** Stored with every vector: vectors of different models are never compared. */
  readonly model: string;
  readonly dimensions: number;
  /** One unit-length vector a text, in order. Rejects AppError('unavailable', …) when the world fails. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}
