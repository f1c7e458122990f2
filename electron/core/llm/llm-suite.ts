import { describe, expect, test } from 'vitest';
import type { Character } from '#shared/characters/contract.ts';
import type { CharacterId } from '#shared/entities.ts';
import { PROVIDER_FAILURES } from '#shared/settings/contract.ts';
import { isAbortError } from './abort.ts';
import { LlmFailure, type Llm, type LlmChunk, type LlmRequest, type Scene } from './llm.ts';

/** How the suite makes minds of one implementation. It closes each that it opens. */
export interface LlmSubject {
  /** A mind that can answer any scene, again and again, with a few words or more. */
  open(): Promise<Llm>;
  /** A mind that says a first text and then takes long (a second or more). Absent: it always answers at once and whole. */
  openSlow?(): Promise<Llm>;
  /** A mind that cannot answer, and the reason it gives. Absent: it always can. */
  openBroken?(): Promise<{ readonly llm: Llm; readonly reason: string }>;
  /** Whether it tells how many tokens it used. */
  readonly tellsUsage: boolean;
  /** Milliseconds within which an abort must have ended the stream. */
  readonly abortWithinMs?: number;
}

/** What every mind promises. Each implementation calls this from its own test file. */
export function llmSuite(name: string, subject: LlmSubject): void {
  // A model of its own process takes seconds to start on a busy machine.
  describe(`${name}: what every mind promises`, { timeout: 60_000 }, () => {
    const using = async (open: () => Promise<Llm>, work: (llm: Llm) => Promise<void>): Promise<void> => {
      const llm = await open();
      try {
        await work(llm);
      } finally {
        await llm.close();
      }
    };

    test('L1 a reply streams in texts that are never empty', () =>
      using(subject.open, async (llm) => {
        expect(llm.model).not.toBe('');
        const chunks = await collect(llm.stream(exampleRequest()));
        const texts = chunks.filter((chunk) => chunk.kind === 'text').map((chunk) => chunk.text);
        expect(texts.length).toBeGreaterThan(0);
        expect(texts).not.toContain('');
        expect(texts.join('').trim()).not.toBe('');
      }));

    test('L2 progress is a rising ratio and comes before the first text', () =>
      using(subject.open, async (llm) => {
        const chunks = await collect(llm.stream(exampleRequest()));
        const firstText = chunks.findIndex((chunk) => chunk.kind === 'text');
        let last = 0;
        chunks.forEach((chunk, index) => {
          if (chunk.kind !== 'progress') return;
          expect(index).toBeLessThan(firstText);
          expect(chunk.ratio).toBeGreaterThanOrEqual(last);
          expect(chunk.ratio).toBeLessThanOrEqual(1);
          last = chunk.ratio;
        });
      }));

    test('L3 tokens are told at most once, as whole numbers that make sense', () =>
      using(subject.open, async (llm) => {
        const usages = (await collect(llm.stream(exampleRequest()))).filter((chunk) => chunk.kind === 'usage');
        expect(usages).toHaveLength(subject.tellsUsage ? 1 : 0);
        for (const usage of usages) {
          for (const count of [usage.promptTokens, usage.cachedTokens, usage.completionTokens]) {
            expect(Number.isInteger(count) && count >= 0).toBe(true);
          }
          expect(usage.cachedTokens).toBeLessThanOrEqual(usage.promptTokens);
        }
      }));

    test('L4 a signal that has fired already ends it before any text', () =>
      using(subject.open, async (llm) => {
        const { texts, error } = await drain(llm.stream(exampleRequest({ signal: AbortSignal.abort() })));
        expect(texts).toEqual([]);
        expect(isAbortError(error)).toBe(true);
      }));

    test('L5 leaving the loop early leaves the mind able to answer again', () =>
      using(subject.open, async (llm) => {
        for await (const chunk of llm.stream(exampleRequest())) if (chunk.kind === 'text') break;
        expect((await drain(llm.stream(exampleRequest()))).texts.join('')).not.toBe('');
      }));

    test('L6 two replies at once are both whole', () =>
      using(subject.open, async (llm) => {
        const both = await Promise.all([
          drain(llm.stream(exampleRequest())),
          drain(llm.stream(exampleRequest({ locale: 'en' }))),
        ]);
        for (const { texts, error } of both) {
          expect(error).toBeNull();
          expect(texts.join('')).not.toBe('');
        }
      }));

    test('L7 closing twice is closing once, and a closed mind says nothing', async () => {
      const llm = await subject.open();
      await llm.close();
      await llm.close();
      const { texts, error } = await drain(llm.stream(exampleRequest()));
      expect(texts).toEqual([]);
      expect(isAbortError(error)).toBe(true);
    });

    const { openSlow, openBroken } = subject;
    if (openSlow !== undefined) {
      test('L8 an abort amid the text ends the stream at once, and once', () =>
        using(openSlow, async (llm) => {
          const stop = new AbortController();
          const iterator = llm.stream(exampleRequest({ signal: stop.signal, maxTokens: 4000 }))[Symbol.asyncIterator]();
          expect((await firstText(iterator)).text).not.toBe('');
          const pending = iterator.next();
          const startedAt = performance.now();
          stop.abort();
          // A chunk that was already on its way may still arrive.
          const error = await pending.then(
            () => untilError(iterator),
            (reason: unknown) => reason,
          );
          expect(isAbortError(error)).toBe(true);
          expect(performance.now() - startedAt).toBeLessThan(subject.abortWithinMs ?? 500);
          expect(await iterator.next()).toEqual({ value: undefined, done: true });
        }));

      test('L9 after an abort it can answer again', () =>
        using(openSlow, async (llm) => {
          const stop = new AbortController();
          const iterator = llm.stream(exampleRequest({ signal: stop.signal, maxTokens: 4000 }))[Symbol.asyncIterator]();
          await firstText(iterator);
          stop.abort();
          await untilError(iterator);
          const again = llm.stream(exampleRequest({ maxTokens: 4000 }))[Symbol.asyncIterator]();
          expect((await firstText(again)).text).not.toBe('');
          await again.return?.();
        }));

      test('L10 closing ends what is streaming with an AbortError', async () => {
        const llm = await openSlow();
        const iterator = llm.stream(exampleRequest({ maxTokens: 4000 }))[Symbol.asyncIterator]();
        await firstText(iterator);
        const ended = untilError(iterator);
        await llm.close();
        expect(isAbortError(await ended)).toBe(true);
      });
    }

    if (openBroken !== undefined) {
      test('L11 what it cannot do is an LlmFailure with its reason, again and again', async () => {
        const { llm, reason } = await openBroken();
        try {
          for (const _attempt of [1, 2]) {
            const { texts, error } = await drain(llm.stream(exampleRequest()));
            expect(texts).toEqual([]);
            expect(error).toBeInstanceOf(LlmFailure);
            if (!(error instanceof LlmFailure)) return;
            expect(error.reason).toBe(reason);
            expect(PROVIDER_FAILURES).toContain(error.reason);
            expect(error.detail).not.toBe('');
          }
        } finally {
          await llm.close();
        }
      });
    }
  });
}

