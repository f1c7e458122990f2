import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { ROOT } from './setup.mjs';

// Builds the renderer alone, for the headless host. The new build takes the old one's place only when it is whole.
const target = path.join(ROOT, 'out/renderer');
const incoming = path.join(ROOT, 'out/renderer.incoming');
await build({ configFile: path.join(ROOT, 'vite.config.ts'), logLevel: 'warn', build: { outDir: incoming } });
await rm(target, { recursive: true, force: true });
await rename(incoming, target);
