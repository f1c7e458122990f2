import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isAbortError } from './abort.ts';
import { costMicroUsd, createLadder, type LadderRung } from './fallback.ts';
import { LlmFailure, type LadderItem, type Prices } from './llm.ts';
import { collect, drain, exampleScene } from './llm-suite.ts';
import { createScriptedLlm, saying, type Script, type ScriptedLlm } from './scripted-llm.ts';

const FREE: Prices = { input: null, cachedInput: null, output: null };
const PAID: Prices = { input: 2, cachedInput: 0.5, output: 8 };
const fails = (reason: LlmFailure['reason']): Script => [{ fail: new LlmFailure(reason, 'scripted', true) }];

function ladderOf(
  minds: Record<string, ScriptedLlm>,
  more: { prices?: Record<string, Prices>; capReached?: () => boolean } = {},
) {
  const rungs = Object.entries(minds).map(([key, llm]): LadderRung => ({
    llm,
    prices: more.prices?.[key] ?? FREE,
    last: key === 'bank',
  }));
  const ladder = createLadder({
    rungs: () => rungs,
    assemble: () => ({ messages: [{ role: 'user', content: 'x' }], tokens: 10 }),
    capReached: more.capReached ?? (() => false),
  });
  const ask = (signal = new AbortController().signal) =>
    ladder.answer({ scene: exampleScene(), maxTokens: 50, temperature: 0.7, signal });
  return { ladder, ask };
}

function mind(rung: ScriptedLlm['rung'], ...scripts: Script[]): ScriptedLlm {
  return createScriptedLlm({ scripts, rung, model: `model of ${rung}` });
}

async function answering(
  stream: AsyncIterable<LadderItem>,
): Promise<{ who: string; why: string | null; text: string }> {
  const items = await collect(stream);
  const [first] = items.filter((item) => item.kind === 'answering');
  expect(items.filter((item) => item.kind === 'answering')).toHaveLength(1);
  return {
    who: first?.rung ?? '',
    why: first?.fellBackBecause ?? null,
    text: items.map((item) => (item.kind === 'text' ? item.text : '')).join(''),
  };
}

describe('the ladder', () => {
  test('the first rung answers when it can, and nobody else is asked', async () => {
    const bank = mind('reply-bank', saying('うん'));
    const { ask } = ladderOf(
      { a: mind('primary', [{ progress: 0.5 }, ...saying('おかえり', { size: 2 })]), bank },
      { prices: { a: PAID } },
    );
    const items = await collect(ask());
    expect(items.map(({ kind }) => kind)).toEqual(['progress', 'answering', 'text', 'text', 'usage']);
    expect(items[1]).toMatchObject({
      rung: 'primary',
      model: 'model of primary',
      fellBackBecause: null,
      promptTokens: 10,
    });
    expect(items.at(-1)).toMatchObject({ kind: 'usage', costMicroUsd: 232 });
    expect(bank.requests).toHaveLength(0);
  });

  test('a failure before the text goes one rung down, and the first reason is told', async () => {
    const { ask } = ladderOf({
      a: mind('primary', fails('unauthorized')),
      b: mind('secondary', fails('timeout')),
      bank: mind('reply-bank', saying('うん')),
    });
    expect(await answering(ask())).toEqual({ who: 'reply-bank', why: 'unauthorized', text: 'うん' });
  });

  test("a failure amid the text ends the reply: no other mind's words follow", async () => {
    const bank = mind('reply-bank', saying('うん'));
    const { ask } = ladderOf({
      a: mind('primary', [{ text: 'あのね' }, { fail: new LlmFailure('network', 'cut', true) }]),
      bank,
    });
    const { texts, error } = await drain(ask());
    expect(texts).toEqual(['あのね']);
    expect(error).toMatchObject({ reason: 'network' });
    expect(bank.requests).toHaveLength(0);
  });

  test('a mind that says nothing, or breaks, is a mind that failed', async () => {
    const broken = mind('secondary', () => {
      throw new TypeError('bug');
    });
    const { ask } = ladderOf({ a: mind('primary', []), b: broken, bank: mind('reply-bank', saying('うん')) });
    expect(await answering(ask())).toEqual({ who: 'reply-bank', why: 'bad_answer', text: 'うん' });
  });

  test('when nobody can answer, the first failure is thrown', async () => {
    const { ask } = ladderOf({ a: mind('primary', fails('refused')), b: mind('secondary', fails('timeout')) });
    expect((await drain(ask())).error).toMatchObject({ reason: 'refused' });
    expect((await drain(ladderOf({}).ask())).error).toMatchObject({ reason: 'no_model' });
  });

  test('a stop is a stop: no other rung is asked', async () => {
    const bank = mind('reply-bank', saying('うん'));
    const { ask } = ladderOf({ a: mind('primary', [{ hang: true }]), bank });
    const stop = new AbortController();
    const ended = drain(ask(stop.signal));
    setImmediate(() => stop.abort());
    expect(isAbortError((await ended).error)).toBe(true);
    expect(bank.requests).toHaveLength(0);
  });

  test('closing stops what is being said', async () => {
    const { ladder, ask } = ladderOf({ a: mind('primary', [{ text: 'あ' }, { hang: true }]) });
    const ended = drain(ask());
    setImmediate(() => void ladder.close());
    expect(await ended).toMatchObject({ texts: ['あ'] });
    expect(isAbortError((await ended).error)).toBe(true);
    expect(isAbortError((await drain(ask())).error)).toBe(true);
  });

  test('a reached cap skips what costs, not what is free', async () => {
    let capped = false;
    const paid = mind('primary', saying('高い'));
    const { ask } = ladderOf(
      { a: paid, b: mind('on-device', saying('ただ')), bank: mind('reply-bank', saying('うん')) },
      { prices: { a: PAID }, capReached: () => capped },
    );
    expect(await answering(ask())).toMatchObject({ who: 'primary', why: null });
    capped = true;
    expect(await answering(ask())).toEqual({ who: 'on-device', why: 'cap_reached', text: 'ただ' });
    expect(paid.requests).toHaveLength(1);
  });
});

