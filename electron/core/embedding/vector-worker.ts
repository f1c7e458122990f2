import { workerData } from 'node:worker_threads';
import type { CharacterId } from '#shared/entities.ts';
import { openThreadReader, type ReaderData } from '../db/thread-reader.ts';
import { serveJobs } from '../worker-serve.ts';
import {
  emptyPlaces,
  findPartition,
  livingItems,
  placesOf,
  vectorsAfter,
  type Partition,
  type Space,
} from './embedding-store.ts';
import { dotOf, type ByteVector } from './quantise.ts';
import { createVectorMatrix, type VectorMatrix } from './vector-matrix.ts';

/** Which vectors are meant. */
export interface Shelf {
  readonly model: string;
  readonly space: Space;
  readonly characterId: CharacterId;
}

/** An item (a message's or a memory's `seq`) between its neighbours. */
export interface Place {
  readonly item: number;
  readonly before: number | null;
  readonly after: number | null;
}

/** Cosines with the query. A neighbour that is not there, or has no vector, is left out of the mean. */
export interface Closeness {
  readonly self: number;
  /** Of the mean direction with the one before. */
  readonly pair: number;
  /** Of the mean direction with both neighbours. */
  readonly window: number;
}

export type VectorJob =
  /** Answers with { id, cosine }[]. */
  | { readonly kind: 'search'; readonly shelf: Shelf; readonly vector: Float32Array; readonly limit: number }
  /** Answers with (Closeness | null)[], one a place. */
  | {
      readonly kind: 'closeness';
      readonly shelf: Shelf;
      readonly vector: Float32Array;
      readonly places: readonly Place[];
    }
  /** Reads a shelf before it is searched. Answers with null. */
  | { readonly kind: 'warm'; readonly shelf: Shelf };

/** The most memory for shelves; those not searched for longest make room. A million vectors of 512 dimensions are 580 MB. */
const MAX_BYTES = 640 * 1024 * 1024;
const PAGE_ROWS = 4000;

const reader = openThreadReader(workerData as ReaderData);
/** Partition id → its vectors, the last used last. */
const shelves = new Map<number, VectorMatrix>();

serveJobs<VectorJob>(
  (job) => {
    const { model, space, characterId } = job.shelf;
    const partition = findPartition(reader, model, space, characterId);
    if (partition === undefined)
      return job.kind === 'search' ? [] : job.kind === 'closeness' ? job.places.map(() => null) : null;
    const matrix = upToDate(partition);
    switch (job.kind) {
      case 'search':
        return search(matrix, space, job.vector, job.limit);
      case 'closeness':
        return closeness(matrix, space, partition.modelId, job.vector, job.places);
      case 'warm':
        return null;
    }
  },
  () => reader.close(),
);

/** What was forgotten may still stand in the matrix: the file has the last word, and the row is wiped. */
function search(matrix: VectorMatrix, space: Space, vector: Float32Array, limit: number) {
  for (let asked = limit; ; asked *= 2) {
    const nearest = matrix.nearest(vector, asked);
    const living = livingItems(
      reader,
      space,
      nearest.map(({ place }) => place),
    );
    if (living.size < nearest.length) {
      const hidden = nearest.map(({ place }) => place).filter((place) => !living.has(place));
      for (const place of emptyPlaces(reader, hidden)) matrix.remove(place);
    }
    const found = nearest.flatMap(({ place, cosine }) => {
      const id = living.get(place);
      return id === undefined ? [] : [{ id, cosine }];
    });
    if (found.length >= limit || nearest.length < asked) return found.slice(0, limit);
  }
}

function closeness(
  matrix: VectorMatrix,
  space: Space,
  modelId: number,
  query: Float32Array,
  places: readonly Place[],
): (Closeness | null)[] {
  const items = places.flatMap(({ item, before, after }) => [item, before, after]).filter((item) => item !== null);
  const rows = [...placesOf(reader, space, modelId, [...new Set(items)])];
  const cosines = matrix.cosines(
    query,
    rows.map(([, place]) => place),
  );
  const vectors = new Map<number, { readonly vector: ByteVector; readonly cosine: number }>();
  rows.forEach(([item, place], at) => {
    const vector = matrix.row(place);
    const cosine = cosines[at];
    if (vector !== undefined && cosine !== undefined) vectors.set(item, { vector, cosine });
  });
  const find = (item: number | null) => (item === null ? undefined : vectors.get(item));
  return places.map(({ item, before, after }): Closeness | null => {
    const self = find(item);
    if (self === undefined) return null;
    const earlier = find(before);
    const later = find(after);
    // |a + b|² = 2 + 2ab for vectors of unit length; the cosine with a mean needs no mean.
    const withEarlier = earlier === undefined ? 0 : dotOf(self.vector, earlier.vector);
    const withLater = later === undefined ? 0 : dotOf(self.vector, later.vector);
    const across = earlier === undefined || later === undefined ? 0 : dotOf(earlier.vector, later.vector);
    const count = 1 + (earlier === undefined ? 0 : 1) + (later === undefined ? 0 : 1);
    const sum = self.cosine + (earlier?.cosine ?? 0);
    return {
      self: self.cosine,
      pair: earlier === undefined ? self.cosine : sum / Math.sqrt(2 + 2 * withEarlier),
      window: (sum + (later?.cosine ?? 0)) / Math.sqrt(count + 2 * (withEarlier + withLater + across)),
    };
  });
}

function upToDate({ id, dimensions }: Partition): VectorMatrix {
  const matrix = shelves.get(id) ?? createVectorMatrix(dimensions);
  shelves.delete(id);
  shelves.set(id, matrix);
  for (;;) {
    const rows = vectorsAfter(reader, id, matrix.lastPlace(), PAGE_ROWS);
    matrix.add(rows);
    if (rows.length < PAGE_ROWS) break;
  }
  let total = [...shelves.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [other, { bytes }] of shelves) {
    if (total <= MAX_BYTES || other === id) break;
    shelves.delete(other);
    total -= bytes;
  }
  return matrix;
}
