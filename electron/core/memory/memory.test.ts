import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { newId, type CharacterId, type ConversationId, type MessageId } from '#shared/entities.ts';
import type { Memory, memoryContract } from '#shared/memory/contract.ts';
import type { z } from 'zod';
import { createTestCore, sampleCharacter, type TestCore } from '../core-harness.ts';
import { createScriptedLlm, type ScriptedLlm } from '../llm/scripted-llm.ts';
import { strongRandom } from '../strong-random.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let test: TestCore;
let mind: ScriptedLlm;
let characterId: CharacterId;
let conversationId: ConversationId;
const random = strongRandom();

beforeEach(async () => {
  mind = createScriptedLlm({ scripts: [[{ text: 'うん、聞いてるよ。' }]] });
  // A busy machine must not make the companion forgetful.
  test = await createTestCore({ mind, recallPatienceMs: 30_000 });
  ({ characterId } = await test.client.characters.create(sampleCharacter));
  ({ conversationId } = await test.client.chat.createConversation({ characterId }));
});
afterEach(() => test.close());

async function say(text: string): Promise<MessageId> {
  const messageId = newId<MessageId>(Date.now(), random);
  const ended = new Promise<void>((resolve) => {
    const stop = test.client.chat.onReplyEnded((event) => {
      if (event.conversationId !== conversationId) return;
      stop();
      resolve();
    });
  });
  await test.client.chat.sendMessage({ conversationId, messageId, text });
  await ended;
  test.advance(60_000);
  await test.core.settle();
  return messageId;
}

async function list(input: Partial<z.input<typeof memoryContract.list.input>> = {}): Promise<Memory[]> {
  return (await test.client.memory.list({ characterId, ...input })).memories;
}

const texts = async (input: Partial<z.input<typeof memoryContract.list.input>> = {}): Promise<string[]> =>
  (await list(input)).map(({ text }) => text);

describe('what was said becomes what is remembered', () => {
  it('with the words it was read from', async () => {
    const messageId = await say('妹の名前はさくらっていうんだ。');
    const [memory] = await list();
    expect(memory).toMatchObject({ origin: 'rules', edited: false, pinned: false, supersededBy: null });
    const { sources, earlier, later } = await test.client.memory.get({ memoryId: present(memory, 'a memory').id });
    expect(sources).toMatchObject([{ messageId, conversationId, author: 'person', gone: false }]);
    expect(sources[0]?.quote).toContain('さくら');
    expect([earlier, later]).toEqual([[], null]);
  });

  it('not while memory is switched off, nor later what was said then', async () => {
    await test.client.settings.set({ memory: false });
    await say('妹の名前はさくらっていうんだ。');
    await test.client.settings.set({ memory: true });
    await say('弟の名前はけんたっていうんだ。');
    expect((await texts()).join()).toMatch(/けんた/);
    expect((await texts()).join()).not.toMatch(/さくら/);
  });

  it('not what is said in a pause of the conversation', async () => {
    const status = () => test.client.memory.status({ conversationId });
    expect(await status()).toEqual({ on: true, paused: false });
    await test.client.memory.pause({ conversationId, paused: true });
    expect(await status()).toEqual({ on: true, paused: true });
    await say('妹の名前はさくらっていうんだ。');
    await test.client.memory.pause({ conversationId, paused: false });
    expect(await status()).toEqual({ on: true, paused: false });
    await say('弟の名前はけんたっていうんだ。');
    expect((await texts()).join()).not.toMatch(/さくら/);
    expect((await texts()).join()).toMatch(/けんた/);
  });

  it('of a message that is edited, its new words', async () => {
    const messageId = await say('妹の名前はさくらっていうんだ。');
    await test.client.chat.editMessage({ messageId, text: '妹の名前はすみれっていうんだ。' });
    await test.core.settle();
    expect((await texts()).join()).toMatch(/すみれ/);
    expect((await texts({ state: 'all' })).join()).not.toMatch(/さくら/);
  });
});

