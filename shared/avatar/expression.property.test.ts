import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  easeInOut,
  EXPRESSIONS,
  mixWeights,
  NEUTRAL_WEIGHTS,
  weightsAt,
  weightsDistance,
  weightsFor,
  type ExpressionWeights,
} from './expression.ts';

const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const weights = fc
  .tuple(fc.constantFrom(...EXPRESSIONS), ratio, fc.constantFrom(...EXPRESSIONS), ratio, ratio)
  .map(([a, strengthA, b, strengthB, t]): ExpressionWeights =>
    mixWeights(weightsFor(a, strengthA), weightsFor(b, strengthB), t),
  );
const sum = (w: ExpressionWeights): number => EXPRESSIONS.reduce((total, expression) => total + w[expression], 0);

describe('weights of a face', () => {
  test('every mix is made of ratios that sum to one', () => {
    fc.assert(
      fc.property(weights, weights, fc.double({ min: -2, max: 3, noNaN: true }), (a, b, t) => {
        const mixed = mixWeights(a, b, t);
        expect(sum(mixed)).toBeCloseTo(1, 9);
        for (const expression of EXPRESSIONS) {
          expect(mixed[expression]).toBeGreaterThanOrEqual(-1e-12);
          expect(mixed[expression]).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });

  test('a strength outside its range is the nearest one inside, and nonsense is full strength', () => {
    expect(weightsFor('sad', 7)).toEqual(weightsFor('sad', 1));
    expect(weightsFor('sad', -1)).toEqual(NEUTRAL_WEIGHTS);
    expect(weightsFor('angry', Number.NaN)).toEqual(weightsFor('angry', 1));
    expect(weightsFor('neutral', 0.2)).toEqual(NEUTRAL_WEIGHTS);
  });

  test('a change begins where it was, ends where it goes, and never goes back', () => {
    fc.assert(
      fc.property(weights, weights, fc.integer({ min: 1, max: 2_000 }), ratio, ratio, (from, to, durationMs, a, b) => {
        const change = { from, to, startedAtMs: 500, durationMs };
        expect(weightsDistance(weightsAt(change, 500), from)).toBeCloseTo(0, 9);
        expect(weightsDistance(weightsAt(change, 0), from)).toBeCloseTo(0, 9);
        expect(weightsDistance(weightsAt(change, 500 + durationMs), to)).toBeCloseTo(0, 9);
        const early = weightsAt(change, 500 + durationMs * Math.min(a, b));
        const late = weightsAt(change, 500 + durationMs * Math.max(a, b));
        expect(weightsDistance(late, to)).toBeLessThanOrEqual(weightsDistance(early, to) + 1e-9);
      }),
    );
  });

  test('easing keeps order and range', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), fc.double({ min: -1, max: 2, noNaN: true }), (a, b) => {
        const low = easeInOut(Math.min(a, b));
        const high = easeInOut(Math.max(a, b));
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