describe('the circuit of a rung', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const forward = (ms: number) => vi.setSystemTime(Date.now() + ms);

  test('three failures in a row, and it is left alone; after a while one probe is let through', async () => {
    const a = mind('primary', fails('server_error'));
    const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
    for (const why of ['server_error', 'server_error', 'server_error', 'circuit_open', 'circuit_open']) {
      expect((await answering(ask())).why).toBe(why);
    }
    expect(a.requests).toHaveLength(3);
    forward(20_000);
    a.next(saying('戻った'));
    expect(await answering(ask())).toEqual({ who: 'primary', why: null, text: '戻った' });
    a.next(saying('もう大丈夫'));
    expect((await answering(ask())).who).toBe('primary');
  });

  test('a success in between forgives what was before', async () => {
    const a = mind(
      'primary',
      fails('server_error'),
      fails('network'),
      saying('a'),
      fails('network'),
      fails('network'),
      saying('b'),
    );
    const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
    for (const _time of [1, 2, 3, 4, 5]) await collect(ask());
    expect((await answering(ask())).text).toBe('b');
  });

  test.each(['timeout', 'unauthorized', 'rate_limited'] as const)(
    '%s opens it at once: nobody waits twice for it',
    async (reason) => {
      const a = mind('primary', fails(reason));
      const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
      expect((await answering(ask())).why).toBe(reason);
      expect((await answering(ask())).why).toBe('circuit_open');
      expect(a.requests).toHaveLength(1);
    },
  );

  test('a failed probe opens it for longer', async () => {
    const a = mind('primary', fails('timeout'));
    const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
    const asked = async (): Promise<number> => {
      await collect(ask());
      return a.requests.length;
    };
    expect(await asked()).toBe(1);
    let pauseMs = 0;
    let before = 1;
    const pauses: number[] = [];
    while (pauses.length < 4) {
      forward(5000);
      pauseMs += 5000;
      if ((await asked()) > before) {
        before += 1;
        pauses.push(pauseMs);
        pauseMs = 0;
      }
    }
    expect(Math.max(...pauses)).toBeGreaterThan(pauses[0] ?? 0);
  });

  test('while one request probes, another does not wait for it', async () => {
    const a = mind('primary', fails('timeout'));
    const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
    await collect(ask());
    forward(20_000);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    a.next([{ until: gate }, ...saying('はい')]);
    const probing = answering(ask());
    await new Promise((resolve) => setImmediate(resolve));
    expect(await answering(ask())).toMatchObject({ who: 'reply-bank', why: 'circuit_open' });
    open();
    expect((await probing).who).toBe('primary');
  });

  test('a probe that the person stopped has proved nothing', async () => {
    const a = mind('primary', fails('timeout'));
    const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
    await collect(ask());
    forward(20_000);
    a.next([{ hang: true }]);
    const stop = new AbortController();
    const ended = drain(ask(stop.signal));
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    await ended;
    expect((await answering(ask())).why).toBe('circuit_open');
  });

  test('stopping does not count as a failure, nor leaving the loop', async () => {
    const a = mind('primary', [{ text: 'あ' }, { hang: true }]);
    const { ask } = ladderOf({ a, bank: mind('reply-bank', saying('うん')) });
    for (const _time of [1, 2, 3, 4]) for await (const item of ask()) if (item.kind === 'text') break;
    expect(a.requests).toHaveLength(4);
  });
});

test.each([
  [PAID, { promptTokens: 1000, cachedTokens: 0, completionTokens: 100 }, 2800],
  [PAID, { promptTokens: 1000, cachedTokens: 800, completionTokens: 100 }, 1600],
  [{ input: 0.1, cachedInput: null, output: 0.2 }, { promptTokens: 10, cachedTokens: 5, completionTokens: 10 }, 3],
  [{ input: 0.15, cachedInput: null, output: 0 }, { promptTokens: 1, cachedTokens: 0, completionTokens: 0 }, 1],
  [FREE, { promptTokens: 1000, cachedTokens: 0, completionTokens: 100 }, null],
])('what %j asks for %j', (prices, counts, cost) => {
  expect(costMicroUsd(prices, counts)).toBe(cost);
});
