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

test('among many rows the ten nearest are found, though few rows are compared; rows added later too', () => {
  const random = seededRandom(8);
  const dimensions = 160;
  const unit = (vector: Float32Array): Float32Array => {
    const length = Math.hypot(...vector);
    return vector.map((value) => value / length);
  };
  // As sentences are: about a common mean, in clusters.
  const common = Float32Array.from({ length: dimensions }, () => random() - 0.3);
  const topics = Array.from({ length: 400 }, () => Float32Array.from({ length: dimensions }, () => random() * 2 - 1));
  const sentence = (): Float32Array => {
    const topic = topics[Math.floor(random() * topics.length)] ?? common;
    return unit(common.map((value, i) => value + (topic[i] ?? 0) + (random() * 2 - 1) * 0.7));
  };
  const vectors = Array.from({ length: 20_000 }, sentence);
  const matrix = createVectorMatrix(dimensions);
  const rowOf = (place: number) => {
    const { scale, bytes } = toBytes(vectors[place] ?? common);
    return { place, scale, bytes: new Uint8Array(bytes.buffer) };
  };
  let have = 0;
  for (const upTo of [17_000, 20_000]) {
    matrix.add(Array.from({ length: upTo - have }, (_, index) => rowOf(have + index)));
    have = upTo;
    let found = 0;
    for (let asked = 0; asked < 5; asked += 1) {
      const query = sentence();
      const cosines = vectors
        .slice(0, have)
        .map((vector) => vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0));
      const border = [...cosines].sort((one, other) => other - one)[9] ?? 0;
      found += matrix.nearest(query, 10).filter(({ place }) => (cosines[place] ?? 0) >= border - 0.001).length;
    }
    expect(found / 50).toBeGreaterThan(0.97);
  }
  matrix.remove(19_000);
  const nearest = matrix.nearest(vectors[19_000] ?? common, 10).map(({ place }) => place);
  expect(nearest).not.toContain(19_000);
});

test('a row of another size is not taken', () => {
  const matrix = createVectorMatrix(16);
  matrix.add([{ place: 1, scale: 1, bytes: new Uint8Array(15) }]);
  expect(matrix.nearest(new Float32Array(16).fill(0.25), 5)).toEqual([]);
});
