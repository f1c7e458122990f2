import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { APP_URL } from './app-protocol.ts';
import { eventually, startTestShell } from './shell-harness.ts';
import type { RunningShell } from './shell-harness.ts';

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

async function start(): Promise<RunningShell> {
  shell = await startTestShell(folder);
  return shell;
}

describe('what a page may not', () => {
  test('every permission is denied but notices and copying, and those to us alone', async () => {
    const { fake, window } = await start();
    const ask = (permission: string, origin = 'app://tomoshibi'): unknown =>
      fake.permission(window().webContents, permission, origin);
    for (const permission of ['notifications', 'clipboard-sanitized-write']) {
      expect(ask(permission)).toEqual({ asked: true, checked: true });
      expect(ask(permission, 'https://evil.example')).toEqual({ asked: false, checked: false });
      expect(ask(permission, 'app://tomoshibi.evil')).toEqual({ asked: false, checked: false });
    }
    for (const permission of [
      'media',
      'geolocation',
      'clipboard-read',
      'display-capture',
      'fileSystem',
      'openExternal',
      'midi',
      'hid',
      'serial',
      'usb',
      'pointerLock',
      'unknown',
    ]) {
      expect(ask(permission)).toEqual({ asked: false, checked: false });
    }
    expect(fake.device()).toBe(false);
    expect(fake.download()).toBe(false);
  });

  test('it goes nowhere but to itself', async () => {
    const { window } = await start();
    const { webContents } = window();
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      expect(webContents.navigate(`${APP_URL}#/settings/minds`, event)).toBe(true);
      for (const url of [
        'https://example.com/',
        'file:///etc/passwd',
        'app://tomoshibi/other.html',
        'app://tomoshibi.evil/index.html',
        `${APP_URL}.evil`,
        'javascript:alert(1)',
        'data:text/html,x',
        'blob:app://tomoshibi/x',
      ]) {
        expect(webContents.navigate(url, event)).toBe(false);
      }
    }
    const webview = { preventDefault: vi.fn<() => void>() };
    webContents.emit('will-attach-webview', webview);
    expect(webview.preventDefault).toHaveBeenCalledOnce();
  });

  test('it loads nothing from elsewhere', async () => {
    const { fake } = await start();
    for (const url of [
      'app://tomoshibi/assets/a.js',
      'blob:app://tomoshibi/1',
      'data:image/png;base64,',
      'devtools://devtools/x',
    ])
      expect(fake.request(url)).toBe(true);
    for (const url of [
      'https://example.com/a.js',
      'http://127.0.0.1/',
      'ws://127.0.0.1/',
      'file:///etc/passwd',
      'ftp://x/',
    ])
      expect(fake.request(url)).toBe(false);
  });

  test('it opens no window; web and mail addresses go to the person’s own browser, nothing else does', async () => {
    const { fake, window, page } = await start();
    const handler = window().webContents.openHandler;
    for (const url of [
      'https://example.com/a?b#c',
      'mailto:a@example.com',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://x/y',
      'tomoshibi://home',
      'https://user:secret@example.com/',
      'https://',
      `https://e/${'x'.repeat(3000)}`,
    ]) {
      expect(handler?.({ url })).toEqual({ action: 'deny' });
    }
    expect(fake.windows).toHaveLength(1);
    const { client } = await page();
    await client.host.openLink({ url: 'https://example.org/' });
    await eventually(() =>
      expect(fake.opened).toEqual(['https://example.com/a?b#c', 'mailto:a@example.com', 'https://example.org/']),
    );
  });

  test('the window is sandboxed and isolated, the app’s scheme set up in time', async () => {
    const { fake, window } = await start();
    expect(window().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
    expect(window().options).toMatchObject({ minWidth: 900, minHeight: 600 });
    expect(fake.state).toMatchObject({ sandboxed: true, schemes: ['app'], schemesRegisteredBeforeReady: true });
  });

  test('its files come from our folders, with the same headers as the headless host’s', async () => {
    const { fake } = await start();
    const page = await fake.fetch(APP_URL);
    expect(await page?.text()).toBe('<!doctype html>');
    expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page?.headers.get('content-security-policy')).not.toContain('ws:');
    expect(page?.headers.get('content-type')).toBe('text/html; charset=utf-8');
    for (const url of [
      'app://evil/index.html',
      'app://tomoshibi/../../etc/passwd',
      'app://tomoshibi/%2e%2e/window.json',
      'app://tomoshibi/nowhere.js',
      'app://tomoshibi/renderer',
    ]) {
      expect((await fake.fetch(url))?.status).toBe(404);
    }
    expect((await fake.fetch(APP_URL, { method: 'POST' }))?.status).toBe(404);
  });
});
