import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readLockfile, resolvePlace } from './lockfile.ts';
import { renderNotices } from './notices.ts';
import { ROOT } from './setup.mjs';

const packages = readLockfile();

describe('package-lock.json', () => {
  test('holds every optional dependency it names: npm ci fails on any platform whose package is missing', () => {
    const missing = Object.entries(packages).flatMap(([place, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => resolvePlace(packages, place, name) === undefined)
        .map((name) => `${place} → ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('pins every package by content, and says of none where this or that machine got it', () => {
    // A package inside another's archive is pinned with it.
    const entries = Object.entries(packages).filter(([place, entry]) => place !== '' && entry.inBundle !== true);
    expect(entries.length).toBeGreaterThan(300);
    expect(entries.filter(([, entry]) => entry.integrity === undefined).map(([place]) => place)).toEqual([]);
    expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([place]) => place)).toEqual([]);
  });

  test('leaves out the GPU and foreign builds of llama.cpp: 700 MB', () => {
    const builds = Object.entries(packages).filter(([place]) => place.startsWith('node_modules/@node-llama-cpp/'));
    const real = builds.filter(([, entry]) => entry.name === undefined).map(([place]) => place);
    expect(real).toEqual(['node_modules/@node-llama-cpp/linux-x64']);
  });
});

describe('package.json', () => {
  test('pins every version', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  test('starts every script through the launcher, which finds Node 24', async () => {
    const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(scripts)).toEqual(
      expect.arrayContaining(['start', 'test', 'check', 'e2e', 'bench', 'eval', 'dist', 'notices', 'format']),
    );
    for (const [name, script] of Object.entries(scripts)) expect(script).toBe(`node .ci/launch.mjs ${name}`);
  });
});

describe('THIRD-PARTY-NOTICES', () => {
  test('names what ships with its licence, and no tool', () => {
    const text = renderNotices(packages);
    expect(text).toMatch(/^react@19.*\n(.*\n)*?Licence: MIT/m);
    expect(text).toContain('Copyright (c) Meta Platforms');
    expect(text).toContain('Apache License');
    expect(text).not.toMatch(/^(vitest|electron-builder|oxlint|playwright-core)@/m);
  });

  test('a licence nobody accepted is refused by name', () => {
    const place = 'node_modules/react';
    expect(() => renderNotices({ ...packages, [place]: { ...packages[place], license: 'GPL-3.0' } })).toThrow('react@');
  });
});

describe('every file under version control', () => {
  test('names no registry and no place on one machine', async () => {
    const { stdout } = await promisify(execFile)(
      'git',
      ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
      { cwd: ROOT },
    );
    // Spelt in pieces, or this file would be found.
    const forbidden = new RegExp(
      ['registry\\.npm', 'js\\.org|npm', 'mirror|/wo', 'rk/(main|shared)|/ro', 'ot/'].join(''),
    );
    const offenders: string[] = [];
    for (const file of stdout
      .split('\0')
      .filter((name) => /\.(ts|tsx|mjs|cjs|js|json|ya?ml|md|css|html|npmrc)$|^[^.]+$/.test(name))) {
      const text = await readFile(path.join(ROOT, file), 'utf8').catch(() => '');
      if (forbidden.test(text)) offenders.push(file);
    }
    expect(offenders).toEqual([]);
  });
});
