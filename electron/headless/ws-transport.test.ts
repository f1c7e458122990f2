import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME_SIZE } from '#shared/rpc/frame.ts';
import { transportSuite } from '#shared/rpc/transport-suite.ts';
import type { TransportRig } from '#shared/rpc/transport-suite.ts';
import { createWsTransport } from './ws-transport.ts';

transportSuite('WebSocket', async () => {
  const { core, page, dispose } = await openSockets();
  return rigOf(core, page, dispose);
});

test('bytes, broken JSON and text that is not a frame are dropped and counted', async () => {
  const { core, page, dispose } = await openSockets();
  const end = createWsTransport(core);
  const heard = new Promise((resolve) => end.onFrame(resolve));
  for (const junk of [Buffer.from('{}'), '', '{', 'null', '"text"', '{"type":"event"', '\u0000', '[]']) page.send(junk);
  page.send('{"type":"event","name":"talk.onTold","payload":1,"more":"is ignored"}');
  expect(await heard).toEqual({ type: 'event', name: 'talk.onTold', payload: 1 });
  expect(end.droppedFrames).toBe(8);
  await dispose();
});

test('a page that stops answering pings is cut off', async () => {
  const { core, page, dispose } = await openSockets();
  const end = createWsTransport(core, { heartbeatMs: 30 });
  const gone = new Promise<void>((resolve) => end.onClose(resolve));
  page.pause();
  await gone;
  page.resume();
  await dispose();
});

test('a page that answers pings stays', async () => {
  const { core, page, dispose } = await openSockets();
  const end = createWsTransport(core, { heartbeatMs: 20 });
  let closed = false;
  end.onClose(() => {
    closed = true;
  });
  for (let pings = 0; pings < 4; pings += 1) await once(page, 'ping');
  expect(closed).toBe(false);
  await dispose();
});

interface Sockets {
  readonly core: WebSocket;
  readonly page: WebSocket;
  dispose(): Promise<void>;
}

async function openSockets(): Promise<Sockets> {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, maxPayload: MAX_FRAME_SIZE, perMessageDeflate: false });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = new WebSocket(`ws://127.0.0.1:${portOf(server.address())}`, { perMessageDeflate: false });
  const accepted = new Promise<WebSocket>((resolve) => sockets.once('connection', resolve));
  await once(page, 'open');
  return {
    core: await accepted,
    page,
    async dispose() {
      page.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function rigOf(core: WebSocket, page: WebSocket, dispose: () => Promise<void>): TransportRig {
  return {
    core: createWsTransport(core),
    page: createWsTransport(page),
    sendRaw: (value) => page.send(JSON.stringify(value)),
    stallPage() {
      page.pause();
      return () => page.resume();
    },
    dispose,
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens nowhere');
  return address.port;
}
