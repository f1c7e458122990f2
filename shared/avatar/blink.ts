/** Returns numbers in [0,1), as `Math.random` does. */
export type RandomSource = () => number;

/** One blink to come: lids start to fall at `startsAtMs`; `times` is 1, or 2 for a quick double blink. */
export interface BlinkPlan {
  readonly startsAtMs: number;
  readonly times: 1 | 2;
}

/** Lids fall fast, rest a moment, and rise more slowly. One blink lasts the sum, in ms. */
export const BLINK_FALL_MS = 70;
export const BLINK_REST_MS = 40;
export const BLINK_RISE_MS = 130;
export const BLINK_MS = BLINK_FALL_MS + BLINK_REST_MS + BLINK_RISE_MS;
const DOUBLE_BLINK_GAP_MS = 90;

/** Time between blinks in ms. People blink every two to six seconds, unevenly. */
export const BLINK_GAP_MIN_MS = 1_900;
export const BLINK_GAP_MAX_MS = 6_200;

/** Plans the blink after `nowMs`. Short gaps are likelier than long ones; about one in seven is double. */
export function planBlink(nowMs: number, random: RandomSource): BlinkPlan {
  const gap = BLINK_GAP_MIN_MS + (BLINK_GAP_MAX_MS - BLINK_GAP_MIN_MS) * random() ** 1.4;
  return { startsAtMs: nowMs + gap, times: random() < 0.14 ? 2 : 1 };
}

/** How far the lids are closed at `nowMs`: 0 open … 1 shut. */
export function blinkAmount(plan: BlinkPlan, nowMs: number): number {
  const sinceStart = nowMs - plan.startsAtMs;
  const first = singleBlink(sinceStart);
  return plan.times === 2 ? Math.max(first, singleBlink(sinceStart - BLINK_MS - DOUBLE_BLINK_GAP_MS)) : first;
}

/** True once every lid of the plan is open again for good. */
export function blinkIsOver(plan: BlinkPlan, nowMs: number): boolean {
  const lastsMs = plan.times === 2 ? BLINK_MS * 2 + DOUBLE_BLINK_GAP_MS : BLINK_MS;
  return nowMs - plan.startsAtMs >= lastsMs;
}

function singleBlink(sinceMs: number): number {
  if (sinceMs <= 0 || sinceMs >= BLINK_MS) return 0;
  if (sinceMs < BLINK_FALL_MS) {
    const t = sinceMs / BLINK_FALL_MS;
    return t * t * (3 - 2 * t);
  }
  if (sinceMs <= BLINK_FALL_MS + BLINK_REST_MS) return 1;
  const t = (sinceMs - BLINK_FALL_MS - BLINK_REST_MS) / BLINK_RISE_MS;
  return 1 - t * t * (3 - 2 * t);
}
