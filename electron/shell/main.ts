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
  { argv: process.argv, env: process.env, platform: process.platform },
);

function createTray(picture: string, sizePx: number): Tray {
  return new Tray(nativeImage.createFromPath(picture).resize({ width: sizePx, height: sizePx }));
}
