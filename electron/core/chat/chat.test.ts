import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { strongRandom } from '../strong-random.ts';
import { present } from '#shared/base/assert.ts';
import type { Message } from '#shared/chat/contract.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { createTestCore, sampleCharacter, type TestCore } from '../core-harness.ts';
import { LlmFailure } from '../llm/llm.ts';
import { createScriptedLlm, type ScriptedLlm } from '../llm/scripted-llm.ts';

const random = strongRandom();

let mind: ScriptedLlm;
let test: TestCore;
let conversationId: ConversationId;

beforeEach(async () => {
  mind = createScriptedLlm({ scripts: [[{ text: '<happy>うん、' }, { text: 'おつかれさま。' }]] });
  test = await createTestCore({ mind });
  const { characterId } = await test.client.characters.create(sampleCharacter);
  ({ conversationId } = await test.client.chat.createConversation({ characterId }));
});
afterEach(() => test.close());

const messageId = (): MessageId => newId<MessageId>(Date.now(), random);

const thread = async (): Promise<Message[]> => (await test.client.chat.thread({ conversationId })).messages;

const texts = async (): Promise<string[]> =>
  (await thread()).filter((message) => !message.deleted).map(({ text }) => text);

const last = async (): Promise<Message> => present((await thread()).at(-1), 'a last message');

/** Resolves with the end of the next reply. */
function replyEnd(): Promise<{ state: string; messageId: MessageId | null; fellBackBecause: string | null }> {
  return new Promise((resolve) => {
    const stop = test.client.chat.onReplyEnded((end) => {
      stop();
      resolve(end);
    });
  });
}

async function say(text: string): Promise<void> {
  const ended = replyEnd();
  await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text });
  await ended;
}

describe('sending', () => {
  it('the companion greets first, and answers what is sent', async () => {
    await say('今日は仕事でへとへと…');
    expect(await texts()).toEqual(['おかえり、あなた。', '今日は仕事でへとへと…', 'うん、おつかれさま。']);
    expect(await last()).toMatchObject({
      author: 'character',
      state: 'complete',
      expression: 'happy',
      rung: 'primary',
    });
  });

  it("the person's message is committed before a mind hears of it", async () => {
    let seen: string[] = [];
    mind.next((request) => {
      seen = request.scene.turns.map((turn) => turn.text);
      return [{ text: 'はい。' }];
    });
    await say('聞こえる？');
    expect(seen.at(-1)).toBe('聞こえる？');
  });

  it('the same message sent twice is one message and one reply', async () => {
    const id = messageId();
    const ended = replyEnd();
    await test.client.chat.sendMessage({ conversationId, messageId: id, text: 'もしもし' });
    await test.client.chat.sendMessage({ conversationId, messageId: id, text: 'もしもし' });
    await ended;
    expect((await texts()).filter((text) => text === 'もしもし')).toHaveLength(1);
    expect(mind.requests).toHaveLength(1);
  });

  it('refuses 8,001 characters and an empty message, and stores nothing', async () => {
    const before = await texts();
    const tooLong = await test.client.chat.sendMessage({
      conversationId,
      messageId: messageId(),
      text: 'あ'.repeat(8001),
    });
    expect(tooLong).toEqual({ kind: 'too_long', length: 8001, limit: 8000 });
    expect(await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: ' \n ' })).toEqual({
      kind: 'empty',
    });
    expect(await texts()).toEqual(before);
  });

  it('keeps zalgo, right-to-left text and lone surrogates readable', async () => {
    for (const text of ['Z̷̧̛͎̻̈́a̵l̸g̶o', 'مرحبا بالعالم', 'x\ud83dy', '\u202Eabc']) {
      await say(text);
      expect(await texts()).toContain(text.toWellFormed());
    }
  });

  it('a draft is kept, and gone once its message is sent', async () => {
    await test.client.chat.saveDraft({ conversationId, text: '書きかけ' });
    expect((await test.client.chat.conversation({ conversationId })).draft).toBe('書きかけ');
    await say('書きかけ');
    expect((await test.client.chat.conversation({ conversationId })).draft).toBe('');
  });
});

