import { once } from 'node:events';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { createMemoryPair } from '#shared/rpc/memory-transport.ts';
import type { MemoryPair } from '#shared/rpc/memory-transport.ts';
import type { Frame, Transport } from '#shared/rpc/transport.ts';
import { DoorShutError, keepConnected, portDoor, socketDoor, takeToken } from './connect.ts';
import type { Door, MessagedPage, PageConnection } from './connect.ts';

const TOKEN = 'A'.repeat(43);
let connection: PageConnection | undefined;

afterEach(() => {
  connection?.close();
  connection = undefined;
  vi.useRealTimers();
});

describe('a page’s connection', () => {
  test('opens, and opens again by itself after a loss, with the same client and the same subscriptions', async () => {
    const pairs: MemoryPair[] = [];
    const { states, opened } = watch(doorOf(() => openPair(pairs)));
    const client = connection?.client;
    const heard: unknown[] = [];
    client?.host.onDeepLink((link) => heard.push(link));
    await opened(1);
    const pending = client?.host.status({});
    await nextFrame(pairs[0]?.core);
    pairs[0]?.core.close();
    await expect(pending).rejects.toMatchObject({ code: 'unavailable', reason: 'connection_closed' });
    await expect(client?.host.status({})).rejects.toMatchObject({ code: 'unavailable' });
    await opened(2);
    pairs[1]?.core.send({ type: 'event', name: 'host.onDeepLink', payload: { place: 'home' } });
    await vi.waitFor(() => expect(heard).toEqual([{ place: 'home' }]), 10_000);
    expect(states).toEqual(['open', 'lost', 'open']);
    expect(connection?.client).toBe(client);
  });

  test('waits longer after each failure, up to five seconds, and starts over after a success', async () => {
    vi.useFakeTimers();
    const attempts: number[] = [];
    let up = false;
    const pairs: MemoryPair[] = [];
    const door: Door = {
      async open() {
        attempts.push(Date.now());
        if (!up) throw new Error('nobody there');
        return openPair(pairs);
      },
    };
    connection = keepConnected(door);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(gaps(attempts)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(connection.state()).toBe('connecting');
    up = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(connection.state()).toBe('open');
    attempts.length = 0;
    up = false;
    pairs[0]?.core.close();
    const lostAt = Date.now();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(attempts.map((at) => at - lostAt)).toEqual([100, 200 + 100, 400 + 300]);
  });

  test('tries at once when the page is looked at again', async () => {
    vi.useFakeTimers();
    const document = new EventTarget();
    const open = vi.fn<Door['open']>().mockRejectedValue(new Error('nobody there'));
    connection = keepConnected({ open }, document);
    await vi.advanceTimersByTimeAsync(10_000);
    const before = open.mock.calls.length;
    document.dispatchEvent(new Event('visibilitychange'));
    expect(open).toHaveBeenCalledTimes(before + 1);
  });

  test('a shut door is not knocked at again', async () => {
    vi.useFakeTimers();
    const open = vi.fn<Door['open']>().mockRejectedValue(new DoorShutError('wrong token'));
    connection = keepConnected({ open });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connection.state()).toBe('refused');
    expect(open).toHaveBeenCalledOnce();
  });

  test('closed, it opens no more, even when a door opens late', async () => {
    const pairs: MemoryPair[] = [];
    let letIn = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      letIn = resolve;
    });
    const own = keepConnected(
      doorOf(async () => {
        await waiting;
        return openPair(pairs);
      }),
    );
    own.close();
    letIn();
    await vi.waitFor(() => expect(pairs).toHaveLength(1), 10_000);
    await new Promise<void>((resolve) => pairs[0]?.core.onClose(resolve));
    expect(own.state()).toBe('connecting');
  });
});

describe('the token', () => {
  test('is taken out of the address and kept for this tab', () => {
    const page = pageAt(`#token=${TOKEN}`);
    expect(takeToken(page)).toBe(TOKEN);
    expect(page.history.replaceState).toHaveBeenCalledExactlyOnceWith(null, '', '/?a=1');
    page.location.hash = '#/settings/backups';
    expect(takeToken(page)).toBe(TOKEN);
    expect(page.history.replaceState).toHaveBeenCalledOnce();
  });

  test.each(['', '#/', '#token=', '#token=short', `#token=${TOKEN}<script>`])('is not there in %s', (hash) => {
    expect(takeToken(pageAt(hash))).toBeNull();
  });

  test('a page without one does not even knock', async () => {
    await expect(socketDoor(pageAt('')).open()).rejects.toThrow(DoorShutError);
  });
});

