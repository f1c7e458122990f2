/** A unit vector in one signed byte a dimension; times `scale` it is the vector again, with an error of scale/2 a dimension. */
export interface ByteVector {
  readonly scale: number;
  readonly bytes: Int8Array;
}

/** `vector`: any finite numbers, not all 0. */
export function toBytes(vector: Float32Array): ByteVector {
  const scale = greatest(vector) / 127;
  const bytes = new Int8Array(vector.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.round((vector[i] ?? 0) / scale);
  return { scale, bytes };
}

/** What two vectors give, compared as they are stored. */
export function dotOf(one: ByteVector, other: ByteVector): number {
  let sum = 0;
  for (let i = 0; i < one.bytes.length; i += 1) sum += (one.bytes[i] ?? 0) * (other.bytes[i] ?? 0);
  return sum * one.scale * other.scale;
}

/** The greatest 16-bit number a query uses: with it the sum of any 8,192 products still fits 32 bits. */
const QUERY_MAX = 2047;

/** A query, finer than what it is compared with: `values` times the answer is the vector. */
export function toShorts(vector: Float32Array, into: Int16Array): number {
  const scale = greatest(vector) / QUERY_MAX;
  for (let i = 0; i < vector.length; i += 1) into[i] = Math.round((vector[i] ?? 0) / scale);
  return scale;
}

function greatest(vector: Float32Array): number {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  return most;
}
