import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ProviderId } from '#shared/entities.ts';
import { settingValues, type SettingValues } from '#shared/settings/contract.ts';
import type { ChosenMind, Settings } from '../settings/settings.ts';
import { isAbortError } from './abort.ts';
import type { FromLlama, ToLlama } from './llama-protocol.ts';
import type { LadderItem, Llm, MindSource } from './llm.ts';
import { collect, drain, exampleScene } from './llm-suite.ts';
import { createMindFactory, type MindFactory } from './mind-factory.ts';
import { createMinds, type Minds } from './minds.ts';
import { delta, refuse, reply, startHostileServer, raw } from './openai-harness.ts';
import { createScriptedLlm, saying, type ScriptedLlm } from './scripted-llm.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

let made = 0;
const chosen = (changes: Partial<ChosenMind>): ChosenMind => ({
  id: `0192d7a0-0000-7000-8000-${String((made += 1)).padStart(12, '0')}` as ProviderId,
  kind: 'openai',
  baseUrl: 'http://127.0.0.1:9/v1',
  modelPath: null,
  model: 'm',
  apiKey: null,
  prices: { input: null, cachedInput: null, output: null },
  ...changes,
});

function withMinds(
  list: ChosenMind[],
  more: { factory?: MindFactory; values?: Partial<SettingValues>; mind?: Llm } = {},
) {
  let listener = (): void => undefined;
  const state = { list, capReached: false };
  const opened: { source: MindSource; llm: ScriptedLlm; closed: boolean }[] = [];
  const factory: MindFactory = more.factory ?? {
    open(source, rung) {
      const llm = createScriptedLlm({ rung, model: source.model, scripts: [saying(`${source.model}です`)] });
      const entry = { source, llm, closed: false };
      opened.push(entry);
      const close = async (): Promise<void> => {
        entry.closed = true;
        await llm.close();
      };
      return { llm: { ...llm, close }, promptTokens: () => (source.kind === 'gguf' ? 2000 : null) };
    },
    tryOut: () => Promise.reject(new Error('not asked')),
    listModels: () => Promise.reject(new Error('not asked')),
  };
  const settings: Settings = {
    handlers: {} as Settings['handlers'],
    read: () => settingValues.parse(more.values ?? {}),
    minds: () => state.list,
    capReached: () => state.capReached,
    onMindsChanged: (heard) => {
      listener = heard;
      return () => undefined;
    },
  };
  const bank = createScriptedLlm({ rung: 'reply-bank', model: 'bank', scripts: [saying('うん。')] });
  const minds = createMinds({
    settings,
    factory,
    bank,
    log: () => undefined,
    ...(more.mind === undefined ? {} : { mind: more.mind }),
  });
  closing.push(() => minds.close());
  const change = (next: ChosenMind[]): void => {
    state.list = next;
    listener();
  };
  return { minds, opened, bank, state, change };
}

const ask = (minds: Minds, signal = new AbortController().signal): AsyncIterable<LadderItem> =>
  minds.ladder.answer({ scene: exampleScene(), maxTokens: 60, temperature: 0.7, signal });
const whoAnswers = async (minds: Minds): Promise<string> => {
  const [first] = (await collect(ask(minds))).filter((item) => item.kind === 'answering');
  return `${first?.rung} ${first?.model} ${first?.fellBackBecause ?? ''}`.trim();
};

