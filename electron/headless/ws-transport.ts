import type { RawData, WebSocket } from 'ws';
import { createSocketTransport } from '#shared/rpc/socket-transport.ts';
import type { Socket } from '#shared/rpc/socket-transport.ts';
import type { Transport } from '#shared/rpc/transport.ts';

export interface WsTransportOptions {
  /** How often the page is pinged; one that has not answered by the next ping is gone. Default 15 s. */
  readonly heartbeatMs?: number;
}

/** Sent bytes that may wait in this process before `drained()` waits too. */
const HIGH_WATER_BYTES = 64 * 1024;
const HEARTBEAT_MS = 15_000;
/** RFC 6455: the page may come again. */
const GOING_AWAY = 1001;

/** A transport over an open socket of the `ws` package. */
export function createWsTransport(ws: WebSocket, options: WsTransportOptions = {}): Transport {
  beatHeart(ws, options.heartbeatMs ?? HEARTBEAT_MS);
  return createSocketTransport(adapt(ws));
}

function adapt(ws: WebSocket): Socket {
  let flushed: Promise<void> = Promise.resolve();
  return {
    send(text) {
      flushed = new Promise((resolve) => {
        // An error here is a socket already closing: its close event tells the rest.
        ws.send(text, () => resolve());
      });
    },
    async drained() {
      while (ws.readyState === ws.OPEN && ws.bufferedAmount > HIGH_WATER_BYTES) await flushed;
    },
    listen(onText, onJunk, onClose) {
      ws.on('message', (data: RawData, isBinary: boolean) => {
        if (isBinary) onJunk();
        else onText(textOf(data));
      });
      ws.on('close', onClose);
      // A broken frame or a reset connection: `ws` closes the socket, which is all there is to do.
      ws.on('error', () => undefined);
    },
    close() {
      ws.close(GOING_AWAY);
    },
  };
}

function beatHeart(ws: WebSocket, intervalMs: number): void {
  let answered = true;
  ws.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) {
      ws.terminate();
      return;
    }
    answered = false;
    ws.ping();
  }, intervalMs);
  timer.unref();
  ws.once('close', () => clearInterval(timer));
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString('utf8');
}
