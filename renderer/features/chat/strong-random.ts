/** The browser's cryptographic generator as a source of uniform numbers in [0,1), 32 bits each: for ids made here. */
export function strongRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 4_294_967_296;
}
