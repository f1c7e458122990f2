// SCRATCH by the integrator, so that the core runs: the LLM helper's own version replaces this file whole.
import { createLadder, type Ladder } from './fallback.ts';
import type { Llm } from './llm.ts';
import { createScriptedLlm } from './scripted-llm.ts';
export function createMinds(deps: { readonly mind?: Llm }): { readonly ladder: Ladder; close(): Promise<void> } {
  const llm = deps.mind ?? createScriptedLlm({ rung: 'reply-bank', scripts: [Array.from('<happy>おつかれさま。今日も一日、よくがんばったね。少しだけ、肩の力を抜いていこう？').flatMap((text) => [{ text }, { waitMs: 30 }])] });
  const ladder = createLadder({ rungs: [{ key: 'only', llm, prices: { input: null, cachedInput: null, output: null }, last: true }], assemble: () => ({ messages: [], tokens: 0 }), capReached: () => false });
  return { ladder, close: () => ladder.close() };
}
