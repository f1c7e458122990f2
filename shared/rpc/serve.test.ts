import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createClient, createDetachedClient } from './client.ts';
import type { EventSource, Handlers } from './contract.ts';
import { command, event, query } from './contract.ts';
import { createMemoryPair } from './memory-transport.ts';
import { serve } from './serve.ts';
import type { ServeOptions } from './serve.ts';

const answerSchema = z.strictObject({ text: z.string(), colour: z.string().default('amber') });
const small = {
  talk: {
    ask: query([], z.strictObject({ how: z.string() }), answerSchema),
    hold: command(z.strictObject({}), z.strictObject({})),
    onTold: event(z.strictObject({ text: z.string() })),
  },
};
type Small = typeof small;

test('an output schema is not a way to fill in or take out: in tests that is an internal error', async () => {
  const { client, errors } = start({ validateOutput: true });
  await expect(client.talk.ask({ how: 'fitting' })).resolves.toEqual({ text: 'a', colour: 'red' });
  for (const how of ['relies on default', 'too much', 'wrong type']) {
    await expect(client.talk.ask({ how })).rejects.toMatchObject({ code: 'internal' });
  }
  expect(errors).toHaveLength(3);
});

test('in production answers are not looked at twice', async () => {
  const { client } = start({});
  await expect(client.talk.ask({ how: 'relies on default' })).resolves.toEqual({ text: 'a' });
});

test('events outside the contract or their schema are told to the developer, not to the page', async () => {
  const { client, errors, emit } = start({ validateOutput: true });
  const heard = vi.fn<(payload: { text: string }) => void>();
  client.talk.onTold(heard);
  emit('onTold', { text: 1 });
  emit('onOther', { text: 'a' });
  emit('onTold', { text: 'fine' });
  await client.talk.ask({ how: 'fitting' });
  expect(heard).toHaveBeenCalledExactlyOnceWith({ text: 'fine' });
  expect(errors).toEqual(['talk.onTold', 'talk.onOther']);
});

test('a page cannot have more calls running than it may', async () => {
  const { client, release } = start({ maxCalls: 2 });
  const held = [client.talk.hold({}), client.talk.hold({})];
  await expect(client.talk.hold({})).rejects.toMatchObject({ code: 'unavailable', reason: 'too_many_calls' });
  release();
  await Promise.all(held);
  await expect(client.talk.ask({ how: 'fitting' })).resolves.toMatchObject({ text: 'a' });
});

test('stop() ends events and answers without closing the connection', async () => {
  const { client, served, emit, pair, subscribers } = start({});
  const heard = vi.fn<(payload: { text: string }) => void>();
  client.talk.onTold(heard);
  served.stop();
  emit('onTold', { text: 'a' });
  const pending = client.talk.ask({ how: 'fitting' });
  pair.core.close();
  await expect(pending).rejects.toMatchObject({ code: 'unavailable' });
  expect(heard).not.toHaveBeenCalled();
  expect(subscribers()).toBe(0);
});

test('closing the connection unsubscribes from the core', async () => {
  const { pair, subscribers } = start({});
  expect(subscribers()).toBe(1);
  const closed = new Promise<void>((resolve) => pair.core.onClose(resolve));
  pair.page.close();
  await closed;
  expect(subscribers()).toBe(0);
});

test('a missing handler is found at once, not when it is called', () => {
  const handlers = { talk: { ask: () => ({ text: 'a' }) } } as unknown;
  expect(() =>
    serve(small, handlers as Handlers<Small>, { subscribe: () => () => undefined }, createMemoryPair().core, {
      onInternalError: () => undefined,
    }),
  ).toThrow('talk.hold has no handler');
});

test('a listener that throws does not keep the others from hearing', async () => {
  const pair = createMemoryPair();
  const { emit } = start({}, pair);
  const thrown: unknown[] = [];
  const client = createClient(small, pair.page, { onListenerError: (error) => thrown.push(error) });
  const heard = vi.fn<(payload: { text: string }) => void>();
  client.talk.onTold(() => {
    throw new Error('a bug in a view');
  });
  client.talk.onTold(heard);
  emit('onTold', { text: 'a' });
  await client.talk.ask({ how: 'fitting' });
  expect(heard).toHaveBeenCalledOnce();
  expect(thrown).toHaveLength(1);
});

test('a detached client outlives its connections: subscriptions carry over, pending calls do not', async () => {
  const { client, attach } = createDetachedClient(small);
  const heard: string[] = [];
  client.talk.onTold((payload) => heard.push(payload.text));
  await expect(client.talk.ask({ how: 'fitting' })).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'connection_closed',
  });

  const first = createMemoryPair();
  const one = start({}, first);
  attach(first.page);
  one.emit('onTold', { text: 'from the first' });
  const pending = client.talk.hold({});
  await client.talk.ask({ how: 'fitting' });
  first.core.close();
  await expect(pending).rejects.toMatchObject({ code: 'unavailable', reason: 'connection_closed' });
  await expect(client.talk.ask({ how: 'fitting' })).rejects.toMatchObject({ code: 'unavailable' });

  const second = createMemoryPair();
  const two = start({}, second);
  attach(second.page);
  two.emit('onTold', { text: 'from the second' });
  await expect(client.talk.ask({ how: 'fitting' })).resolves.toMatchObject({ text: 'a' });
  expect(heard).toEqual(['from the first', 'from the second']);
});

function start(options: Partial<ServeOptions<Small>>, pair = createMemoryPair()) {
  const errors: string[] = [];
  const held: (() => void)[] = [];
  const listeners = new Set<Parameters<EventSource['subscribe']>[0]>();
  const handlers: Handlers<Small> = {
    talk: {
      ask: ({ how }) => answer(how) as { text: string },
      hold: () => new Promise((resolve) => held.push(() => resolve({}))),
    },
  };
  const events: EventSource = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const served = serve(small, handlers, events, pair.core, {
    onInternalError: (_error, name) => errors.push(name),
    ...options,
  });
  return {
    pair,
    served,
    errors,
    client: createClient(small, pair.page),
    subscribers: () => listeners.size,
    emit: (name: string, payload: unknown) => listeners.forEach((listener) => listener('talk', name, payload)),
    release: () => held.forEach((resolve) => resolve()),
  };
}

function answer(how: string): unknown {
  switch (how) {
    case 'fitting':
      return { text: 'a', colour: 'red' };
    case 'too much':
      return { text: 'a', colour: 'red', other: 1 };
    case 'wrong type':
      return { text: 1, colour: 'red' };
    default:
      return { text: 'a' };
  }
}
