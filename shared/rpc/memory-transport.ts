import { frameTooLarge, MAX_FRAME_SIZE, measureJson } from './frame.ts';
import { createTransportEnd } from './transport-end.ts';
import type { TransportEnd } from './transport-end.ts';
import type { Frame, Transport } from './transport.ts';

/** Present in every environment this runs in, though not in the language's own library. */
declare function structuredClone<T>(value: T): T;

/** Two ends in one process. What crosses is structured-cloned, so nothing is shared by accident. */
export interface MemoryPair {
  readonly core: Transport;
  readonly page: Transport;
  /** Sends anything at all to the core, as a hostile page would. */
  sendRaw(value: unknown): void;
  /** Makes the page stop reading until the returned function is called. */
  stallPage(): () => void;
}

/** Frames that may wait on the other side before `drained()` waits too. */
const WINDOW = 32;

export function createMemoryPair(): MemoryPair {
  const toPage = createLane();
  const toCore = createLane();
  const core = createTransportEnd(laneWire(toPage));
  const page = createTransportEnd(laneWire(toCore));
  toPage.target = page;
  toCore.target = core;
  return {
    core: core.transport,
    page: page.transport,
    sendRaw: (value) => toCore.push(value),
    stallPage() {
      toPage.stalled = true;
      return () => {
        toPage.stalled = false;
        toPage.wake();
      };
    },
  };
}

interface Lane {
  target: TransportEnd | null;
  stalled: boolean;
  push(value: unknown): void;
  end(): void;
  wake(): void;
  drained(): Promise<void>;
}

function laneWire(lane: Lane): { send(frame: Frame): void; drained(): Promise<void>; close(): void } {
  return {
    send(frame) {
      const size = measureJson(frame);
      if (size !== null && size > MAX_FRAME_SIZE) throw frameTooLarge();
      lane.push(frame);
    },
    drained: () => lane.drained(),
    close: () => lane.end(),
  };
}

/** One direction: values in order, delivered one microtask at a time. */
function createLane(): Lane {
  const queue: { value: unknown }[] = [];
  let waiting: (() => void)[] = [];
  let ended = false;
  let running = false;
  const release = (): void => {
    const released = waiting;
    waiting = [];
    for (const resolve of released) resolve();
  };
  const run = async (): Promise<void> => {
    running = true;
    try {
      while (!lane.stalled) {
        await Promise.resolve();
        const next = queue.shift();
        if (next === undefined) break;
        lane.target?.receive(next.value);
        if (queue.length < WINDOW) release();
      }
    } finally {
      running = false;
      if (queue.length > 0) lane.wake();
      else if (ended) lane.target?.lost();
    }
  };
  const lane: Lane = {
    target: null,
    stalled: false,
    push(value) {
      if (ended) return;
      queue.push({ value: structuredClone(value) });
      lane.wake();
    },
    end() {
      ended = true;
      release();
      lane.wake();
    },
    wake() {
      if (!running && !lane.stalled) void run();
    },
    async drained() {
      if (!ended && queue.length >= WINDOW) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
  return lane;
}
