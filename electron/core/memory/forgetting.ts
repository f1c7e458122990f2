import { setImmediate } from 'node:timers/promises';
import type { EpochMs } from '#shared/base/time.ts';
import type { MemoryId, MessageId } from '#shared/entities.ts';
import { FORGET_UNDO_MS } from '#shared/memory/contract.ts';
import { EXPIRED_KEPT_MS } from '#shared/memory/life.ts';
import type { Db, WriteTx } from '../db/db.ts';
import { emptyDigestsFrom } from './digest-store.ts';
import { cancelErasure, dueErasures, finishSweeps, planErasure, plannedSweeps, planSweep } from './erasure-store.ts';
import { messagesBehind } from './memory-source-store.ts';
import { expiredBefore, findMemory, scrubMemory, setMemoryDeleted } from './memory-store.ts';
import { forgetTraces } from './recall-trace-store.ts';

/** How many things one transaction wipes. */
const BATCH = 50;
const INDEX = 'message_index';
const LOG = 'log';

/** What other features keep of messages and memories. */
export interface Elsewhere {
  /** Sets or lifts a message's tombstone; false when there is no such message, or it is as asked already. */
  setMessageDeleted(tx: WriteTx, id: MessageId, deleted: boolean): boolean;
  /** Takes everything a deleted message said out of its rows: words, revisions, attachments. */
  eraseMessage(tx: WriteTx, id: MessageId): void;
  /** Rewrites the full-text index of messages until nothing of deleted ones is left in it. */
  sweepMessageIndex(): Promise<void>;
}

/**
 *   living ──forget──► tombstone, erasure planned ──undo──► living
 *                               │ due
 *                               ▼
 *                      scrubbed in one transaction ──► sweep: full-text index, write-ahead log
 *
 * From the tombstone on nothing is recalled, found or shown, and its vectors are gone (triggers of 0003-create-embedding). Each arrow is one transaction, and what is still to do is a row:
 * a crash anywhere goes on from there.
 */
export function forget(
  tx: WriteTx,
  elsewhere: Elsewhere,
  memoryIds: readonly MemoryId[],
  messagesToo: boolean,
  nowMs: EpochMs,
): { undoUntilMs: EpochMs; memories: number; messages: number } {
  const undoUntilMs = nowMs + FORGET_UNDO_MS;
  const hlc = tx.hlc();
  const living = memoryIds.filter((id) => findMemory(tx, id) !== undefined);
  const behind = messagesToo ? messagesBehind(tx, living) : [];
  for (const id of living) {
    setMemoryDeleted(tx, id, true, hlc);
    emptyDigestsFrom(tx, { kind: 'memory', id }, hlc);
    planErasure(tx, { target: 'memory', id }, undoUntilMs);
  }
  let messages = 0;
  for (const id of behind) {
    if (!elsewhere.setMessageDeleted(tx, id, true)) continue;
    messages += 1;
    emptyDigestsFrom(tx, { kind: 'message', id }, hlc);
    planErasure(tx, { target: 'message', id }, undoUntilMs);
  }
  return { undoUntilMs, memories: living.length, messages };
}

/** Brings back what was forgotten, with its messages. False when any of it is wiped already. */
export function undoForget(tx: WriteTx, elsewhere: Elsewhere, memoryIds: readonly MemoryId[]): boolean {
  const hlc = tx.hlc();
  let whole = true;
  for (const id of memoryIds) {
    if (cancelErasure(tx, { target: 'memory', id })) setMemoryDeleted(tx, id, false, hlc);
    else if (findMemory(tx, id) === undefined) whole = false;
  }
  for (const id of messagesBehind(tx, memoryIds)) {
    if (cancelErasure(tx, { target: 'message', id })) elsewhere.setMessageDeleted(tx, id, false);
  }
  return whole;
}

/** Forgets what expired long ago, and wipes what is due. Answers whether there was anything. */
export function eraseDue(db: Db, elsewhere: Elsewhere, nowMs: EpochMs): boolean {
  const expired = db.read((tx) => expiredBefore(tx, nowMs - EXPIRED_KEPT_MS, BATCH));
  const due = db.read((tx) => dueErasures(tx, nowMs, BATCH));
  if (expired.length === 0 && due.length === 0) return false;
  db.write((tx) => {
    const hlc = tx.hlc();
    for (const id of expired) {
      setMemoryDeleted(tx, id, true, hlc);
      emptyDigestsFrom(tx, { kind: 'memory', id }, hlc);
      planErasure(tx, { target: 'memory', id }, nowMs);
    }
    for (const erasure of due) {
      forgetTraces(tx, erasure.id);
      if (erasure.target === 'memory') scrubMemory(tx, erasure.id as MemoryId);
      else {
        elsewhere.eraseMessage(tx, erasure.id as MessageId);
        planSweep(tx, INDEX);
      }
      cancelErasure(tx, erasure);
      planSweep(tx, LOG);
    }
  });
  return true;
}

/** Takes the last traces of what was wiped out of the index and the log. Answers whether there were any. Rejects when the log could not be emptied. */
export async function sweep(db: Db, elsewhere: Elsewhere): Promise<boolean> {
  const planned = db.read(plannedSweeps);
  if (planned.length === 0) return false;
  if (planned.includes(INDEX)) {
    await elsewhere.sweepMessageIndex();
    db.write((tx) => finishSweeps(tx, [INDEX]));
  }
  await setImmediate();
  await db.emptyLog();
  db.write((tx) => finishSweeps(tx, [LOG]));
  return true;
}
