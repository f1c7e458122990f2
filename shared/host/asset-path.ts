/** A file the page may ask for: under which root, where, and how it is served. */
export interface Asset {
  readonly root: 'renderer' | 'puppets';
  /** Segments joined by `/`, none of them empty, `.`, `..` or hidden: safe to join to a folder. */
  readonly path: string;
  readonly mediaType: string;
  /** Whether its name changes with its content, so that it may be kept for ever. */
  readonly immutable: boolean;
  readonly compressible: boolean;
}

const TEXT_TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['mjs', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['txt', 'text/plain; charset=utf-8'],
  ['webmanifest', 'application/manifest+json'],
  ['wasm', 'application/wasm'],
]);

const BINARY_TYPES: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['gif', 'image/gif'],
  ['ico', 'image/x-icon'],
  ['woff2', 'font/woff2'],
  ['bin', 'application/octet-stream'],
]);

const PUPPETS = 'puppets/';
const HASHED = /^assets\/.*-[A-Za-z0-9_-]{8}\.[a-z0-9]+$/;

/**
 * Which file a URL's path (still percent-encoded, without query) stands for; null for one that no page of ours asks for.
 * Places inside the app live behind `#`, so only `/` is the page itself.
 */
export function assetAt(urlPath: string): Asset | null {
  const path = decodePath(urlPath);
  if (path === null) return null;
  return path.startsWith(PUPPETS)
    ? describe('puppets', path.slice(PUPPETS.length))
    : describe('renderer', path || 'index.html');
}

function describe(root: Asset['root'], path: string): Asset | null {
  const extension = /\.([a-z0-9]+)$/.exec(path)?.[1] ?? '';
  const text = TEXT_TYPES.get(extension);
  const mediaType = text ?? BINARY_TYPES.get(extension);
  if (mediaType === undefined) return null;
  return {
    root,
    path,
    mediaType,
    immutable: root === 'renderer' && HASHED.test(path),
    compressible: text !== undefined,
  };
}

function decodePath(urlPath: string): string | null {
  if (!urlPath.startsWith('/') || urlPath.length > 1024) return null;
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath.slice(1));
  } catch {
    return null;
  }
  if (decoded === '') return '';
  // Backslashes, drive letters, NULs and hidden files have no place; nor has anything that climbs.
  if (/[\\:\0]/.test(decoded)) return null;
  return decoded.split('/').every((segment) => segment !== '' && !segment.startsWith('.')) ? decoded : null;
}
