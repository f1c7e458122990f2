import path from 'node:path';
import type { Log } from '#core/core-deps.ts';
import { traceOf } from '#core/trace-of.ts';
import { deepLinkIn, hashOf, parseDeepLink } from '#shared/host/deep-link.ts';
import type { DeepLink } from '#shared/host/deep-link.ts';
import { PORT_ANSWER, PORT_REQUEST } from '#shared/host/port-door.ts';
import { createTranslate } from '#shared/i18n/translate.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { APP_SCHEME, createAppProtocol, isAppUrl, registerAppScheme } from './app-protocol.ts';
import { createCoreLink } from './core-link.ts';
import type { StartMessage } from './core-messages.ts';
import type { BrowserWindow, ElectronApi, MenuItem, Tray, WebContents } from './electron-api.ts';
import { guardContents, guardSession, openOutside } from './guard.ts';
import { openKeyVault } from './key-vault.ts';
import type { KeyVault } from './key-vault.ts';
import { applicationMenu, contextMenu, trayMenu } from './menus.ts';
import { followSettings } from './shell-settings.ts';
import type { ShellSettings } from './shell-settings.ts';
import { bringForward, openWindow } from './window.ts';

export interface ShellPaths {
  readonly preload: string;
  readonly coreProcess: string;
  readonly renderer: string;
  readonly resources: string;
}

export interface ShellEnvironment {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** Default: lines of JSON on stderr. */
  readonly log?: Log;
  /** Starts a server of one's own beside the app, where one is wanted. */
  readonly startServer?: (dataDir: string, log: Log) => { close(): Promise<void> };
}

const TRAY_ICON_SIZE_PX = 18;
/** A page that crashes again within this time is left alone, or it would blink for ever. */
const RELOAD_AGAIN_AFTER_MS = 20_000;

/**
 * Electron's side of Tomoshibi: one window, one tray icon, the core in its own process and a port between the two. A second
 * start brings the first one forward. Must be called before the app is ready.
 */
export function startShell(electron: ElectronApi, paths: ShellPaths, environment: ShellEnvironment): void {
  const { app } = electron;
  if (!app.requestSingleInstanceLock()) return app.quit();
  app.enableSandbox();
  app.setAppUserModelId('app.tomoshibi.desktop');
  if (app.isPackaged) app.setAsDefaultProtocolClient('tomoshibi');
  registerAppScheme(electron.protocol);

  // What comes before the app is ready is kept for it.
  let openLink: (link: DeepLink | null) => void = (link) => {
    first = link ?? first;
  };
  let first = deepLinkIn(environment.argv);
  app.on('second-instance', (_event, argv) => openLink(deepLinkIn(argv)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    openLink(parseDeepLink(url));
  });
  const begin = async (): Promise<void> => {
    await app.whenReady();
    openLink = run(electron, paths, environment, first);
  };
  void begin();
}

