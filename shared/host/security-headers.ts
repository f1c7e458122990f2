/**
 * What the page may load, in both hosts: its own files and nothing else. Styles set through the DOM (React's `style`)
 * need no 'unsafe-inline'; `wasm-unsafe-eval` and `eval` stay off (Pixi runs with its `unsafe-eval` polyfill).
 * `sockets` are the WebSocket origins of the headless host; Electron has none.
 */
export function contentSecurityPolicy(sockets: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    'media-src blob:',
    "font-src 'self'",
    ["connect-src 'self'", ...sockets].join(' '),
    "worker-src 'self'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
  ].join('; ');
}

/** The headers of every answer of both hosts. */
export function securityHeaders(sockets: readonly string[] = []): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(sockets),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'x-dns-prefetch-control': 'off',
    'permissions-policy':
      'camera=(), display-capture=(), geolocation=(), hid=(), idle-detection=(), microphone=(self), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=()',
  };
}
