import { createHash, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { REFUSED_PROTOCOL, SOCKET_PATH, SOCKET_PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '#shared/host/socket-door.ts';
import { securityHeaders } from '#shared/host/security-headers.ts';
import { MAX_FRAME_SIZE } from '#shared/rpc/frame.ts';
import type { Transport } from '#shared/rpc/transport.ts';
import { createStaticFiles } from './static-files.ts';
import type { StaticRoots } from './static-files.ts';
import { createWsTransport } from './ws-transport.ts';

export interface WebHostOptions {
  readonly roots: StaticRoots;
  /** 0: any free port. */
  readonly port: number;
  /** When the port is taken, how many of the following ones to try. */
  readonly portsToTry: number;
  /** What a page must know to be let in. */
  readonly token: string;
  /** A page has come in. Its transport closes with the host. */
  readonly onPage: (transport: Transport) => void;
  readonly heartbeatMs?: number;
}

export interface WebHost {
  readonly port: number;
  /** Closes every page and stops listening. */
  close(): Promise<void>;
}

/** The port asked for, and those tried after it, are all in use. */
export class PortTakenError extends Error {
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} is in use`);
    this.name = 'PortTakenError';
    this.port = port;
  }
}

const LOOPBACK = '127.0.0.1';
const MAX_PAGES = 64;
/** RFC 6455's close code. */
const POLICY_VIOLATION = 1008;
/** How long pages may take to answer our goodbye when the host closes. */
const GOODBYE_MS = 1_000;
const HOST = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/;

/**
 * The renderer over HTTP and the core over a WebSocket, on this machine only. Whoever asks must name this machine (Host:
 * no rebinding), a socket must come from our own page (Origin) and know the token.
 */
export async function openWebHost(options: WebHostOptions): Promise<WebHost> {
  const files = createStaticFiles(options.roots);
  const server = http.createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_SIZE,
    perMessageDeflate: false,
    handleProtocols: (_offers, request) => (known.has(request) ? SOCKET_PROTOCOL : REFUSED_PROTOCOL),
  });
  const pages = new Set<Transport>();
  /** Requests whose token was right. */
  const known = new WeakSet<IncomingMessage>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const host = ownHost(request);
    const headers = securityHeaders(host === null ? [] : [`ws://${host}`]);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (host === null) return refuse(response, 403, 'this address is not ours');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'only GET and HEAD');
    }
    await files(request, response);
  };

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A reset while we answer is the other side's loss.
    socket.on('error', () => undefined);
    const host = ownHost(request);
    if (host === null || request.headers.origin !== `http://${host}`) return refuseUpgrade(socket, '403 Forbidden');
    if (request.url !== SOCKET_PATH) return refuseUpgrade(socket, '404 Not Found');
    const offers = offeredProtocols(request);
    if (!offers.includes(SOCKET_PROTOCOL)) return refuseUpgrade(socket, '400 Bad Request');
    if (knowsToken(offers, options.token)) known.add(request);
    else if (!offers.includes(REFUSED_PROTOCOL)) return refuseUpgrade(socket, '401 Unauthorized');
    if (pages.size >= MAX_PAGES) return refuseUpgrade(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, (ws) => {
      if (!known.has(request)) {
        ws.on('error', () => undefined);
        ws.close(POLICY_VIOLATION);
        return;
      }
      const transport = createWsTransport(
        ws,
        options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs },
      );
      pages.add(transport);
      transport.onClose(() => pages.delete(transport));
      options.onPage(transport);
    });
  };

  server.on('upgrade', onUpgrade);
  const port = await listen(server, options.port, options.portsToTry);
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const page of pages) page.close();
      const cut = setTimeout(() => sockets.clients.forEach((ws) => ws.terminate()), GOODBYE_MS);
      await Promise.all([...sockets.clients].map((ws) => new Promise((resolve) => ws.once('close', resolve))));
      clearTimeout(cut);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The Host header when it names this machine, whatever the port (a forwarded one is another); null otherwise. */
function ownHost(request: IncomingMessage): string | null {
  const host = request.headers.host ?? '';
  return HOST.test(host) ? host : null;
}

function offeredProtocols(request: IncomingMessage): readonly string[] {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').map((offer) => offer.trim());
}

/** Compares digests, in constant time, so that neither time nor length tells anything of the token. */
function knowsToken(offers: readonly string[], token: string): boolean {
  const offer = offers.find((protocol) => protocol.startsWith(TOKEN_PROTOCOL_PREFIX)) ?? '';
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(offer), digest(TOKEN_PROTOCOL_PREFIX + token));
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${why}\n`);
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function listen(server: Server, first: number, portsToTry: number): Promise<number> {
  for (let port = first; ; port += 1) {
    const listening = await tryPort(server, port);
    if (listening !== null) return listening;
    if (port - first >= portsToTry) throw new PortTakenError(first);
  }
}

/** The port now listened on; null when it is taken (or not ours to take). */
function tryPort(server: Server, port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      else reject(error);
    };
    server.once('error', onError);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off('error', onError);
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server listens nowhere'));
    });
  });
}
