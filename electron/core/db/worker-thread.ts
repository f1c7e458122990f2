import { Worker } from 'node:worker_threads';

/**
 * Starts one of our worker files, whichever form this code runs in: the TypeScript beside it, or the bundled JavaScript
 * that the build puts beside the bundle under the same name.
 */
export function startThread(name: 'reader-worker' | 'keeper-worker', workerData: unknown): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./${name}.${extension}`, import.meta.url), { workerData, name });
}
