import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type {
  BrowserWindow,
  ChildProcess,
  ContextMenuParameters,
  Display,
  ElectronApi,
  MenuItem,
  ParentPort,
  PortMain,
  Rectangle,
  WebContents,
  WindowOptions,
} from './electron-api.ts';

// Electron for tests. Whatever would cross a process boundary is structured-cloned, as there; ports are real ports; what the
// shell sets is kept for the test to look at, and what a person or the system does has a method.

export interface FakeOptions {
  readonly userData: string;
  /** False: another instance runs already. */
  readonly lock?: boolean;
  readonly languages?: string[];
  readonly displays?: readonly Rectangle[];
  readonly keychain?: boolean;
  readonly keychainBackend?: string;
  readonly packaged?: boolean;
  /** What a forked core process does. */
  readonly runCore: (parent: ParentPort, exit: () => void) => void;
}

export class FakePort extends EventEmitter implements PortMain {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('close', () => this.emit('close'));
  }

  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }

  start(): void {
    this.#port.on('message', (data: unknown) => this.emit('message', { data }));
  }

  close(): void {
    this.#port.close();
  }
}

export class FakeContents extends EventEmitter implements WebContents {
  static #lastId = 0;
  readonly id = (FakeContents.#lastId += 1);
  /** What the preload hears: channel, message, ports. */
  readonly received: { channel: string; message: unknown; ports: PortMain[] }[] = [];
  readonly misspellings: string[] = [];
  url = '';
  reloads = 0;
  destroyed = false;
  openHandler: ((details: { url: string }) => { action: 'deny' }) | null = null;

  getURL = (): string => this.url;
  isDestroyed = (): boolean => this.destroyed;
  reload = (): void => void (this.reloads += 1);
  replaceMisspelling = (word: string): void => void this.misspellings.push(word);
  setWindowOpenHandler = (handler: (details: { url: string }) => { action: 'deny' }): void =>
    void (this.openHandler = handler);

  postMessage(channel: string, message: unknown, transfer: PortMain[] = []): void {
    this.received.push({ channel, message: structuredClone(message), ports: transfer });
    this.emit('fake-received');
  }

  /** Goes somewhere as a page would; false when the shell prevented it. */
  navigate(url: string, event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect' = 'will-navigate'): boolean {
    return isAllowed((preventable) => this.emit(event, { ...preventable, url }));
  }
}

export class FakeWindow extends EventEmitter implements BrowserWindow {
  readonly webContents = new FakeContents();
  readonly options: WindowOptions;
  bounds: Rectangle;
  maximized = false;
  minimized = false;
  visible = false;
  focused = false;
  destroyed = false;
  alwaysOnTop = false;

  constructor(options: WindowOptions) {
    super();
    this.options = structuredClone(options);
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.url = url;
    await Promise.resolve();
    if (!this.destroyed) this.emit('ready-to-show');
  }

  show = (): void => void (this.visible = true);
  hide = (): void => void (this.visible = false);
  focus = (): void => void (this.focused = true);
  restore = (): void => void (this.minimized = false);
  maximize = (): void => void (this.maximized = true);
  isMinimized = (): boolean => this.minimized;
  isMaximized = (): boolean => this.maximized;
  isVisible = (): boolean => this.visible;
  isDestroyed = (): boolean => this.destroyed;
  getNormalBounds = (): Rectangle => this.bounds;
  setAlwaysOnTop = (on: boolean): void => void (this.alwaysOnTop = on);

  destroy(): void {
    this.destroyed = true;
    this.visible = false;
    this.webContents.destroyed = true;
    this.webContents.emit('destroyed');
    this.emit('closed');
  }

  /** The person (or the app, quitting) closes it; false when the shell kept it. */
  close(): boolean {
    const allowed = isAllowed((preventable) => this.emit('close', preventable));
    if (allowed) this.destroy();
    return allowed;
  }
}

/** A forked process whose code runs in the test. */
export class FakeChild extends EventEmitter implements ChildProcess {
  readonly parent: ParentPort & EventEmitter;
  readonly #ports: PortMain[] = [];
  exited = false;

  constructor() {
    super();
    const toParent = (message: unknown): void => {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => void (this.exited || this.emit('message', copy)));
    };
    this.parent = Object.assign(new EventEmitter(), { postMessage: toParent });
  }

