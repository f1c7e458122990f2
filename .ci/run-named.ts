import { spawn } from 'node:child_process';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './setup.mjs';

// `npm run bench -- NAME [arguments]` runs the one `NAME.bench.ts` of the tree with Node; `npm run eval -- NAME --data DIR` likewise.
const [suffix = '', name, ...rest] = process.argv.slice(2);
const found = await findAll(suffix);
const file = found.get(name ?? '');
if (file === undefined) {
  console.error(
    `Usage: npm run ${suffix} -- NAME. There ${found.size === 1 ? 'is' : 'are'}: ${[...found.keys()].join(', ') || 'none yet'}`,
  );
  process.exitCode = 2;
} else {
  // A relative path typed by the person means relative to where they are, as npm tells.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const child = spawn(process.execPath, [path.join(ROOT, file), ...rest], { cwd, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}

/** Name → path from the root, of every file with the suffix. */
async function findAll(kind: string): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const found of glob(`{shared,electron,renderer,sync-server,resources}/**/*.${kind}.ts`, { cwd: ROOT })) {
    all.set(path.basename(found, `.${kind}.ts`), found);
  }
  return new Map([...all].sort(([a], [b]) => a.localeCompare(b)));
}
