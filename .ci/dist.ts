import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './setup.mjs';

// `npm run dist [-- electron-builder's own arguments]`: installers for this platform into dist/.
runNode('node_modules/electron-vite/bin/electron-vite.js', 'build');
runNode('node_modules/electron-builder/cli.js', '--publish', 'never', ...process.argv.slice(2));

function runNode(script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [path.join(ROOT, script), ...args], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
