import { APP_ORIGIN, isAppUrl } from './app-protocol.ts';
import type { ElectronApi, Session, WebContents } from './electron-api.ts';

/** What the page may ask the system for. Everything else is denied without a question. */
const GRANTED = new Set(['notifications', 'clipboard-sanitized-write']);
/** Addresses a page of ours loads from. `devtools` is the developer tools' own page. */
const LOADED = /^(?:app|blob|data|devtools):/;
const OPENED = /^(?:https?|mailto):/i;
const MAX_LINK_LENGTH = 2000;

/** Denies every permission but the few above, every device, every download, and every request that would leave the app. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(isOurs(details.requestingUrl) && GRANTED.has(permission));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => isOurs(requestingOrigin) && GRANTED.has(permission),
  );
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !LOADED.test(details.url) }));
  session.on('will-download', (event) => event.preventDefault());
}

/** Keeps a page where it is: it goes nowhere, opens no window and embeds nothing. */
export function guardContents(contents: WebContents, openLink: (url: string) => void): void {
  const stay = (event: { preventDefault(): void; readonly url: string }): void => {
    if (!isAppUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url);
    return { action: 'deny' };
  });
}

/** Opens a web or mail address outside; anything else (files, scripts, other programs' schemes) is not opened. */
export async function openOutside(shell: ElectronApi['shell'], url: string): Promise<boolean> {
  const parsed = url.length <= MAX_LINK_LENGTH && OPENED.test(url) ? URL.parse(url) : null;
  if (parsed === null || parsed.username !== '' || parsed.password !== '') return false;
  await shell.openExternal(parsed.href);
  return true;
}

function isOurs(url: string): boolean {
  return url === APP_ORIGIN || url.startsWith(`${APP_ORIGIN}/`);
}
