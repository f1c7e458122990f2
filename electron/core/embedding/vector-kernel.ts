/** `vector-kernel.wat`, assembled. */
const CODE =
  'AGFzbQEAAAABCgFgBn9/f39/fwACDgECanMGbWVtb3J5AgAAAwMCAAAHEwIEc2NhbgAACG11bHRpcGx5AAEKkgcC1gECA38DeyAFIAJBAnRqIQ' +
  'YCQANAIAUgBk8NAf0MAAAAAAAAAAAAAAAAAAAAACEK/QwAAAAAAAAAAAAAAAAAAAAAIQsgBCEHIAAgA2ohCANAIAD9AAQAIQkgCiAJ/YcBIAf9' +
  'AAQA/boB/a4BIQogCyAJ/YgBIAf9AAQQ/boB/a4BIQsgAEEQaiEAIAdBIGohByAAIAhJDQALIAogC/2uASEKIAUgASoCACAK/RsAIAr9GwFqIA' +
  'r9GwIgCv0bA2pqspQ4AgAgBUEEaiEFIAFBBGohAQwACwsLtwUCC38LeyACQQJ0IQogBEECdCELIAMhDANAQQAhBwNAIAwhAyAAIAcgCmxqIQ0g' +
  'DSAKaiEOIA4gCmohDyAPIApqIRD9DAAAAAAAAAAAAAAAAAAAAAAhFP0MAAAAAAAAAAAAAAAAAAAAACEV/QwAAAAAAAAAAAAAAAAAAAAAIRb9DA' +
  'AAAAAAAAAAAAAAAAAAAAAhF/0MAAAAAAAAAAAAAAAAAAAAACEY/QwAAAAAAAAAAAAAAAAAAAAAIRn9DAAAAAAAAAAAAAAAAAAAAAAhGv0MAAAA' +
  'AAAAAAAAAAAAAAAAACEbIAIhCANAIAP9AAQAIRIgA/0ABBAhEyAN/QkCACERIBEgEiAU/YUCIRQgESATIBX9hQIhFSAO/QkCACERIBEgEiAW/Y' +
  'UCIRYgESATIBf9hQIhFyAP/QkCACERIBEgEiAY/YUCIRggESATIBn9hQIhGSAQ/QkCACERIBEgEiAa/YUCIRogESATIBv9hQIhGyAD/QAEICES' +
  'IAP9AAQwIRMgDf0JAgQhESARIBIgFP2FAiEUIBEgEyAV/YUCIRUgDv0JAgQhESARIBIgFv2FAiEWIBEgEyAX/YUCIRcgD/0JAgQhESARIBIgGP' +
  '2FAiEYIBEgEyAZ/YUCIRkgEP0JAgQhESARIBIgGv2FAiEaIBEgEyAb/YUCIRsgDUEIaiENIA5BCGohDiAPQQhqIQ8gEEEIaiEQIANBwABqIQMg' +
  'CEECayIIDQALIAUgBkECdGogByALbGohCSAJIBT9CwQAIAkgFf0LBBAgCSALaiEJIAkgFv0LBAAgCSAX/QsEECAJIAtqIQkgCSAY/QsEACAJIB' +
  'n9CwQQIAkgC2ohCSAJIBr9CwQAIAkgG/0LBBAgCSALaiEJIAdBBGoiByABSQ0ACyAMIAJBBXRqIQwgBkEIaiIGIARJDQALCw==';

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
