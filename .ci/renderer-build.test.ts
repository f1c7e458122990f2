import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureFirstLoad, type FirstLoad } from './first-load.ts';
import { ROOT } from './setup.mjs';

const BUDGET_KB = 350;
/** A name in Pixi's shaders, which no minifier renames. */
const ENGINE_MARK = 'gl_Position';

describe('the built page', () => {
  let folder = '';
  let firstLoad: FirstLoad;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-renderer-'));
    const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'error'], {
      cwd: ROOT,
      // As it is built to be used: Vitest's own environment would have React's development build in it.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    firstLoad = await measureFirstLoad(folder);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test(`loads at most ${BUDGET_KB} KB before it paints, the avatar engine not among them`, async () => {
    expect(firstLoad.gzipKb).toBeLessThanOrEqual(BUDGET_KB);
    const texts = await Promise.all(firstLoad.files.map(({ file }) => readFile(path.join(folder, file), 'utf8')));
    expect(firstLoad.files.length).toBeGreaterThan(2);
    expect(texts.filter((text) => text.includes(ENGINE_MARK))).toEqual([]);
  });

  test('has the avatar engine in a chunk that is loaded when asked for', async () => {
    const assets = await readdir(path.join(folder, 'assets'));
    const scripts = await Promise.all(
      assets.filter((file) => file.endsWith('.js')).map((file) => readFile(path.join(folder, 'assets', file), 'utf8')),
    );
    expect(scripts.some((text) => text.includes(ENGINE_MARK))).toBe(true);
  });

  test('needs nothing that a strict content security policy forbids', async () => {
    const html = await readFile(path.join(folder, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|data:|https?:/);
  });

  test('names its assets by their content, so that they may be kept for ever', async () => {
    for (const file of await readdir(path.join(folder, 'assets'))) expect(file).toMatch(/-[\w-]{8}\.[a-z0-9]+$/);
  });
});
