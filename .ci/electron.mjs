// Whether `npm start` opens a window of its own: an Electron binary, something to show it on, and no --headless. Node 20, built-ins only.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { ROOT, TOOLS } from './setup.mjs';

const PACKAGE = path.join(ROOT, 'node_modules', 'electron');
/** Remembers that the binary could not be fetched, so that not every start waits for a network that is not there. */
const UNREACHABLE = path.join(TOOLS, 'electron-unreachable');
const RETRY_AFTER_MS = 24 * 60 * 60 * 1000;
const FETCH_TIMEOUT_MS = 5 * 60 * 1000;

/** Arguments that only the headless host understands, or that ask for it. */
const HEADLESS_ARGUMENTS = ['--headless', '--help', '-h', '--port', '--no-open', '--passphrase-file'];

/**
 * Whether these arguments, on this machine, ask for a window of our own.
 * @param {readonly string[]} args @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform
 */
export function wantsWindow(args, env, platform) {
  if (args.some((arg) => HEADLESS_ARGUMENTS.includes(arg.split('=')[0] ?? ''))) return false;
  if (env.CI) return false;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * The Electron binary, fetched by electron's own installer if it is not here yet and the network allows.
 * @param {string} node @returns {Promise<string | undefined>}
 */
export async function findElectron(node) {
  const present = electronBinary();
  if (present || (await triedLately())) return present;
  process.stderr.write('· fetching Electron (once, about 110 MB) …\n');
  if (await fetchElectron(node)) return electronBinary();
  process.stderr.write(
    '· Electron could not be fetched: opening in the browser instead (it is tried again tomorrow)\n',
  );
  await writeFile(UNREACHABLE, '');
  return undefined;
}

function electronBinary() {
  const relative = existsSync(path.join(PACKAGE, 'path.txt'))
    ? readFileSync(path.join(PACKAGE, 'path.txt'), 'utf8')
    : undefined;
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const binary = given ? path.join(given, relative ?? 'electron') : relative && path.join(PACKAGE, 'dist', relative);
  return binary && existsSync(binary) ? binary : undefined;
}

async function triedLately() {
  const tried = await stat(UNREACHABLE).catch(() => undefined);
  return tried !== undefined && Date.now() - tried.mtimeMs < RETRY_AFTER_MS;
}

/** @param {string} node @returns {Promise<boolean>} */
function fetchElectron(node) {
  return new Promise((resolve) => {
    const child = spawn(node, [path.join(PACKAGE, 'install.js')], {
      stdio: ['ignore', 2, 'ignore'],
      timeout: FETCH_TIMEOUT_MS,
    });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}
