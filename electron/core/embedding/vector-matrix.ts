import { present } from '#shared/base/assert.ts';
import { toShorts, type ByteVector } from './quantise.ts';
import { openVectorKernel, PAGE_BYTES } from './vector-kernel.ts';

/** A row as it is stored. */
export interface StoredVector {
  /** Greater than that of every row added before. */
  readonly place: number;
  readonly scale: number;
  readonly bytes: Uint8Array;
}

export interface Scored {
  readonly place: number;
  readonly cosine: number;
}

/** Vectors in memory, ready to be compared with a query all at once. */
export interface VectorMatrix {
  readonly dimensions: number;
  readonly bytes: number;
  /** Of the newest row; -1 when there is none. */
  lastPlace(): number;
  add(rows: readonly StoredVector[]): void;
  /** Wipes a row. Does nothing when it is not there. */
  remove(place: number): void;
  /** The `limit` rows nearest to the query, nearest first. The query is of unit length. */
  nearest(query: Float32Array, limit: number): Scored[];
  /** The cosines of these rows with the query; undefined for a place that is not there. */
  cosines(query: Float32Array, places: readonly number[]): (number | undefined)[];
  /** A row as it lies there, valid until rows are added; undefined for a place that is not there. */
  row(place: number): ByteVector | undefined;
}

/** Rows that are laid down together. */
const CHUNK_ROWS = 4096;
/** A kernel's step. */
const STEP = 16;

interface Chunk {
  readonly rowsAt: number;
  readonly scalesAt: number;
  readonly places: Float64Array;
  count: number;
}

export function createVectorMatrix(dimensions: number): VectorMatrix {
  const width = Math.ceil(dimensions / STEP) * STEP;
  const queryAt = 0;
  const scoresAt = width * 2;
  const chunkBytes = CHUNK_ROWS * (width + 4);
  const { memory, scan: scanRows } = openVectorKernel(scoresAt + CHUNK_ROWS * 4);
  const chunks: Chunk[] = [];
  let used = memory.buffer.byteLength;
  let total = 0;

  const openChunk = (): Chunk => {
    const last = chunks.at(-1);
    if (last !== undefined && last.count < CHUNK_ROWS) return last;
    const missing = used + chunkBytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const chunk = { rowsAt: used, scalesAt: used + CHUNK_ROWS * width, places: new Float64Array(CHUNK_ROWS), count: 0 };
    used += chunkBytes;
    chunks.push(chunk);
    return chunk;
  };

  /** The chunk and row of a place, by halving: places only grow. */
  const find = (place: number): { readonly chunk: Chunk; readonly row: number } | undefined => {
    const chunk = chunks[lastAtMost(chunks.length, (index) => chunks[index]?.places[0] ?? 0, place)];
    if (chunk === undefined) return undefined;
    const row = lastAtMost(chunk.count, (index) => chunk.places[index] ?? 0, place);
    return chunk.places[row] === place ? { chunk, row } : undefined;
  };

  /** Lays the query down; a score times the answer is a cosine. */
  const layQuery = (query: Float32Array): number => {
    const values = new Int16Array(memory.buffer, queryAt, width).fill(0);
    return toShorts(query, values);
  };

  const scan = (chunk: Chunk, row: number, count: number): Float32Array => {
    scanRows(chunk.rowsAt + row * width, chunk.scalesAt + row * 4, count, width, queryAt, scoresAt);
    return new Float32Array(memory.buffer, scoresAt, count);
  };

  return {
    dimensions,
    get bytes() {
      return used;
    },
    lastPlace: () => {
      const last = chunks.at(-1);
      return last === undefined ? -1 : (last.places[last.count - 1] ?? -1);
    },
    add(rows) {
      for (const { place, scale, bytes } of rows) {
        if (bytes.length !== dimensions) continue;
        const chunk = openChunk();
        new Uint8Array(memory.buffer, chunk.rowsAt + chunk.count * width, dimensions).set(bytes);
        new Float32Array(memory.buffer, chunk.scalesAt, CHUNK_ROWS)[chunk.count] = scale;
        chunk.places[chunk.count] = place;
        chunk.count += 1;
        total += 1;
      }
    },
    remove(place) {
      const found = find(place);
      if (found === undefined) return;
      new Uint8Array(memory.buffer, found.chunk.rowsAt + found.row * width, width).fill(0);
      // A row that is nowhere near anything: the order of places stays.
      new Float32Array(memory.buffer, found.chunk.scalesAt, CHUNK_ROWS)[found.row] = Number.NaN;
    },
    nearest(query, limit) {
      if (total === 0 || limit < 1) return [];
      const unit = layQuery(query);
      const best = createBest(limit);
      for (const chunk of chunks) {
        const scores = scan(chunk, 0, chunk.count);
        for (let row = 0; row < chunk.count; row += 1) {
          const score = scores[row] ?? 0;
          if (score > best.threshold()) best.add(chunk.places[row] ?? 0, score);
        }
      }
      return best.sorted().map(({ place, cosine }) => ({ place, cosine: cosine * unit }));
    },
    cosines(query, places) {
      const unit = layQuery(query);
      return places.map((place) => {
        const found = find(place);
        if (found === undefined) return undefined;
        const score = present(scan(found.chunk, found.row, 1)[0], 'score') * unit;
        return Number.isNaN(score) ? undefined : score;
      });
    },
    row(place) {
      const found = find(place);
      if (found === undefined) return undefined;
      const scale = present(new Float32Array(memory.buffer, found.chunk.scalesAt, CHUNK_ROWS)[found.row], 'scale');
      if (Number.isNaN(scale)) return undefined;
      return { scale, bytes: new Int8Array(memory.buffer, found.chunk.rowsAt + found.row * width, dimensions) };
    },
  };
}

/** The greatest index below `count` whose key is at most `key`; -1 when there is none. Keys grow. */
function lastAtMost(count: number, keyAt: (index: number) => number, key: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyAt(middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Keeps the greatest few: a heap whose top is the least of them. */
function createBest(limit: number) {
  const places: number[] = [];
  const scores: number[] = [];
  const swap = (one: number, other: number): void => {
    [places[one], places[other]] = [places[other] ?? 0, places[one] ?? 0];
    [scores[one], scores[other]] = [scores[other] ?? 0, scores[one] ?? 0];
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const left = at * 2 + 1;
      const least = left + 1 < scores.length && (scores[left + 1] ?? 0) < (scores[left] ?? 0) ? left + 1 : left;
      if (least >= scores.length || (scores[least] ?? 0) >= (scores[at] ?? 0)) return;
      swap(at, least);
      at = least;
    }
  };
  const rise = (): void => {
    for (let at = scores.length - 1; at > 0;) {
      const parent = (at - 1) >>> 1;
      if ((scores[parent] ?? 0) <= (scores[at] ?? 0)) return;
      swap(at, parent);
      at = parent;
    }
  };
  return {
    threshold: () => (scores.length < limit ? Number.NEGATIVE_INFINITY : (scores[0] ?? 0)),
    add(place: number, score: number) {
      if (scores.length < limit) {
        places.push(place);
        scores.push(score);
        rise();
      } else {
        places[0] = place;
        scores[0] = score;
        sink();
      }
    },
    sorted: () =>
      places
        .map((place, index): Scored => ({ place, cosine: scores[index] ?? 0 }))
        .sort((one, other) => other.cosine - one.cosine || other.place - one.place),
  };
}
