/** The model reads 128 tokens of a piece and no further: about this many letters of English. */
const PIECE_UNITS = 480;
/** What a message of many thousand letters says late is left out: a vector of everything is a vector of nothing. */
const MAX_PIECES = 8;

/** A text in pieces the model can read whole, cut at sentence ends where there are any. At least one, perhaps empty. */
export function piecesOf(text: string): string[] {
  const clean = text.trim();
  const pieces: string[] = [];
  for (let rest = clean; pieces.length < MAX_PIECES;) {
    if (rest.length <= PIECE_UNITS) return [...pieces, rest];
    const at = cutBefore(rest, PIECE_UNITS);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  return pieces;
}

/** The mean direction, unit length. */
export function meanOf(vectors: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (let i = 0; i < mean.length; i += 1) mean[i] = (mean[i] ?? 0) + (vector[i] ?? 0);
  return normalise(mean);
}

function normalise(vector: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let square = 0;
  for (const value of vector) square += value * value;
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) * scale;
  return vector;
}

/** After the last sentence end, or else space, in the second half of what fits; never inside a surrogate pair. */
function cutBefore(text: string, limit: number): number {
  const head = text.slice(0, limit);
  const sentence = Math.max(...['. ', '! ', '? ', '\n'].map((end) => head.lastIndexOf(end) + end.length - 1));
  if (sentence > limit / 2) return sentence + 1;
  const space = head.lastIndexOf(' ');
  if (space > limit / 2) return space + 1;
  const code = text.charCodeAt(limit);
  return code >= 0xdc00 && code <= 0xdfff ? limit - 1 : limit;
}
