import { Worker } from 'node:worker_threads';

/**
 * Starts one of our worker files, whichever form this code runs in: the TypeScript beside the file that asks (`beside` is its
 * `import.meta.url`), or the bundled JavaScript that the build puts beside the bundle under the same name.
 */
export function startThread(beside: string, name: `${string}-worker`, workerData: unknown): Worker {
  const extension = beside.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./${name}.${extension}`, beside), { workerData, name });
}
