import { APP_URL } from './app-protocol.ts';
import type { BrowserWindow, ElectronApi } from './electron-api.ts';
import { loadWindowState, MIN_HEIGHT, MIN_WIDTH, placeWindow, saveWindowState } from './window-state.ts';

export interface WindowDeps {
  readonly electron: Pick<ElectronApi, 'BrowserWindow' | 'screen' | 'nativeTheme'>;
  readonly preload: string;
  /** Where the window's place is kept between starts. */
  readonly stateFile: string;
  /** Where in the app to begin: `#/…`, or nothing. */
  readonly hash: string;
  readonly onStateError: (error: unknown) => void;
}

/** The colours of an empty page (`--room` of tokens.css), so that opening does not flash. */
const BACKGROUND = { light: '#f4ede1', dark: '#1b1820' };
/** The place is written at most this often while the window is dragged about. */
const SAVE_AFTER_MS = 500;

/** Opens the one window: sandboxed, isolated, with our page in it and nothing else. */
export function openWindow(deps: WindowDeps): BrowserWindow {
  const { BrowserWindow: Window, screen, nativeTheme } = deps.electron;
  const saved = loadWindowState(deps.stateFile);
  const others = screen.getAllDisplays().map((display) => display.workArea);
  const window = new Window({
    ...placeWindow(saved, [screen.getPrimaryDisplay().workArea, ...others]),
    minWidth: MIN_WIDTH,
    minHeight: MIN_HEIGHT,
    show: false,
    title: 'Tomoshibi',
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    autoHideMenuBar: true,
    webPreferences: {
      preload: deps.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: true,
      backgroundThrottling: true,
    },
  });
  if (saved?.maximized) window.maximize();
  window.on('ready-to-show', () => window.show());
  rememberPlace(window, deps);
  void window.loadURL(APP_URL + deps.hash);
  return window;
}

/** Shows a window that may be hidden, minimised or behind others. */
export function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function rememberPlace(window: BrowserWindow, deps: WindowDeps): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (window.isDestroyed()) return;
    try {
      saveWindowState(deps.stateFile, { ...roundedBounds(window), maximized: window.isMaximized() });
    } catch (error) {
      // A full disk must not keep a window from moving.
      deps.onStateError(error);
    }
  };
  const saveSoon = (): void => {
    timer ??= setTimeout(save, SAVE_AFTER_MS);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('maximize', saveSoon);
  window.on('unmaximize', saveSoon);
  window.on('close', save);
  window.on('closed', () => clearTimeout(timer));
}

function roundedBounds(window: BrowserWindow): { x: number; y: number; width: number; height: number } {
  const { x, y, width, height } = window.getNormalBounds();
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}
