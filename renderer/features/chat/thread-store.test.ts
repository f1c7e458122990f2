import { expect, test, vi } from 'vitest';
import { seededRandom } from '#shared/base/random.ts';
import type { Message, ThreadPage } from '#shared/chat/contract.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { createThreadStore } from './thread-store.ts';

const random = seededRandom(5);
const conversationId = newId<ConversationId>(1, random);
const said = (text: string): Message => ({
  id: newId<MessageId>(1, random),
  conversationId,
  parentId: null,
  author: 'person',
  kind: 'text',
  text,
  state: 'complete',
  expression: null,
  rung: null,
  model: null,
  usage: null,
  attachments: [],
  edited: false,
  deleted: false,
  createdAtMs: 0,
  depth: 0,
  siblingIds: [],
});

/** A core with one thread, and the store that watches it. */
function setUp(length: number) {
  const path = Array.from({ length }, (_, depth) => said(`m${depth}`));
  const thread = vi.fn(
    async ({
      before,
      limit = 50,
    }: {
      before?: number | undefined;
      limit?: number | undefined;
    }): Promise<ThreadPage> => {
      await Promise.resolve();
      const end = Math.min(before ?? path.length, path.length);
      const from = Math.max(0, end - limit);
      return structuredClone({
        leafId: path.at(-1)?.id ?? null,
        length: path.length,
        from,
        messages: path.slice(from, end),
      });
    },
  );
  const store = createThreadStore({ client: { chat: { thread } }, conversationId, onAnswer: () => undefined });
  return { path, thread, store };
}

test('loads the end first, then what is looked at', async () => {
  const { store } = setUp(1000);
  store.open();
  await vi.waitFor(() => expect(store.state()).toMatchObject({ status: 'ready', length: 1000 }));
  expect(store.at(999)?.text).toBe('m999');
  expect(store.at(100)).toBeUndefined();
  store.need({ from: 80, to: 130 });
  await vi.waitFor(() => expect(store.at(100)?.text).toBe('m100'));
});

test('after a change only what is looked at is asked again, and unchanged messages stay the same objects', async () => {
  const { store, thread, path } = setUp(1000);
  store.open();
  store.need({ from: 960, to: 1000 });
  await vi.waitFor(() => expect(store.at(999)).toBeDefined());
  const before = store.at(998);
  thread.mockClear();
  const changed = path[999];
  if (changed) path[999] = { ...changed, text: 'edited' };
  store.invalidate();
  await vi.waitFor(() => expect(store.at(999)?.text).toBe('edited'));
  expect(store.at(998)).toBe(before);
  expect(thread).toHaveBeenCalledTimes(1);
});

test('another branch replaces what was there, and a shorter one ends where it ends', async () => {
  const { store, path } = setUp(120);
  store.open();
  store.need({ from: 60, to: 120 });
  await vi.waitFor(() => expect(store.at(119)).toBeDefined());
  const gone = store.at(119);
  path.splice(100, 20, said('another way'));
  store.invalidate();
  await vi.waitFor(() => expect(store.state().length).toBe(101));
  expect(store.at(100)?.text).toBe('another way');
  expect(store.at(119)).toBeUndefined();
  expect(gone && store.depthOf(gone.id)).toBeUndefined();
});

test('far pages are forgotten: a long scroll does not fill the memory', async () => {
  const { store } = setUp(20_000);
  store.open();
  for (let from = 19_950; from >= 0; from -= 150) {
    store.need({ from, to: from + 50 });
    await vi.waitFor(() => expect(store.at(from)).toBeDefined());
  }
  let held = 0;
  for (let depth = 0; depth < 20_000; depth += 1) if (store.at(depth)) held += 1;
  expect(held).toBeLessThan(1_200);
});

test('a failure keeps what was there, and another try goes on', async () => {
  const { store, thread } = setUp(10);
  store.open();
  await vi.waitFor(() => expect(store.at(9)).toBeDefined());
  thread.mockRejectedValueOnce(new AppError('unavailable', 'connection_closed'));
  store.invalidate();
  await vi.waitFor(() => expect(store.state().error?.reason).toBe('connection_closed'));
  expect(store.at(9)?.text).toBe('m9');
  store.retry();
  await vi.waitFor(() => expect(store.state().error).toBeNull());
});

test('a first failure is said, and another try loads', async () => {
  const { store, thread } = setUp(10);
  thread.mockRejectedValueOnce(new AppError('not_found', 'conversation_gone'));
  store.open();
  await vi.waitFor(() => expect(store.state().status).toBe('failed'));
  store.retry();
  await vi.waitFor(() => expect(store.state()).toMatchObject({ status: 'ready', length: 10 }));
});

test('nobody looks, nobody asks', async () => {
  const { store, thread } = setUp(10);
  const close = store.open();
  await vi.waitFor(() => expect(store.at(9)).toBeDefined());
  close();
  thread.mockClear();
  store.invalidate();
  store.need({ from: 0, to: 5 });
  await Promise.resolve();
  expect(thread).not.toHaveBeenCalled();
  store.open();
  await vi.waitFor(() => expect(thread).toHaveBeenCalled());
});