describe('the ladder out of the settings', () => {
  test('servers in their order, then files, then the bank', async () => {
    const file = chosen({ kind: 'gguf', modelPath: '/m.gguf', baseUrl: null, model: 'file' });
    const { minds, opened } = withMinds([file, chosen({ model: 'one' }), chosen({ model: 'two' })]);
    expect(await whoAnswers(minds)).toBe('primary one');
    expect(opened.map(({ source, llm }) => `${llm.rung} ${source.model}`)).toEqual([
      'primary one',
      'secondary two',
      'on-device file',
    ]);
    expect(await whoAnswers(withMinds([]).minds)).toBe('reply-bank bank');
  });

  test('what is asked without the person’s doing goes only to a mind known to cost nothing', () => {
    const cloud = chosen({ model: 'cloud', baseUrl: 'https://api.example.com/v1' });
    const none = { cachedInput: null, output: null };
    const free = (...list: ChosenMind[]): string | null => withMinds(list).minds.freeMind()?.model ?? null;
    expect(free()).toBeNull();
    expect(free(cloud)).toBeNull();
    expect(free({ ...cloud, prices: { input: 0.1, ...none } })).toBeNull();
    expect(free({ ...cloud, prices: { input: 0, ...none } })).toBe('cloud');
    expect(free(cloud, chosen({ model: 'here' }))).toBe('here');
    expect(free(chosen({ baseUrl: 'http://192.168.1.20:11434/v1', model: 'house' }))).toBe('house');
    expect(free(chosen({ baseUrl: 'http://127.0.0.1/v1', prices: { input: 1, ...none } }))).toBeNull();
    expect(free(chosen({ kind: 'gguf', modelPath: '/m.gguf', baseUrl: null, model: 'file' }))).toBe('file');
  });

  test('a mind reads the scene as a prompt no longer than it and the person allow', async () => {
    const { minds, opened, bank, change } = withMinds([chosen({ kind: 'gguf', modelPath: '/m.gguf' })], {
      values: { contextTokens: 9000 },
    });
    const [turn] = exampleScene().turns;
    if (turn === undefined) throw new Error('no turn');
    const scene = exampleScene({
      turns: Array.from({ length: 300 }, (_, index) => ({
        ...turn,
        author: index % 2 === 1 ? 'character' : 'person',
        atMs: index,
        text: '雨の音を聞いていた。'.repeat(4),
      })),
    });
    const answering = async (): Promise<number> => {
      const items = await collect(
        minds.ladder.answer({ scene, maxTokens: 60, temperature: 0.7, signal: new AbortController().signal }),
      );
      const first = items.find((item) => item.kind === 'answering');
      return first?.kind === 'answering' ? first.promptTokens : -1;
    };
    expect(await answering()).toBeLessThanOrEqual(2000);
    expect(opened[0]?.llm.requests[0]?.messages[0]?.role).toBe('system');
    change([chosen({ model: 'server' })]);
    expect(await answering()).toBeGreaterThan(5000);
    change([]);
    expect(await answering()).toBe(0);
    expect(bank.requests[0]?.messages).toEqual([]);
  });

  test('what a model counts of a prompt decides how much of the talk the next one holds', async () => {
    const { minds, opened } = withMinds([chosen({ model: 'server' })], { values: { contextTokens: 3000 } });
    const [turn] = exampleScene().turns;
    if (turn === undefined) throw new Error('no turn');
    const scene = exampleScene({
      turns: Array.from({ length: 200 }, (_, index) => ({
        ...turn,
        atMs: index,
        text: '雨の音を聞いていた。'.repeat(4),
      })),
    });
    const told = async (): Promise<number> => {
      const items = await collect(
        minds.ladder.answer({ scene, maxTokens: 60, temperature: 0.7, signal: new AbortController().signal }),
      );
      return items.find((item) => item.kind === 'answering')?.promptTokens ?? 0;
    };
    // This model's own tokens are longer than the estimate takes them to be.
    const counted = { promptTokens: 1500, cachedTokens: 0, completionTokens: 3 };
    minds.freeMind();
    opened[0]?.llm.next([{ text: 'うん。' }, { usage: counted }]);
    const before = await told();
    const held = (): number => opened[0]?.llm.requests.at(-1)?.messages.length ?? 0;
    const first = held();
    expect(before).toBeGreaterThan(2000);
    await told();
    expect(held()).toBeGreaterThan(first * 1.2);
  });

  test('a change of the settings is followed: what stays is kept, what goes is closed', async () => {
    const [one, two] = [chosen({ model: 'one' }), chosen({ model: 'two' })];
    const { minds, opened, change } = withMinds([one, two]);
    expect(await whoAnswers(minds)).toBe('primary one');
    change([one]);
    expect(opened.map(({ closed }) => closed)).toEqual([false, true]);
    expect(await whoAnswers(minds)).toBe('primary one');
    expect(opened).toHaveLength(2);
    change([{ ...one, prices: { input: 1, cachedInput: null, output: 1 } }]);
    expect(opened).toHaveLength(2);
    change([{ ...one, apiKey: 'another' }]);
    expect(opened).toHaveLength(3);
    change([]);
    expect(await whoAnswers(minds)).toBe('reply-bank bank');
  });

  test('the cap is asked each time', async () => {
    const { minds, state } = withMinds([chosen({ model: 'paid', prices: { input: 1, cachedInput: null, output: 1 } })]);
    expect(await whoAnswers(minds)).toBe('primary paid');
    state.capReached = true;
    expect(await whoAnswers(minds)).toBe('reply-bank bank cap_reached');
  });

  test('a mind for tests answers instead of all others', async () => {
    const mind = createScriptedLlm({ scripts: [saying('試験')], model: 'test' });
    const { minds, opened } = withMinds([chosen({})], { mind });
    expect(await whoAnswers(minds)).toBe('primary test');
    expect(opened).toEqual([]);
  });
});

