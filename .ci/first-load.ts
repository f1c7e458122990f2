import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { ROOT } from './setup.mjs';

const manifestSchema = z.record(
  z.string(),
  z.object({
    file: z.string(),
    isEntry: z.boolean().optional(),
    imports: z.array(z.string()).optional(),
    css: z.array(z.string()).optional(),
  }),
);

export interface FirstLoad {
  /** 1 KB = 1,000 bytes, each file compressed by itself as a server would. */
  readonly gzipKb: number;
  readonly files: readonly { readonly file: string; readonly gzipKb: number }[];
}

/**
 * What the browser fetches before it can paint: index.html, its script, everything that statically imports, and their style
 * sheets. What is imported on demand (the avatar engine) is not in it. `folder` holds a build with Vite's manifest.
 */
export async function measureFirstLoad(folder = path.join(ROOT, 'out/renderer')): Promise<FirstLoad> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path.join(folder, '.vite/manifest.json'), 'utf8')));
  const names = new Set(['index.html']);
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || names.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) names.add(file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);
  const files = await Promise.all(
    [...names].map(async (file) => ({ file, gzipKb: await gzippedKb(path.join(folder, file)) })),
  );
  return { gzipKb: files.reduce((sum, file) => sum + file.gzipKb, 0), files };
}

async function gzippedKb(file: string): Promise<number> {
  return (await promisify(gzip)(await readFile(file))).length / 1000;
}

if (import.meta.main) {
  const { gzipKb, files } = await measureFirstLoad();
  for (const { file, gzipKb: kb } of files) console.log(`${kb.toFixed(1).padStart(8)} KB  ${file}`);
  console.log(JSON.stringify({ rendererGzipKb: Math.round(gzipKb * 10) / 10 }));
}