describe('a reply', () => {
  it('streams: each delta stands where the one before it ended', async () => {
    let heard = '';
    const stop = test.client.chat.onReplyDelta(({ at, text }) => {
      expect(at).toBe(heard.length);
      heard += text;
    });
    await say('ねえ');
    stop();
    expect(heard).toBe('うん、おつかれさま。');
  });

  it('stopped, keeps what was said and can be gone on with', async () => {
    mind.next([{ text: '<sad>それは' }, { hang: true }]);
    const started = new Promise((resolve) => test.client.chat.onReplyDelta(resolve));
    const ended = replyEnd();
    await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: '話があるんだ' });
    await started;
    expect((await test.client.chat.conversation({ conversationId })).replying).toBe(true);
    await test.client.chat.stopReply({ conversationId });
    expect(await ended).toMatchObject({ state: 'interrupted' });
    const stopped = await last();
    expect(stopped).toMatchObject({ text: 'それは', state: 'interrupted', expression: 'sad' });

    mind.next([{ text: 'つらかったね。' }]);
    const continued = replyEnd();
    await test.client.chat.continueReply({ messageId: stopped.id });
    expect(await continued).toMatchObject({ state: 'complete', messageId: stopped.id });
    expect(await last()).toMatchObject({ text: 'それはつらかったね。', state: 'complete' });
  });

  it('that fails before a word leaves nothing but the reason', async () => {
    const before = (await texts()).length;
    mind.next([{ fail: new LlmFailure('unauthorized', 'no', false) }]);
    const ended = replyEnd();
    await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: 'いる？' });
    expect(await ended).toMatchObject({ state: 'failed', messageId: null, fellBackBecause: 'unauthorized' });
    expect((await texts()).length).toBe(before + 1);

    const again = replyEnd();
    await test.client.chat.retryReply({ conversationId });
    expect(await again).toMatchObject({ state: 'complete' });
  });

  it('that fails amid its words keeps them, marked interrupted', async () => {
    mind.next([{ text: 'えっと、' }, { fail: new LlmFailure('network', 'cut', true) }]);
    await say('どう？');
    expect(await last()).toMatchObject({ text: 'えっと、', state: 'interrupted' });
  });

  it('of dots alone is never stored', async () => {
    mind.next([{ text: '…' }, { text: '。。' }]);
    const ended = replyEnd();
    await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: 'ねえ' });
    expect(await ended).toMatchObject({ state: 'failed' });
    expect(await texts()).not.toContain('…');
  });

  it('gives way when the person goes on talking', async () => {
    mind.next([{ text: 'あのね' }, { hang: true }]);
    const started = new Promise((resolve) => test.client.chat.onReplyDelta(resolve));
    await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: '一' });
    await started;
    mind.next([{ text: 'はい。' }]);
    const interrupted = replyEnd();
    await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: '二' });
    await interrupted;
    await replyEnd();
    expect(await texts()).toEqual(['おかえり、あなた。', '一', 'あのね', '二', 'はい。']);
  });

  it('counts its tokens', async () => {
    mind.next([{ text: 'はい。' }, { usage: { promptTokens: 100, cachedTokens: 40, completionTokens: 7 } }]);
    await say('数えて');
    expect((await last()).usage).toMatchObject({ promptTokens: 100, cachedTokens: 40, completionTokens: 7 });
    expect(await test.client.chat.usage({ conversationId })).toMatchObject({ promptTokens: 100, completionTokens: 7 });
  });
});

