import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { contract } from '#shared/contract.ts';
import type { CoreClient } from '#shared/contract.ts';
import { createClient } from '#shared/rpc/client.ts';
import { startHeadless } from './start-headless.ts';
import type { Headless, HeadlessOptions } from './start-headless.ts';
import { createWsTransport } from './ws-transport.ts';

const PASSPHRASE = 'a lantern in the window';
let folder: string;
let running: Headless[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'headless-'));
  await mkdir(path.join(folder, 'renderer'));
  await writeFile(path.join(folder, 'renderer/index.html'), '<!doctype html>');
});
afterEach(async () => {
  const started = running;
  running = [];
  for (const headless of started) await headless.close();
  await rm(folder, { recursive: true, maxRetries: 3 });
});

// Opening a file by its passphrase is slow on purpose.
describe('the headless host', { timeout: 30_000 }, () => {
  test('serves the page, and the core to whoever has the token', async () => {
    const headless = await start();
    expect(headless.url).toBe(`http://127.0.0.1:${headless.port}/#token=${headless.token}`);
    expect(headless.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await (await fetch(headless.url)).text()).toBe('<!doctype html>');
    const client = await openPage(headless);
    expect(await client.host.status({})).toMatchObject({
      vault: { kind: 'ready' },
      host: 'headless',
      dataPath: path.join(folder, 'data'),
    });
  });

  test('puppets are served from the resources', async () => {
    const { port } = await start();
    const answer = await fetch(`http://127.0.0.1:${port}/puppets/akari/puppet.json`);
    expect(answer.status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/puppets/authoring/build.ts`)).status).toBe(404);
  });

  test('two pages hear of each other’s changes', async () => {
    const headless = await start();
    const one = await openPage(headless);
    const other = await openPage(headless);
    const heard = new Promise((resolve) => other.host.onDataChanged(resolve));
    await one.settings.set({ personName: 'あき' });
    expect(await heard).toEqual({ entities: ['setting'] });
    expect(await other.settings.all({})).toMatchObject({ personName: 'あき' });
  });

  test('every start has a token of its own, and the one before is of no use', async () => {
    const first = await start();
    await first.close();
    running = [];
    const second = await start();
    expect(second.token).not.toBe(first.token);
    await expect(openPage({ ...second, token: first.token })).rejects.toThrow('401');
  });

  test('its keys are files only the owner may read, and a second start finds everything again', async () => {
    const first = await start();
    await (await openPage(first)).settings.set({ personName: 'あき' });
    await first.close();
    running = [];
    const keys = (await readdir(path.join(folder, 'data'))).filter((name) => name.endsWith('.key'));
    expect(keys.sort()).toEqual(['database.key', 'device.key']);
    for (const key of keys) expect((await stat(path.join(folder, 'data', key))).mode & 0o777).toBe(0o600);
    const again = await openPage(await start());
    expect(await again.settings.all({})).toMatchObject({ personName: 'あき' });
  });

  test('a passphrase is set on the first start and opens the file on the next; without it the file stays locked', async () => {
    const first = await start({ passphrase: PASSPHRASE });
    await (await openPage(first)).settings.set({ personName: 'あき' });
    await first.close();
    running = [];
    expect(await readdir(path.join(folder, 'data'))).not.toContain('database.key');

    const locked = await start();
    expect(await (await openPage(locked)).host.status({})).toMatchObject({ vault: { kind: 'locked' } });
    await locked.close();
    running = [];

    const opened = await openPage(await start({ passphrase: PASSPHRASE }));
    expect(await opened.settings.all({})).toMatchObject({ personName: 'あき' });
  });

  test('closing rejects what pages have pending, and a taken port stops the start without leaving the file open', async () => {
    const headless = await start();
    await expect(startHeadless({ ...optionsFor('other'), port: headless.port })).rejects.toMatchObject({
      name: 'PortTakenError',
      port: headless.port,
    });
    // The core of the failed start was closed again: its folder opens.
    await (await startHeadless(optionsFor('other'))).close();
    const client = await openPage(headless);
    await client.host.status({});
    await headless.close();
    running = [];
    await expect(client.host.status({})).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('the command', { timeout: 30_000 }, () => {
  test('prints the address last, and ends in order on a signal', async () => {
    const command = run(['--port', '0', '--data', path.join(folder, 'data'), '--no-open']);
    const line = await command.firstLine();
    expect(line).toMatch(/^Tomoshibi: http:\/\/127\.0\.0\.1:\d+\/#token=[A-Za-z0-9_-]{43}$/);
    const url = new URL(line.slice('Tomoshibi: '.length));
    const client = await openPage({ port: Number(url.port), token: url.hash.slice('#token='.length) });
    expect(await client.host.status({})).toMatchObject({ vault: { kind: 'ready' } });
    command.child.kill('SIGTERM');
    expect(await command.ended()).toBe(0);
    expect(command.errors()).toBe('');
  });

  test('names the port that was asked for and is taken', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const command = run(['--port', String(port), '--data', path.join(folder, 'data'), '--no-open']);
    expect(await command.ended()).toBe(1);
    expect(command.errors()).toContain(`port ${port} is already in use. Choose another with --port N.`);
    taken.close();
  });

  test('says how it is used', async () => {
    const passphraseFile = path.join(folder, 'short');
    await writeFile(passphraseFile, 'short\n');
    const help = run(['--help']);
    const wrong = run(['--colour']);
    const short = run(['--no-open', '--passphrase-file', passphraseFile]);
    expect(await help.ended()).toBe(0);
    expect(help.output()).toContain('--passphrase-file');
    expect(await wrong.ended()).toBe(2);
    expect(wrong.errors()).toContain('--colour');
    expect(await short.ended()).toBe(2);
    expect(short.errors()).toContain('8 characters');
  });
});

function optionsFor(name: string): HeadlessOptions {
  return { dataDir: path.join(folder, name), rendererDir: path.join(folder, 'renderer'), validateOutput: true };
}

async function start(options: Partial<HeadlessOptions> = {}): Promise<Headless> {
  const headless = await startHeadless({ ...optionsFor('data'), ...options });
  running.push(headless);
  return headless;
}

async function openPage({ port, token }: Pick<Headless, 'port' | 'token'>): Promise<CoreClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, ['tomoshibi', `token.${token}`], {
    origin: `http://127.0.0.1:${port}`,
  });
  await once(socket, 'open');
  return createClient(contract, createWsTransport(socket));
}

interface Command {
  readonly child: ChildProcess;
  firstLine(): Promise<string>;
  ended(): Promise<number | null>;
  output(): string;
  errors(): string;
}

function run(args: readonly string[]): Command {
  const env = { ...process.env, TOMOSHIBI_RENDERER: path.join(folder, 'renderer') };
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = once(child, 'close');
  return {
    child,
    async firstLine() {
      while (!output.includes('\n')) {
        const gone = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)]);
        if (gone) throw new Error(`it ended without an address: ${errors}`);
      }
      return output.split('\n')[0] ?? '';
    },
    async ended() {
      const [code] = (await ended) as [number | null];
      return code;
    },
    output: () => output,
    errors: () => errors,
  };
}
