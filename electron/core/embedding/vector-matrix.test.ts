import { expect, test } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { toBytes } from './quantise.ts';
import { createVectorMatrix } from './vector-matrix.ts';

test('grows over many chunks and finds each row again', () => {
  const random = seededRandom(5);
  const dimensions = 24;
  const matrix = createVectorMatrix(dimensions);
  const count = 20_000;
  const vectors = Array.from({ length: count }, () => {
    const vector = Float32Array.from({ length: dimensions }, () => random() * 2 - 1);
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  });
  const rows = vectors.map((vector, place) => {
    const { scale, bytes } = toBytes(vector);
    return { place, scale, bytes: new Uint8Array(bytes.buffer) };
  });
  expect(matrix.lastPlace()).toBe(-1);
  for (let at = 0; at < count; at += 777) matrix.add(rows.slice(at, at + 777));
  expect(matrix.lastPlace()).toBe(count - 1);
  for (const place of [0, 4095, 4096, 12_345, count - 1]) {
    const [nearest] = matrix.nearest(vectors[place] ?? new Float32Array(), 3);
    expect(nearest?.place).toBe(place);
    expect(nearest?.cosine).toBeCloseTo(1, 2);
  }
});

test('a row of another size is not taken', () => {
  const matrix = createVectorMatrix(16);
  matrix.add([{ place: 1, scale: 1, bytes: new Uint8Array(15) }]);
  expect(matrix.nearest(new Float32Array(16).fill(0.25), 5)).toEqual([]);
});