/** A plain scene of an evening; fields given take the place of its own. */
export function exampleScene(changes: Partial<Scene> = {}): Scene {
  return {
    character: exampleCharacter(),
    personName: 'ゆう',
    locale: 'ja',
    friendMode: false,
    nowMs: Date.UTC(2026, 10, 22, 13, 10),
    utcOffsetMinutes: 540,
    turns: [
      {
        author: 'person',
        text: '今日は仕事でへとへと…',
        expression: null,
        atMs: Date.UTC(2026, 10, 22, 13, 9),
        attachments: [],
      },
    ],
    continuing: false,
    rejected: [],
    ...changes,
  };
}

export function exampleCharacter(changes: Partial<Character> = {}): Character {
  return {
    id: '0192d7a0-0000-7000-8000-000000000001' as CharacterId,
    builtIn: null,
    name: '灯里',
    nickname: 'あかり',
    gender: 'girlfriend',
    age: 24,
    occupation: '古本屋の店主',
    hobbies: ['散歩', '古い絵本集め'],
    backstory: '窓に小さなランタンを灯した古本屋を、ひとりで営んでいる。',
    traits: { kindness: 80, humour: 60, seriousness: 45, activeness: 50, empathy: 85 },
    speech: { register: 'casual', firstPerson: 'わたし', endings: ['だね', 'かな'], notes: '' },
    greetings: ['おかえり。'],
    starters: [],
    tagline: '',
    avatar: 'akari',
    relationshipLevel: 3,
    createdAtMs: 0,
    ...changes,
  };
}

export interface ExampleRequest {
  readonly locale?: Scene['locale'];
  readonly signal?: AbortSignal;
  readonly maxTokens?: number;
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  readonly text?: string;
}

export function exampleRequest(changes: ExampleRequest = {}): LlmRequest {
  const text = changes.text ?? (changes.locale === 'en' ? 'Work wore me out today…' : '今日は仕事でへとへと…');
  const scene = exampleScene({ locale: changes.locale ?? 'ja' });
  const last = scene.turns.at(-1);
  return {
    scene: { ...scene, turns: last === undefined ? [] : [{ ...last, text }] },
    messages: [
      { role: 'system', content: 'You are 灯里, a gentle companion. Answer in one or two sentences.' },
      { role: 'user', content: text },
    ],
    maxTokens: changes.maxTokens ?? 64,
    temperature: 0.7,
    ...(changes.jsonSchema === undefined ? {} : { jsonSchema: changes.jsonSchema }),
    signal: changes.signal ?? new AbortController().signal,
  };
}

/** Everything a stream yields. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** The texts of a stream and the error it ended with, if it did. */
export async function drain(
  stream: AsyncIterable<{ readonly kind: string; readonly text?: string }>,
): Promise<{ texts: string[]; error: unknown }> {
  const texts: string[] = [];
  try {
    for await (const chunk of stream) if (chunk.kind === 'text') texts.push(chunk.text ?? '');
    return { texts, error: null };
  } catch (error) {
    return { texts, error };
  }
}

async function firstText(iterator: AsyncIterator<LlmChunk>): Promise<Extract<LlmChunk, { kind: 'text' }>> {
  for (;;) {
    const { value, done } = await iterator.next();
    if (done === true) throw new Error('the stream ended without a text');
    if (value.kind === 'text') return value;
  }
}

/** The error a stream ends with; null when it ends well. */
async function untilError(iterator: AsyncIterator<LlmChunk>): Promise<unknown> {
  try {
    for (;;) {
      const { done } = await iterator.next();
      if (done === true) return null;
    }
  } catch (error) {
    return error;
  }
}
