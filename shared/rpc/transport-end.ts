import { parseFrame } from './frame.ts';
import type { Frame, Transport } from './transport.ts';

/** What differs between transports: how one frame leaves. Called only while open. */
export interface Wire {
  send(frame: Frame): void;
  drained(): Promise<void>;
  /** Says goodbye to the other side, once. */
  close(): void;
}

/** The near end of a wire: the transport for its user, and the two things the wire tells. */
export interface TransportEnd {
  readonly transport: Transport;
  /** Something came. `delivered` is called when its listeners have returned, or it has been dropped. */
  receive(value: unknown, delivered?: () => void): void;
  /** The same for something already parsed; null is counted as dropped. */
  receiveFrame(frame: Frame | null, delivered?: () => void): void;
  /** The wire is gone. */
  lost(): void;
}

/** Listeners, closing once, and keeping frames until somebody listens: what every transport shares. */
export function createTransportEnd(wire: Wire): TransportEnd {
  const frameListeners = new Set<(frame: Frame) => void>();
  const closeListeners = new Set<() => void>();
  let early: { frame: Frame; delivered: (() => void) | undefined }[] = [];
  let droppedFrames = 0;
  let open = true;

  const deliver = (frame: Frame, delivered: (() => void) | undefined): void => {
    callAll(frameListeners, frame);
    delivered?.();
  };
  const finish = (): void => {
    open = false;
    early = [];
    frameListeners.clear();
    const listeners = [...closeListeners];
    closeListeners.clear();
    callAll(listeners, undefined);
  };
  const receiveFrame = (frame: Frame | null, delivered?: () => void): void => {
    if (!open) return;
    if (frame === null) {
      droppedFrames += 1;
      delivered?.();
    } else if (frameListeners.size === 0) {
      early.push({ frame, delivered });
    } else {
      deliver(frame, delivered);
    }
  };

  return {
    transport: {
      send(frame) {
        if (open) wire.send(frame);
      },
      async drained() {
        if (open) await wire.drained();
      },
      onFrame(listener) {
        if (open) frameListeners.add(listener);
        const waiting = early;
        early = [];
        for (const { frame, delivered } of waiting) deliver(frame, delivered);
        return () => frameListeners.delete(listener);
      },
      onClose(listener) {
        if (open) closeListeners.add(listener);
        else void Promise.resolve().then(listener);
        return () => closeListeners.delete(listener);
      },
      close() {
        if (!open) return;
        wire.close();
        finish();
      },
      get droppedFrames() {
        return droppedFrames;
      },
    },
    receive: (value, delivered) => receiveFrame(parseFrame(value), delivered),
    receiveFrame,
    lost() {
      if (open) finish();
    },
  };
}

/** Calls every listener; the first error is thrown only after all have been called. */
function callAll<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  const errors: unknown[] = [];
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
