import { contract } from '#shared/contract.ts';
import {
  REFUSED_PROTOCOL,
  SOCKET_PATH,
  SOCKET_PROTOCOL,
  TOKEN_PARAMETER,
  TOKEN_PATTERN,
  TOKEN_PROTOCOL_PREFIX,
} from '#shared/host/socket-door.ts';
import { PORT_ANSWER, PORT_REQUEST } from '#shared/host/port-door.ts';
import { createDetachedClient } from '#shared/rpc/client.ts';
import { createPortTransport, type Port } from '#shared/rpc/port-transport.ts';
import { createSocketTransport, type Socket } from '#shared/rpc/socket-transport.ts';
import type { Transport } from '#shared/rpc/transport.ts';
import type { Connection, ConnectionState } from '../data/connection.ts';

/** The way to one host. `open` resolves with a new connection each time, and rejects when there is none now. */
export interface Door {
  open(): Promise<Transport>;
}

/** Rejects an `open` that will not go better next time. */
export class DoorShutError extends Error {}

/** A page's connection, which opens itself again for as long as the page lives. */
export interface PageConnection extends Connection {
  close(): void;
}

/** The parts of the window that the doors use. */
export interface AddressedPage {
  readonly location: Pick<Location, 'hash' | 'host' | 'pathname' | 'search'>;
  readonly history: Pick<History, 'replaceState'>;
  readonly sessionStorage: Pick<Storage, 'getItem' | 'setItem'>;
}
export interface MessagedPage {
  readonly location: Pick<Location, 'origin'>;
  addEventListener(type: 'message', listener: (event: PageMessage) => void): void;
  postMessage(message: string, targetOrigin: string): void;
}
type PageMessage = Pick<MessageEvent<unknown>, 'data' | 'source' | 'ports'>;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const TOKEN_KEY = 'tomoshibi.token';
/** A main process that does not answer in this time is asked again. */
const PORT_TIMEOUT_MS = 5_000;
/** Bytes that may wait in the browser before `drained()` waits too, and how often it looks. */
const HIGH_WATER_BYTES = 64 * 1024;
const DRAIN_POLL_MS = 10;

/** Connects this page to the host it came from. */
export function connect(page: Window = window): PageConnection {
  return keepConnected(page.location.protocol === 'app:' ? portDoor(page) : socketDoor(page), page.document);
}

/**
 * connecting ──▶ open ──closed──▶ lost ──▶ open …   Between attempts it waits 100 ms, twice as long each time up to 5 s, and
 * tries at once when the page is looked at again. `refused` (a wrong token) is for good.
 */
export function keepConnected(door: Door, page?: EventTarget): PageConnection {
  const { client, attach } = createDetachedClient(contract, { onListenerError: (error) => reportError(error) });
  const listeners = new Set<() => void>();
  let state: ConnectionState = 'connecting';
  let transport: Transport | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitMs = FIRST_WAIT_MS;
  let closed = false;

  const become = (next: ConnectionState): void => {
    if (state === next) return;
    state = next;
    for (const listener of [...listeners]) listener();
  };
  const tryLater = (): void => {
    timer = setTimeout(() => void open(), waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };
  const onLost = (): void => {
    transport = null;
    if (closed) return;
    become('lost');
    tryLater();
  };
  const open = async (): Promise<void> => {
    timer = undefined;
    let opened: Transport;
    try {
      opened = await door.open();
    } catch (error) {
      if (error instanceof DoorShutError) become('refused');
      else if (!closed) tryLater();
      return;
    }
    if (closed) {
      opened.close();
      return;
    }
    transport = opened;
    waitMs = FIRST_WAIT_MS;
    attach(opened);
    opened.onClose(onLost);
    become('open');
  };
  const onVisible = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    void open();
  };

  page?.addEventListener('visibilitychange', onVisible);
  void open();
  return {
    client,
    state: () => state,
    onState(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    close() {
      closed = true;
      clearTimeout(timer);
      page?.removeEventListener('visibilitychange', onVisible);
      transport?.close();
    },
  };
}

/** The headless host's WebSocket, beside the page's own address. */
export function socketDoor(page: AddressedPage): Door {
  const token = takeToken(page);
  const address = `ws://${page.location.host}${SOCKET_PATH}`;
  return {
    open: () => (token === null ? Promise.reject(new DoorShutError('no token')) : openSocket(address, token)),
  };
}

/**
 * The token of the address (`#token=…`), taken out of it so that it is in no bookmark, screenshot or copied link, and kept
 * for this tab's reloads; or the one kept before. Null when there is neither.
 */
export function takeToken(page: AddressedPage): string | null {
  const given = new URLSearchParams(page.location.hash.slice(1)).get(TOKEN_PARAMETER);
  if (given !== null) {
    page.history.replaceState(null, '', page.location.pathname + page.location.search);
    if (TOKEN_PATTERN.test(given)) page.sessionStorage.setItem(TOKEN_KEY, given);
  }
  const kept = page.sessionStorage.getItem(TOKEN_KEY);
  return kept !== null && TOKEN_PATTERN.test(kept) ? kept : null;
}

function openSocket(address: string, token: string): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, [SOCKET_PROTOCOL, REFUSED_PROTOCOL, TOKEN_PROTOCOL_PREFIX + token]);
    socket.addEventListener('close', () => reject(new Error('no connection')));
    socket.addEventListener('open', () => {
      if (socket.protocol === SOCKET_PROTOCOL) resolve(createSocketTransport(adaptSocket(socket)));
      else reject(new DoorShutError('wrong token'));
    });
  });
}

function adaptSocket(socket: WebSocket): Socket {
  return {
    send: (text) => socket.send(text),
    async drained() {
      // Browsers tell nobody when their buffer empties.
      while (socket.readyState === WebSocket.OPEN && socket.bufferedAmount > HIGH_WATER_BYTES)
        await wait(DRAIN_POLL_MS);
    },
    listen(onText, onJunk, onClose) {
      socket.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') onText(event.data);
        else onJunk();
      });
      socket.addEventListener('close', onClose);
    },
    close: () => socket.close(),
  };
}

/**
 * Electron's preload, which passes on the ports that the main process makes: one for each request, and one unasked after the
 * core has been started again, because the port of a crashed process may never say that it is closed.
 */
export function portDoor(page: MessagedPage): Door {
  let current: Transport | null = null;
  let spare: MessagePort | null = null;
  let take: ((port: MessagePort) => void) | null = null;
  page.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (!Object.is(event.source, page) || event.data !== PORT_ANSWER || port === undefined) return;
    if (take !== null) return take(port);
    spare?.close();
    spare = port;
    current?.close();
  });
  const ask = (): Promise<MessagePort> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        take = null;
        reject(new Error('the main process gave no port'));
      }, PORT_TIMEOUT_MS);
      take = (port) => {
        clearTimeout(timer);
        take = null;
        resolve(port);
      };
      page.postMessage(PORT_REQUEST, page.location.origin);
    });
  return {
    async open() {
      const port = spare ?? (await ask());
      spare = null;
      current = createPortTransport(adaptPort(port));
      return current;
    },
  };
}

/** A DOM port as the transport wants it. */
function adaptPort(port: MessagePort): Port {
  return {
    postMessage: (message) => port.postMessage(message),
    listen(onMessage, onClose) {
      port.addEventListener('message', (event: MessageEvent<unknown>) => onMessage(event.data));
      port.addEventListener('close', onClose);
      port.start();
    },
    close: () => port.close(),
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
