import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startOwnServer, type OwnServer } from './own-server.ts';

let folder: string;
let server: OwnServer | null = null;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-own-server-'));
});
afterEach(async () => {
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts a stand-in for the server; resolves with the first address it tells. */
async function start(script: string, events: string[] = []): Promise<string> {
  const main = path.join(folder, 'main.mjs');
  await writeFile(main, script);
  return new Promise((resolve) => {
    server = startOwnServer({
      main,
      dataDir: folder,
      delayMs: 0,
      log: (_level, event) => void events.push(event),
      onListening: resolve,
    });
  });
}

test('tells its address, gives it a folder of its own, and ends it with its channel', async () => {
  const ended = path.join(folder, 'ended');
  const url = await start(`
    import fs from 'node:fs';
    process.on('disconnect', () => { fs.writeFileSync(${JSON.stringify(ended)}, process.argv.slice(2).join(' ')); process.exit(0); });
    process.send({ kind: 'listening', url: 'http://127.0.0.1:1' });
    setInterval(() => {}, 1000);`);
  expect(url).toBe('http://127.0.0.1:1');
  await server?.close();
  expect(await readFile(ended, 'utf8')).toBe(`--data ${path.join(folder, 'server')}`);
});

test('starts it again when it ends by itself', async () => {
  const events: string[] = [];
  const url = await start(
    `
    import fs from 'node:fs';
    const file = ${JSON.stringify(path.join(folder, 'tried'))};
    if (!fs.existsSync(file)) { fs.writeFileSync(file, ''); process.exit(1); }
    process.on('disconnect', () => process.exit(0));
    process.send({ kind: 'listening', url: 'second' });
    setInterval(() => {}, 1000);`,
    events,
  );
  expect(url).toBe('second');
  expect(events).toEqual(['server_ended', 'server_listening']);
});

test('where there is no server to start, nothing happens', async () => {
  const events: string[] = [];
  const none = startOwnServer({
    main: path.join(folder, 'none.ts'),
    dataDir: folder,
    delayMs: 0,
    log: (_level, event) => void events.push(event),
  });
  await none.close();
  expect(events).toEqual([]);
});
