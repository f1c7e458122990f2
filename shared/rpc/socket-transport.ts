import { frameTooLarge, MAX_FRAME_SIZE, parseFrameText } from './frame.ts';
import { createTransportEnd } from './transport-end.ts';
import type { Transport } from './transport.ts';

/** What an open WebSocket of any kind (a browser's, or the `ws` package's) is adapted to. */
export interface Socket {
  send(text: string): void;
  /** Resolves when little of what was sent is still in this process, or the socket has closed. */
  drained(): Promise<void>;
  /** Begins to hear. Called once. `onJunk` is for messages that are not text. */
  listen(onText: (text: string) => void, onJunk: () => void, onClose: () => void): void;
  close(): void;
}

/** Frames as JSON text, one per message. */
export function createSocketTransport(socket: Socket): Transport {
  const end = createTransportEnd({
    send(frame) {
      const text = JSON.stringify(frame);
      if (isLongerThan(text, MAX_FRAME_SIZE)) throw frameTooLarge();
      socket.send(text);
    },
    drained: () => socket.drained(),
    close: () => socket.close(),
  });
  socket.listen(
    (text) => end.receiveFrame(parseFrameText(text)),
    () => end.receiveFrame(null),
    () => end.lost(),
  );
  return end.transport;
}

/** Whether a text takes more than `limit` bytes in UTF-8; counts only when it might. */
function isLongerThan(text: string, limit: number): boolean {
  if (text.length * 3 <= limit) return false;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // A surrogate is half of a character of four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return bytes > limit;
}
