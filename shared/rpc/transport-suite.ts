import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createClient } from './client.ts';
import type { Client, EventSource, Handlers } from './contract.ts';
import { command, event, query } from './contract.ts';
import { AppError } from './errors.ts';
import { MAX_FRAME_SIZE } from './frame.ts';
import { serve } from './serve.ts';
import type { ServeOptions, Served } from './serve.ts';
import type { Frame, Transport } from './transport.ts';

/** Two connected ends of a transport under test, and what its users cannot do. */
export interface TransportRig {
  readonly core: Transport;
  readonly page: Transport;
  /** Sends a value to the core past the page's transport, as a hostile page would. It is one that JSON can write. */
  sendRaw(value: unknown): void;
  /** Makes the page stop reading until the returned function is called. */
  stallPage(): () => void;
  /** Frees what the rig holds; the ends may be closed already. */
  dispose(): Promise<void>;
}

const text = z.strictObject({ text: z.string() });
const suiteContract = {
  talk: {
    echo: query([], z.strictObject({ text: z.string(), extra: z.string().optional() }), text),
    /** Answers when `release` has been called with the same key. */
    wait: command(z.strictObject({ key: z.string() }), text),
    fail: command(
      z.strictObject({ how: z.enum(['app', 'error', 'text', 'async', 'date', 'cycle', 'giant']) }),
      z.unknown(),
    ),
    onTold: event(text),
    onDelta: event(z.strictObject({ at: z.number(), text: z.string() })),
  },
};
type SuiteContract = typeof suiteContract;

const SECRET = 'what she wrote in her diary';
const TEN_MEGABYTES = 10 * 1024 * 1024;

