import { seededRandom } from '#shared/base/random.ts';

/**
 * A GGUF file (version 3) of a `llama` model with random weights, about 200 kB: it knows nothing, but it loads, streams,
 * follows a grammar and can be aborted like any other, in milliseconds. It answers with printable ASCII and never ends
 * by itself. Layout: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function tinyGguf({
  architecture = 'llama',
  contextLength = 4096,
}: { architecture?: string; contextLength?: number } = {}): Uint8Array {
  const tokens = [
    '<unk>',
    '<s>',
    '</s>',
    ...Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  ];
  const types = tokens.map((_, id) => (id === 0 ? TOKEN.unknown : id < FIRST_BYTE ? TOKEN.control : TOKEN.byte));
  const writer = createWriter();
  const tensors = tinyTensors(tokens.length);

  const metadata: readonly (readonly [string, () => void])[] = [
    ['general.architecture', () => writer.stringValue(architecture)],
    ['general.name', () => writer.stringValue('tiny')],
    [`${architecture}.context_length`, () => writer.u32Value(contextLength)],
    [`${architecture}.embedding_length`, () => writer.u32Value(WIDTH)],
    [`${architecture}.block_count`, () => writer.u32Value(BLOCKS)],
    [`${architecture}.feed_forward_length`, () => writer.u32Value(INNER)],
    [`${architecture}.attention.head_count`, () => writer.u32Value(HEADS)],
    [`${architecture}.attention.head_count_kv`, () => writer.u32Value(HEADS)],
    [`${architecture}.attention.layer_norm_rms_epsilon`, () => writer.f32Value(1e-5)],
    [`${architecture}.rope.dimension_count`, () => writer.u32Value(WIDTH / HEADS)],
    [`${architecture}.vocab_size`, () => writer.u32Value(tokens.length)],
    ['tokenizer.ggml.model', () => writer.stringValue('llama')],
    ['tokenizer.ggml.tokens', () => writer.arrayValue(TYPE.string, tokens, writer.string)],
    ['tokenizer.ggml.scores', () => writer.arrayValue(TYPE.f32, types, () => writer.f32(0))],
    ['tokenizer.ggml.token_type', () => writer.arrayValue(TYPE.i32, types, writer.u32)],
    ['tokenizer.ggml.unknown_token_id', () => writer.u32Value(0)],
    ['tokenizer.ggml.bos_token_id', () => writer.u32Value(1)],
    ['tokenizer.ggml.eos_token_id', () => writer.u32Value(2)],
    ['tokenizer.ggml.add_space_prefix', () => writer.boolValue(false)],
    ['tokenizer.chat_template', () => writer.stringValue(TEMPLATE)],
  ];

  writer.bytes(new TextEncoder().encode('GGUF'));
  writer.u32(3);
  writer.u64(tensors.length);
  writer.u64(metadata.length);
  for (const [key, write] of metadata) {
    writer.string(key);
    write();
  }
  let offset = 0;
  for (const { name, dimensions, values } of tensors) {
    writer.string(name);
    writer.u32(dimensions.length);
    for (const dimension of dimensions) writer.u64(dimension);
    writer.u32(0);
    writer.u64(offset);
    offset += Math.ceil(values.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  for (const { values } of tensors) {
    writer.align();
    writer.bytes(new Uint8Array(values.buffer));
  }
  writer.align();
  return writer.done();
}

/** What ends a message here ends a reply: it must be nothing that the model says by chance. */
const TEMPLATE = `{% for message in messages %}{{ '[[' + message['role'] + ']] ' + message['content'] + ' [[end]]' }}{% endfor %}{% if add_generation_prompt %}{{ '[[assistant]] ' }}{% endif %}`;
const WIDTH = 32;
const HEADS = 2;
const INNER = 64;
const BLOCKS = 2;
const ALIGNMENT = 32;
const FIRST_BYTE = 3;
const TOKEN = { unknown: 2, control: 3, byte: 6 };
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 };

interface Tensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

function tinyTensors(vocabulary: number): Tensor[] {
  const random = seededRandom(11);
  const filled = (name: string, dimensions: readonly number[], value: (row: number) => number): Tensor => {
    const [width = 1] = dimensions;
    const values = new Float32Array(dimensions.reduce((product, each) => product * each, 1));
    values.forEach((_, index) => (values[index] = value(Math.floor(index / width))));
    return { name, dimensions, values };
  };
  const noise = (scale: number) => () => (random() * 2 - 1) * scale;
  const one = () => 1;
  const blocks = Array.from({ length: BLOCKS }, (_, index) => [
    filled(`blk.${index}.attn_norm.weight`, [WIDTH], one),
    ...['attn_q', 'attn_k', 'attn_v', 'attn_output'].map((name) =>
      filled(`blk.${index}.${name}.weight`, [WIDTH, WIDTH], noise(0.5)),
    ),
    filled(`blk.${index}.ffn_norm.weight`, [WIDTH], one),
    filled(`blk.${index}.ffn_gate.weight`, [WIDTH, INNER], noise(0.5)),
    filled(`blk.${index}.ffn_up.weight`, [WIDTH, INNER], noise(0.5)),
    filled(`blk.${index}.ffn_down.weight`, [INNER, WIDTH], noise(0.5)),
  ]);
  return [
    filled('token_embd.weight', [WIDTH, vocabulary], noise(1)),
    ...blocks.flat(),
    filled('output_norm.weight', [WIDTH], one),
    // Rows of nought for all but printable ASCII: among random scores those are never the highest.
    filled('output.weight', [WIDTH, vocabulary], (row) =>
      row >= FIRST_BYTE + 32 && row < FIRST_BYTE + 127 ? noise(2)() : 0,
    ),
  ];
}

/** Little-endian values one after another. */
function createWriter() {
  let buffer = new Uint8Array(1 << 16);
  let length = 0;
  const room = (size: number): DataView => {
    if (length + size > buffer.length) {
      const larger = new Uint8Array(Math.max(buffer.length * 2, length + size));
      larger.set(buffer);
      buffer = larger;
    }
    length += size;
    return new DataView(buffer.buffer, length - size, size);
  };
  const u32 = (value: number): void => room(4).setUint32(0, value, true);
  const u64 = (value: number): void => room(8).setBigUint64(0, BigInt(value), true);
  const f32 = (value: number): void => room(4).setFloat32(0, value, true);
  const bytes = (values: Uint8Array): void => {
    room(values.length);
    buffer.set(values, length - values.length);
  };
  const string = (text: string): void => {
    const encoded = new TextEncoder().encode(text);
    u64(encoded.length);
    bytes(encoded);
  };
  return {
    u32,
    u64,
    f32,
    bytes,
    string,
    stringValue(text: string): void {
      u32(TYPE.string);
      string(text);
    },
    u32Value(value: number): void {
      u32(TYPE.u32);
      u32(value);
    },
    f32Value(value: number): void {
      u32(TYPE.f32);
      f32(value);
    },
    boolValue(value: boolean): void {
      u32(TYPE.bool);
      room(1).setUint8(0, Number(value));
    },
    arrayValue<T>(type: number, items: readonly T[], write: (item: T) => void): void {
      u32(TYPE.array);
      u32(type);
      u64(items.length);
      items.forEach(write);
    },
    align(): void {
      room((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
    },
    done: () => buffer.slice(0, length),
  };
}
