import { z } from 'zod';
import { MS_PER_HOUR, type EpochMs } from '../base/time.ts';

/** A stretch of use without a long pause: an evening. */
export const sitting = z.strictObject({
  startedAtMs: z.number(),
  lastUseAtMs: z.number(),
  /** How often it was said in it that the companion is an AI, and that a pause would be good. */
  aiTold: z.number().int().min(0),
  pauseTold: z.number().int().min(0),
});
export type Sitting = z.infer<typeof sitting>;

/** What is to be said now: that the companion is an AI (0 hours: at the start), or that a pause would be good. */
export interface CareNotice {
  readonly kind: 'ai' | 'pause';
  /** Whole hours of the sitting. */
  readonly hours: number;
}

/** A pause longer than this ends a sitting. */
export const SITTING_ENDS_AFTER_MS = MS_PER_HOUR / 2;
/** That the companion is an AI is said at the start and after each of these (New York GBL art. 47; California SB 243). */
export const AI_EVERY_HOURS = 3;
/** A pause is suggested after each of these; sooner to a minor. */
export const PAUSE_EVERY_HOURS = { adult: 2, minor: 1 } as const;

/**
 * The sitting after a use at `nowMs`: the same one, or a new one after a long pause. A clock that was set back neither ends nor
 * shortens it.
 */
export function sittingAfterUse(before: Sitting | null, nowMs: EpochMs): Sitting {
  if (before === null || nowMs - before.lastUseAtMs > SITTING_ENDS_AFTER_MS)
    return { startedAtMs: nowMs, lastUseAtMs: nowMs, aiTold: 0, pauseTold: 0 };
  // A sitting that would begin in the future began in a future that was taken back.
  const startedAtMs = Math.min(before.startedAtMs, nowMs);
  return { ...before, startedAtMs, lastUseAtMs: nowMs };
}

/** What is due, the law's notice first; null when nothing is. */
export function dueNotice(now: Sitting, minor: boolean): CareNotice | null {
  const hours = Math.floor((now.lastUseAtMs - now.startedAtMs) / MS_PER_HOUR);
  if (now.aiTold <= Math.floor(hours / AI_EVERY_HOURS)) return { kind: 'ai', hours };
  if (now.pauseTold < Math.floor(hours / pauseEvery(minor))) return { kind: 'pause', hours };
  return null;
}

/** The sitting once a notice has been read. What came due meanwhile is not said twice. */
export function afterNotice(now: Sitting, { kind, hours }: CareNotice, minor: boolean): Sitting {
  const pauseTold = Math.max(now.pauseTold, Math.floor(hours / pauseEvery(minor)));
  if (kind === 'pause') return { ...now, pauseTold };
  return { ...now, aiTold: Math.floor(hours / AI_EVERY_HOURS) + 1, pauseTold };
}

function pauseEvery(minor: boolean): number {
  return minor ? PAUSE_EVERY_HOURS.minor : PAUSE_EVERY_HOURS.adult;
}
