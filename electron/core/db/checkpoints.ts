import type { Keeper } from './keeper.ts';

/** Keeps the write-ahead log short from another thread. */
export interface Checkpoints {
  /** To be told of each commit. */
  onCommit(): void;
  close(): void;
}

/** The log is written back this long after the first commit that is not. */
const CHECKPOINT_DELAY_MS = 2000;

export function createCheckpoints(keeper: Keeper, onError: (error: unknown) => void): Checkpoints {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  return {
    onCommit() {
      if (closed || timer !== undefined) return;
      timer = setTimeout(() => {
        keeper
          .checkpoint()
          .catch((error: unknown) => {
            if (!closed) onError(error);
          })
          .finally(() => (timer = undefined));
      }, CHECKPOINT_DELAY_MS);
      timer.unref();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
