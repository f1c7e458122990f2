import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PORT_REQUEST } from '#shared/host/port-door.ts';
import { APP_URL } from './app-protocol.ts';
import type { ContextMenuParameters } from './electron-api.ts';
import { createFakeElectron } from './fake-electron.ts';
import { startShell } from './host.ts';
import { eventually, lastPort, pathsIn, startTestShell } from './shell-harness.ts';
import type { RunningShell, StartOptions } from './shell-harness.ts';

const ID = '0190a5b0-1234-7abc-8def-0123456789ab';
let folder: string;
let shell: RunningShell | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'shell-'));
  mkdirSync(path.join(folder, 'renderer'));
  writeFileSync(path.join(folder, 'renderer/index.html'), '<!doctype html>');
});
afterEach(async () => {
  await shell?.end();
  shell = undefined;
  rmSync(folder, { recursive: true });
});

async function start(options: StartOptions = {}): Promise<RunningShell> {
  shell = await startTestShell(folder, options);
  return shell;
}

describe('the page and its port', () => {
  test('a page that asks gets a port to the core, and calls and events cross it', async () => {
    const { page, core } = await start();
    const { client } = await page();
    expect(await client.host.status({})).toMatchObject({
      host: 'electron',
      platform: 'linux',
      version: '1.2.3',
      dataPath: path.join(folder, 'data'),
    });
    const told = new Promise((resolve) => client.host.onDataChanged(resolve));
    core().emit('host', 'onDataChanged', { entities: ['message'] });
    expect(await told).toEqual({ entities: ['message'] });
  });

  test('only our own page gets one, and only its main address', async () => {
    const { fake, window } = await start();
    for (const url of [
      'https://evil.example/',
      'app://evil/index.html',
      'app://tomoshibi/puppets/a.svg',
      `${APP_URL}?x`,
      null,
    ]) {
      fake.askForPort(PORT_REQUEST, window().webContents, url);
    }
    expect(window().webContents.received).toEqual([]);
  });

  test('after a crash of the core every page gets a fresh port unasked, and the old one is closed', async () => {
    const { page, fake, window, core, cores } = await start();
    const { client, transport } = await page();
    await client.host.status({});
    const lost = new Promise<void>((resolve) => transport.onClose(resolve));
    const crashed = core();
    fake.children[0]?.exit(139);
    await lost;
    await expect(client.host.status({})).rejects.toMatchObject({ code: 'unavailable' });
    await eventually(() => expect(window().webContents.received).toHaveLength(2));
    expect(cores).toHaveLength(2);
    expect(core()).not.toBe(crashed);
    const again = lastPort(window().webContents);
    expect(await again.client.host.status({})).toMatchObject({ vault: { kind: 'ready' } });
  });

  test('a page that asks while the core is starting gets its port when it is ready', async () => {
    let letStart = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letStart = resolve;
    });
    const { fake, window } = await start({ waitForCore: false, held });
    fake.askForPort(PORT_REQUEST, window().webContents, APP_URL);
    expect(window().webContents.received).toHaveLength(0);
    letStart();
    await eventually(() => expect(window().webContents.received).toHaveLength(1));
    expect(await lastPort(window().webContents).client.host.status({})).toMatchObject({ host: 'electron' });
  });

  test('a page that is gone gets nothing more, and the core forgets it', async () => {
    const { page, fake, window, core } = await start({ platform: 'darwin' });
    const { client, transport } = await page();
    await client.host.status({});
    const before = core().subscribers();
    transport.close();
    await eventually(() => expect(core().subscribers()).toBe(before - 1));
    window().destroy();
    fake.children[0]?.exit(9);
    await eventually(() => expect(fake.children).toHaveLength(2));
    expect(window().webContents.received).toHaveLength(1);
  });
});

describe('one instance, and links into it', () => {
  test('a second start ends, and brings the first one forward', async () => {
    const second = createFakeElectron({ userData: folder, lock: false, runCore: () => undefined });
    startShell(second.electron, pathsIn(folder), { argv: [], env: {}, platform: 'linux', log: () => undefined });
    expect(second.state.exited).toBe(true);
    expect(second.windows).toHaveLength(0);

    const { fake, window } = await start();
    window().visible = false;
    window().minimized = true;
    fake.tell('second-instance', {}, ['/usr/bin/tomoshibi']);
    expect(window()).toMatchObject({ visible: true, minimized: false, focused: true });
    expect(fake.windows).toHaveLength(1);
  });

  test('a link handed over by a second start opens in the page; a hostile one only shows the window', async () => {
    const { fake, page } = await start();
    const { client } = await page();
    const links: unknown[] = [];
    client.host.onDeepLink((link) => links.push(link));
    await client.host.status({});
    fake.tell('second-instance', {}, ['tomoshibi', 'tomoshibi://conversation/../../etc']);
    fake.tell('second-instance', {}, ['tomoshibi', `tomoshibi://conversation/${ID}`]);
    expect(fake.openMac('tomoshibi://settings/backups')).toBe(true);
    expect(fake.openMac('https://evil.example')).toBe(true);
    await eventually(() =>
      expect(links).toEqual([
        { place: 'conversation', id: ID },
        { place: 'settings', page: 'backups' },
      ]),
    );
  });

  test('a link it was started with, or got before it was ready, is where the page begins', async () => {
    const withLink = await start({ argv: ['tomoshibi', `tomoshibi://conversation/${ID}`] });
    expect(withLink.window().webContents.url).toBe(`${APP_URL}#/conversation/${ID}`);
    await withLink.end();
    const early = await start({ beforeReady: (fake) => fake.openMac('tomoshibi://settings/backups') });
    expect(early.window().webContents.url).toBe(`${APP_URL}#/settings/backups`);
  });

  test('only the packaged app takes over the link scheme', async () => {
    expect((await start()).fake.state.defaultFor).toEqual([]);
    await shell?.end();
    expect((await start({ fake: { packaged: true } })).fake.state.defaultFor).toEqual(['tomoshibi']);
  });
});

