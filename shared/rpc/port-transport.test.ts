import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { createPortTransport } from './port-transport.ts';
import type { Port } from './port-transport.ts';
import { transportSuite } from './transport-suite.ts';
import type { Frame } from './transport.ts';

transportSuite('MessagePort', async () => {
  const { port1, port2 } = new MessageChannel();
  const page = stallable(port2);
  return {
    core: createPortTransport(stallable(port1).port),
    page: createPortTransport(page.port),
    sendRaw: (value) => port2.postMessage(value),
    stallPage: page.stall,
    async dispose() {
      port1.close();
    },
  };
});

test('what only cloning can carry is dropped and counted: maps, dates, cycles, shared parts without end', async () => {
  const { port1, port2 } = new MessageChannel();
  const end = createPortTransport(stallable(port1).port);
  const heard = new Promise<Frame>((resolve) => end.onFrame(resolve));
  const cycle: Record<string, unknown> = {};
  cycle['itself'] = cycle;
  // Thirty lists of two: a billion values to whoever walks them one by one.
  let doubled: unknown = 'lol';
  for (let level = 0; level < 30; level += 1) doubled = [doubled, doubled];
  const sparse: unknown[] = [];
  sparse.length = 4_000_000_000;
  const inputs = [
    new Map([[1, 2]]),
    new Date(0),
    new Set([1]),
    10n,
    NaN,
    Infinity,
    new Uint8Array(4),
    /a/,
    new Error('e'),
    cycle,
    doubled,
    sparse,
  ];
  for (const input of inputs) port2.postMessage({ type: 'request', id: 1, name: 'talk.echo', input });
  port2.postMessage({ type: 'ack', count: 'many' });
  port2.postMessage({ type: 'event', name: 'talk.onTold', payload: 'fine' });
  expect(await heard).toEqual({ type: 'event', name: 'talk.onTold', payload: 'fine' });
  expect(end.droppedFrames).toBe(inputs.length + 1);
  port1.close();
});

test('acks of frames not yet sent count for nothing', async () => {
  const { port1, port2 } = new MessageChannel();
  const end = createPortTransport(stallable(port1).port);
  const probed = new Promise((resolve) => end.onFrame(resolve));
  port2.postMessage({ type: 'ack', count: 1000 });
  port2.postMessage({ type: 'event', name: 'talk.onTold', payload: 'probe' });
  await probed;
  for (let sent = 0; sent < 32; sent += 1) end.send({ type: 'event', name: 'talk.onTold', payload: sent });
  const drained = vi.fn<() => void>();
  const draining = end.drained().then(drained);
  await new Promise((resolve) => setImmediate(resolve));
  expect(drained).not.toHaveBeenCalled();
  port2.postMessage({ type: 'ack', count: 8 });
  await draining;
  port1.close();
});

function stallable(own: MessagePort): { port: Port; stall: () => () => void } {
  let waiting: unknown[] | null = null;
  let hear: (message: unknown) => void = () => undefined;
  return {
    port: {
      postMessage: (message) => own.postMessage(message),
      listen(onMessage, onClose) {
        hear = onMessage;
        own.on('message', (message: unknown) => {
          if (waiting === null) onMessage(message);
          else waiting.push(message);
        });
        own.on('close', onClose);
      },
      close: () => own.close(),
    },
    stall() {
      waiting = [];
      return () => {
        const held = waiting ?? [];
        waiting = null;
        for (const message of held) hear(message);
      };
    },
  };
}
