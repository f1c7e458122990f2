import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import { toBytes } from './quantise.ts';
import { createVectorMatrix, type VectorMatrix } from './vector-matrix.ts';

const unit = (random: () => number, dimensions: number): Float32Array => {
  const vector = Float32Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
};

const dot = (one: Float32Array, other: Float32Array): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

const add = (matrix: VectorMatrix, place: number, vector: Float32Array): void => {
  const { scale, bytes } = toBytes(vector);
  matrix.add([{ place, scale, bytes: new Uint8Array(bytes.buffer) }]);
};

const sized = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  dimensions: fc.integer({ min: 1, max: 130 }),
  count: fc.integer({ min: 0, max: 60 }),
});

test('a cosine is what the vectors give, to within what a byte can say', () => {
  fc.assert(
    fc.property(sized, ({ seed, dimensions, count }) => {
      const random = seededRandom(seed);
      const matrix = createVectorMatrix(dimensions);
      const vectors = Array.from({ length: count }, () => unit(random, dimensions));
      vectors.forEach((vector, index) => add(matrix, index * 3 + 7, vector));
      const query = unit(random, dimensions);
      const cosines = matrix.cosines(query, [6, ...vectors.map((_, index) => index * 3 + 7), 1e9]);
      expect(cosines[0]).toBeUndefined();
      expect(cosines.at(-1)).toBeUndefined();
      vectors.forEach((vector, index) =>
        expect(Math.abs((cosines[index + 1] ?? 9) - dot(vector, query))).toBeLessThan(0.02),
      );
    }),
  );
});

test('the nearest are the rows of the greatest cosines, in their order; what was removed is not among them', () => {
  fc.assert(
    fc.property(
      sized,
      fc.integer({ min: 1, max: 70 }),
      fc.array(fc.nat(59)),
      ({ seed, dimensions, count }, limit, removed) => {
        const random = seededRandom(seed);
        const matrix = createVectorMatrix(dimensions);
        for (let place = 0; place < count; place += 1) add(matrix, place, unit(random, dimensions));
        for (const place of removed) matrix.remove(place);
        const query = unit(random, dimensions);
        const places = Array.from({ length: count }, (_, place) => place);
        const all = matrix
          .cosines(query, places)
          .flatMap((cosine, place) => (cosine === undefined ? [] : [{ place, cosine }]))
          .sort((one, other) => other.cosine - one.cosine || other.place - one.place);
        expect(all.map(({ place }) => place).every((place) => !removed.includes(place))).toBe(true);
        const nearest = matrix.nearest(query, limit);
        expect(nearest.map(({ cosine }) => cosine)).toEqual(all.slice(0, limit).map(({ cosine }) => cosine));
        // Which of two that are equally near comes first is not promised.
        for (const one of nearest) expect(all).toContainEqual(one);
        expect(new Set(nearest.map(({ place }) => place)).size).toBe(nearest.length);
      },
    ),
  );
});
