import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BLINK_GAP_MAX_MS,
  BLINK_GAP_MIN_MS,
  BLINK_MS,
  BLINK_REST_MS,
  BLINK_FALL_MS,
  blinkAmount,
  blinkIsOver,
  planBlink,
} from './blink.ts';
import {
  approach,
  breathAt,
  clampGaze,
  drift,
  GAZE_AHEAD,
  planGazeRest,
  SPRING_AT_REST,
  stepSpring,
} from './motion.ts';

const dice = fc.double({ min: 0, max: 0.999999, noNaN: true });
const some = fc.double({ min: -5, max: 5, noNaN: true });

describe('blinks', () => {
  test('the next blink comes after a human pause, shuts the eyes once and opens them again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), dice, (nowMs, roll) => {
        const plan = planBlink(nowMs, () => roll);
        expect(plan.startsAtMs - nowMs).toBeGreaterThanOrEqual(BLINK_GAP_MIN_MS);
        expect(plan.startsAtMs - nowMs).toBeLessThanOrEqual(BLINK_GAP_MAX_MS);
        expect(blinkAmount(plan, plan.startsAtMs)).toBe(0);
        expect(blinkAmount(plan, plan.startsAtMs + BLINK_FALL_MS + BLINK_REST_MS / 2)).toBe(1);
        expect(blinkIsOver(plan, plan.startsAtMs + BLINK_MS / 2)).toBe(false);
        expect(blinkIsOver(plan, plan.startsAtMs + 2 * BLINK_MS + 1_000)).toBe(true);
        expect(blinkAmount(plan, plan.startsAtMs + 2 * BLINK_MS + 1_000)).toBe(0);
      }),
    );
  });

  test('lids stay between open and shut, and never jump', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 1_000, noNaN: true }), fc.constantFrom<1 | 2>(1, 2), (atMs, times) => {
        const plan = { startsAtMs: 0, times };
        const amount = blinkAmount(plan, atMs);
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(1);
        expect(Math.abs(blinkAmount(plan, atMs + 1) - amount)).toBeLessThan(0.03);
      }),
    );
  });

  test('a low roll makes a double blink, a high one a single blink', () => {
    expect(planBlink(0, () => 0.05).times).toBe(2);
    expect(planBlink(0, () => 0.9).times).toBe(1);
  });
});

describe('movement', () => {
  test('two short steps towards a target end where one long step does', () => {
    fc.assert(
      fc.property(
        some,
        some,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 200 }),
        (value, target, a, b) => {
          const once = approach(value, target, 80, a + b);
          const twice = approach(approach(value, target, 80, a), target, 80, b);
          expect(twice).toBeCloseTo(once, 9);
          expect(Math.abs(once - target)).toBeLessThanOrEqual(Math.abs(value - target) + 1e-12);
        },
      ),
    );
  });

  test('a gaze is always inside its square', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (x, y) => {
        const gaze = clampGaze(x, y);
        expect(Math.max(Math.abs(gaze.x), Math.abs(gaze.y))).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('after a glance aside the eyes come back', () => {
    fc.assert(
      fc.property(dice, dice, (a, b) => {
        const aside = planGazeRest({ gaze: GAZE_AHEAD, untilMs: 0 }, 0, rolls(0.9, a, b));
        expect(aside.gaze).not.toEqual(GAZE_AHEAD);
        expect(aside.untilMs).toBeLessThanOrEqual(1_400);
        expect(planGazeRest(aside, aside.untilMs, rolls(a, b)).gaze).toEqual(GAZE_AHEAD);
      }),
    );
  });

  test('a spring comes to rest at its target, whatever the frame rate, and a long sleep does not shake it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (frameMs, target) => {
          let spring = SPRING_AT_REST;
          for (let frame = 0; frame < 900; frame += 1) {
            spring = stepSpring(spring, target, 90, 9, Math.max(frameMs, 16));
            expect(Math.abs(spring.position)).toBeLessThan(2);
          }
          expect(spring.position).toBeCloseTo(target, 3);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('breath and drift keep their range and are smooth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 0, max: 9 }), (nowMs, seed) => {
        const breath = breathAt(nowMs, 4_200);
        expect(breath).toBeGreaterThanOrEqual(0);
        expect(breath).toBeLessThanOrEqual(1);
        expect(Math.abs(breathAt(nowMs + 10, 4_200) - breath)).toBeLessThan(0.02);
        expect(Math.abs(drift(nowMs, seed))).toBeLessThanOrEqual(1);
        expect(Math.abs(drift(nowMs + 10, seed) - drift(nowMs, seed))).toBeLessThan(0.02);
      }),
    );
  });
});

function rolls(...values: number[]): () => number {
  let next = 0;
  return () => {
    const value = values[next % values.length] ?? 0;
    next += 1;
    return value;
  };
}
