import { describe, expect, test } from 'vitest';
import { liveCursor } from './responses.ts';
import { isVisible } from './snapshot.ts';

describe('what a snapshot shows', () => {
  const mark = { xmin: 100n, xmax: 110n, xip: [100n, 105n], lsn: 0 };
  test('everything before, nothing after, and not what was under way', () => {
    expect([99, 100, 104, 105, 109, 110].map((xid) => isVisible(mark, xid))).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  test('ids of 32 bits are met where the snapshot is', () => {
    const ring = 2n ** 32n;
    const late = { xmin: 3n * ring + 5n, xmax: 3n * ring + 9n, xip: [], lsn: 0 };
    expect(isVisible(late, 7)).toBe(true);
    expect(isVisible(late, 9)).toBe(false);
    // Of the round before.
    expect(isVisible(late, 4_294_967_290)).toBe(true);
    // Of the round to come.
    const early = { xmin: 4_294_967_290n, xmax: 4_294_967_295n, xip: [], lsn: 0 };
    expect(isVisible(early, 3)).toBe(false);
  });
});

describe('the cursor', () => {
  const at = Date.UTC(2024, 9, 9) + 45_000;
  test('is the same for all who ask in the same round', () => {
    expect(liveCursor(null, 20_000, at)).toBe('60');
    expect(liveCursor('40', 20_000, at + 14_000)).toBe('60');
  });
  test('is never the one that was sent', () => {
    for (const previous of ['60', '3000'])
      expect(Number(liveCursor(previous, 20_000, at))).toBeGreaterThan(Number(previous));
  });
});
