import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { wantsWindow } from './electron.mjs';
import { packagesMatch, rendererHash, ROOT } from './setup.mjs';

const scratch: string[] = [];
afterAll(() => Promise.all(scratch.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('packagesMatch', () => {
  const here = { os: [process.platform], cpu: [process.arch] };
  const wanted = {
    '': { name: 'tomoshibi' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/a-here': { version: '1.0.0', integrity: 'sha512-h', optional: true, ...here },
    'node_modules/a-elsewhere': {
      version: '1.0.0',
      integrity: 'sha512-e',
      optional: true,
      os: ['aix'],
      cpu: ['ppc64'],
    },
  };
  const { 'node_modules/a-elsewhere': _elsewhere, '': _root, ...installed } = wanted;

  test.each([
    ['the same packages, without those for other platforms', installed, true],
    ['one package missing', { 'node_modules/a': installed['node_modules/a'] }, false],
    ['another version', { ...installed, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }, false],
    ['another content', { ...installed, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }, false],
    ['one package too many', { ...installed, 'node_modules/b': { version: '1.0.0' } }, false],
  ])('%s: %#', async (_name, present, expected) => {
    const root = await folderWith({
      'package-lock.json': JSON.stringify({ packages: wanted }),
      'node_modules/.package-lock.json': JSON.stringify({ packages: present }),
    });
    expect(packagesMatch(root)).toBe(expected);
  });

  test.each([
    ['nothing installed', undefined],
    ['a list cut short by an interruption', '{"packages":{"node_modules/a":{"ver'],
  ])('%s is no match', async (_name, text) => {
    const files = {
      'package-lock.json': JSON.stringify({ packages: wanted }),
      ...(text === undefined ? {} : { 'node_modules/.package-lock.json': text }),
    };
    expect(packagesMatch(await folderWith(files))).toBe(false);
  });

  test('what is installed here matches', () => {
    expect(packagesMatch(ROOT)).toBe(true);
  });
});

describe('rendererHash', () => {
  test('changes with a source and its name, not with a test', async () => {
    const hashOf = async (files: Record<string, string>): Promise<string> => rendererHash(await folderWith(files));
    const base = { 'renderer/main.tsx': '1', 'shared/a.ts': '2' };
    const before = await hashOf(base);
    expect(await hashOf({ ...base, 'renderer/main.test.tsx': '3' })).toBe(before);
    expect(await hashOf({ ...base, 'shared/a.ts': '3' })).not.toBe(before);
    expect(await hashOf({ ...base, 'renderer/public/icon.svg': '3' })).not.toBe(before);
    expect(await hashOf({ 'renderer/main.tsx': '1', 'shared/b.ts': '2' })).not.toBe(before);
  });
});

describe('withLock', () => {
  const LOCK_URL = JSON.stringify(new URL('./lock.mjs', import.meta.url).href);

  test('lets one process in at a time', async () => {
    const folder = await folderWith({ count: '0' });
    const script = `
      import { readFileSync, writeFileSync } from 'node:fs';
      import { setImmediate } from 'node:timers/promises';
      import { withLock } from ${LOCK_URL};
      for (let i = 0; i < 3; i += 1) await withLock('lock', () => {}, async () => {
        const seen = Number(readFileSync('count', 'utf8'));
        for (let turn = 0; turn < 50; turn += 1) await setImmediate();
        writeFileSync('count', String(seen + 1));
      });`;
    const ends = await Promise.all(Array.from({ length: 3 }, () => once(runScript(script, folder), 'exit')));
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0]);
    expect(await readFile(path.join(folder, 'count'), 'utf8')).toBe('9');
  });

  test('stays locked while a child of its killed owner is still at work', async () => {
    const folder = await folderWith({ count: '0' });
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await writeFile(path.join(folder, 'lock'), `${await deadPid()} ${child.pid}`);
    const waiting = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { withLock } from ${LOCK_URL}; await withLock('lock', console.log, async () => console.log('in'));`,
      ],
      { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    waiting.stdout.once('data', () => child.kill());
    expect(await textOf(waiting)).toMatch(/^· waiting: .*\nin\n$/);
  });

  test.each([
    ['of a process that was killed', async () => String(await deadPid())],
    ['that a power cut left empty', async () => ''],
  ])('takes over a lock %s', async (_name, content) => {
    const folder = await folderWith({ lock: await content() });
    const child = runScript(
      `import { withLock } from ${LOCK_URL}; await withLock('lock', () => {}, async () => console.log('in'));`,
      folder,
    );
    expect((await once(child, 'exit'))[0]).toBe(0);
  });
});

describe('launch.mjs', () => {
  test('passes arguments, standard output and the exit code through', async () => {
    const child = await launch(`console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;`, [
      'name',
      '--data',
      'a b',
    ]);
    const [output, [code]] = await Promise.all([textOf(child), once(child, 'exit')]);
    expect(JSON.parse(output)).toEqual(['eval', 'name', '--data', 'a b']);
    expect(code).toBe(7);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, and lets the command end in its own time',
    async (signal) => {
      const child = await launch(`
      process.on('${signal}', () => setTimeout(() => process.exit(9), 50));
      setInterval(() => {}, 1000);
      console.log('ready');`);
      child.stdout?.once('data', () => child.kill(signal));
      expect((await once(child, 'exit'))[0]).toBe(9);
    },
  );

  test('ends the command when npm’s shell is gone: the shell does not pass SIGTERM on', async () => {
    const shell = await launchUnderShell(`
      process.on('SIGTERM', () => { console.log('told to end'); process.exit(0); });
      setInterval(() => {}, 1000);
      console.log('ready');`);
    shell.stdout?.once('data', () => shell.kill('SIGTERM'));
    expect(await textOf(shell)).toBe('ready\ntold to end\n');
  });

  test('a command killed by a signal ends as a shell reports it', async () => {
    const child = await launch(`process.kill(process.pid, 'SIGKILL');`);
    expect((await once(child, 'exit'))[0]).toBe(128 + 9);
  });

  test('puts its own Node first in the path of the command', async () => {
    const child = await launch(`
      import { execFileSync } from 'node:child_process';
      console.log(execFileSync('node', ['--version'], { encoding: 'utf8' }).trim() === process.version);`);
    expect((await textOf(child)).trim()).toBe('true');
  });

  test('names the commands there are when asked for another', async () => {
    const child = spawn(process.execPath, [path.join(ROOT, '.ci/launch.mjs'), 'frobnicate'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [text, [code]] = await Promise.all([textOf(child, 'stderr'), once(child, 'exit')]);
    expect([code, text]).toEqual([1, expect.stringContaining('start, test, check')]);
  });
});

describe('wantsWindow', () => {
  test.each([
    [[], { DISPLAY: ':0' }, 'linux', true],
    [['--data', '/tmp/x'], { WAYLAND_DISPLAY: 'wayland-0' }, 'linux', true],
    [[], {}, 'linux', false],
    [[], {}, 'darwin', true],
    [['--headless'], { DISPLAY: ':0' }, 'linux', false],
    [['--port=4000'], {}, 'win32', false],
    [[], { CI: '1' }, 'darwin', false],
  ] as const)('%j with %j on %s: %s', (args, env, platform, expected) => {
    expect(wantsWindow(args, env, platform)).toBe(expected);
  });
});

async function launch(script: string, args: readonly string[] = []): Promise<ChildProcess> {
  const root = await projectOf(script);
  return spawn(process.execPath, [path.join(root, '.ci/launch.mjs'), 'eval', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** As npm does it; the second command keeps the shell from becoming the launcher itself. */
async function launchUnderShell(script: string): Promise<ChildProcess> {
  const command = `"${process.execPath}" "${await projectOf(script)}/.ci/launch.mjs" eval; true`;
  return spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** A copy of the launcher in a project of its own, where `npm run eval` is the given script and nothing needs installing. */
async function projectOf(script: string): Promise<string> {
  const empty = JSON.stringify({ packages: { '': {} } });
  const root = await folderWith({
    'package-lock.json': empty,
    'node_modules/.package-lock.json': empty,
    '.ci/run-named.ts': script,
  });
  for (const file of ['launch.mjs', 'setup.mjs', 'lock.mjs', 'electron.mjs'])
    await cp(path.join(ROOT, '.ci', file), path.join(root, '.ci', file));
  await writeFile(path.join(root, 'package.json'), '{"type":"module"}');
  return root;
}

function runScript(script: string, cwd: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function deadPid(): Promise<number | undefined> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid;
}

async function textOf(child: ChildProcess, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
  let text = '';
  for await (const chunk of child[stream] ?? []) text += String(chunk);
  return text;
}

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-setup-'));
  scratch.push(folder);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  return folder;
}