describe('the memory room', () => {
  it('searches, filters and orders', async () => {
    await say('妹の名前はさくらっていうんだ。');
    test.advance(MS_PER_DAY);
    await say('紅茶が好きなんだ。');
    expect(await texts({ text: 'さくら' })).toHaveLength(1);
    expect(await texts({ text: 'サクラ' })).toHaveLength(1);
    expect(await texts({ text: '”；DROP' })).toEqual([]);
    const all = await list();
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect((await list({ order: 'oldest' })).map(({ id }) => id)).toEqual(all.map(({ id }) => id).toReversed());
    expect(await list({ kinds: ['preference'] })).toMatchObject([{ kind: 'preference' }]);
    expect((await test.client.memory.list({ characterId, limit: 1 })).total).toBe(all.length);
    const { subjects, tags } = await test.client.memory.facets({ characterId });
    const tag = present(tags[0], 'a tag').value;
    expect((await list({ tag })).length).toBe(tags[0]?.count);
    expect((await list({ subject: present(subjects[0], 'a subject').value })).length).toBe(subjects[0]?.count);
  });

  it('edits, pins and corrects; what is corrected is kept as history', async () => {
    await say('妹の名前はさくらっていうんだ。');
    const { id: memoryId } = present((await list())[0], 'a memory');
    await test.client.memory.edit({ memoryId, changes: { text: '妹はさくら', tags: ['妹'], importance: 0.9 } });
    await test.client.memory.pin({ memoryId, pinned: true });
    expect(await list({ pinned: true })).toMatchObject([
      { text: '妹はさくら', tags: ['妹'], importance: 0.9, salience: 1, edited: true },
    ]);
    const corrected = await test.client.memory.correct({ memoryId, text: '妹はすみれ' });
    expect(await texts()).toEqual(['妹はすみれ']);
    const { earlier, sources } = await test.client.memory.get(corrected);
    expect(earlier).toMatchObject([{ text: '妹はさくら', supersededBy: corrected.memoryId }]);
    expect(sources).toHaveLength(1);
    expect(await texts({ state: 'superseded' })).toEqual(['妹はさくら']);
    await expect(
      test.client.memory.edit({ memoryId, changes: { validFromMs: 2, validToMs: 1 } }),
    ).rejects.toMatchObject({ code: 'invalid', reason: 'memory_ends_before_it_begins' });
  });

  it('remembers a message that the person points at', async () => {
    const messageId = await say('あの夜の星は、ずっと忘れないと思う。');
    const { memoryId } = await test.client.memory.remember({ messageId });
    const { memory, sources } = await test.client.memory.get({ memoryId });
    expect(memory).toMatchObject({ kind: 'significant', term: 'forever', expiresAtMs: null, origin: 'person' });
    expect(sources).toMatchObject([{ messageId, quote: 'あの夜の星は、ずっと忘れないと思う。' }]);
    expect(await test.client.memory.remember({ messageId })).toEqual({ memoryId });
    await expect(test.client.memory.remember({ messageId, start: 900, end: 901 })).rejects.toMatchObject({
      reason: 'nothing_to_remember',
    });
  });

  it('shows days with their digests, newest first, page by page', async () => {
    await say('妹の名前はさくらっていうんだ。');
    test.advance(MS_PER_DAY);
    await say('紅茶が好きなんだ。');
    test.advance(8 * MS_PER_DAY);
    await say('今日は少し疲れたよ。');
    const first = await test.client.memory.timeline({ characterId, limit: 1 });
    const second = await test.client.memory.timeline({
      characterId,
      limit: 10,
      before: present(first.nextBefore, 'more days'),
    });
    const days = [...first.days, ...second.days];
    expect(days.map(({ day }) => day)).toEqual(
      days
        .map(({ day }) => day)
        .toSorted()
        .toReversed(),
    );
    expect(days.length).toBeGreaterThanOrEqual(2);
    const oldest = present(days.at(-1), 'the first day');
    expect(oldest.digest?.text).toContain('さくら');
    expect(oldest.digest?.sources).toEqual(oldest.memories.map(({ id }) => ({ kind: 'memory', memoryId: id })));
    const weeks = await test.client.memory.digests({ characterId, span: 'week' });
    expect(weeks.at(-1)?.text).toContain('さくら');
    expect(new Date(`${present(weeks[0], 'a week').startsOn}T00:00:00Z`).getUTCDay()).toBe(1);
  });

  it('draws a map, and knows its own health', async () => {
    await say('妹の名前はさくらっていうんだ。');
    await say('紅茶が好きなんだ。');
    const { nodes, links } = await test.client.memory.map({ characterId });
    const labels = nodes.map(({ label }) => label);
    expect(labels).toContain('紅茶');
    expect(labels.join()).toContain('さくら');
    const ids = new Set(nodes.map(({ id }) => id));
    for (const { from, to, memoryIds } of links) {
      expect(ids.has(from) && ids.has(to)).toBe(true);
      expect(memoryIds.length).toBeGreaterThan(0);
    }
    const health = await test.client.memory.health({ characterId });
    expect(health).toMatchObject({ duplicates: 0, orphans: 0, queue: { waiting: 0, failed: 0, lastError: null } });
    expect(health.current).toBe((await list()).length);
    expect(Object.values(health.byKind).reduce((sum, count) => sum + count, 0)).toBe(health.current);
    expect((await test.client.memory.profile({ characterId })).length).toBeGreaterThan(0);
  });

  it('forgets a memory with its message, and brings both back while there is time', async () => {
    const messageId = await say('妹の名前はさくらっていうんだ。');
    const memoryIds = (await list()).map(({ id }) => id);
    const thread = async () =>
      (await test.client.chat.thread({ conversationId })).messages.find((message) => message.id === messageId);
    await test.client.memory.forget({ memoryIds, messagesToo: true });
    expect(await texts({ state: 'all' })).toEqual([]);
    expect(await thread()).toMatchObject({ deleted: true });
    expect(await test.client.memory.undoForget({ memoryIds })).toEqual({ kind: 'restored' });
    expect((await texts()).join()).toContain('さくら');
    expect(await thread()).toMatchObject({ deleted: false });
    await test.client.memory.forget({ memoryIds, messagesToo: true });
    test.advance(60_000);
    await test.core.settle();
    expect(await test.client.memory.undoForget({ memoryIds })).toEqual({ kind: 'too_late' });
    expect(await thread()).toMatchObject({ deleted: true, text: '' });
    expect(await test.client.memory.health({ characterId })).toMatchObject({ queue: { erasuresWaiting: 0 } });
    await test.client.host.takeSnapshot({});
    const before = await test.client.host.snapshots({});
    expect(await test.client.memory.removeOldSnapshots({})).toEqual({ removed: before.length });
    expect(await test.client.host.snapshots({})).toHaveLength(1);
    await expect(test.client.memory.get({ memoryId: present(memoryIds[0], 'id') })).rejects.toMatchObject({
      reason: 'memory_gone',
    });
  });
});

