import { MS_PER_DAY, MS_PER_MINUTE, type EpochMs } from '#shared/base/time.ts';
import type { ReadTx } from '../db/db.ts';
import { spentSince } from './setting-store.ts';

/** Minutes to add to UTC for the person's wall clock at a time. */
export type UtcOffset = (atMs: EpochMs) => number;

export interface SpentDay {
  /** ISO date of the person's wall clock. */
  readonly day: string;
  readonly costMicroUsd: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

const SPENDING_DAYS = 30;

/** The last 30 local days, oldest first, today last; a day without a reply is there with zeros. */
export function spentByDay(tx: ReadTx, nowMs: EpochMs, offset: UtcOffset): SpentDay[] {
  const today = localDay(nowMs, offset);
  const days = Array.from({ length: SPENDING_DAYS }, (_, index) =>
    isoDay(Date.parse(today) - (SPENDING_DAYS - 1 - index) * MS_PER_DAY),
  );
  const totals = new Map<string, SpentDay>(
    days.map((day) => [day, { day, costMicroUsd: 0, promptTokens: 0, completionTokens: 0 }]),
  );
  for (const bucket of spentSince(tx, nowMs - (SPENDING_DAYS + 1) * MS_PER_DAY)) {
    const day = localDay(bucket.fromMs, offset);
    const total = totals.get(day);
    if (total === undefined) continue;
    totals.set(day, {
      day,
      costMicroUsd: total.costMicroUsd + bucket.costMicroUsd,
      promptTokens: total.promptTokens + bucket.promptTokens,
      completionTokens: total.completionTokens + bucket.completionTokens,
    });
  }
  return [...totals.values()];
}

/** Millionths of a US dollar since local midnight. A clock set back does not give the money back: what bears a later time counts as today's. */
export function spentToday(tx: ReadTx, nowMs: EpochMs, offset: UtcOffset): number {
  const today = localDay(nowMs, offset);
  let cost = 0;
  for (const bucket of spentSince(tx, nowMs - 2 * MS_PER_DAY))
    if (localDay(bucket.fromMs, offset) >= today) cost += bucket.costMicroUsd;
  return cost;
}

function localDay(atMs: EpochMs, offset: UtcOffset): string {
  return isoDay(atMs + offset(atMs) * MS_PER_MINUTE);
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
