import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'electron-vite';
import { UNBUNDLED } from './.ci/shipped.ts';
import renderer from './vite.config.ts';

const ROOT = import.meta.dirname;

const EXTERNAL = [/^electron$/, ...UNBUNDLED.map((name) => new RegExp(`^${name}(/|$)`))];

/**
 * What runs outside the renderer: the shell's own process, the core's utility process, and every worker thread and child process
 * the core starts by file name (`new URL('./reader-worker.ts', import.meta.url)` and its like). All land side by side in out/main,
 * so that a name beside a source file is also a name beside the bundle.
 */
function mainEntries(): Record<string, string> {
  const files = [
    'electron/shell/main.ts',
    'electron/shell/core-process.ts',
    ...globSync('electron/core/**/*-{worker,process}.ts', { cwd: ROOT }),
  ];
  return Object.fromEntries(
    files
      .filter((file) => existsSync(path.join(ROOT, file)))
      .map((file) => [path.basename(file, '.ts'), path.join(ROOT, file)]),
  );
}

export default defineConfig(({ command }) => ({
  main: {
    build: {
      outDir: path.join(ROOT, 'out/main'),
      target: 'node24',
      sourcemap: true,
      externalizeDeps: false,
      rolldownOptions: {
        input: mainEntries(),
        external: EXTERNAL,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: path.join(ROOT, 'out/preload'),
      externalizeDeps: false,
      isolatedEntries: true,
      rolldownOptions: {
        input: { preload: path.join(ROOT, 'electron/shell/preload.ts') },
        external: ['electron'],
        // A sandboxed preload is not a module.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  // `npm run build` builds the renderer by itself, for it serves the headless host too (`.ci/build-renderer.ts`).
  ...(command === 'serve' ? { renderer } : {}),
}));
