import { AppError } from './errors.ts';
import type { Frame, Transport } from './transport.ts';

/** Two payloads of one event as one, or null. */
export type Merge = (earlier: unknown, later: unknown) => unknown;

/** The one door through which answers and events leave, in order. */
export interface Outlet {
  push(frame: Frame): void;
  /** Forgets what waits. */
  stop(): void;
}

/**
 * Sends frames as fast as the other side takes them. While it is slow they wait here; an event that may be merged with
 * the last one waiting is, so that a stalled page costs one frame per burst. Only neighbours merge: nothing changes places.
 */
export function createOutlet(
  transport: Transport,
  merges: ReadonlyMap<string, Merge>,
  onError: (error: unknown, frame: Frame) => void,
): Outlet {
  let waiting: Frame[] = [];
  let pumping = false;
  let stopped = false;

  const send = (frame: Frame): void => {
    try {
      transport.send(frame);
    } catch (error) {
      onError(error, frame);
      if (frame.type !== 'ok') return;
      const reason = error instanceof AppError ? 'answer_too_large' : 'internal';
      transport.send({
        type: 'error',
        id: frame.id,
        code: 'internal',
        reason,
        message: 'the answer could not be sent',
      });
    }
  };
  const pump = async (): Promise<void> => {
    pumping = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      send(next);
      await transport.drained();
    }
    pumping = false;
  };

  return {
    push(frame) {
      if (stopped) return;
      const last = waiting.at(-1);
      const merged = last === undefined ? null : mergeFrames(merges, last, frame);
      if (merged === null) waiting.push(frame);
      else waiting[waiting.length - 1] = merged;
      if (!pumping) void pump();
    },
    stop() {
      stopped = true;
      waiting = [];
    },
  };
}

function mergeFrames(merges: ReadonlyMap<string, Merge>, earlier: Frame, later: Frame): Frame | null {
  if (earlier.type !== 'event' || later.type !== 'event' || earlier.name !== later.name) return null;
  const payload = merges.get(later.name)?.(earlier.payload, later.payload) ?? null;
  return payload === null ? null : { type: 'event', name: later.name, payload };
}
