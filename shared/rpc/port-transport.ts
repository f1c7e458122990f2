import { frameTooLarge, MAX_FRAME_SIZE, measureJson, parseFrame } from './frame.ts';
import { createTransportEnd } from './transport-end.ts';
import type { Transport } from './transport.ts';

/** What a message port of any kind (DOM, Electron, worker_threads) is adapted to. */
export interface Port {
  postMessage(message: unknown): void;
  /** Begins to hear. Called once. */
  listen(onMessage: (message: unknown) => void, onClose: () => void): void;
  close(): void;
}

/**
 * Beside frames, two words of the port itself cross: `ack` (so many frames were heard) and `bye`. A port alone tells
 * nobody how far the other side has read; acks are its back-pressure, as TCP's are the socket's.
 */
type PortWord = { readonly type: 'ack'; readonly count: number } | { readonly type: 'bye' };

const WINDOW_FRAMES = 32;
const WINDOW_SIZE = 1024 * 1024;
/** Both well under the window: when everything has been heard, what is still unacknowledged never blocks the sender. */
const ACK_FRAMES = 8;
const ACK_SIZE = 256 * 1024;

export function createPortTransport(port: Port): Transport {
  const unacknowledged: number[] = [];
  let unacknowledgedSize = 0;
  let heardFrames = 0;
  let heardSize = 0;
  let waiting: (() => void)[] = [];

  const release = (): void => {
    const released = waiting;
    waiting = [];
    for (const resolve of released) resolve();
  };
  const blocked = (): boolean => unacknowledged.length >= WINDOW_FRAMES || unacknowledgedSize >= WINDOW_SIZE;
  const post = (word: PortWord): void => port.postMessage(word);
  const acknowledge = (size: number): void => {
    heardFrames += 1;
    heardSize += size;
    if (heardFrames < ACK_FRAMES && heardSize < ACK_SIZE) return;
    post({ type: 'ack', count: heardFrames });
    heardFrames = 0;
    heardSize = 0;
  };
  const onAck = (count: number): void => {
    for (const size of unacknowledged.splice(0, count)) unacknowledgedSize -= size;
    if (!blocked()) release();
  };

  const end = createTransportEnd({
    send(frame) {
      const size = measureJson(frame);
      if (size !== null && size > MAX_FRAME_SIZE) throw frameTooLarge();
      port.postMessage(frame);
      unacknowledged.push(size ?? 0);
      unacknowledgedSize += size ?? 0;
    },
    async drained() {
      if (blocked()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    close() {
      post({ type: 'bye' });
      port.close();
      release();
    },
  });

  const closed = (): void => {
    release();
    end.lost();
  };
  port.listen((message) => {
    const word = parseWord(message);
    if (word === null) {
      const frame = parseFrame(message);
      const size = measureJson(message) ?? 0;
      end.receiveFrame(frame, () => acknowledge(size));
    } else if (word.type === 'ack') {
      onAck(word.count);
    } else {
      port.close();
      closed();
    }
  }, closed);
  return end.transport;
}

function parseWord(message: unknown): PortWord | null {
  if (typeof message !== 'object' || message === null || !('type' in message)) return null;
  if (message.type === 'bye') return { type: 'bye' };
  if (message.type !== 'ack' || !('count' in message)) return null;
  const { count } = message;
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? { type: 'ack', count } : null;
}