describe('with real servers', () => {
  const factory = () => createMindFactory({ contextTokens: () => 4000 });

  test('primary refuses, secondary answers, and the reason is told', async () => {
    const [first, second] = [
      await startHostileServer(refuse(401, 'no')),
      await startHostileServer(reply(['<happy>おかえり'])),
    ];
    closing.push(first.close, second.close);
    const { minds } = withMinds([chosen({ baseUrl: first.baseUrl }), chosen({ baseUrl: second.baseUrl, model: 'b' })], {
      factory: factory(),
    });
    expect(await whoAnswers(minds)).toBe('secondary b unauthorized');
  });

  test('a mind that is taken away ends the reply it is making', async () => {
    const server = await startHostileServer(raw(delta('あのね'), 'hang'));
    closing.push(server.close);
    const { minds, change } = withMinds([chosen({ baseUrl: server.baseUrl })], { factory: factory() });
    const iterator = ask(minds)[Symbol.asyncIterator]();
    await iterator.next();
    await iterator.next();
    const pending = iterator.next();
    change([]);
    await expect(pending).rejects.toMatchObject({ reason: 'no_model' });
  });

  test('a mind that is taken away before it speaks makes room for the next', async () => {
    const server = await startHostileServer(() => undefined);
    closing.push(server.close);
    const { minds, change } = withMinds([chosen({ baseUrl: server.baseUrl })], { factory: factory() });
    const answered = whoAnswers(minds);
    while (server.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    change([]);
    expect(await answered).toBe('reply-bank bank no_model');
  });

  test('trying out: a sample without its tag, how long it took, or why not', async () => {
    const server = await startHostileServer(
      reply(['<happy>', 'はい、', '聞こえます。']),
      refuse(401, 'no'),
      (response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ data: [{ id: 'z' }, { id: 'a' }] })),
    );
    closing.push(server.close);
    const source: MindSource = { kind: 'openai', baseUrl: server.baseUrl, modelPath: null, model: 'm', apiKey: null };
    const probe = factory();
    expect(await probe.tryOut(source, 'ja')).toEqual({
      model: 'm',
      firstTokenMs: expect.any(Number),
      sample: 'はい、聞こえます。',
    });
    await expect(probe.tryOut(source, 'en')).rejects.toMatchObject({ reason: 'unauthorized' });
    expect(await probe.listModels(source)).toEqual(['a', 'z']);
  });
});

test('a file that two want is loaded once, and let go of when neither wants it', async () => {
  let living = 0;
  const sent: ToLlama[] = [];
  const factory = createMindFactory({
    contextTokens: () => 4000,
    spawnLlama: () => {
      living += 1;
      let hear: (message: FromLlama) => void = () => undefined;
      return {
        send(message) {
          sent.push(message);
          if (message.kind === 'load') setImmediate(() => hear({ kind: 'loaded', contextTokens: 3000, gpu: 'cpu' }));
          if (message.kind !== 'generate') return;
          setImmediate(() => {
            hear({ kind: 'text', id: message.id, text: 'うん' });
            hear({ kind: 'done', id: message.id, promptTokens: 1, cachedTokens: 0, completionTokens: 1 });
          });
        },
        onMessage: (listener) => void (hear = listener),
        onExit: () => undefined,
        kill: () => void (living -= 1),
      };
    },
  });
  // Any file that begins as it should: the process is not real.
  const folder = mkdtempSync(join(tmpdir(), 'tomoshibi-minds-'));
  closing.push(async () => rmSync(folder, { recursive: true, force: true }));
  const modelPath = join(folder, 'Qwen-4B.gguf');
  writeFileSync(modelPath, 'GGUF');
  const source: MindSource = { kind: 'gguf', modelPath, baseUrl: null, model: '', apiKey: null };

  const mind = factory.open(source, 'on-device');
  expect(mind.promptTokens()).toBeNull();
  const request = {
    scene: exampleScene(),
    messages: [],
    maxTokens: 10,
    temperature: 0.7,
    signal: new AbortController().signal,
  };
  expect((await drain(mind.llm.stream(request))).texts).toEqual(['うん']);
  expect(mind.promptTokens()).toBe(2250);
  expect(await factory.tryOut(source, 'ja')).toMatchObject({ model: 'Qwen-4B', sample: 'うん' });
  expect(sent.filter(({ kind }) => kind === 'load')).toHaveLength(1);
  expect(await factory.listModels(source)).toEqual(['Qwen-4B']);
  expect(living).toBe(1);
  await mind.llm.close();
  expect(living).toBe(0);
  expect(isAbortError((await drain(mind.llm.stream(request))).error)).toBe(true);
});
