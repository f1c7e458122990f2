import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forkLlama, type LlamaChild } from './llama-child.ts';
import { createLlamaLlm, type LlamaLlm } from './llama-llm.ts';
import type { FromLlama, ToLlama } from './llama-protocol.ts';
import { LlmFailure, type LlmChunk } from './llm.ts';
import { collect, drain, exampleRequest, llmSuite } from './llm-suite.ts';
import { tinyGguf } from './tiny-gguf-harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'tomoshibi-llama-'));
const modelPath = join(folder, 'tiny.gguf');

beforeAll(() => {
  writeFileSync(modelPath, tinyGguf());
});
afterAll(() => {
  keptProcess?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const real = (path = modelPath): LlamaLlm =>
  createLlamaLlm({ modelPath: path, contextTokens: () => 2048, threads: 1, gpu: false });

let keptProcess: LlamaChild | null = null;
let lastId = 0;

/** One real process for many minds, so that each test need not load anew: its messages are told apart by id. */
function shareProcess(): LlamaChild {
  const process = (keptProcess ??= forkLlama());
  const ids = new Map<number, number>();
  const original = (id: number): number | undefined => [...ids].find(([, own]) => own === id)?.[0];
  let hear: (message: FromLlama) => void = () => undefined;
  let gone = false;
  process.onMessage((message) => {
    if (gone) return;
    if (!('id' in message)) hear(message);
    const id = 'id' in message ? original(message.id) : undefined;
    if ('id' in message && id !== undefined) hear({ ...message, id });
  });
  return {
    send(message) {
      if (message.kind === 'load') process.send(message);
      else if (message.kind === 'generate') {
        lastId += 1;
        ids.set(message.id, lastId);
        process.send({ ...message, id: lastId });
      } else process.send({ ...message, id: ids.get(message.id) ?? -1 });
    },
    onMessage: (listener) => {
      hear = listener;
    },
    onExit: () => undefined,
    kill() {
      gone = true;
      for (const own of ids.values()) process.send({ kind: 'abort', id: own });
    },
  };
}

const shared = (): LlamaLlm =>
  createLlamaLlm({ modelPath, contextTokens: () => 2048, threads: 1, gpu: false, spawn: shareProcess });

async function reasonOf(llm: LlamaLlm): Promise<{ reason: string; detail: string }> {
  const { error } = await drain(llm.stream(exampleRequest()));
  await llm.close();
  if (!(error instanceof LlmFailure)) throw new Error(`expected an LlmFailure, got ${String(error)}`);
  return { reason: error.reason, detail: error.detail };
}

describe('a real model in its own process', { timeout: 60_000 }, () => {
  llmSuite('llama-llm', {
    open: async () => shared(),
    openSlow: async () => shared(),
    openBroken: async () => ({ llm: real(join(folder, 'absent.gguf')), reason: 'file_missing' }),
    tellsUsage: true,
    abortWithinMs: 1000,
  });

  test('what a file lacks is told in plain words', async () => {
    const whole = tinyGguf();
    const write = (name: string, bytes: Uint8Array): string => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    };
    expect(await reasonOf(real(write('text.gguf', Buffer.from('hello, I am not a model'))))).toMatchObject({
      reason: 'not_gguf',
    });
    expect(await reasonOf(real(folder))).toMatchObject({ reason: 'not_gguf', detail: 'it is a folder' });
    expect(await reasonOf(real(write('cut.gguf', whole.slice(0, whole.length - 20_000))))).toEqual({
      reason: 'load_failed',
      detail: 'the file is cut short or damaged',
    });
    expect(await reasonOf(real(write('strange.gguf', tinyGguf({ architecture: 'strange' }))))).toEqual({
      reason: 'load_failed',
      detail: 'its architecture "strange" is not known to this version',
    });
  });

  test('JSON fits its schema; going on repeats nothing; the prompt is cached; too long a history is shortened', async () => {
    const llm = shared();
    try {
      const schema = {
        type: 'object',
        properties: { mood: { enum: ['calm', 'glad'] } },
        required: ['mood'],
        additionalProperties: false,
      };
      const { texts, error } = await drain(llm.stream(exampleRequest({ jsonSchema: schema, maxTokens: 100 })));
      expect(error).toBeNull();
      expect(texts).toHaveLength(1);
      expect(['{"mood":"calm"}', '{"mood":"glad"}']).toContain(texts[0]);

      const request = exampleRequest({ maxTokens: 12 });
      const unfinished = { role: 'assistant' as const, content: 'むかしむかし' };
      const goOn = {
        ...request,
        scene: { ...request.scene, continuing: true },
        messages: [...request.messages, unfinished],
      };
      const rest = (await drain(llm.stream(goOn))).texts.join('');
      expect(rest).not.toBe('');
      expect(rest).not.toContain('むかし');

      const usageOf = async (): Promise<Extract<LlmChunk, { kind: 'usage' }> | undefined> =>
        (await collect(llm.stream(exampleRequest()))).find((chunk) => chunk.kind === 'usage');
      await usageOf();
      const again = await usageOf();
      expect(again?.cachedTokens).toBeGreaterThan((again?.promptTokens ?? 0) * 0.9);

      const long = exampleRequest({ maxTokens: 8 });
      const turns = Array.from({ length: 60 }, (_, index) => ({
        role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
        content: 'x'.repeat(80),
      }));
      expect(
        (
          await drain(
            llm.stream({ ...long, messages: [...long.messages.slice(0, 1), ...turns, ...long.messages.slice(1)] }),
          )
        ).error,
      ).toBeNull();
      expect(llm.contextTokens()).toBe(2048);
    } finally {
      await llm.close();
    }
  });

  test('killed amid a reply: the reply fails, and the next one starts a new process', async () => {
    let child: LlamaChild | null = null;
    let started = 0;
    const llm = createLlamaLlm({
      modelPath,
      contextTokens: () => 2048,
      threads: 1,
      gpu: false,
      spawn: () => {
        started += 1;
        child = forkLlama();
        return child;
      },
    });
    try {
      let text = '';
      const reply = async (): Promise<void> => {
        for await (const chunk of llm.stream(exampleRequest({ maxTokens: 3000 }))) {
          if (chunk.kind === 'text' && text === '') child?.kill();
          if (chunk.kind === 'text') text += chunk.text;
        }
      };
      await expect(reply()).rejects.toMatchObject({ reason: 'server_error' });
      expect(text).not.toBe('');
      expect((await drain(llm.stream(exampleRequest({ maxTokens: 8 })))).error).toBeNull();
      expect(started).toBe(2);
    } finally {
      await llm.close();
    }
  });
});

/** A process that does as the test says. */
function fakeChild() {
  const sent: ToLlama[] = [];
  let onMessage: (message: FromLlama) => void = () => undefined;
  let onExit: (how: string) => void = () => undefined;
  let killed = false;
  const child: LlamaChild = {
    send: (message) => void sent.push(message),
    onMessage: (listener) => (onMessage = listener),
    onExit: (listener) => (onExit = listener),
    kill: () => (killed = true),
  };
  return {
    child,
    sent,
    say: (message: FromLlama) => onMessage(message),
    exit: (how: string) => onExit(how),
    isKilled: () => killed,
  };
}

describe('the process and its life', () => {
  const withFakes = (options: Partial<Parameters<typeof createLlamaLlm>[0]> = {}) => {
    const children: ReturnType<typeof fakeChild>[] = [];
    const llm = createLlamaLlm({
      modelPath,
      contextTokens: () => 2048,
      spawn: () => {
        const fake = fakeChild();
        children.push(fake);
        return fake.child;
      },
      ...options,
    });
    const child = async (index = children.length): Promise<ReturnType<typeof fakeChild>> => {
      for (;;) {
        const found = children[index];
        if (found !== undefined) return found;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    return { llm, children, child };
  };
  const generated = (fake: ReturnType<typeof fakeChild>): number => {
    const found = fake.sent.findLast((message) => message.kind === 'generate');
    return found?.kind === 'generate' ? found.id : -1;
  };

  test('loading is told as a rising ratio, then the words, then the tokens', async () => {
    const { llm, child } = withFakes();
    const chunks = collect(llm.stream(exampleRequest()));
    const fake = await child(0);
    expect(fake.sent).toEqual([expect.objectContaining({ kind: 'load', modelPath, contextTokens: 2048, gpu: 'auto' })]);
    for (const ratio of [0.2, 0.1, 1]) fake.say({ kind: 'loading', ratio });
    fake.say({ kind: 'loaded', contextTokens: 2048, gpu: 'cpu' });
    const id = generated(fake);
    for (const text of ['<thi', 'nk>x</think>', 'うん']) fake.say({ kind: 'text', id, text });
    fake.say({ kind: 'done', id, promptTokens: 9, cachedTokens: 3, completionTokens: 2 });
    expect(await chunks).toEqual([
      { kind: 'progress', ratio: 0.2 },
      { kind: 'progress', ratio: 0.2 },
      { kind: 'progress', ratio: 1 },
      { kind: 'text', text: 'うん' },
      { kind: 'usage', promptTokens: 9, cachedTokens: 3, completionTokens: 2 },
    ]);
    await llm.close();
    expect(fake.isKilled()).toBe(true);
  });

  test('a process that dies while loading is tried again without the graphics card', async () => {
    const { llm, child } = withFakes();
    const first = drain(llm.stream(exampleRequest()));
    (await child(0)).exit('SIGILL');
    expect((await first).error).toMatchObject({ reason: 'load_failed', detail: expect.stringContaining('SIGILL') });
    const second = drain(llm.stream(exampleRequest()));
    expect((await child(1)).sent[0]).toMatchObject({ kind: 'load', gpu: false });
    await llm.close();
    await second;
  });

  test('loading that stalls, and a model that falls silent, are given up', async () => {
    const stalled = withFakes({ loadStallMs: 20 });
    expect(await reasonOf(stalled.llm)).toMatchObject({ reason: 'load_failed' });
    expect(stalled.children[0]?.isKilled()).toBe(true);

    const silent = withFakes({ firstTextMs: 20 });
    const reply = drain(silent.llm.stream(exampleRequest()));
    const fake = await silent.child(0);
    fake.say({ kind: 'loaded', contextTokens: 2048, gpu: 'cpu' });
    fake.say({ kind: 'started', id: generated(fake) });
    expect((await reply).error).toMatchObject({ reason: 'timeout' });
    expect(fake.isKilled()).toBe(true);
    await silent.llm.close();
  });

  test('unused for long, the model is let go of, and loaded again when asked', async () => {
    const { llm, child } = withFakes({ unloadAfterMs: 10 });
    const answer = async (index: number): Promise<ReturnType<typeof fakeChild>> => {
      const reply = drain(llm.stream(exampleRequest()));
      const fake = await child(index);
      fake.say({ kind: 'loaded', contextTokens: 2048, gpu: 'cpu' });
      fake.say({ kind: 'text', id: generated(fake), text: 'うん' });
      fake.say({ kind: 'done', id: generated(fake), promptTokens: 1, cachedTokens: 0, completionTokens: 1 });
      expect((await reply).texts).toEqual(['うん']);
      return fake;
    };
    const first = await answer(0);
    while (!first.isKilled()) await new Promise((resolve) => setTimeout(resolve, 2));
    await answer(1);
    await llm.close();
  });

  test('an abort is told to the process, which goes on living', async () => {
    const { llm, child } = withFakes();
    const stop = new AbortController();
    const reply = drain(llm.stream(exampleRequest({ signal: stop.signal })));
    const fake = await child(0);
    fake.say({ kind: 'loaded', contextTokens: 2048, gpu: 'cpu' });
    const id = generated(fake);
    stop.abort();
    await reply;
    expect(fake.sent.at(-1)).toEqual({ kind: 'abort', id });
    expect(fake.isKilled()).toBe(false);
    await llm.close();
  });
});
