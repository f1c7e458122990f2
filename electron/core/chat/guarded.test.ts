import { describe, expect, it } from 'vitest';
import { sceneOf } from '#shared/chat/guard/guard-harness.ts';
import { guardOf } from '#shared/chat/guard/guard.ts';
import type { Scene } from '#shared/chat/scene.ts';
import { createLadder } from '../llm/fallback.ts';
import { LlmFailure, type Ladder } from '../llm/llm.ts';
import { createScriptedLlm, saying, type Script, type ScriptedLlm } from '../llm/scripted-llm.ts';
import { guardedAnswer, type GuardedItem } from './guarded.ts';

const said = 'きょうも一日おつかれさま。ゆっくりしてね。';

function mindOf(
  scripts: readonly Script[],
  rung: 'primary' | 'reply-bank' = 'primary',
): { mind: ScriptedLlm; ladder: Ladder } {
  const mind = createScriptedLlm({ scripts, rung });
  const ladder = createLadder({
    rungs: () => [{ llm: mind, prices: { input: 1, cachedInput: null, output: 1 } }],
    assemble: () => ({ messages: [], tokens: 50 }),
    capReached: () => false,
  });
  return { mind, ladder };
}

async function hear(ladder: Ladder, scene: Scene): Promise<GuardedItem[]> {
  const items: GuardedItem[] = [];
  const request = { scene, maxTokens: 100, temperature: 1, signal: new AbortController().signal };
  for await (const item of guardedAnswer(ladder, request, guardOf(scene))) items.push(item);
  return items;
}

const textOf = (items: readonly GuardedItem[]): string =>
  items.map((item) => (item.kind === 'text' ? item.text : '')).join('');

describe('a guarded answer', () => {
  it('of new words comes as it is said', async () => {
    const { mind, ladder } = mindOf([saying('<happy>おかえり。夕飯はもう食べた？', { size: 2 })]);
    expect(textOf(await hear(ladder, sceneOf({ replies: [said] })))).toBe('<happy>おかえり。夕飯はもう食べた？');
    expect(mind.requests).toHaveLength(1);
  });

  it('that opens as before is never shown: it is asked for again, with what was wrong', async () => {
    const { mind, ladder } = mindOf([
      saying('<happy>きょうも一日、おつかれさま。寒かったね。'),
      saying('外、寒かったでしょ。'),
    ]);
    const items = await hear(ladder, sceneOf({ replies: [said] }));
    expect(textOf(items)).toBe('外、寒かったでしょ。');
    expect(items[0]).toMatchObject({ kind: 'refused', faults: ['same_opening'], promptTokens: 50 });
    expect(mind.requests[1]?.scene).toMatchObject({
      faults: ['same_opening'],
      rejected: [expect.stringContaining('きょうも一日')],
    });
  });

  it('may be what was said before when the person asks to hear it again', async () => {
    const { mind, ladder } = mindOf([saying(said)]);
    expect(textOf(await hear(ladder, sceneOf({ asked: 'ごめん、もう一回言って', replies: [said] })))).toBe(said);
    expect(textOf(await hear(ladder, sceneOf({ asked: 'what did you say?', replies: [said] })))).toBe(said);
    expect(mind.requests).toHaveLength(2);
  });

  it('is repaired once only: the second one is shown, whatever it says', async () => {
    const { mind, ladder } = mindOf([saying('AI言語モデルとして、感情はありません。')]);
    expect(textOf(await hear(ladder, sceneOf({ asked: '今日どうだった？' })))).toBe(
      'AI言語モデルとして、感情はありません。',
    );
    expect(mind.requests).toHaveLength(2);
  });

  it('is honest about being an AI to whoever asks', async () => {
    const { mind, ladder } = mindOf([saying('うん、AI言語モデルだよ。人間じゃない。')]);
    expect(textOf(await hear(ladder, sceneOf({ asked: 'ねえ、本当はAIなの？' })))).toContain('AI言語モデル');
    expect(mind.requests).toHaveLength(1);
  });

  it('leaves the words that were held when no second answer comes', async () => {
    const { ladder } = mindOf([saying(said), [{ fail: new LlmFailure('network', 'gone', true) }]]);
    const heard: GuardedItem[] = [];
    const scene = sceneOf({ replies: [said] });
    const request = { scene, maxTokens: 100, temperature: 1, signal: new AbortController().signal };
    await expect(async () => {
      for await (const item of guardedAnswer(ladder, request, guardOf(scene))) heard.push(item);
    }).rejects.toThrow(LlmFailure);
    expect(said.startsWith(textOf(heard))).toBe(true);
    expect(textOf(heard)).not.toBe('');
  });

  it('of the reply bank is not judged', async () => {
    const { mind, ladder } = mindOf([saying(said)], 'reply-bank');
    expect(textOf(await hear(ladder, sceneOf({ replies: [said] })))).toBe(said);
    expect(mind.requests).toHaveLength(1);
  });
});