describe('doors', () => {
  test('the socket door shows the token, carries frames, and is shut by a refusal', async () => {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: (offers) => (offers.has(`token.${TOKEN}`) ? 'tomoshibi' : 'tomoshibi.refused'),
    });
    server.on('connection', (socket) => {
      socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    await once(server, 'listening');
    const address = server.address();
    const host = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
    const transport = await socketDoor(pageAt(`#token=${TOKEN}`, host)).open();
    const echoed = nextFrame(transport);
    const frame: Frame = { type: 'event', name: 'host.onStatusChanged', payload: {} };
    transport.send(frame);
    await transport.drained();
    expect(await echoed).toEqual(frame);
    await expect(socketDoor(pageAt(`#token=${'B'.repeat(43)}`, host)).open()).rejects.toThrow(DoorShutError);
    const closed = new Promise<void>((resolve) => transport.onClose(resolve));
    for (const client of server.clients) client.terminate();
    await closed;
    server.close();
    await expect(socketDoor(pageAt(`#token=${TOKEN}`, host)).open()).rejects.toThrow('no connection');
  });

  test('the port door asks the preload for a port, and takes one from nobody else', async () => {
    const { port1, port2 } = new MessageChannel();
    const page = fakeWindow();
    page.onRequest = () => {
      page.hear('tomoshibi:port', false, [new MessageChannel().port1]);
      page.hear('something else', true, [new MessageChannel().port1]);
      page.hear('tomoshibi:port', true, []);
      page.hear('tomoshibi:port', true, [port2]);
    };
    const transport = await portDoor(page.window).open();
    expect(page.requests).toEqual([['tomoshibi:port-please', 'app://tomoshibi']]);
    port1.postMessage({ type: 'event', name: 'host.onStatusChanged', payload: {} });
    expect(await nextFrame(transport)).toMatchObject({ name: 'host.onStatusChanged' });
    const closed = new Promise<void>((resolve) => transport.onClose(resolve));
    port1.close();
    await closed;
  });

  test('a port given unasked takes the place of the one in use, dead or not', async () => {
    const page = fakeWindow();
    const first = new MessageChannel();
    const second = new MessageChannel();
    page.onRequest = () => page.hear('tomoshibi:port', true, [first.port2]);
    connection = keepConnected(portDoor(page.window));
    const states: string[] = [];
    connection.onState(() => states.push(connection?.state() ?? ''));
    await vi.waitFor(() => expect(states).toEqual(['open']), 10_000);
    page.hear('tomoshibi:port', true, [second.port2]);
    await vi.waitFor(() => expect(states).toEqual(['open', 'lost', 'open']), 10_000);
    expect(page.requests).toHaveLength(1);
    const asked = once(second.port1, 'message');
    const call = connection.client.host.status({});
    expect(await asked).toMatchObject([{ type: 'request', name: 'host.status' }]);
    second.port1.close();
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
    first.port1.close();
  });

  test('a main process that gives no port is not waited for', async () => {
    vi.useFakeTimers();
    const page = fakeWindow();
    const opening = portDoor(page.window).open();
    const [opened] = await Promise.all([Promise.allSettled([opening]), vi.advanceTimersByTimeAsync(5_000)]);
    expect(opened).toMatchObject([{ status: 'rejected', reason: new Error('the main process gave no port') }]);
  });
});

function watch(door: Door) {
  const states: string[] = [];
  const made = keepConnected(door);
  connection = made;
  made.onState(() => states.push(made.state()));
  const opened = (count: number): Promise<void> =>
    vi.waitFor(() => expect(states.filter((state) => state === 'open')).toHaveLength(count), 10_000);
  return { states, opened };
}

function doorOf(open: () => Transport | Promise<Transport>): Door {
  return { open: async () => open() };
}

function openPair(pairs: MemoryPair[]): Transport {
  const pair = createMemoryPair();
  pairs.push(pair);
  return pair.page;
}

/** The next frame an end hears. */
function nextFrame(end: Transport | undefined): Promise<Frame> {
  return new Promise((resolve) => end?.onFrame(resolve));
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}

function pageAt(hash: string, host = '127.0.0.1:1') {
  const stored = new Map<string, string>();
  return {
    location: { hash, host, pathname: '/', search: '?a=1' },
    history: { replaceState: vi.fn<History['replaceState']>() },
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
  };
}

type Listener = Parameters<MessagedPage['addEventListener']>[1];

/** A page whose preload does what `onRequest` says. */
function fakeWindow() {
  const listeners = new Set<Listener>();
  const requests: string[][] = [];
  const window: MessagedPage = {
    location: { origin: 'app://tomoshibi' },
    addEventListener: (_type, listener) => listeners.add(listener),
    postMessage(...args) {
      requests.push(args);
      queueMicrotask(() => own.onRequest());
    },
  };
  const own = {
    window,
    requests,
    onRequest: (): void => undefined,
    /** `ours`: whether the message comes from the page's own window, as the preload's do. */
    hear(data: string, ours: boolean, ports: readonly NodePort[]) {
      // Node's ports and the window stand in for the DOM's: what matters is who they are.
      const event = { data, source: ours ? window : {}, ports } as unknown;
      for (const listener of [...listeners]) listener(event as Parameters<Listener>[0]);
    },
  };
  return own;
}
