/** `vector-kernel.wat`, assembled. */
const CODE =
  'AGFzbQEAAAABEgJgBn9/f39/fwBgBX9/f39/AAIOAQJqcwZtZW1vcnkCAAADBQQAAAEBByMEBHNjYW4AAAhtdWx0aXBseQABBHNpZ24AAgZkaW' +
  'ZmZXIAAwqJCQTWAQIDfwN7IAUgAkECdGohBgJAA0AgBSAGTw0B/QwAAAAAAAAAAAAAAAAAAAAAIQr9DAAAAAAAAAAAAAAAAAAAAAAhCyAEIQcg' +
  'ACADaiEIA0AgAP0ABAAhCSAKIAn9hwEgB/0ABAD9ugH9rgEhCiALIAn9iAEgB/0ABBD9ugH9rgEhCyAAQRBqIQAgB0EgaiEHIAAgCEkNAAsgCi' +
  'AL/a4BIQogBSABKgIAIAr9GwAgCv0bAWogCv0bAiAK/RsDamqylDgCACAFQQRqIQUgAUEEaiEBDAALCwu3BQILfwt7IAJBAnQhCiAEQQJ0IQsg' +
  'AyEMA0BBACEHA0AgDCEDIAAgByAKbGohDSANIApqIQ4gDiAKaiEPIA8gCmohEP0MAAAAAAAAAAAAAAAAAAAAACEU/QwAAAAAAAAAAAAAAAAAAA' +
  'AAIRX9DAAAAAAAAAAAAAAAAAAAAAAhFv0MAAAAAAAAAAAAAAAAAAAAACEX/QwAAAAAAAAAAAAAAAAAAAAAIRj9DAAAAAAAAAAAAAAAAAAAAAAh' +
  'Gf0MAAAAAAAAAAAAAAAAAAAAACEa/QwAAAAAAAAAAAAAAAAAAAAAIRsgAiEIA0AgA/0ABAAhEiAD/QAEECETIA39CQIAIREgESASIBT9hQIhFC' +
  'ARIBMgFf2FAiEVIA79CQIAIREgESASIBb9hQIhFiARIBMgF/2FAiEXIA/9CQIAIREgESASIBj9hQIhGCARIBMgGf2FAiEZIBD9CQIAIREgESAS' +
  'IBr9hQIhGiARIBMgG/2FAiEbIAP9AAQgIRIgA/0ABDAhEyAN/QkCBCERIBEgEiAU/YUCIRQgESATIBX9hQIhFSAO/QkCBCERIBEgEiAW/YUCIR' +
  'YgESATIBf9hQIhFyAP/QkCBCERIBEgEiAY/YUCIRggESATIBn9hQIhGSAQ/QkCBCERIBEgEiAa/YUCIRogESATIBv9hQIhGyANQQhqIQ0gDkEI' +
  'aiEOIA9BCGohDyAQQQhqIRAgA0HAAGohAyAIQQJrIggNAAsgBSAGQQJ0aiAHIAtsaiEJIAkgFP0LBAAgCSAV/QsEECAJIAtqIQkgCSAW/QsEAC' +
  'AJIBf9CwQQIAkgC2ohCSAJIBj9CwQAIAkgGf0LBBAgCSALaiEJIAkgGv0LBAAgCSAb/QsEECAJIAtqIQkgB0EEaiIHIAFJDQALIAwgAkEFdGoh' +
  'DCAGQQhqIgYgBEkNAAsLXAEDfyAAIAEgAmxqIQUCQANAIAAgBU8NASADIQcgACACaiEGA0AgBCAA/QAEACAH/QAEAP0n/WQ7AQAgBEECaiEEIA' +
  'dBEGohByAAQRBqIQAgACAGSQ0ACwwACwsLmAECA38BeyAEIAFBAXRqIQUCQANAIAQgBU8NASADIQf9DAAAAAAAAAAAAAAAAAAAAAAhCCAAIAJq' +
  'IQYDQCAIIAD9AAQAIAf9AAQA/VH9Yv19/Y4BIQggB0EQaiEHIABBEGohACAAIAZJDQALIAj9fyEIIAQgCP0bACAI/RsBaiAI/RsCIAj9GwNqaj' +
  'sBACAEQQJqIQQMAAsLCw==';

/** The part of WebAssembly's interface that is used here: the compiler knows it only beside a browser's. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (
    module: object,
    imports: { readonly js: { readonly memory: WasmMemory } },
  ) => { readonly exports: Kernel };
};

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By so many pages of 64 KiB; `buffer` is another one then. */
  grow(pages: number): number;
}

interface Kernel {
  /** Of addresses in the memory: see vector-kernel.wat. */
  scan(rows: number, scales: number, count: number, width: number, query: number, scores: number): void;
  sign(rows: number, count: number, width: number, thresholds: number, signs: number): void;
  differ(signs: number, count: number, bytes: number, query: number, distances: number): void;
  multiply(a: number, rows: number, depth: number, b: number, width: number, out: number): void;
}

export interface VectorKernel extends Kernel {
  readonly memory: WasmMemory;
}

let compiled: object | undefined;

/** The kernel over a memory of its own, of so many bytes at least. */
export function openVectorKernel(bytes: number): VectorKernel {
  compiled ??= new WebAssembly.Module(Buffer.from(CODE, 'base64'));
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
  return { memory, ...new WebAssembly.Instance(compiled, { js: { memory } }).exports };
}

export const PAGE_BYTES = 65_536;
