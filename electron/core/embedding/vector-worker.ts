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

/** Items (`seq`s of messages or memories) and what stands before and after each; -1 where nothing does. */
export interface Places {
  readonly items: Float64Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
}

export type VectorJob =
  /** Answers with { id, cosine }[]. */
  | { readonly kind: 'search'; readonly shelf: Shelf; readonly vector: Float32Array; readonly limit: number }
  /** Answers with the nearest items, nearest first, in a Float64Array. */
  | { readonly kind: 'nearest'; readonly shelf: Shelf; readonly vector: Float32Array; readonly limit: number }
  /** Answers with three numbers an item in a Float64Array: `self`, `pair` and `window` of `Closeness`, NaN for what has no vector. */
  | { readonly kind: 'closeness'; readonly shelf: Shelf; readonly vector: Float32Array; readonly places: Places }
  /** Reads a shelf before it is searched. Answers with null. */
  | { readonly kind: 'warm'; readonly shelf: Shelf };

interface Vectors {
  readonly matrix: VectorMatrix;
  /** Item → place, and back. */
  readonly places: Map<number, number>;
  readonly items: Map<number, number>;
}

/** The most memory for shelves; those not searched for longest make room. A million vectors of 512 dimensions are 580 MB. */
const MAX_BYTES = 640 * 1024 * 1024;
const PAGE_ROWS = 4000;

const reader = openThreadReader(workerData as ReaderData);
/** Partition id → its vectors, the last used last. */
const shelves = new Map<number, Vectors>();

serveJobs<VectorJob>(
  (job) => {
    const { model, space, characterId } = job.shelf;
    const partition = findPartition(reader, model, space, characterId);
    if (partition === undefined) return withoutVectors(job);
    const vectors = upToDate(partition);
    switch (job.kind) {
      case 'search':
        return search(vectors.matrix, space, job.vector, job.limit);
      case 'nearest':
        return nearest(vectors, space, partition.modelId, job.vector, job.limit);
      case 'closeness':
        return closeness(vectors, job.vector, job.places);
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

function withoutVectors(job: VectorJob): unknown {
  switch (job.kind) {
    case 'search':
      return [];
    case 'nearest':
      return new Float64Array(0);
    case 'closeness':
      return new Float64Array(job.places.items.length * 3).fill(Number.NaN);
    case 'warm':
      return null;
  }
}

/** As `search`, but looks only whether the vector still stands: an index tells, no row is read. */
function nearest(
  { matrix, items }: Vectors,
  space: Space,
  modelId: number,
  vector: Float32Array,
  limit: number,
): Float64Array {
  for (let asked = limit; ; asked *= 2) {
    const found = matrix.nearest(vector, asked).map(({ place }) => ({ place, item: items.get(place) ?? -1 }));
    const standing = placesOf(
      reader,
      space,
      modelId,
      found.map(({ item }) => item),
    );
    const stand = found.filter(({ place, item }) => standing.get(item) === place);
    for (const { place, item } of found) if (standing.get(item) !== place) matrix.remove(place);
    if (stand.length >= limit || found.length < asked)
      return Float64Array.from(stand.slice(0, limit), ({ item }) => item);
  }
}

function closeness({ matrix, places }: Vectors, query: Float32Array, asked: Places): Float64Array {
  const held = new Map<number, { readonly vector: ByteVector; readonly cosine: number } | undefined>();
  const items = [...new Set([...asked.items, ...asked.before, ...asked.after])];
  const placed = items.flatMap((item) => {
    const place = places.get(item);
    return place === undefined ? [] : [{ item, place }];
  });
  const cosines = matrix.cosines(
    query,
    placed.map(({ place }) => place),
  );
  placed.forEach(({ item, place }, at) => {
    const vector = matrix.row(place);
    const cosine = cosines[at];
    if (vector !== undefined && cosine !== undefined) held.set(item, { vector, cosine });
  });
  const answer = new Float64Array(asked.items.length * 3).fill(Number.NaN);
  asked.items.forEach((item, at) => {
    const self = held.get(item);
    if (self === undefined) return;
    const earlier = held.get(asked.before[at] ?? -1);
    const later = held.get(asked.after[at] ?? -1);
    // |a + b|² = 2 + 2ab for vectors of unit length; the cosine with a mean needs no mean.
    const withEarlier = earlier === undefined ? 0 : dotOf(self.vector, earlier.vector);
    const withLater = later === undefined ? 0 : dotOf(self.vector, later.vector);
    const across = earlier === undefined || later === undefined ? 0 : dotOf(earlier.vector, later.vector);
    const count = 1 + (earlier === undefined ? 0 : 1) + (later === undefined ? 0 : 1);
    const sum = self.cosine + (earlier?.cosine ?? 0);
    const pair = earlier === undefined ? self.cosine : sum / Math.sqrt(2 + 2 * withEarlier);
    const window = (sum + (later?.cosine ?? 0)) / Math.sqrt(count + 2 * (withEarlier + withLater + across));
    answer.set([self.cosine, pair, window], at * 3);
  });
  return answer;
}

function upToDate({ id, dimensions }: Partition): Vectors {
  const vectors = shelves.get(id) ?? { matrix: createVectorMatrix(dimensions), places: new Map(), items: new Map() };
  const { matrix, places, items } = vectors;
  shelves.delete(id);
  shelves.set(id, vectors);
  for (;;) {
    const rows = vectorsAfter(reader, id, matrix.lastPlace(), PAGE_ROWS);
    matrix.add(rows);
    for (const { place, item } of rows) {
      places.set(item, place);
      items.set(place, item);
    }
    if (rows.length < PAGE_ROWS) break;
  }
  let total = [...shelves.values()].reduce((sum, each) => sum + each.matrix.bytes, 0);
  for (const [other, each] of shelves) {
    if (total <= MAX_BYTES || other === id) break;
    shelves.delete(other);
    total -= each.matrix.bytes;
  }
  return vectors;
}
