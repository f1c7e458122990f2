import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MEMORY_TERMS } from './contract.ts';
import { expiryOf, firstTerm, salienceOf, type Living } from './life.ts';

const DAY = 86_400_000;
const living: fc.Arbitrary<Living> = fc.record({
  term: fc.constantFrom(...MEMORY_TERMS),
  pinned: fc.boolean(),
  importance: fc.double({ min: 0, max: 1, noNaN: true }),
  toldAtMs: fc.integer({ min: 0, max: 1000 * DAY }),
  lastRecalledAtMs: fc.option(fc.integer({ min: 0, max: 1000 * DAY }), { nil: null }),
});

it('importance fades with time, never below nothing, and recalling brings it back whole', () => {
  fc.assert(
    fc.property(living, fc.nat(1000 * DAY), fc.nat(1000 * DAY), (memory, first, more) => {
      const nowMs = 1000 * DAY + first;
      const now = salienceOf(memory, nowMs);
      const later = salienceOf(memory, nowMs + more);
      expect(later).toBeLessThanOrEqual(now);
      expect(later).toBeGreaterThanOrEqual(0);
      expect(now).toBeLessThanOrEqual(1);
      const recalled = salienceOf({ ...memory, lastRecalledAtMs: nowMs }, nowMs);
      expect(recalled).toBe(memory.pinned ? 1 : memory.importance);
    }),
  );
});

it('what is significant, and standing facts, never expire; the rest after 7 or 365 days', () => {
  const told = { toldAtMs: 10 * DAY, lastRecalledAtMs: null, validFromMs: null, validToMs: null };
  expect(firstTerm({ kind: 'significant', importance: 0.1, attribute: null })).toBe('forever');
  expect(firstTerm({ kind: 'fact', importance: 0.1, attribute: 'home' })).toBe('forever');
  expect(firstTerm({ kind: 'event', importance: 0.2, attribute: null })).toBe('short');
  expect(firstTerm({ kind: 'preference', importance: 0.2, attribute: 'likes:tea' })).toBe('long');
  expect(expiryOf('forever', told)).toBeNull();
  expect(expiryOf('short', told)).toBe(17 * DAY);
  expect(expiryOf('long', told)).toBe(375 * DAY);
  expect(expiryOf('short', { ...told, lastRecalledAtMs: 12 * DAY })).toBe(19 * DAY);
  // A plan is kept until it is over, however early it was told.
  expect(expiryOf('short', { ...told, validFromMs: 100 * DAY })).toBe(107 * DAY);
});
