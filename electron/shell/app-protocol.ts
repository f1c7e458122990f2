import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { assetAt } from '#shared/host/asset-path.ts';
import { securityHeaders } from '#shared/host/security-headers.ts';
import type { Protocol } from './electron-api.ts';

/** The page's address: a scheme of our own, so that no other program and no file can share its origin. */
export const APP_SCHEME = 'app';
export const APP_ORIGIN = 'app://tomoshibi';
export const APP_URL = `${APP_ORIGIN}/index.html`;

/** Whether an address is the page's own, whatever place in it. */
export function isAppUrl(url: string): boolean {
  return url === APP_URL || url.startsWith(`${APP_URL}#`);
}

/** Must be called before the app is ready. */
export function registerAppScheme(protocol: Protocol): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges }]);
}

/** Serves the page's files, with the same paths and headers as the headless host. */
export function createAppProtocol(roots: {
  readonly renderer: string;
  readonly puppets: string;
}): (request: Request) => Promise<Response> {
  const headers = securityHeaders();
  return async (request) => {
    const url = URL.parse(request.url);
    const ours = url?.protocol === `${APP_SCHEME}:` && url.host === new URL(APP_ORIGIN).host;
    const asset = ours && request.method === 'GET' ? assetAt(url.pathname) : null;
    const body = asset === null ? null : await readFile(path.join(roots[asset.root], asset.path)).catch(() => null);
    if (asset === null || body === null) return new Response('not found\n', { status: 404, headers });
    return new Response(new Uint8Array(body), { headers: { ...headers, 'content-type': asset.mediaType } });
  };
}
