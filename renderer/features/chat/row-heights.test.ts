import { expect, test } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { createRowHeights } from './row-heights.ts';

test('places are sums of heights, however they were set and resized', () => {
  const random = seededRandom(7);
  const rows = createRowHeights(0, 96);
  let plain: number[] = [];
  for (let round = 0; round < 300; round += 1) {
    if (random() < 0.25) {
      const count = Math.floor(random() * 1500);
      rows.resize(count);
      plain = Array.from({ length: count }, (_, row) => plain[row] ?? 96);
    } else if (plain.length > 0) {
      const row = Math.floor(random() * plain.length);
      const height = Math.floor(random() * 400);
      rows.set(row, height);
      plain[row] = height;
    }
    const row = Math.floor(random() * (plain.length + 1));
    const top = plain.slice(0, row).reduce((sum, height) => sum + height, 0);
    expect(rows.topOf(row)).toBe(top);
    expect(rows.total).toBe(plain.reduce((sum, height) => sum + height, 0));
    if (plain.length > 0) {
      const found = rows.rowAt(top);
      expect(rows.topOf(found)).toBeLessThanOrEqual(top);
      expect(rows.topOf(found) + rows.heightOf(found)).toBeGreaterThanOrEqual(Math.min(top, rows.total));
    }
  }
});

test('a place before the first row or after the last is theirs', () => {
  const rows = createRowHeights(3, 10);
  expect([rows.rowAt(-50), rows.rowAt(0), rows.rowAt(10), rows.rowAt(999)]).toEqual([0, 0, 1, 2]);
});
