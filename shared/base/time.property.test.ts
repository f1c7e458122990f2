import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHlcClock, parseHlc, type Hlc } from './time.ts';

const START = Date.UTC(2026, 0, 1);
type Step =
  | { readonly kind: 'tick'; readonly byMs: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'observe'; readonly aheadMs: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      byMs: fc.integer({ min: -86_400_000, max: 86_400_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tick' as const), byMs: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('observe' as const), aheadMs: fc.integer({ min: -1000, max: 1000 }) }),
  },
);

it('stamps only ever grow, however the wall clock moves, over restarts and after another device’s stamps', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let nowMs = START;
      let clock = createHlcClock(() => nowMs, 'device-a');
      let last: Hlc | undefined;
      for (const each of steps) {
        if (each.kind === 'tick') nowMs += each.byMs;
        if (each.kind === 'restart') clock = createHlcClock(() => nowMs, 'device-a', last);
        if (each.kind === 'observe') {
          const seen = createHlcClock(() => nowMs + each.aheadMs, 'device-b').next();
          clock.observe(seen);
          if (last === undefined || seen > last) last = seen;
        }
        const stamp = clock.next();
        if (last !== undefined) expect(stamp > last).toBe(true);
        expect(parseHlc(stamp).deviceId).toBe('device-a');
        last = stamp;
      }
    }),
  );
});

it('goes on counting past 65,536 stamps of one millisecond', () => {
  const clock = createHlcClock(() => START, 'device-a');
  let last = clock.next();
  for (let index = 0; index < 70_000; index++) {
    const stamp = clock.next();
    if (stamp <= last) expect.fail(`${stamp} after ${last}`);
    last = stamp;
  }
});
