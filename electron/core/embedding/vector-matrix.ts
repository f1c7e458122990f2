import { present } from '#shared/base/assert.ts';
import { createBestFew, type Scored } from './best-few.ts';
import { toShorts, type ByteVector } from './quantise.ts';
import { openVectorKernel, PAGE_BYTES } from './vector-kernel.ts';

/** A row as it is stored. */
export interface StoredVector {
  /** Greater than that of every row added before. */
  readonly place: number;
  readonly scale: number;
  readonly bytes: Uint8Array;
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
/** The kernel's steps: 16 bytes of a row, and of its signs. */
const STEP = 128;
/** Up to here every row is compared. Among more, those are whose signs differ least from the query's: a share, but no fewer than. */
const EXACT_ROWS = 16_384;
const CANDIDATE_SHARE = 0.03;
const CANDIDATES = 2500;
/** Rows that the signs' thresholds are taken from. */
const SAMPLE = 2048;

interface Chunk {
  readonly rowsAt: number;
  readonly scalesAt: number;
  readonly signsAt: number;
  readonly places: Float64Array;
  count: number;
  /** How many of its rows have their signs. */
  signed: number;
}

/**
 * Few vectors are compared one and all. Of many, the greater part is left out first by the signs of their components about the mean
 * (one bit each): a tenth of the work, and on sentences all of the ten nearest are still found.
 */
export function createVectorMatrix(dimensions: number): VectorMatrix {
  const width = Math.ceil(dimensions / STEP) * STEP;
  const queryAt = 0;
  const scoresAt = width * 2;
  const thresholdsAt = scoresAt + CHUNK_ROWS * 4;
  const querySignsAt = thresholdsAt + width;
  const signBytes = width / 8;
  const chunkBytes = CHUNK_ROWS * (width + 4 + signBytes);
  const kernel = openVectorKernel(querySignsAt + signBytes);
  const { memory } = kernel;
  const chunks: Chunk[] = [];
  let used = memory.buffer.byteLength;
  let total = 0;

  const openChunk = (): Chunk => {
    const last = chunks.at(-1);
    if (last !== undefined && last.count < CHUNK_ROWS) return last;
    const missing = used + chunkBytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
    const scalesAt = used + CHUNK_ROWS * width;
    const signsAt = scalesAt + CHUNK_ROWS * 4;
    const chunk = { rowsAt: used, scalesAt, signsAt, places: new Float64Array(CHUNK_ROWS), count: 0, signed: 0 };
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
    kernel.scan(chunk.rowsAt + row * width, chunk.scalesAt + row * 4, count, width, queryAt, scoresAt);
    return new Float32Array(memory.buffer, scoresAt, count);
  };

  /** The mean of the rows as it was when the signs were made, and of how many there were. */
  let mean: Float32Array | undefined;
  let meanOf = 0;

  /** Every row's signs; all anew when there are twice as many rows as the thresholds are of. */
  const signRows = (): Float32Array => {
    if (mean === undefined || total > meanOf * 2) {
      const sampled = sampleMean();
      mean = sampled.mean;
      meanOf = total;
      new Int8Array(memory.buffer, thresholdsAt, width).fill(127);
      const thresholds = new Int8Array(memory.buffer, thresholdsAt, dimensions);
      mean.forEach((value, i) => (thresholds[i] = Math.max(-128, Math.min(127, Math.round(value / sampled.scale)))));
      for (const chunk of chunks) chunk.signed = 0;
    }
    for (const chunk of chunks) {
      const { rowsAt, signsAt, signed, count } = chunk;
      if (signed === count) continue;
      kernel.sign(rowsAt + signed * width, count - signed, width, thresholdsAt, signsAt + signed * signBytes);
      chunk.signed = count;
    }
    return mean;
  };

  const sampleMean = (): { readonly mean: Float32Array; readonly scale: number } => {
    const sum = new Float64Array(dimensions);
    let scales = 0;
    let taken = 0;
    const every = Math.max(1, Math.floor(total / SAMPLE));
    for (let at = 0; at < total; at += every) {
      const chunk = chunks[Math.floor(at / CHUNK_ROWS)];
      const bytes = chunk && rowOf(chunk, at % CHUNK_ROWS);
      if (bytes === undefined) continue;
      for (let i = 0; i < dimensions; i += 1) sum[i] = (sum[i] ?? 0) + (bytes.bytes[i] ?? 0) * bytes.scale;
      scales += bytes.scale;
      taken += 1;
    }
    return { mean: Float32Array.from(sum, (value) => value / taken), scale: scales / taken };
  };

  const rowOf = ({ rowsAt, scalesAt }: Chunk, row: number): ByteVector | undefined => {
    const scale = present(new Float32Array(memory.buffer, scalesAt, CHUNK_ROWS)[row], 'scale');
    if (Number.isNaN(scale)) return undefined;
    return { scale, bytes: new Int8Array(memory.buffer, rowsAt + row * width, dimensions) };
  };

  /** In how many signs each row differs from the query, in the order of the rows. */
  const differences = (query: Float32Array): Uint16Array => {
    const centre = signRows();
    const signs = new Uint8Array(memory.buffer, querySignsAt, signBytes).fill(0);
    query.forEach((value, i) => {
      if (value > (centre[i] ?? 0)) signs[i >> 3] = (signs[i >> 3] ?? 0) | (1 << (i & 7));
    });
    const all = new Uint16Array(total);
    chunks.forEach(({ signsAt, count }, index) => {
      kernel.differ(signsAt, count, signBytes, querySignsAt, scoresAt);
      all.set(new Uint16Array(memory.buffer, scoresAt, count), index * CHUNK_ROWS);
    });
    return all;
  };

  /** The greatest difference that enough rows keep within. */
  const reach = (all: Uint16Array): number => {
    const counts = new Uint32Array(width + 1);
    for (const each of all) counts[each] = (counts[each] ?? 0) + 1;
    let left = Math.max(CANDIDATES, Math.ceil(total * CANDIDATE_SHARE));
    let most = 0;
    while (most < width && (left -= counts[most] ?? 0) > 0) most += 1;
    return most;
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
      const best = createBestFew(limit);
      const consider = (chunk: Chunk, first: number, count: number): void => {
        const scores = scan(chunk, first, count);
        for (let i = 0; i < count; i += 1) {
          const score = scores[i] ?? 0;
          if (score > best.threshold()) best.add(chunk.places[first + i] ?? 0, score);
        }
      };
      if (total <= EXACT_ROWS || limit * 10 > CANDIDATES) {
        for (const chunk of chunks) consider(chunk, 0, chunk.count);
      } else {
        const all = differences(query);
        const most = reach(all);
        chunks.forEach((chunk, index) => {
          const from = index * CHUNK_ROWS;
          for (let row = 0; row < chunk.count; row += 1) if ((all[from + row] ?? 0) <= most) consider(chunk, row, 1);
        });
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
      return found && rowOf(found.chunk, found.row);
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