  postMessage(message: unknown, transfer: PortMain[] = []): void {
    const data: unknown = structuredClone(message);
    this.#ports.push(...transfer);
    queueMicrotask(() => void (this.exited || this.parent.emit('message', { data, ports: transfer })));
  }

  /** Ends the process as the system would: its ports die with it. */
  exit(code: number): void {
    if (this.exited) return;
    this.exited = true;
    for (const port of this.#ports) port.close();
    queueMicrotask(() => this.emit('exit', code));
  }

  kill(): boolean {
    this.exit(15);
    return true;
  }
}

export class FakeTray extends EventEmitter {
  items: readonly MenuItem[] = [];
  toolTip = '';
  destroyed = false;

  setToolTip = (text: string): void => void (this.toolTip = text);
  setContextMenu = (menu: FakeMenu | null): void => void (this.items = menu?.items ?? []);
  destroy = (): void => void (this.destroyed = true);

  labels(): string[] {
    return this.items.map((item) => ('label' in item ? item.label : '—'));
  }

  /** The person chooses an item. */
  choose(label: string): void {
    const item = this.items.find((one) => 'label' in one && one.label === label);
    if (item === undefined || !('click' in item))
      throw new Error(`there is no ${label} in ${this.labels().join(', ')}`);
    item.click?.();
  }
}

export interface FakeMenu {
  readonly items: readonly MenuItem[];
  popup(): void;
}

export function createFakeElectron(options: FakeOptions) {
  const windows: FakeWindow[] = [];
  const children: FakeChild[] = [];
  const trays: FakeTray[] = [];
  const popups: FakeMenu[] = [];
  const opened: string[] = [];
  const ipc = new EventEmitter();
  const appEvents = new EventEmitter();
  const state = {
    sandboxed: false,
    exited: false,
    schemes: [] as string[],
    schemesRegisteredBeforeReady: false,
    defaultFor: [] as string[],
    applicationMenu: undefined as FakeMenu | null | undefined,
    spellCheckLanguages: [] as string[],
    spellCheck: true,
    learned: [] as string[],
  };
  let ready = false;
  type Handlers = {
    protocol?: (request: Request) => Promise<Response>;
    request?: Parameters<ElectronApi['session']['defaultSession']['setPermissionRequestHandler']>[0];
    check?: Parameters<ElectronApi['session']['defaultSession']['setPermissionCheckHandler']>[0];
    device?: () => boolean;
    before?: Parameters<ElectronApi['session']['defaultSession']['webRequest']['onBeforeRequest']>[0];
  };
  const handlers: Handlers = {};
  const sessionEvents = new EventEmitter();

  class Window extends FakeWindow {
    constructor(windowOptions: WindowOptions) {
      super(windowOptions);
      windows.push(this);
      appEvents.emit('web-contents-created', {}, this.webContents);
      this.on('closed', () => {
        if (windows.every((window) => window.destroyed)) appEvents.emit('window-all-closed');
      });
    }
  }
  class Channel {
    readonly port1: FakePort;
    readonly port2: FakePort;
    constructor() {
      const { port1, port2 } = new MessageChannel();
      this.port1 = new FakePort(port1);
      this.port2 = new FakePort(port2);
    }
  }
  const displays: Display[] = (options.displays ?? [{ x: 0, y: 0, width: 1920, height: 1040 }]).map((workArea) => ({
    workArea,
  }));
  const [primary] = displays;
  if (primary === undefined) throw new Error('a machine with a window has a display');

  const quit = (): void => {
    const allowed = isAllowed((preventable) => appEvents.emit('before-quit', preventable));
    if (!allowed) return;
    for (const window of windows) if (!window.destroyed && !window.close()) return;
    state.exited = true;
    appEvents.emit('fake-exited');
  };

  const electron: ElectronApi = {
    app: Object.assign(appEvents, {
      isPackaged: options.packaged ?? false,
      requestSingleInstanceLock: () => options.lock ?? true,
      enableSandbox: () => void (state.sandboxed = true),
      async whenReady() {
        await Promise.resolve();
        ready = true;
      },
      quit,
      exit: () => void (state.exited = true),
      getVersion: () => '1.2.3',
      getPath: () => options.userData,
      getPreferredSystemLanguages: () => options.languages ?? ['ja-JP', 'en-GB'],
      setAsDefaultProtocolClient: (scheme: string) => state.defaultFor.push(scheme) > 0,
      setAppUserModelId: () => undefined,
    }),
    BrowserWindow: Window,
    ipcMain: ipc,
    Menu: {
      buildFromTemplate(items) {
        const menu: FakeMenu = { items, popup: () => void popups.push(menu) };
        return menu;
      },
      setApplicationMenu: (menu) => void (state.applicationMenu = menu as FakeMenu | null),
    },
    MessageChannelMain: Channel,
    nativeTheme: { shouldUseDarkColors: false },
    protocol: {
      registerSchemesAsPrivileged(schemes) {
        state.schemes.push(...schemes.map(({ scheme }) => scheme));
        state.schemesRegisteredBeforeReady = !ready;
      },
      handle: (_scheme, handler) => void (handlers.protocol = handler),
    },
    safeStorage: {
      isEncryptionAvailable: () => options.keychain ?? true,
      getSelectedStorageBackend: () => options.keychainBackend ?? 'gnome_libsecret',
      encryptString: (text) => Buffer.from(`sealed:${[...text].reverse().join('')}`),
      decryptString: (sealed) => [...sealed.toString().slice('sealed:'.length)].reverse().join(''),
    },
    screen: { getAllDisplays: () => displays, getPrimaryDisplay: () => primary },
    session: {
      defaultSession: Object.assign(sessionEvents, {
        availableSpellCheckerLanguages: ['de', 'en-GB', 'en-US'],
        setSpellCheckerLanguages: (languages: string[]) => void (state.spellCheckLanguages = languages),
        setSpellCheckerEnabled: (on: boolean) => void (state.spellCheck = on),
        addWordToSpellCheckerDictionary: (word: string) => state.learned.push(word) > 0,
        setPermissionRequestHandler: (handler: NonNullable<Handlers['request']>) => void (handlers.request = handler),
        setPermissionCheckHandler: (handler: NonNullable<Handlers['check']>) => void (handlers.check = handler),
        setDevicePermissionHandler: (handler: () => boolean) => void (handlers.device = handler),
        webRequest: { onBeforeRequest: (handler: NonNullable<Handlers['before']>) => void (handlers.before = handler) },
      }),
    },
    shell: {
      async openExternal(url) {
        opened.push(url);
      },
    },
    createTray() {
      const tray = new FakeTray();
      trays.push(tray);
      return tray;
    },
    utilityProcess: {
      fork() {
        const child = new FakeChild();
        children.push(child);
        options.runCore(child.parent, () => child.exit(0));
        return child;
      },
    },
  };

  return {
    electron,
    state,
    windows,
    children,
    trays,
    popups,
    /** Addresses opened outside. */
    opened,
    quit,
    /** What the system says to a running app. */
    tell: (event: string, ...args: unknown[]) => appEvents.emit(event, ...args),
    onceExited: () => new Promise<void>((resolve) => appEvents.once('fake-exited', () => resolve())),
    openMac(url: string): boolean {
      return !isAllowed((preventable) => appEvents.emit('open-url', preventable, url));
    },
    /** A page asks for a port through its preload. */
    askForPort: (channel: string, contents: FakeContents, frameUrl: string | null) =>
      ipc.emit(channel, { sender: contents, senderFrame: frameUrl === null ? null : { url: frameUrl } }),
    contextMenu: (contents: FakeContents, parameters: ContextMenuParameters) =>
      contents.emit('context-menu', {}, parameters),
    /** Whether a page of ours (or of `origin`) is given a permission: asked for, and looked up. */
    permission(contents: FakeContents, permission: string, origin: string): { asked: boolean; checked: boolean } {
      let asked = false;
      handlers.request?.(contents, permission, (granted) => (asked = granted), {
        requestingUrl: `${origin}/index.html`,
      });
      return { asked, checked: handlers.check?.(contents, permission, origin) ?? true };
    },
    device: () => handlers.device?.() ?? true,
    /** Whether a request of a page may leave. */
    request(url: string): boolean {
      let cancelled = false;
      handlers.before?.({ url }, (response) => (cancelled = response.cancel ?? false));
      return !cancelled;
    },
    download: () => isAllowed((preventable) => sessionEvents.emit('will-download', preventable)),
    fetch: (url: string, init?: RequestInit) => handlers.protocol?.(new Request(url, init)),
  };
}

export type FakeElectron = ReturnType<typeof createFakeElectron>;

function isAllowed(emit: (event: { preventDefault(): void }) => void): boolean {
  let allowed = true;
  emit({ preventDefault: () => void (allowed = false) });
  return allowed;
}