describe('a reply', () => {
  it('is given what is known and what was said, and says afterwards what that was', async () => {
    const told = await say('妹の名前はさくらっていうんだ。');
    await say('昨日は水族館でクラゲを見てきたよ。');
    test.advance(3 * MS_PER_DAY);
    // Another conversation: nothing of the first is in its thread.
    ({ conversationId } = await test.client.chat.createConversation({ characterId }));
    await say('妹の名前、覚えてる？');
    const scene = present(mind.requests.at(-1), 'a request').scene;
    expect(scene.memories?.map(({ text }) => text).join()).toContain('さくら');
    const { messages } = await test.client.chat.thread({ conversationId });
    const reply = present(messages.at(-1), 'the reply');
    const trace = await test.client.memory.trace({ messageId: reply.id });
    const memory = trace.find(({ source }) => source.kind === 'memory');
    expect(memory?.source).toMatchObject({
      sources: [{ messageId: told, conversationId: expect.any(String) as string }],
    });
    expect(await test.client.memory.traced({ messageIds: messages.map(({ id }) => id) })).toEqual([reply.id]);
    // Words that were said come as they were said.
    expect(scene.recalled).toContainEqual({
      author: 'person',
      text: '妹の名前はさくらっていうんだ。',
      atMs: expect.any(Number) as number,
    });
  });

  it('is given nothing while memory is off, of what was said in a pause, or of what was forgotten', async () => {
    await test.client.memory.pause({ conversationId, paused: true });
    await say('昨日は水族館でクラゲを見てきたよ。');
    await test.client.memory.pause({ conversationId, paused: false });
    await say('妹の名前はさくらっていうんだ。');
    const memoryIds = (await list()).map(({ id }) => id);
    ({ conversationId } = await test.client.chat.createConversation({ characterId }));
    const given = async (question: string): Promise<string> => {
      await say(question);
      const { memories = [], recalled = [] } = present(mind.requests.at(-1), 'a request').scene;
      return [...memories, ...recalled].map(({ text }) => text).join();
    };
    expect(await given('クラゲを見に行ったのはどこだったっけ？')).not.toContain('水族館');
    expect(await given('妹の名前、覚えてる？')).toContain('さくら');
    await test.client.settings.set({ memory: false });
    expect(await given('妹の名前、覚えてるかな？')).toBe('');
    await test.client.settings.set({ memory: true });
    await test.client.memory.forget({ memoryIds, messagesToo: true });
    expect(await given('妹の名前、まだ覚えてる？')).not.toContain('さくら');
  });
});