describe('the tree', () => {
  it('regenerating keeps every variant, and choosing one shows what followed it', async () => {
    await say('好きな季節は？');
    const first = await last();
    mind.next([{ text: '秋かな。' }]);
    const ended = replyEnd();
    await test.client.chat.regenerate({ messageId: first.id });
    await ended;
    const second = await last();
    expect(second).toMatchObject({ text: '秋かな。', siblingIds: [first.id, second.id] });
    expect(mind.requests.at(-1)?.scene.rejected).toEqual([first.text]);
    await say('どうして？');
    await test.client.chat.selectVariant({ messageId: first.id });
    expect((await last()).id).toBe(first.id);
    await test.client.chat.selectVariant({ messageId: second.id });
    expect(await texts()).toContain('どうして？');
  });

  it('a regeneration that comes to nothing brings the old reply back', async () => {
    await say('ねえ');
    const before = await texts();
    mind.next([{ fail: new LlmFailure('network', 'no', true) }]);
    const ended = replyEnd();
    await test.client.chat.regenerate({ messageId: (await last()).id });
    await ended;
    expect(await texts()).toEqual(before);
  });

  it('branches from any message and goes back', async () => {
    await say('一');
    const fork = present((await thread())[1], 'the first message sent');
    await say('二');
    const whole = await texts();
    await test.client.chat.branchFrom({ messageId: fork.id });
    expect(await texts()).toEqual(['おかえり、あなた。', '一']);
    await say('別の話');
    const map = await test.client.chat.branches({ conversationId });
    expect(map.filter((node) => node.forkId !== null)).toHaveLength(2);
    const inactive = present(
      map.find((node) => !node.active),
      'the other branch',
    );
    await test.client.chat.selectVariant({ messageId: inactive.messageId });
    expect(await texts()).toEqual(whole);
  });

  it('edits both sides, keeping earlier words as revisions, and finds the new ones', async () => {
    await say('紅茶が飲みたい');
    const [, mine, theirs] = await thread();
    await test.client.chat.editMessage({ messageId: present(mine, 'mine').id, text: '珈琲が飲みたい' });
    await test.client.chat.editMessage({ messageId: present(theirs, 'theirs').id, text: '淹れようか。' });
    expect((await texts()).slice(1)).toEqual(['珈琲が飲みたい', '淹れようか。']);
    expect((await test.client.chat.search({ text: '珈琲' })).hits).toHaveLength(1);
    expect((await test.client.chat.search({ text: '紅茶' })).hits).toHaveLength(0);
  });

  it('deletes with undo, and a deleted message is not searched nor sent to a mind', async () => {
    await say('東京の秘密');
    const mine = present((await thread())[1], 'mine');
    await test.client.chat.deleteMessage({ messageId: mine.id });
    expect(await texts()).not.toContain('東京の秘密');
    expect((await test.client.chat.search({ text: '東京' })).hits).toHaveLength(0);
    await say('次');
    expect(mind.requests.at(-1)?.scene.turns.map((turn) => turn.text)).not.toContain('東京の秘密');
    await test.client.chat.restoreMessage({ messageId: mine.id });
    expect((await test.client.chat.search({ text: '東京' })).hits).toHaveLength(1);
  });

  it('a search hit in a branch out of sight can be shown', async () => {
    await say('一');
    const fork = present((await thread())[1], 'the first');
    await say('猫を見た');
    await test.client.chat.branchFrom({ messageId: fork.id });
    await say('犬を見た');
    const hit = present((await test.client.chat.search({ text: '猫' })).hits[0], 'a hit');
    const { depth } = await test.client.chat.reveal({ messageId: hit.messageId });
    expect((await thread())[depth]?.text).toBe('猫を見た');
  });

  it('jumps to a date', async () => {
    await say('きょう');
    test.advance(86_400_000);
    await say('あした');
    const depth = present(
      await test.client.chat.depthAtTime({ conversationId, atMs: Date.UTC(2026, 10, 23, 0, 0) }),
      'a depth',
    );
    expect((await thread())[depth]?.text).toBe('あした');
  });
});

describe('unread', () => {
  it('counts the companion’s messages until they are read, and never goes back', async () => {
    await say('ねえ');
    const [conversation] = await test.client.chat.conversations({});
    expect(conversation?.unreadCount).toBe(1);
    const reply = await last();
    await test.client.chat.markRead({ conversationId, messageId: reply.id });
    expect((await test.client.chat.conversation({ conversationId })).unreadCount).toBe(0);
    await test.client.chat.markRead({ conversationId, messageId: present((await thread())[0], 'first').id });
    expect((await test.client.chat.conversation({ conversationId })).unreadCount).toBe(0);
  });
});

describe('words of a life in danger', () => {
  it('bring the helplines, whichever mind answers; figures of speech do not', async () => {
    await say('今日は死ぬほど眠い');
    expect(await test.client.chat.helplines({ conversationId })).toEqual([]);
    await say('もう死にたい');
    const helplines = await test.client.chat.helplines({ conversationId });
    expect(helplines.map((one) => one.number)).toContain('0120-279-338');
    await test.client.settings.set({ locale: 'en' });
    expect(await test.client.chat.helplines({ conversationId })).toMatchObject([{ number: '988' }]);
  });
});

describe('after the end of the process', () => {
  it('a reply that was being written is there, marked interrupted', async () => {
    mind.next([{ text: '途中の言葉' }, { hang: true }]);
    const started = new Promise((resolve) => test.client.chat.onReplyDelta(resolve));
    await test.client.chat.sendMessage({ conversationId, messageId: messageId(), text: 'ねえ' });
    await started;
    const id = (await last()).id;
    // What kill -9 leaves: the row as it was last saved. (The real thing is in crash.fuzz.test.ts.)
    expect(await last()).toMatchObject({ id, state: 'partial', text: '途中の言葉' });
    await test.client.chat.stopReply({ conversationId });
    expect(await last()).toMatchObject({ id, state: 'interrupted' });
  });
});
