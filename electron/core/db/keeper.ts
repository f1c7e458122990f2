import { createWorkerCalls } from '../worker-call.ts';
import { startThread } from '../worker-thread.ts';

export type KeeperJob =
  /** Moves committed pages from the write-ahead log into the file, as far as readers allow. */
  | { readonly kind: 'checkpoint' }
  /** Moves all of them and cuts the log to nothing. Answers whether no reader stood in the way. */
  | { readonly kind: 'empty-log' }
  /** Reads every page of the open file. Answers with a fault or null. */
  | { readonly kind: 'check' }
  /** Writes a copy of the whole file as of now, then checks the copy. Writes go on meanwhile. */
  | { readonly kind: 'copy'; readonly to: string }
  /** Checks a copy that is not open. */
  | { readonly kind: 'examine'; readonly file: string };

export interface CopyFacts {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Opens with the key and passes the whole check. */
  readonly good: boolean;
  /** -1 when it could not be read. */
  readonly schemaVersion: number;
  /** The write count the copy holds; -1 when it could not be read. */
  readonly writeSeq: number;
}

/** The long work on the file, on a thread of its own: one job after another. */
export interface Keeper {
  checkpoint(): Promise<void>;
  emptyLog(): Promise<boolean>;
  check(): Promise<string | undefined>;
  copy(to: string): Promise<CopyFacts>;
  examine(file: string): Promise<CopyFacts>;
  /**
   * Waits for the job under way (seconds on a file of a million messages), then drops those behind it. Waiting matters: the
   * last connection to close deletes the log by its name, which must not belong to another file by then.
   */
  close(): Promise<void>;
}

export interface KeeperData {
  readonly file: string;
  readonly key: Uint8Array;
  /** One byte: not 0 once the keeper closes, so that long work can stop between its parts. */
  readonly stopped: SharedArrayBuffer;
}

export function createKeeper(data: Omit<KeeperData, 'stopped'>): Keeper {
  const stopped = new SharedArrayBuffer(1);
  const calls = createWorkerCalls<KeeperJob>(
    () => startThread(import.meta.url, 'keeper-worker', { ...data, stopped } satisfies KeeperData),
    { stopped: 'reader_stopped', closed: 'vault_closed' },
  );
  return {
    async checkpoint() {
      await calls.call({ kind: 'checkpoint' });
    },
    emptyLog: async () => (await calls.call({ kind: 'empty-log' })) === true,
    check: async () => ((await calls.call({ kind: 'check' })) as string | null) ?? undefined,
    copy: async (to) => (await calls.call({ kind: 'copy', to })) as CopyFacts,
    examine: async (file) => (await calls.call({ kind: 'examine', file })) as CopyFacts,
    close() {
      new Uint8Array(stopped)[0] = 1;
      return calls.close(Infinity);
    },
  };
}
