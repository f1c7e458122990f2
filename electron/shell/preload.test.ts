import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';

const ipc = vi.hoisted(() => ({
  send: vi.fn<(channel: string) => void>(),
  listeners: new Map<string, (event: unknown) => void>(),
}));
vi.mock('electron', () => ({
  ipcRenderer: {
    send: ipc.send,
    on: (channel: string, listener: (event: unknown) => void) => ipc.listeners.set(channel, listener),
  },
}));

test('the preload passes on a request and a port, and does nothing else', async () => {
  const page = new EventEmitter();
  const posted: unknown[][] = [];
  const window = {
    location: { origin: 'app://tomoshibi' },
    addEventListener: (type: string, listener: (event: unknown) => void) => page.on(type, listener),
    postMessage: (...args: unknown[]) => posted.push(args),
  };
  vi.stubGlobal('window', window);
  const before = Object.keys(window);
  await import('./preload.ts');

  page.emit('message', { source: window, data: 'tomoshibi:port-please' });
  expect(ipc.send.mock.calls).toEqual([['tomoshibi:port-please']]);
  for (const data of ['tomoshibi:port', 'anything', { channel: 'tomoshibi:port-please' }])
    page.emit('message', { source: window, data });
  page.emit('message', { source: { a: 'frame' }, data: 'tomoshibi:port-please' });
  expect(ipc.send).toHaveBeenCalledOnce();

  expect([...ipc.listeners.keys()]).toEqual(['tomoshibi:port']);
  ipc.listeners.get('tomoshibi:port')?.({ ports: ['the port'] });
  expect(posted).toEqual([['tomoshibi:port', 'app://tomoshibi', ['the port']]]);
  expect(page.eventNames()).toEqual(['message']);
  expect(Object.keys(window)).toEqual(before);
});
