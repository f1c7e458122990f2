import path from 'node:path';
import {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  nativeTheme,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import type { Log } from '#core/core-deps.ts';
import { startOwnServer } from '#core/own-server.ts';
import { startShell } from './host.ts';

// Bundled to out/main/main.js, beside core-process.js; everything else lies where it lies in the tree.
const ROOT = path.resolve(import.meta.dirname, '../..');

startShell(
  {
    app,
    BrowserWindow,
    ipcMain,
    Menu,
    MessageChannelMain,
    nativeTheme,
    protocol,
    safeStorage,
    screen,
    session,
    shell,
    utilityProcess,
    createTray,
  },
  {
    preload: path.join(ROOT, 'out/preload/preload.cjs'),
    coreProcess: path.join(import.meta.dirname, 'core-process.js'),
    renderer: path.join(ROOT, 'out/renderer'),
    resources: path.join(ROOT, 'resources'),
  },
  { argv: process.argv, env: process.env, platform: process.platform, ...(wantsServer() ? { startServer } : {}) },
);

/** As the headless host's flags have it. */
function wantsServer(): boolean {
  const { TOMOSHIBI_SERVER: named, TOMOSHIBI_NO_SERVER: none } = process.env;
  return !named && !none && !process.argv.some((argument) => /^--(no-server|server(=|$))/.test(argument));
}

function startServer(dataDir: string, log: Log) {
  return startOwnServer({ main: path.join(ROOT, 'sync-server/main.ts'), dataDir, log });
}

function createTray(picture: string, sizePx: number): Tray {
  return new Tray(nativeImage.createFromPath(picture).resize({ width: sizePx, height: sizePx }));
}
