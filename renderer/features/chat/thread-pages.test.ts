import { expect, test } from 'vitest';
import { isFar, nextAsk, pageOf, pagesWithin } from './thread-pages.ts';

const none = (): boolean => false;

test('before anything is known, the end is asked for', () => {
  expect(nextAsk({ from: Infinity, to: Infinity }, null, none)).toEqual({ limit: 100 });
});

test('the end is asked with room for what was added meanwhile', () => {
  expect(nextAsk({ from: 280, to: 310 }, 310, none)).toEqual({ limit: 310 - 250 + 20 });
});

test('pages in the middle are asked whole, several at once, never more than one answer holds', () => {
  expect(nextAsk({ from: 120, to: 130 }, 1000, none)).toEqual({ before: 150, limit: 50 });
  expect(nextAsk({ from: 0, to: 600 }, 1000, none)).toEqual({ before: 600, limit: 200 });
});

test('fresh pages are not asked again', () => {
  const fresh = new Set([2, 3]);
  expect(nextAsk({ from: 100, to: 200 }, 1000, (page) => fresh.has(page))).toBeNull();
  expect(nextAsk({ from: 90, to: 210 }, 1000, (page) => fresh.has(page))).toEqual({ before: 250, limit: 50 });
  fresh.add(4);
  expect(nextAsk({ from: 90, to: 210 }, 1000, (page) => fresh.has(page))).toEqual({ before: 100, limit: 50 });
});

test('an empty thread is asked once, and what is looked at beyond its end is its end', () => {
  expect(nextAsk({ from: 0, to: 1 }, 0, none)).toEqual({ limit: 20 });
  expect(nextAsk({ from: 0, to: 1 }, 0, () => true)).toBeNull();
  expect(nextAsk({ from: 900, to: 950 }, 10, none)).toEqual({ limit: 30 });
});

test('every asked page is answered: asking always comes to an end', () => {
  for (const length of [0, 1, 49, 50, 51, 199, 200, 201, 1234]) {
    const fresh = new Set<number>();
    let asks = 0;
    for (;;) {
      const ask = nextAsk({ from: 0, to: length + 60 }, length, (page) => fresh.has(page));
      if (!ask) break;
      expect(ask.limit).toBeLessThanOrEqual(200);
      const to = Math.min(ask.before ?? length, length);
      for (const page of pagesWithin({ from: Math.max(0, to - ask.limit), to }, length)) fresh.add(page);
      asks += 1;
      expect(asks).toBeLessThan(40);
    }
    for (let page = 0; page <= pageOf(Math.max(0, length - 1)); page += 1) expect(fresh.has(page)).toBe(true);
  }
});

test('only pages far from what is looked at are forgotten', () => {
  const need = { from: 1000, to: 1100 };
  expect(isFar(pageOf(1050), need)).toBe(false);
  expect(isFar(pageOf(650), need)).toBe(false);
  expect(isFar(pageOf(400), need)).toBe(true);
  expect(isFar(pageOf(1600), need)).toBe(true);
});
