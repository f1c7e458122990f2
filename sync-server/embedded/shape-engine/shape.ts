import type { Definition } from './definition.ts';
import type { Filter } from './filter.ts';
import type { LogStore } from './log-store.ts';
import type { View } from './messages.ts';
import { compareOffsets, SNAPSHOT_END } from './offset.ts';
import type { Offset } from './offset.ts';
import type { SnapshotMark } from './snapshot.ts';

/** A shape that is followed: what it shows, how far its log is, and who waits for more. */
export interface Shape {
  readonly id: number;
  readonly handle: string;
  readonly key: string;
  readonly definition: Definition;
  readonly view: View;
  readonly filter: Filter | null;
  readonly schema: string;
  readonly mark: SnapshotMark;
  /** Chunks of the snapshot written so far. */
  chunkCount: number;
  isSnapshotDone: boolean;
  /** Why there is no snapshot, when there is none. */
  failure: unknown;
  isDropped: boolean;
  /** The newest entry, or the snapshot's end. */
  last: Offset;
  logBytes: number;
  openBytes: number;
  /** The log is compacted when it is longer than this. */
  compactAtBytes: number;
  lastReadMs: number;
  readonly waiting: Set<() => void>;
}

/** What a request is answered with. */
export interface Batch {
  /** A piece of the snapshot as it is stored: JSON messages with commas between them. */
  readonly chunk: Buffer | null;
  /** Messages of the log. */
  readonly messages: readonly string[];
  readonly offset: Offset;
  readonly isUpToDate: boolean;
  readonly hasData: boolean;
}

/**
 * The messages after the offset, as far as one answer goes; undefined while the snapshot is not written so far. A log's end is
 * told by `isUpToDate`, never by a chunk of the snapshot, so that those stay the same for ever.
 */
export function readBatch(store: LogStore, shape: Shape, after: Offset): Batch | undefined {
  if (after.lsn <= 0 && after.op !== Infinity) {
    const index = after.lsn < 0 ? 0 : after.op + 1;
    if (index < shape.chunkCount) {
      const chunk = store.chunk(shape.id, index) ?? null;
      return { chunk, messages: [], offset: { lsn: 0, op: index }, isUpToDate: false, hasData: true };
    }
    if (!shape.isSnapshotDone) return undefined;
    return readBatch(store, shape, SNAPSHOT_END);
  }
  if (!shape.isSnapshotDone) return undefined;
  if (compareOffsets(after, shape.last) >= 0)
    return { chunk: null, messages: [], offset: later(after, shape.last), isUpToDate: true, hasData: false };
  const { bodies, last, isEnd } = store.read(shape.id, after);
  return {
    chunk: null,
    messages: bodies,
    offset: last ?? later(after, shape.last),
    isUpToDate: isEnd,
    hasData: bodies.length > 0,
  };
}

/**
 * Resolves at the next change, drop or failure of the shape, after `ms`, or when the signal aborts; the answer says whether it was
 * one of the first. At once when there is already something after `known`: it may have come since the reader looked.
 */
export function waitForChange(shape: Shape, known: Offset | null, ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isChanged: boolean) => (): void => {
      clearTimeout(timer);
      shape.waiting.delete(changed);
      signal.removeEventListener('abort', gone);
      resolve(isChanged);
    };
    const changed = done(true);
    const gone = done(false);
    const timer = setTimeout(gone, ms);
    shape.waiting.add(changed);
    signal.addEventListener('abort', gone);
    if (signal.aborted) gone();
    else if (known && (shape.isDropped || compareOffsets(shape.last, known) > 0)) changed();
  });
}

export function wake(shape: Shape): void {
  for (const resolve of [...shape.waiting]) resolve();
}

function later(a: Offset, b: Offset): Offset {
  return compareOffsets(a, b) > 0 ? a : b;
}
