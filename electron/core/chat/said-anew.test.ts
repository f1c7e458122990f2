import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { seededRandom } from '#shared/base/random.ts';
import type { Message } from '#shared/chat/contract.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { createTestCore, sampleCharacter, type TestCore } from '../core-harness.ts';
import { LlmFailure } from '../llm/llm.ts';
import { createScriptedLlm, type ScriptedLlm } from '../llm/scripted-llm.ts';
import { strongRandom } from '../strong-random.ts';

// A whole core each, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const random = strongRandom();
const FIRST = 'おつかれさま。今日は寒かったから、あたたかいお茶をいれるね。';

let mind: ScriptedLlm;
let test: TestCore;
let conversationId: ConversationId;

beforeEach(async () => {
  mind = createScriptedLlm({ scripts: [[{ text: FIRST }]] });
  test = await createTestCore({ mind });
  const { characterId } = await test.client.characters.create(sampleCharacter);
  ({ conversationId } = await test.client.chat.createConversation({ characterId }));
});
afterEach(() => test.close());

/** Sends, and resolves when so many replies have ended. */
async function say(text: string, replies = 1): Promise<void> {
  let left = replies;
  const ended = new Promise<void>((resolve) => {
    const stop = test.client.chat.onReplyEnded(() => {
      left -= 1;
      if (left > 0) return;
      stop();
      resolve();
    });
  });
  await test.client.chat.sendMessage({ conversationId, messageId: newId<MessageId>(Date.now(), random), text });
  await ended;
}

const last = async (): Promise<Message> =>
  present((await test.client.chat.thread({ conversationId })).messages.at(-1), 'a last message');

describe('a reply that is refused', () => {
  it('before its first sentence was shown is never seen, and both are paid for', async () => {
    await say('ただいま');
    const heard: string[] = [];
    const stop = test.client.chat.onReplyDelta(({ text }) => heard.push(text));
    mind.next([{ text: '外は冷えたでしょ。' }]);
    mind.next([{ text: FIRST }]);
    await say('帰ったよ');
    stop();
    expect(heard.join('')).toBe('外は冷えたでしょ。');
    expect(await last()).toMatchObject({ text: '外は冷えたでしょ。', state: 'complete' });
    expect((await last()).siblingIds).toHaveLength(1);
    const counted = estimateTokens(FIRST) + estimateTokens('外は冷えたでしょ。');
    expect((await last()).usage?.completionTokens).toBe(counted);
    expect(mind.requests.at(-1)?.scene.faults).toEqual(['same_opening']);
  });

  it('after its end is said anew as a variant: what was seen stays to be found', async () => {
    await say('ただいま');
    mind.next([{ text: 'そういえば、商店街の灯りがきれいだったよ。' }]);
    mind.next([{ text: `ね、${FIRST}` }]);
    await say('帰ったよ', 2);
    const shown = await last();
    expect(shown.text).toBe('そういえば、商店街の灯りがきれいだったよ。');
    expect(shown.siblingIds).toHaveLength(2);
    await test.client.chat.selectVariant({ messageId: present(shown.siblingIds[0], 'the first') });
    expect((await last()).text).toBe(`ね、${FIRST}`);
    expect(mind.requests.at(-1)?.scene).toMatchObject({ faults: ['same_reply'], rejected: [`ね、${FIRST}`] });
  });

  it('stays as it is when nothing comes in its place', async () => {
    await say('ただいま');
    mind.next([{ fail: new LlmFailure('network', 'gone', true) }]);
    mind.next([{ text: `ね、${FIRST}` }]);
    await say('帰ったよ', 2);
    expect(await last()).toMatchObject({ text: `ね、${FIRST}`, state: 'complete' });
  });

  it('is not refused at all when a life may be in danger', async () => {
    await say('ただいま');
    mind.next([{ text: 'AIとして話すね。ひとりで抱えなくていい。相談窓口に電話してほしい。' }]);
    const asked = mind.requests.length;
    await say('もう死にたい');
    expect(mind.requests).toHaveLength(asked + 1);
    expect((await last()).text).toContain('相談窓口');
  });
});

/** Hiragana without a meaning, each time others: nothing in it is a repetition. */
function babble(seed: number): string {
  const dice = seededRandom(seed + 1);
  return Array.from({ length: 160 }, () => String.fromCodePoint(0x3042 + Math.floor(dice() * 80))).join('');
}

describe('a talk longer than the window', () => {
  it('reaches the mind with what its beginning was about', async () => {
    await test.client.settings.set({ contextTokens: 4000 });
    await say('来週の金曜、大阪で面接があるんだ。');
    for (let at = 0; at < 30; at += 1) {
      mind.next([{ text: babble(at) }]);
      await say(`${at}番目の話をするね。`);
    }
    await test.core.settle();
    await say('何の話だったっけ');
    const prompt =
      mind.requests
        .at(-1)
        ?.messages.map(({ content }) => content)
        .join('\n') ?? '';
    expect(mind.requests.at(-1)?.scene.summaries).toContainEqual({
      from: expect.any(Number),
      lines: expect.arrayContaining([{ author: 'person', text: '来週の金曜、大阪で面接があるんだ。' }]),
    });
    expect(prompt).toContain('[ここまでの話]');
  });
});
