import type { ErrorCode } from './errors.ts';

/** The four frames. Plain JSON: whatever carries them, nothing else crosses. `name` is `feature.member`. */
export type Frame =
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'ok'; readonly id: number; readonly output: unknown }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly code: ErrorCode;
      readonly reason: string;
      readonly message: string;
    }
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown };

/**
 * One end of a connection that carries frames in order, each once, until it closes.
 * `transport-suite.ts` is the promise in full; every implementation passes it.
 */
export interface Transport {
  /**
   * Sends a frame; after closing it does nothing. Never throws for a frame that is plain JSON of at most MAX_FRAME_SIZE;
   * a larger one throws AppError `invalid`/`frame_too_large`.
   */
  send(frame: Frame): void;
  /** Resolves when what was sent before has left this process far enough that more may be sent (back-pressure), or on closing. */
  drained(): Promise<void>;
  /**
   * Hears every valid frame; a hostile or malformed one is dropped and counted, never thrown. Frames that came before
   * the first listener are kept for it. A listener must not throw: if one does, the others still hear, and the error
   * surfaces as the environment's uncaught error.
   */
  onFrame(listener: (frame: Frame) => void): () => void;
  /** Called once, whichever side closed; soon, when it is already closed. */
  onClose(listener: () => void): () => void;
  /** What was sent before still arrives; nothing more is heard here. */
  close(): void;
  /** Hostile or malformed frames dropped so far. */
  readonly droppedFrames: number;
}
