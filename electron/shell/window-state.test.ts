import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Rectangle } from './electron-api.ts';
import { loadWindowState, MIN_HEIGHT, MIN_WIDTH, placeWindow, saveWindowState } from './window-state.ts';

const LAPTOP: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const LEFT_OF_IT: Rectangle = { x: -1920, y: -200, width: 1920, height: 1080 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'window-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('where the window opens', () => {
  test('the first time in the middle, as large as is comfortable and fits', () => {
    expect(placeWindow(null, [LAPTOP])).toEqual({ x: 80, y: 43, width: 1280, height: 840 });
    expect(placeWindow(null, [{ x: 0, y: 0, width: 1000, height: 700 }])).toEqual({
      x: 0,
      y: 0,
      width: 1000,
      height: 700,
    });
  });

  test('where it was, on whichever display', () => {
    const saved = { x: -1500, y: 0, width: 1000, height: 700, maximized: false };
    expect(placeWindow(saved, [LAPTOP, LEFT_OF_IT])).toEqual({ x: -1500, y: 0, width: 1000, height: 700 });
  });

  test('on the first display when its own has been unplugged, with its size', () => {
    const saved = { x: -1500, y: 0, width: 1000, height: 700, maximized: false };
    expect(placeWindow(saved, [LAPTOP])).toEqual({ x: 220, y: 113, width: 1000, height: 700 });
  });

  test('pushed back when half of it hangs out, and made smaller when the display is', () => {
    expect(placeWindow({ x: 1200, y: 700, width: 1000, height: 700, maximized: false }, [LAPTOP])).toEqual({
      x: 440,
      y: 200,
      width: 1000,
      height: 700,
    });
    expect(placeWindow({ x: 0, y: 25, width: 5000, height: 5000, maximized: false }, [LAPTOP])).toEqual(LAPTOP);
  });

  test('always with a title bar that can be reached, never under the least size', () => {
    const area = fc.record({
      x: fc.integer({ min: -5000, max: 5000 }),
      y: fc.integer({ min: -5000, max: 5000 }),
      width: fc.integer({ min: 900, max: 5000 }),
      height: fc.integer({ min: 600, max: 3000 }),
    });
    const number = fc.integer({ min: -100_000, max: 100_000 });
    const saved = fc.option(
      fc.record({ x: number, y: number, width: number, height: number, maximized: fc.boolean() }),
    );
    fc.assert(
      fc.property(saved, area, fc.array(area, { maxLength: 3 }), (state, first, others) => {
        const placed = placeWindow(state, [first, ...others]);
        expect(placed.width).toBeGreaterThanOrEqual(MIN_WIDTH);
        expect(placed.height).toBeGreaterThanOrEqual(MIN_HEIGHT);
        const within = [first, ...others].some(
          (one) =>
            placed.x >= one.x &&
            placed.y >= one.y &&
            placed.x + placed.width <= one.x + one.width &&
            placed.y + placed.height <= one.y + one.height,
        );
        expect(within).toBe(true);
      }),
    );
  });
});

test('a place is kept whole, and what is not one is as if there were none', () => {
  const file = path.join(folder, 'window.json');
  const state = { x: 1, y: 2, width: 1000, height: 700, maximized: true };
  expect(loadWindowState(file)).toBeNull();
  saveWindowState(file, state);
  expect(loadWindowState(file)).toEqual(state);
  expect(readdirSync(folder)).toEqual(['window.json']);
  for (const junk of [
    '',
    '{',
    'null',
    '{"x":1}',
    '{"x":"1","y":2,"width":3,"height":4,"maximized":true}',
    '{"x":1e99,"y":2,"width":3,"height":4,"maximized":true}',
  ]) {
    writeFileSync(file, junk);
    expect(loadWindowState(file)).toBeNull();
  }
});