/** The running shell. Returns what opens a place in the app, or just shows it. */
function run(
  electron: ElectronApi,
  paths: ShellPaths,
  environment: ShellEnvironment,
  first: DeepLink | null,
): (link: DeepLink | null) => void {
  const { app } = electron;
  const log = environment.log ?? logToStderr;
  const dataDir = environment.env['TOMOSHIBI_DATA'] ?? path.join(app.getPath('userData'), 'data');
  const session = electron.session.defaultSession;
  const vault = openKeyVault(electron.safeStorage, environment.platform, dataDir);

  let window: BrowserWindow | null = null;
  let settings: ShellSettings = { locale: null, keepInTray: true, spellCheck: true };
  let locale = systemLocale(electron);
  let alwaysOnTop = false;
  let quitting = false;
  let closed = false;
  /** Pages that have asked for a port: after a restart of the core each gets a fresh one unasked. */
  const pages = new Map<number, WebContents>();

  const outside = (url: string): void => {
    openOutside(electron.shell, url).then(
      (opened) => {
        if (!opened) log('warn', 'link_not_opened');
      },
      (error: unknown) => log('warn', 'link_not_opened', { error: traceOf(error) }),
    );
  };

  const follow = followSettings(
    (next) => {
      settings = next;
      session.setSpellCheckerEnabled(next.spellCheck);
      setLocale(next.locale ?? systemLocale(electron));
    },
    (error) => log('error', 'settings_not_followed', { error: traceOf(error) }),
  );

  const core = createCoreLink({
    electron,
    coreProcess: paths.coreProcess,
    prepare: () =>
      startMessage(
        vault,
        { dataDir, resourcesDir: paths.resources, version: app.getVersion(), platform: environment.platform },
        log,
      ),
    keySource: vault.database,
    log,
    openLink: outside,
    setAlwaysOnTop: (on) => setAlwaysOnTop(on),
    setLocale: (next) => setLocale(next),
    onReady() {
      const own = core.connect();
      if (own !== null) follow.attach(own);
      for (const page of pages.values()) givePort(page);
    },
  });

  const givePort = (page: WebContents): void => {
    const port = core.connect();
    if (port !== null) page.postMessage(PORT_ANSWER, null, [port]);
  };

  const show = (link: DeepLink | null): void => {
    if (window === null) {
      window = open(link === null ? '' : hashOf(link));
    } else {
      bringForward(window);
      if (link !== null) core.deepLink(link);
    }
  };

  const open = (hash: string): BrowserWindow => {
    const made = openWindow({
      electron,
      preload: paths.preload,
      stateFile: path.join(app.getPath('userData'), 'window.json'),
      hash,
      onStateError: (error) => log('warn', 'window_place_not_kept', { error: traceOf(error) }),
    });
    made.setAlwaysOnTop(alwaysOnTop);
    made.on('close', (event) => {
      if (quitting || !settings.keepInTray) return;
      event.preventDefault();
      made.hide();
    });
    made.on('closed', () => {
      window = null;
    });
    return made;
  };

  const tray = makeTray(electron, path.join(paths.resources, 'icons/icon.png'), () => show(null));
  const dressTray = (): void => {
    const items = trayMenu(createTranslate(locale), alwaysOnTop, {
      open: () => show(null),
      setAlwaysOnTop,
      quit: () => app.quit(),
    });
    tray.setContextMenu(electron.Menu.buildFromTemplate(items));
  };
  const setAlwaysOnTop = (on: boolean): void => {
    alwaysOnTop = on;
    window?.setAlwaysOnTop(on);
    dressTray();
  };
  const setLocale = (next: Locale): void => {
    if (next === locale) return;
    locale = next;
    dressTray();
  };

  electron.ipcMain.on(PORT_REQUEST, ({ sender, senderFrame }) => {
    if (senderFrame === null || !isAppUrl(senderFrame.url)) return;
    if (!pages.has(sender.id)) {
      pages.set(sender.id, sender);
      sender.on('destroyed', () => pages.delete(sender.id));
    }
    givePort(sender);
  });

  app.on('web-contents-created', (_event, contents) => {
    guardContents(contents, outside);
    reloadWhenGone(contents, log);
    contents.on('context-menu', (_menuEvent, parameters) => {
      const items: MenuItem[] = contextMenu(createTranslate(locale), parameters, {
        replace: (word) => contents.replaceMisspelling(word),
        learn: (word) => session.addWordToSpellCheckerDictionary(word),
      });
      if (items.length > 0) electron.Menu.buildFromTemplate(items).popup();
    });
  });

  app.on('activate', () => show(null));
  app.on('window-all-closed', () => {
    if (environment.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (quitting) return;
    quitting = true;
    void Promise.all([core.close(), server?.close()]).then(() => {
      closed = true;
      tray.destroy();
      app.quit();
    });
  });

  const server = environment.startServer?.(dataDir, log);

  guardSession(session);
  session.setSpellCheckerLanguages(spellCheckLanguages(electron));
  electron.protocol.handle(
    APP_SCHEME,
    createAppProtocol({ renderer: paths.renderer, puppets: path.join(paths.resources, 'puppets') }),
  );
  const menu = applicationMenu(environment.platform);
  electron.Menu.setApplicationMenu(menu === null ? null : electron.Menu.buildFromTemplate(menu));
  dressTray();
  show(first);
  return show;
}

async function startMessage(
  vault: KeyVault,
  places: Pick<StartMessage, 'dataDir' | 'resourcesDir' | 'version' | 'platform'>,
  log: Log,
): Promise<StartMessage> {
  const key = await vault.database.load().catch((error: unknown) => {
    log('error', 'key_refused', { error: traceOf(error) });
    return 'refused' as const;
  });
  return { type: 'start', ...places, keyKind: vault.database.kind, key, deviceKey: await vault.deviceKey() };
}

function makeTray(electron: ElectronApi, icon: string, onClick: () => void): Tray {
  const tray = electron.createTray(icon, TRAY_ICON_SIZE_PX);
  tray.setToolTip('Tomoshibi');
  tray.on('click', onClick);
  return tray;
}

function reloadWhenGone(contents: WebContents, log: Log): void {
  let lastMs = -Infinity;
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    log('error', 'page_gone', { reason });
    const nowMs = Date.now();
    if (nowMs - lastMs > RELOAD_AGAIN_AFTER_MS && !contents.isDestroyed()) contents.reload();
    lastMs = nowMs;
  });
}

function systemLocale(electron: ElectronApi): Locale {
  return electron.app.getPreferredSystemLanguages()[0]?.toLowerCase().startsWith('ja') ? 'ja' : 'en';
}

/** The person's own languages as far as there are dictionaries (there is none for Japanese), and English. */
function spellCheckLanguages(electron: ElectronApi): string[] {
  const available = electron.session.defaultSession.availableSpellCheckerLanguages;
  const wanted = [...electron.app.getPreferredSystemLanguages(), 'en-US'];
  return [...new Set(wanted)].filter((language) => available.includes(language));
}

function logToStderr(...[level, event, facts = {}]: Parameters<Log>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...facts })}\n`);
}
