// The part of Electron that the shell uses, written down so that a fake can be complete. `main.ts` hands the real module over,
// and does not compile if this is not a part of it.

export interface Preventable {
  preventDefault(): void;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface ElectronApi {
  readonly app: App;
  readonly BrowserWindow: new (options: WindowOptions) => BrowserWindow;
  readonly ipcMain: IpcMain;
  readonly Menu: MenuFactory;
  readonly MessageChannelMain: new () => { readonly port1: PortMain; readonly port2: PortMain };
  readonly nativeTheme: { readonly shouldUseDarkColors: boolean };
  readonly protocol: Protocol;
  readonly safeStorage: SafeStorage;
  readonly screen: { getAllDisplays(): readonly Display[]; getPrimaryDisplay(): Display };
  readonly session: { readonly defaultSession: Session };
  readonly shell: { openExternal(url: string): Promise<void> };
  /** Not Electron's own: a tray icon from a picture, scaled. */
  readonly createTray: (picture: string, sizePx: number) => Tray;
  readonly utilityProcess: { fork(modulePath: string, args: string[], options: { serviceName: string }): ChildProcess };
}

export interface App {
  readonly isPackaged: boolean;
  requestSingleInstanceLock(): boolean;
  enableSandbox(): void;
  whenReady(): Promise<void>;
  quit(): void;
  exit(code?: number): void;
  getVersion(): string;
  getPath(name: 'userData'): string;
  getPreferredSystemLanguages(): string[];
  setAsDefaultProtocolClient(scheme: string): boolean;
  setAppUserModelId(id: string): void;
  on(event: 'second-instance', listener: (event: unknown, argv: string[]) => void): unknown;
  on(event: 'open-url', listener: (event: Preventable, url: string) => void): unknown;
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(event: 'window-all-closed', listener: () => void): unknown;
  on(event: 'activate', listener: () => void): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: WebContents) => void): unknown;
}

export interface WindowOptions extends Partial<Rectangle> {
  readonly minWidth: number;
  readonly minHeight: number;
  readonly show: boolean;
  readonly title: string;
  readonly backgroundColor: string;
  readonly autoHideMenuBar: boolean;
  readonly webPreferences: {
    readonly preload: string;
    readonly sandbox: boolean;
    readonly contextIsolation: boolean;
    readonly nodeIntegration: boolean;
    readonly nodeIntegrationInWorker: boolean;
    readonly nodeIntegrationInSubFrames: boolean;
    readonly webSecurity: boolean;
    readonly webviewTag: boolean;
    readonly navigateOnDragDrop: boolean;
    readonly safeDialogs: boolean;
    readonly spellcheck: boolean;
    readonly backgroundThrottling: boolean;
  };
}

export interface BrowserWindow {
  readonly webContents: WebContents;
  loadURL(url: string): Promise<void>;
  show(): void;
  hide(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  destroy(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isVisible(): boolean;
  isDestroyed(): boolean;
  getNormalBounds(): Rectangle;
  setAlwaysOnTop(on: boolean): void;
  on(event: 'ready-to-show', listener: () => void): unknown;
  on(event: 'close', listener: (event: Preventable) => void): unknown;
  on(event: 'closed', listener: () => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  on(event: 'move', listener: () => void): unknown;
  on(event: 'maximize', listener: () => void): unknown;
  on(event: 'unmaximize', listener: () => void): unknown;
}

export interface WebContents {
  readonly id: number;
  getURL(): string;
  isDestroyed(): boolean;
  reload(): void;
  replaceMisspelling(word: string): void;
  postMessage(channel: string, message: unknown, transfer?: PortMain[]): void;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
  on(event: 'will-navigate', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-frame-navigate', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-redirect', listener: (event: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(event: 'context-menu', listener: (event: unknown, parameters: ContextMenuParameters) => void): unknown;
  on(event: 'render-process-gone', listener: (event: unknown, details: { readonly reason: string }) => void): unknown;
  on(event: 'destroyed', listener: () => void): unknown;
}

export interface ContextMenuParameters {
  readonly isEditable: boolean;
  readonly selectionText: string;
  readonly misspelledWord: string;
  readonly dictionarySuggestions: string[];
  readonly editFlags: {
    readonly canCut: boolean;
    readonly canCopy: boolean;
    readonly canPaste: boolean;
    readonly canSelectAll: boolean;
  };
}

export interface IpcMain {
  on(
    channel: string,
    listener: (event: { readonly sender: WebContents; readonly senderFrame: { readonly url: string } | null }) => void,
  ): unknown;
}

export interface PortMain {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export interface ChildProcess {
  postMessage(message: unknown, transfer?: PortMain[]): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
}

/** `process.parentPort` inside a utility process. */
export interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: PortMain[] }) => void): unknown;
}

export interface Protocol {
  registerSchemesAsPrivileged(
    schemes: {
      scheme: string;
      privileges: { standard: boolean; secure: boolean; supportFetchAPI: boolean; codeCache: boolean };
    }[],
  ): void;
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
}

export interface SafeStorage {
  isEncryptionAvailable(): boolean;
  getSelectedStorageBackend(): string;
  encryptString(text: string): Buffer;
  decryptString(sealed: Buffer): string;
}

export interface Session {
  readonly availableSpellCheckerLanguages: readonly string[];
  setSpellCheckerLanguages(languages: string[]): void;
  setSpellCheckerEnabled(on: boolean): void;
  addWordToSpellCheckerDictionary(word: string): boolean;
  setPermissionRequestHandler(
    handler: (
      contents: WebContents,
      permission: string,
      callback: (granted: boolean) => void,
      details: { readonly requestingUrl: string },
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: WebContents | null, permission: string, requestingOrigin: string) => boolean,
  ): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  readonly webRequest: {
    onBeforeRequest(
      listener: (details: { readonly url: string }, callback: (response: { cancel?: boolean }) => void) => void,
    ): void;
  };
  on(event: 'will-download', listener: (event: Preventable) => void): unknown;
}

export interface Display {
  readonly workArea: Rectangle;
}

export type MenuItem =
  | { readonly type: 'separator' }
  | { readonly role: 'appMenu' | 'editMenu' | 'windowMenu' }
  | { readonly role: 'cut' | 'copy' | 'paste' | 'selectAll'; readonly label: string; readonly enabled: boolean }
  | {
      readonly label: string;
      readonly type?: 'normal' | 'checkbox';
      readonly checked?: boolean;
      readonly enabled?: boolean;
      readonly click?: () => void;
    };

export interface Menu {
  popup(): void;
}

export interface MenuFactory {
  buildFromTemplate(items: MenuItem[]): Menu;
  setApplicationMenu(menu: Menu | null): void;
}

export interface Tray {
  setToolTip(text: string): void;
  setContextMenu(menu: Menu | null): void;
  on(event: 'click', listener: () => void): unknown;
  destroy(): void;
}
