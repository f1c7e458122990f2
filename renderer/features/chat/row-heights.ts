/**
 * Heights of a long list's rows, measured or guessed, so that any row's place can be told in a few hundred steps: sums are kept
 * for blocks of rows. Rows are numbered from 0; heights and places are CSS pixels.
 */
export interface RowHeights {
  readonly count: number;
  readonly total: number;
  /** Where a row begins. `topOf(count)` is the total. */
  topOf(row: number): number;
  /** The row at a place, clamped to those there are. */
  rowAt(place: number): number;
  heightOf(row: number): number;
  /** Sets a measured height. */
  set(row: number, height: number): void;
  /** Cuts or appends rows; new ones get the guess. */
  resize(count: number): void;
}

const BLOCK = 256;

export function createRowHeights(initialCount: number, guess: number): RowHeights {
  let count = 0;
  let heights = new Float32Array(0);
  let blocks = new Float64Array(0);
  const blockOf = (row: number): number => Math.floor(row / BLOCK);
  const sumTo = (block: number): number => {
    let sum = 0;
    for (let index = 0; index < block; index += 1) sum += blocks[index] ?? 0;
    return sum;
  };
  const resize = (next: number): void => {
    if (next > heights.length) {
      const room = Math.ceil(Math.max(next, heights.length * 1.25) / BLOCK) * BLOCK;
      const grown = new Float32Array(room).fill(guess);
      grown.set(heights.subarray(0, count));
      heights = grown;
    } else if (next < count) {
      heights.fill(guess, next, count);
    }
    const from = blockOf(Math.min(count, next));
    const kept = blocks;
    blocks = new Float64Array(blockOf(next + BLOCK - 1));
    blocks.set(kept.subarray(0, Math.min(from, blocks.length)));
    count = next;
    for (let block = from; block < blocks.length; block += 1) {
      let sum = 0;
      for (let row = block * BLOCK; row < Math.min(count, (block + 1) * BLOCK); row += 1) sum += heights[row] ?? 0;
      blocks[block] = sum;
    }
  };
  resize(initialCount);
  return {
    get count() {
      return count;
    },
    get total() {
      return sumTo(blocks.length);
    },
    topOf(row) {
      const clamped = Math.max(0, Math.min(count, row));
      const block = blockOf(clamped);
      let place = sumTo(block);
      for (let index = block * BLOCK; index < clamped; index += 1) place += heights[index] ?? 0;
      return place;
    },
    rowAt(place) {
      let block = 0;
      let top = 0;
      while (block < blocks.length - 1 && top + (blocks[block] ?? 0) <= place) {
        top += blocks[block] ?? 0;
        block += 1;
      }
      let row = block * BLOCK;
      while (row < count - 1 && top + (heights[row] ?? 0) <= place) {
        top += heights[row] ?? 0;
        row += 1;
      }
      return Math.max(0, Math.min(row, count - 1));
    },
    heightOf: (row) => heights[row] ?? guess,
    set(row, height) {
      if (row < 0 || row >= count) return;
      const block = blockOf(row);
      blocks[block] = (blocks[block] ?? 0) + height - (heights[row] ?? 0);
      heights[row] = height;
    },
    resize,
  };
}
