import { expect, test } from 'vitest';
import { isAbortError } from './abort.ts';
import { LlmFailure } from './llm.ts';
import { collect, drain, exampleRequest, llmSuite } from './llm-suite.ts';
import { createScriptClock, createScriptedLlm, saying } from './scripted-llm.ts';

llmSuite('scripted-llm', {
  open: async () =>
    createScriptedLlm({ scripts: [[{ progress: 0.5 }, { progress: 1 }, ...saying('<happy>おかえり。疲れたね。')]] }),
  openSlow: async () => createScriptedLlm({ scripts: [[{ text: 'うん' }, { hang: true }]] }),
  openBroken: async () => ({
    llm: createScriptedLlm({ scripts: [[{ fail: new LlmFailure('server_error', 'scripted', true) }]] }),
    reason: 'server_error',
  }),
  tellsUsage: true,
});

test('scripts are used in order, and the last one stays', async () => {
  const llm = createScriptedLlm({ scripts: [saying('一'), saying('二')] });
  const answers = [];
  for (const _time of [1, 2, 3]) answers.push((await drain(llm.stream(exampleRequest()))).texts.join(''));
  expect(answers).toEqual(['一', '二', '二']);
  expect(llm.requests).toHaveLength(3);
});

test('time passes only when the clock is advanced', async () => {
  const clock = createScriptClock();
  const llm = createScriptedLlm({ scripts: [saying('abcd', { size: 1, everyMs: 100 })], wait: clock.wait });
  let seen = '';
  const done = (async () => {
    for await (const chunk of llm.stream(exampleRequest())) if (chunk.kind === 'text') seen += chunk.text;
  })();
  await clock.advance(250);
  expect(seen).toBe('ab');
  await clock.advance(200);
  await done;
  expect(seen).toBe('abcd');
});

test('an abort ends a scripted wait', async () => {
  const stop = new AbortController();
  const llm = createScriptedLlm({ scripts: [[{ text: 'あ' }, { waitMs: 3_600_000 }]] });
  const ended = drain(llm.stream(exampleRequest({ signal: stop.signal })));
  await Promise.resolve();
  stop.abort();
  const { error } = await ended;
  expect(isAbortError(error)).toBe(true);
});

test('a script may answer what it is asked', async () => {
  const llm = createScriptedLlm({
    scripts: [(request) => [{ text: `${request.scene.personName}、` }, { text: 'うん。' }]],
  });
  expect(await collect(llm.stream(exampleRequest()))).toEqual([
    { kind: 'text', text: 'ゆう、' },
    { kind: 'text', text: 'うん。' },
  ]);
});
