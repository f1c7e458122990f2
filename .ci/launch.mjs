// Every `npm start|test|run …` of this project begins here, on whatever Node the shell has (20 or newer, built-ins only).
// It makes sure of what the command needs (Node 24, packages, the built renderer, Chromium), each only when missing, then hands
// over to the real command: its flags, signals and exit code pass through unchanged.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { findElectron, wantsWindow } from './electron.mjs';
import {
  ensureChromium,
  ensureNode,
  ensurePackages,
  ensureRenderer,
  ROOT,
  run,
  SetupError,
  withNodeFirst,
} from './setup.mjs';

/**
 * @typedef {object} Command
 * @property {string[]} run program and first arguments; `node` means Node 24, a path into node_modules is a package's own CLI
 * @property {boolean} [renderer] the built renderer is needed
 * @property {boolean} [chromium] a Chromium is needed
 */

/** @type {Record<string, Command>} */
const COMMANDS = {
  start: { run: ['node', 'electron/headless/main.ts'], renderer: true },
  test: { run: ['node', '.ci/test.ts'], renderer: true, chromium: true },
  check: { run: ['node', '.ci/check.ts'] },
  e2e: { run: ['node', '.ci/vitest.ts', 'e2e'], renderer: true, chromium: true },
  bench: { run: ['node', '.ci/run-named.ts', 'bench'], renderer: true, chromium: true },
  eval: { run: ['node', '.ci/run-named.ts', 'eval'] },
  serve: { run: ['node', 'sync-server/main.ts'] },
  shapes: { run: ['node', 'sync-server/embedded/shape-engine/main.ts'] },
  build: { run: ['node', 'node_modules/electron-vite/bin/electron-vite.js', 'build'], renderer: true },
  dist: { run: ['node', '.ci/dist.ts'], renderer: true },
  notices: { run: ['node', '.ci/notices.ts'] },
  format: { run: ['node', 'node_modules/prettier/bin/prettier.cjs', '--write', '--log-level=warn', '.'] },
  vitest: { run: ['node', 'node_modules/vitest/vitest.mjs'] },
  setup: { run: ['node', '--version'], renderer: true },
};

/** Who started us: npm's shell, as a rule. */
const PARENT = process.ppid;
const PARENT_POLL_MS = 500;

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\nset-up stopped: ${error.message}\n`);
  process.exitCode = 1;
}

/** @param {string[]} argv */
async function main([name = '', ...rest]) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new SetupError(`there is no command "${name}"; there are: ${Object.keys(COMMANDS).join(', ')}`);
  const node = await ensureNode();
  await ensurePackages(node);
  if (command.renderer) await ensureRenderer(node);
  const env = withNodeFirst(node);
  if (command.chromium) env.CHROMIUM_PATH = await ensureChromium();
  if (name === 'start' && wantsWindow(rest, process.env, process.platform)) {
    const electron = await findElectron(node);
    if (electron) {
      await run(
        node,
        [path.join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'error'],
        env,
      );
      handOver(electron, [ROOT, ...rest], env);
      return;
    }
  }
  handOver(node, [...command.run.slice(1), ...rest], env);
}

/**
 * Runs the real command in place of this process, as far as a parent can be replaced.
 * @param {string} file @param {string[]} args @param {NodeJS.ProcessEnv} env
 */
function handOver(file, args, env) {
  const child = spawn(file, args.map(fromRoot), { cwd: ROOT, env, stdio: 'inherit' });
  for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group, so the child has it already; a second one would mean "now, without cleaning up".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  // npm passes SIGTERM to its shell, and the shell dies of it without passing it on: the command must not outlive them unseen.
  const watch = setInterval(() => {
    if (process.ppid === PARENT) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, PARENT_POLL_MS);
  watch.unref();
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + (os.constants.signals[signal] ?? 0) : (code ?? 1);
  });
}

/** The scripts' own paths are written from the root; what the person adds stays as typed. @param {string} arg @param {number} index */
function fromRoot(arg, index) {
  return index === 0 && existsSync(path.join(ROOT, arg)) ? path.join(ROOT, arg) : arg;
}
