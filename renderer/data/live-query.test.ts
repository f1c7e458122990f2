import { afterEach, describe, expect, test, vi } from 'vitest';
import { contract } from '#shared/contract.ts';
import type { Entity } from '#shared/entities.ts';
import { createDetachedClient } from '#shared/rpc/client.ts';
import { createMemoryPair } from '#shared/rpc/memory-transport.ts';
import type { Frame } from '#shared/rpc/transport.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { createLiveQueries } from './live-query.ts';

type Request = Extract<Frame, { type: 'request' }>;

/** A page's connection whose core answers only when the test says so. */
function createCore() {
  const { client, attach } = createDetachedClient(contract);
  const listeners = new Set<() => void>();
  let state: ConnectionState = 'connecting';
  let pair = createMemoryPair();
  let asked: Request[] = [];
  const open = (): void => {
    pair = createMemoryPair();
    pair.core.onFrame((frame) => {
      if (frame.type === 'request') asked.push(frame);
    });
    attach(pair.page);
    become('open');
  };
  const become = (next: ConnectionState): void => {
    state = next;
    listeners.forEach((listener) => listener());
  };
  const connection: Connection = {
    client,
    state: () => state,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  open();
  return {
    connection,
    queries: createLiveQueries(connection),
    /** What has been asked and not answered yet. */
    asked: () => asked.map(({ name, input }) => [name, input] as const),
    async answer(output: unknown) {
      await vi.waitUntil(() => asked.length > 0);
      const [first, ...rest] = asked;
      asked = rest;
      pair.core.send({ type: 'ok', id: first?.id ?? 0, output });
    },
    async refuse(reason: string) {
      await vi.waitUntil(() => asked.length > 0);
      const [first, ...rest] = asked;
      asked = rest;
      pair.core.send({ type: 'error', id: first?.id ?? 0, code: 'unavailable', reason, message: reason });
    },
    change(...entities: Entity[]) {
      pair.core.send({ type: 'event', name: 'host.onDataChanged', payload: { entities } });
    },
    lose() {
      asked = [];
      pair.core.close();
      become('lost');
    },
    open,
  };
}

const alice = { name: 'Alice' };

describe('live queries', () => {
  const stops: (() => void)[] = [];
  afterEach(() => stops.splice(0).forEach((stop) => stop()));
  const watch = (core: ReturnType<typeof createCore>) => {
    const answer = core.queries.answer(core.connection.client.characters.list, {});
    const states: string[] = [];
    const stop = answer.subscribe(() => {
      const state = answer.state();
      states.push(
        state.status === 'ready'
          ? `ready${answer.refreshing() ? ' refreshing' : ''}${state.error ? ` ${state.error.reason}` : ''}`
          : state.status,
      );
    });
    stops.push(stop);
    return { answer, states, stop };
  };

  test('two who ask the same share one question', async () => {
    const core = createCore();
    const [first, second] = [watch(core), watch(core)];
    await vi.waitUntil(() => core.asked().length > 0);
    expect(core.asked()).toEqual([['characters.list', {}]]);
    await core.answer([alice]);
    await vi.waitUntil(() => first.answer.state().status === 'ready');
    expect(second.answer.state().data).toBe(first.answer.state().data);
  });

  test('asks again when what it reads changes, and keeps the old data meanwhile', async () => {
    const core = createCore();
    const { answer, states } = watch(core);
    await core.answer([alice]);
    await vi.waitUntil(() => states.includes('ready'));
    core.change('setting', 'message');
    core.change('character');
    await vi.waitUntil(() => core.asked().length > 0);
    expect(core.asked()).toHaveLength(1);
    expect(answer.state().data).toEqual([alice]);
    await core.answer([alice, { name: 'Bob' }]);
    await vi.waitUntil(() => states.length === 3);
    expect(states).toEqual(['ready', 'ready refreshing', 'ready']);
    expect(answer.state().data).toHaveLength(2);
  });

  test('an equal answer is the same object: nobody renders again for nothing', async () => {
    const core = createCore();
    const { answer, states } = watch(core);
    await core.answer([alice]);
    await vi.waitUntil(() => states.length === 1);
    const before = answer.state().data;
    core.change('character');
    await core.answer([{ ...alice }]);
    await vi.waitUntil(() => states.length === 3);
    expect(answer.state().data).toBe(before);
  });

  test('changes while an ask is under way lead to one more, not to many', async () => {
    const core = createCore();
    const { states } = watch(core);
    await vi.waitUntil(() => core.asked().length === 1);
    for (let index = 0; index < 5; index += 1) core.change('character');
    await core.answer([]);
    await core.answer([alice]);
    await vi.waitUntil(() => states.at(-1) === 'ready');
    expect(core.asked()).toEqual([]);
  });

  test('a failure is told, keeps what was there, and can be tried again', async () => {
    const core = createCore();
    const { answer, states } = watch(core);
    await core.refuse('vault_closed');
    await vi.waitUntil(() => states.includes('failed'));
    answer.ask();
    await core.answer([alice]);
    await vi.waitUntil(() => states.at(-1) === 'ready');
    core.change('character');
    await core.refuse('disk_full');
    await vi.waitUntil(() => states.at(-1) === 'ready disk_full');
    expect(answer.state().data).toEqual([alice]);
  });

  test('after a lost connection everything that is looked at is asked again', async () => {
    const core = createCore();
    const { answer, states } = watch(core);
    await core.answer([alice]);
    await vi.waitUntil(() => states.includes('ready'));
    core.lose();
    expect(answer.state().data).toEqual([alice]);
    core.open();
    await core.answer([alice, alice]);
    await vi.waitUntil(() => answer.state().data?.length === 2);
  });

  test('what nobody looks at is asked again only when someone does', async () => {
    const core = createCore();
    const first = watch(core);
    await core.answer([alice]);
    await vi.waitUntil(() => first.states.includes('ready'));
    first.stop();
    core.change('character');
    const other = core.queries.answer(core.connection.client.chat.conversations, {});
    stops.push(other.subscribe(() => undefined));
    await vi.waitUntil(() => core.asked().length > 0);
    expect(core.asked().map(([name]) => name)).toEqual(['chat.conversations']);
    const second = watch(core);
    expect(second.answer.state().data).toEqual([alice]);
    await vi.waitUntil(() => core.asked().length === 2);
    expect(core.asked().map(([name]) => name)).toEqual(['chat.conversations', 'characters.list']);
  });
});
