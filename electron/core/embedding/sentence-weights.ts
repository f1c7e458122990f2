import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '#shared/base/assert.ts';

/** A model's weights by name. Throws when there are none of that name. */
export type Weights = (name: string) => Float32Array<ArrayBuffer>;

/** The package's weights by name: the shards one after the other hold them in the order of the manifest. */
export function readWeights(folder: string): Weights {
  const { weightsManifest } = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')) as {
    readonly weightsManifest: readonly {
      readonly paths: readonly string[];
      readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
    }[];
  };
  const found = new Map<string, Float32Array<ArrayBuffer>>();
  for (const { paths, weights } of weightsManifest) {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))));
    let at = 0;
    for (const { name, shape } of weights) {
      const count = shape.reduce((product, size) => product * size, 1);
      found.set(name, new Float32Array(new Uint8Array(bytes.subarray(at, at + count * 4)).buffer));
      at += count * 4;
    }
  }
  return (name) => present(found.get(name), name);
}
