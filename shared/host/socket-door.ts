/** Where the headless host's WebSocket is, and how a page shows its token: the only header a page may set there. */
export const SOCKET_PATH = '/rpc';
export const SOCKET_PROTOCOL = 'tomoshibi';
/** Followed by the token: the last of the offered subprotocols. */
export const TOKEN_PROTOCOL_PREFIX = 'token.';
/** Chosen by the host instead, before it closes, when the token is wrong: a page is not told why an upgrade failed. */
export const REFUSED_PROTOCOL = 'tomoshibi.refused';
/** In the address the host prints: `#token=…`. 43 base64url characters hold 256 bits. */
export const TOKEN_PARAMETER = 'token';
export const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43,128}$/;