/** The promise of every transport, alone and under `serve` and `createClient`. */
export function transportSuite(name: string, openRig: () => Promise<TransportRig>): void {
  describe(`${name}: the promise of a transport`, { timeout: 30_000 }, () => {
    let opened: TransportRig[] = [];
    const open = async (): Promise<TransportRig> => {
      const rig = await openRig();
      opened.push(rig);
      return rig;
    };
    afterEach(async () => {
      const rigs = opened;
      opened = [];
      for (const rig of rigs) await rig.dispose();
    });

    test('frames arrive in order, each once, both ways', async () => {
      const { core, page } = await open();
      const frames = Array.from({ length: 500 }, (_, index) => told(String(index)));
      const atPage = collect(page, 500);
      const atCore = collect(core, 500);
      for (const frame of frames) {
        core.send(frame);
        page.send(frame);
      }
      expect(await atPage).toEqual(frames);
      expect(await atCore).toEqual(frames);
    });

    test('frames that come before anyone listens are kept for the first listener', async () => {
      const { core, page } = await open();
      page.send(told('early'));
      page.send(told('later'));
      const probe = collect(page, 1);
      core.send(told('the page has been reached, so the core may have been'));
      await probe;
      expect(await collect(core, 2)).toEqual([told('early'), told('later')]);
    });

    test('a sender that waits for drained() stops while the other side does not read, and loses nothing', async () => {
      const { core, page, stallPage } = await open();
      const frames = 400;
      const chunk = 'あ'.repeat(40_000);
      const received = collect(page, frames);
      const resume = stallPage();
      let sent = 0;
      const sending = (async () => {
        for (; sent < frames; sent += 1) {
          core.send(told(`${sent} ${chunk}`));
          await core.drained();
        }
      })();
      await standstill(() => sent);
      expect(sent).toBeLessThan(frames);
      resume();
      await sending;
      const order = (await received).map((frame) => (frame.type === 'event' ? parseTold(frame).split(' ')[0] : ''));
      expect(order).toEqual(Array.from({ length: frames }, (_, index) => String(index)));
    });

    test('ten megabytes cross, both ways', async () => {
      const { core, page } = await open();
      const { client } = start(core, page);
      const big = 'x'.repeat(TEN_MEGABYTES);
      const answer = await client.talk.echo({ text: big });
      expect(answer.text.length).toBe(TEN_MEGABYTES);
      expect(answer.text === big).toBe(true);
    });

    test('text of every kind arrives as it was sent', async () => {
      const { core, page } = await open();
      const { client } = start(core, page);
      const samples = [
        '\ud800 alone',
        'low \udc00',
        'مرحبا \u202e RTL',
        'Z̷̢a̵l̶g̸o̴',
        '\0\u0001\u2028\ufeff',
        '👩‍👩‍👧 灯',
        '{"type":"ok"}',
        '__proto__',
      ];
      for (const sample of samples) expect((await client.talk.echo({ text: sample })).text).toBe(sample);
    });

    test('what is sent is a copy: changing it afterwards changes nothing', async () => {
      const { core, page } = await open();
      const payload = { text: 'before', list: [1, 2] };
      const received = collect(page, 2);
      core.send({ type: 'event', name: 'talk.onTold', payload });
      core.send({ type: 'event', name: 'talk.onTold', payload });
      payload.text = 'after';
      payload.list.push(3);
      const [first, second] = await received;
      expect(first).toEqual({ type: 'event', name: 'talk.onTold', payload: { text: 'before', list: [1, 2] } });
      expect(first).toEqual(second);
    });

    test('hostile frames are dropped and counted, and the connection lives on', async () => {
      const rig = await open();
      const heard = vi.fn<(frame: Frame) => void>();
      rig.core.onFrame(heard);
      for (const hostile of hostileValues()) rig.sendRaw(hostile);
      const probe = collect(rig.core, 1);
      rig.page.send(told('still here'));
      await probe;
      expect(heard).toHaveBeenCalledExactlyOnceWith(told('still here'));
      expect(rig.core.droppedFrames).toBe(hostileValues().length);
      expect(Object.getPrototypeOf({})).not.toHaveProperty('polluted');
    });

    test('a giant frame never arrives, and the sender is told', async () => {
      const rig = await open();
      const heard = vi.fn<(frame: Frame) => void>();
      rig.core.onFrame(heard);
      const giant = told('x'.repeat(MAX_FRAME_SIZE + 1));
      expect(() => rig.page.send(giant)).toThrow(
        expect.objectContaining({ code: 'invalid', reason: 'frame_too_large' }),
      );
      const gone = new Promise<void>((resolve) => rig.core.onClose(resolve));
      rig.sendRaw(giant);
      const probe = collect(rig.core, 1);
      rig.page.send(told('after the giant'));
      await Promise.race([gone, probe]);
      expect(
        heard.mock.calls.every(([frame]) => frame.type === 'event' && parseTold(frame) === 'after the giant'),
      ).toBe(true);
    });

    test('closing is told once to both sides, late listeners included, and what was sent before arrives', async () => {
      const { core, page } = await open();
      const last = collect(page, 1);
      const atCore = vi.fn<() => void>();
      const atPage = vi.fn<() => void>();
      core.onClose(atCore);
      const closed = new Promise<void>((resolve) => page.onClose(resolve));
      page.onClose(atPage);
      core.send(told('goodbye'));
      core.close();
      core.close();
      expect(await last).toEqual([told('goodbye')]);
      await closed;
      await new Promise<void>((resolve) => page.onClose(resolve));
      await new Promise<void>((resolve) => core.onClose(resolve));
      page.close();
      expect(atCore).toHaveBeenCalledOnce();
      expect(atPage).toHaveBeenCalledOnce();
    });

    test('after closing, sending does nothing, nothing is heard and drained() resolves', async () => {
      const { core, page } = await open();
      const heard = vi.fn<(frame: Frame) => void>();
      page.onFrame(heard);
      const closed = new Promise<void>((resolve) => core.onClose(resolve));
      page.close();
      core.send(told('into the dark'));
      await closed;
      core.send(told('into the dark'));
      page.send(told('into the dark'));
      await Promise.all([core.drained(), page.drained()]);
      expect(heard).not.toHaveBeenCalled();
    });

    test('calls run concurrently and are answered as they complete', async () => {
      const { core, page } = await open();
      const { client, release } = start(core, page);
      const order: string[] = [];
      const slow = client.talk.wait({ key: 'slow' }).then((answer) => order.push(answer.text));
      const quick = client.talk.wait({ key: 'quick' }).then((answer) => order.push(answer.text));
      expect((await client.talk.echo({ text: 'at once' })).text).toBe('at once');
      await release('quick');
      await quick;
      await release('slow');
      await slow;
      expect(order).toEqual(['quick', 'slow']);
    });

    test.each(['core', 'page'] as const)(
      'closing by the %s rejects what is pending and every call after it',
      async (side) => {
        const rig = await open();
        const { client } = start(rig.core, rig.page);
        const pending = client.talk.wait({ key: 'never' });
        await client.talk.echo({ text: 'the other call has arrived' });
        rig[side].close();
        const closed = expect.objectContaining({ code: 'unavailable', reason: 'connection_closed' });
        await expect(pending).rejects.toEqual(closed);
        await expect(client.talk.echo({ text: 'too late' })).rejects.toEqual(closed);
      },
    );

    test('events reach subscribers in order until they unsubscribe or the connection closes', async () => {
      const { core, page } = await open();
      const { client, emit } = start(core, page);
      const heard: string[] = [];
      const off = client.talk.onTold((payload) => heard.push(payload.text));
      emit('onTold', { text: 'one' });
      emit('onTold', { text: 'two' });
      await client.talk.echo({ text: 'probe' });
      off();
      emit('onTold', { text: 'three' });
      await client.talk.echo({ text: 'probe' });
      expect(heard).toEqual(['one', 'two']);
      client.talk.onTold((payload) => heard.push(payload.text));
      const closed = new Promise<void>((resolve) => page.onClose(resolve));
      core.close();
      emit('onTold', { text: 'after close' });
      await closed;
      expect(heard).toEqual(['one', 'two']);
    });

    test('text for a slow page is folded together, never lost or reordered', async () => {
      const rig = await open();
      const { client, emit } = start(rig.core, rig.page);
      const deltas: { at: number; text: string }[] = [];
      client.talk.onDelta((delta) => deltas.push(delta));
      const resume = rig.stallPage();
      const piece = '今日も一日おつかれさま。'.repeat(40);
      const pieces = 20_000;
      for (let index = 0; index < pieces; index += 1) {
        emit('onDelta', { at: index * piece.length, text: piece });
        if (index % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      resume();
      await vi.waitFor(
        () => expect(deltas.reduce((sum, delta) => sum + delta.text.length, 0)).toBe(pieces * piece.length),
        20_000,
      );
      let at = 0;
      for (const delta of deltas) {
        expect(delta.at).toBe(at);
        at += delta.text.length;
      }
      expect(deltas.map((delta) => delta.text).join('') === piece.repeat(pieces)).toBe(true);
      expect(deltas.length).toBeLessThan(pieces / 2);
    });

    test('an AppError crosses with its code and reason', async () => {
      const { core, page } = await open();
      const { client, internalErrors } = start(core, page);
      await expect(client.talk.fail({ how: 'app' })).rejects.toEqual(
        expect.objectContaining({
          name: 'AppError',
          code: 'conflict',
          reason: 'already_there',
          message: 'for developers',
        }),
      );
      expect(internalErrors).toEqual([]);
    });

    test.each(['error', 'text', 'async', 'date', 'cycle'] as const)(
      'any other failure (%s) crosses as internal, with nothing of itself',
      async (how) => {
        const rig = await open();
        const { client, internalErrors } = start(rig.core, rig.page);
        const frames: Frame[] = [];
        rig.page.onFrame((frame) => frames.push(frame));
        await expect(client.talk.fail({ how })).rejects.toEqual(
          expect.objectContaining({ code: 'internal', reason: 'internal' }),
        );
        expect(JSON.stringify(frames)).not.toContain(SECRET);
        expect(internalErrors.map(({ call }) => call)).toEqual(['talk.fail']);
        expect((await client.talk.echo({ text: 'alive' })).text).toBe('alive');
      },
    );

    test('an answer too large to cross becomes an error, not silence', async () => {
      const { core, page } = await open();
      const { client, internalErrors } = start(core, page);
      await expect(client.talk.fail({ how: 'giant' })).rejects.toEqual(
        expect.objectContaining({ code: 'internal', reason: 'answer_too_large' }),
      );
      expect(internalErrors).toHaveLength(1);
    });

    test('input that does not fit its schema never reaches the handler, and its text is not repeated', async () => {
      const rig = await open();
      const { client } = start(rig.core, rig.page);
      const answers = collect(rig.page, 1);
      rig.sendRaw({ type: 'request', id: 900, name: 'talk.echo', input: { text: 5, [SECRET]: SECRET } });
      const [answer] = await answers;
      expect(answer).toMatchObject({ type: 'error', id: 900, code: 'invalid', reason: 'invalid_input' });
      expect(JSON.stringify(answer)).not.toContain(SECRET);
      expect((await client.talk.echo({ text: 'alive' })).text).toBe('alive');
    });

    test('a name outside the contract is answered not_found; stray frames and ids in use are counted and ignored', async () => {
      const rig = await open();
      const { client, served, release } = start(rig.core, rig.page);
      const answers = collect(rig.page, 2);
      rig.sendRaw({ type: 'request', id: 901, name: 'talk.onTold', input: {} });
      rig.sendRaw({ type: 'request', id: 902, name: 'constructor.constructor', input: {} });
      for (const answer of await answers)
        expect(answer).toMatchObject({ type: 'error', code: 'not_found', reason: 'unknown_call' });
      rig.sendRaw({ type: 'ok', id: 1, output: {} });
      rig.sendRaw({ type: 'event', name: 'talk.onTold', payload: {} });
      rig.sendRaw({ type: 'request', id: 903, name: 'talk.wait', input: { key: 'k' } });
      rig.sendRaw({ type: 'request', id: 903, name: 'talk.wait', input: { key: 'k' } });
      await client.talk.echo({ text: 'probe' });
      expect(served.strayFrames).toBe(5);
      const once = collect(rig.page, 1);
      await release('k');
      expect(await once).toEqual([{ type: 'ok', id: 903, output: { text: 'k' } }]);
    });
  });
}

interface Started {
  readonly client: Client<SuiteContract>;
  readonly served: Served;
  emit(name: 'onTold', payload: { text: string }): void;
  emit(name: 'onDelta', payload: { at: number; text: string }): void;
  /** Lets `talk.wait` answer; resolves once it has been asked. */
  release(key: string): Promise<void>;
  readonly internalErrors: { error: unknown; call: string }[];
}

function start(core: Transport, page: Transport): Started {
  const releases = new Map<string, () => void>();
  const listeners = new Set<Parameters<EventSource['subscribe']>[0]>();
  const internalErrors: { error: unknown; call: string }[] = [];
  const handlers: Handlers<SuiteContract> = {
    talk: {
      echo: (input) => ({ text: input.text }),
      wait: ({ key }) => new Promise((resolve) => releases.set(key, () => resolve({ text: key }))),
      fail: ({ how }) => fail(how),
    },
  };
  const events: EventSource = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const options: ServeOptions<SuiteContract> = {
    onInternalError: (error, call) => internalErrors.push({ error, call }),
    validateOutput: true,
    merges: {
      talk: {
        onDelta: (earlier, later) =>
          earlier.at + earlier.text.length === later.at && earlier.text.length < 100_000
            ? { at: earlier.at, text: earlier.text + later.text }
            : null,
      },
    },
  };
  const served = serve(suiteContract, handlers, events, core, options);
  return {
    client: createClient(suiteContract, page),
    served,
    internalErrors,
    emit(name: string, payload: unknown) {
      for (const listener of listeners) listener('talk', name, payload);
    },
    async release(key) {
      await vi.waitFor(() => expect(releases.has(key)).toBe(true), 10_000);
      releases.get(key)?.();
    },
  };
}

function fail(how: 'app' | 'error' | 'text' | 'async' | 'date' | 'cycle' | 'giant'): unknown {
  switch (how) {
    case 'app':
      throw new AppError('conflict', 'already_there', 'for developers');
    case 'error':
      throw new Error(SECRET);
    case 'text':
      // Other people's code throws what it likes.
      return Promise.reject(SECRET);
    case 'async':
      return Promise.reject(new TypeError(SECRET));
    case 'date':
      return { at: new Date(0), text: SECRET };
    case 'giant':
      return 'x'.repeat(MAX_FRAME_SIZE + 1);
    case 'cycle': {
      const cycle: Record<string, unknown> = { text: SECRET };
      cycle['itself'] = cycle;
      return cycle;
    }
  }
}

function hostileValues(): unknown[] {
  let deep: unknown = 'x';
  for (let depth = 0; depth < 200; depth += 1) deep = [deep];
  return [
    null,
    true,
    7,
    'request',
    [],
    [told('in a list')],
    {},
    { type: 'query', id: 1, name: 'talk.echo', input: {} },
    { type: 1 },
    { type: 'request', id: '1', name: 'talk.echo', input: {} },
    { type: 'request', id: -1, name: 'talk.echo', input: {} },
    { type: 'request', id: 1.5, name: 'talk.echo', input: {} },
    { type: 'request', id: 2 ** 60, name: 'talk.echo', input: {} },
    { type: 'request', id: 1, name: 'talk', input: {} },
    { type: 'request', id: 1, name: 'talk.echo.more', input: {} },
    { type: 'request', id: 1, name: '__proto__.echo', input: {} },
    { type: 'request', id: 1, name: 'talk.__proto__', input: {} },
    { type: 'request', id: 1, name: `talk.${'x'.repeat(100)}`, input: {} },
    { type: 'request', id: 1, name: ['talk.echo'], input: {} },
    { type: 'request', id: 1, name: 'talk.echo', input: deep },
    JSON.parse('{"type":"request","id":1,"name":"talk.echo","input":{"text":"a","__proto__":{"polluted":true}}}'),
    JSON.parse('{"type":"request","id":1,"name":"talk.echo","input":{},"__proto__":{"polluted":true}}'),
    { type: 'ok' },
    { type: 'error', id: 1, code: 'nonsense', reason: 'r', message: 'm' },
    { type: 'error', id: 1, code: 'invalid', reason: 'r' },
    { type: 'error', id: 1, code: 'invalid', reason: 'r'.repeat(1000), message: 'm' },
    { type: 'event', name: 'hasOwnProperty', payload: {} },
    { type: 'event', payload: {} },
  ];
}

function told(words: string): Frame {
  return { type: 'event', name: 'talk.onTold', payload: { text: words } };
}

function parseTold(frame: Extract<Frame, { type: 'event' }>): string {
  return text.parse(frame.payload).text;
}

/** The next `count` frames an end hears. */
function collect(end: Transport, count: number): Promise<Frame[]> {
  return new Promise((resolve) => {
    const frames: Frame[] = [];
    const off = end.onFrame((frame) => {
      if (frames.length < count) frames.push(frame);
      if (frames.length < count) return;
      // `off` is not there yet when all frames had been waiting for a listener.
      void Promise.resolve().then(() => off());
      resolve(frames);
    });
  });
}

/** Resolves once a count has stopped growing: unchanged over ten looks, 20 ms apart. */
async function standstill(count: () => number): Promise<void> {
  for (let seen = count(), calm = 0; calm < 10; calm += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (count() !== seen) calm = 0;
    seen = count();
  }
}