describe('the window and the tray', () => {
  test('closing hides it into the tray, unless the person does not want that; opening brings it back', async () => {
    const { fake, window, tray, core } = await start();
    expect(window().close()).toBe(false);
    expect(window().visible).toBe(false);
    tray().emit('click');
    expect(window().visible).toBe(true);
    core().set({ keepInTray: false });
    await eventually(() => expect(window().close()).toBe(true));
    await fake.onceExited();
  });

  test('on macOS the app stays when its window is gone, and opens a new one', async () => {
    const { fake, window, core } = await start({ platform: 'darwin' });
    core().set({ keepInTray: false });
    await eventually(() => expect(window().close()).toBe(true));
    expect(fake.state.exited).toBe(false);
    expect(fake.state.applicationMenu?.items).toHaveLength(3);
    fake.tell('activate');
    expect(fake.windows).toHaveLength(2);
    expect(window().destroyed).toBe(false);
  });

  test('its place is remembered, and kept on a display that is still there', async () => {
    const first = await start();
    first.window().bounds = { x: 100, y: 80, width: 1100, height: 700.4 };
    first.window().maximized = true;
    first.window().emit('move');
    await first.end();
    expect(JSON.parse(readFileSync(path.join(folder, 'window.json'), 'utf8'))).toEqual({
      x: 100,
      y: 80,
      width: 1100,
      height: 700,
      maximized: true,
    });
    const second = await start();
    expect(second.window().options).toMatchObject({ x: 100, y: 80, width: 1100, height: 700 });
    expect(second.window().maximized).toBe(true);
    await second.end();
    const third = await start({ fake: { displays: [{ x: 5000, y: 0, width: 1440, height: 900 }] } });
    expect(third.window().options).toMatchObject({ x: 5170, y: 100, width: 1100, height: 700 });
  });

  test('the tray speaks the person’s language, changed live', async () => {
    const { tray, core, page } = await start({ fake: { languages: ['en-GB'] } });
    expect(tray().labels()).toEqual(['Open Tomoshibi', 'Keep on top', '—', 'Quit']);
    core().set({ locale: 'ja' });
    await eventually(() => expect(tray().labels()).toEqual(['ともしびを開く', '常に手前に表示', '—', '終了']));
    const { client } = await page();
    await client.host.setLocale({ locale: 'en' });
    await eventually(() => expect(tray().labels()[0]).toBe('Open Tomoshibi'));
  });

  test('staying on top is switched from the page or the tray, and both know', async () => {
    const { tray, window, page } = await start({ fake: { languages: ['en'] } });
    const { client } = await page();
    await client.host.setAlwaysOnTop({ on: true });
    await eventually(() => expect(window().alwaysOnTop).toBe(true));
    expect(tray().items[1]).toMatchObject({ checked: true });
    tray().choose('Keep on top');
    expect(window().alwaysOnTop).toBe(false);
    expect(tray().items[1]).toMatchObject({ checked: false });
  });

  test('a page that crashed is loaded again, but not for ever', async () => {
    const { window } = await start();
    const { webContents } = window();
    webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(webContents.reloads).toBe(0);
    webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    webContents.emit('render-process-gone', {}, { reason: 'oom' });
    expect(webContents.reloads).toBe(1);
  });
});

describe('spelling', () => {
  test('is checked in the languages there are dictionaries for, and can be switched off', async () => {
    const { fake, core } = await start({ fake: { languages: ['ja-JP', 'en-GB', 'xx'] } });
    expect(fake.state.spellCheckLanguages).toEqual(['en-GB', 'en-US']);
    core().set({ spellCheck: false });
    await eventually(() => expect(fake.state.spellCheck).toBe(false));
  });

  test('suggestions, the dictionary and the clipboard are in the menu over text', async () => {
    const { fake, window } = await start({ fake: { languages: ['en'] } });
    const parameters: ContextMenuParameters = {
      isEditable: true,
      selectionText: '',
      misspelledWord: 'lantren',
      dictionarySuggestions: ['lantern'],
      editFlags: { canCut: false, canCopy: false, canPaste: true, canSelectAll: true },
    };
    fake.contextMenu(window().webContents, parameters);
    const labels = fake.popups[0]?.items.map((item) => ('label' in item ? item.label : '—'));
    expect(labels).toEqual(['lantern', 'Add to dictionary', '—', 'Cut', 'Copy', 'Paste', '—', 'Select all']);
    for (const item of fake.popups[0]?.items.slice(0, 2) ?? []) if ('click' in item) item.click?.();
    expect(window().webContents.misspellings).toEqual(['lantern']);
    expect(fake.state.learned).toEqual(['lantren']);
    fake.contextMenu(window().webContents, { ...parameters, isEditable: false, misspelledWord: '' });
    expect(fake.popups).toHaveLength(1);
    fake.contextMenu(window().webContents, { ...parameters, isEditable: false, selectionText: 'words' });
    expect(fake.popups[1]?.items).toHaveLength(1);
  });
});

describe('leaving', () => {
  test('waits until the core has closed, however often it is asked', async () => {
    const { fake, core, window, tray } = await start();
    const release = core().holdClose();
    const exited = fake.onceExited();
    fake.quit();
    fake.quit();
    expect(fake.state.exited).toBe(false);
    expect(window().destroyed).toBe(false);
    release();
    await core().closed;
    await exited;
    expect(window().destroyed).toBe(true);
    expect(tray().destroyed).toBe(true);
    expect(fake.children).toHaveLength(1);
  });
});
