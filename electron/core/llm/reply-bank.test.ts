import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { REGISTERS } from '#shared/characters/contract.ts';
import { asksSomething } from '#shared/chat/reply-bank/bank.ts';
import { chooseReply } from '#shared/chat/reply-bank/choose.ts';
import { detect, speaksOfCrisis } from '#shared/chat/reply-bank/detect.ts';
import { MAX_THINKING_MS } from '#shared/chat/reply-bank/pace.ts';
import { SITUATIONS, type Situation } from '#shared/chat/reply-bank/situations.ts';
import { parseTags } from '#shared/chat/expression-tag.ts';
import { seededRandom } from '#shared/base/random.ts';
import { LlmFailure } from './llm.ts';
import { collect, drain, exampleRequest, exampleScene, llmSuite } from './llm-suite.ts';
import { createReplyBank, readSpeech } from './reply-bank.ts';
import {
  companionSays,
  LOCALES,
  openShelf,
  personSays,
  replyTo,
  RESOURCES,
  sceneOf,
  talkThrough,
  type Shelf,
} from './reply-bank-harness.ts';

const instantly = async (): Promise<void> => undefined;
const open = async () => createReplyBank({ resourcesDir: RESOURCES, random: seededRandom(7), delay: instantly });

llmSuite('reply-bank', {
  open,
  openSlow: async () => {
    let pieces = 0;
    return createReplyBank({
      resourcesDir: RESOURCES,
      random: seededRandom(7),
      // The first words come at once; the next never, until it is stopped.
      delay: (_ms, signal) =>
        (pieces += 1) % 2 === 1
          ? Promise.resolve()
          : new Promise((_resolve, reject) => {
              const stop = (): void => reject(new DOMException('stopped', 'AbortError'));
              if (signal.aborted) stop();
              else signal.addEventListener('abort', stop, { once: true });
            }),
    });
  },
  openBroken: async () => ({
    llm: createReplyBank({ resourcesDir: resolve(RESOURCES, 'nowhere'), random: Math.random }),
    reason: 'load_failed',
  }),
  tellsUsage: true,
});

let shelf: Shelf;
beforeAll(async () => {
  shelf = await openShelf();
});

describe('speaking', () => {
  test('the first words come within 1.2 s, the rest at the pace of reading, and the face with the first', async () => {
    const waits: number[] = [];
    const llm = createReplyBank({
      resourcesDir: RESOURCES,
      random: seededRandom(3),
      delay: async (ms) => void waits.push(ms),
    });
    const { texts } = await drain(llm.stream(exampleRequest()));
    expect(waits[0]).toBeGreaterThan(300);
    expect(waits[0]).toBeLessThanOrEqual(MAX_THINKING_MS);
    expect(Math.max(...waits.slice(1))).toBeLessThan(900);
    expect(texts.length).toBeGreaterThan(2);
    const { text, expressions } = parseTags(texts.join(''));
    expect(expressions).toMatchObject([{ at: 0 }]);
    expect(text).not.toMatch(/[<>{}]/);
  });

  test('it costs nothing', async () => {
    const chunks = await collect((await open()).stream(exampleRequest()));
    expect(chunks.at(-1)).toEqual({ kind: 'usage', promptTokens: 0, cachedTokens: 0, completionTokens: 0 });
  });

  test('it writes no JSON', async () => {
    const { error } = await drain((await open()).stream(exampleRequest({ jsonSchema: { type: 'object' } })));
    expect(error).toBeInstanceOf(LlmFailure);
  });

  test('its files are read in little time', async () => {
    const startedAt = performance.now();
    await openShelf();
    // Measured at 40 to 60 ms for one language on an idle machine; this is two, with room for a busy one.
    expect(performance.now() - startedAt).toBeLessThan(400);
  });

  test('a broken file is named', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reply-bank-'));
    try {
      await cp(join(RESOURCES, 'reply-bank'), join(folder, 'reply-bank'), { recursive: true });
      await writeFile(join(folder, 'reply-bank/ja/tired.json'), '{"emotion":"weary"}');
      await expect(readSpeech(folder, 'ja')).rejects.toThrow('reply-bank/ja/tired.json');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const SLOTS =
  /\{(?:user|char|I|topic|time|said|answer|matter|memory|when|told|quote|did|doing|job|hobby|age|past|clock|date|weekday|season)\}/g;

describe.each(LOCALES)('what is in the bank (%s)', (locale) => {
  test('six hundred lines and more, over sixty situations and more, in every register', () => {
    let lines = 0;
    for (const register of REGISTERS) {
      lines += shelf.banks[locale].all(register).length;
      for (const situation of SITUATIONS)
        expect(shelf.banks[locale].lines(situation, register, 'react').length).toBeGreaterThanOrEqual(4);
    }
    expect(lines).toBeGreaterThanOrEqual(600);
    expect(SITUATIONS.length).toBeGreaterThanOrEqual(60);
  });

  test('no line stands twice in a register', () => {
    for (const register of REGISTERS) {
      const texts = shelf.banks[locale].all(register).map((line) => line.text);
      expect(texts.filter((text, at) => texts.indexOf(text) !== at)).toEqual([]);
    }
  });

  test('slots are known ones', () => {
    for (const register of REGISTERS) {
      for (const line of shelf.banks[locale].all(register)) {
        expect(line.text.replaceAll(SLOTS, '')).not.toMatch(/[{}<>]/);
      }
    }
  });

  test('there are enough plain lines to listen with for longer than the memory', () => {
    for (const register of REGISTERS) {
      const plain = shelf.banks[locale]
        .lines('listening', register, 'react')
        .filter(
          (line) =>
            line.when === null &&
            line.traits.length === 0 &&
            !line.needsTopic &&
            line.minLevel === 1 &&
            !line.text.includes('{user}'),
        );
      expect(plain.length).toBeGreaterThan(20);
      const crisis =
        shelf.banks[locale].lines('crisis', register, 'react').length +
        shelf.banks[locale].lines('crisis', register, 'ask').length;
      expect(crisis).toBeGreaterThan(20);
    }
  });
});

describe.each(LOCALES)('understanding (%s)', (locale) => {
  const measure = async (half: 'first' | 'second') => {
    const path = resolve(import.meta.dirname, `reply-bank-fixtures/utterances-${locale}.json`);
    const utterances = JSON.parse(await readFile(path, 'utf8')) as Record<Situation, string[]>;
    const cases = Object.entries(utterances).flatMap(([situation, list]) => {
      const middle = Math.ceil(list.length / 2);
      return (half === 'first' ? list.slice(0, middle) : list.slice(middle)).map((text) => ({
        situation: situation as Situation,
        text,
      }));
    });
    const ranked = cases.map(({ situation, text }) => ({ situation, ranked: detect(shelf.cues, text, []).ranked }));
    const share = (top: number): number =>
      ranked.filter((one) => one.ranked.slice(0, top).includes(one.situation)).length / ranked.length;
    return { first: share(1), third: share(3), cases };
  };

  // Cues were written against the first half of the utterances; the floors hold on the other.
  test('most utterances are understood', async () => {
    const { first, third } = await measure('second');
    expect(first).toBeGreaterThanOrEqual(0.9);
    expect(third).toBeGreaterThanOrEqual(0.97);
  });

  test('no word of wanting to die is missed', async () => {
    for (const half of ['first', 'second'] as const) {
      const { cases } = await measure(half);
      const crises = cases.filter(({ situation }) => situation === 'crisis');
      expect(crises.filter(({ text }) => detect(shelf.cues, text, []).situation !== 'crisis')).toEqual([]);
      const others = cases.filter(({ situation }) => situation !== 'crisis');
      expect(others.filter(({ text }) => speaksOfCrisis(shelf.cues, text))).toEqual([]);
    }
  });
});

describe('what must not be taken for a crisis', () => {
  test.each([
    '死ぬほど眠い',
    '笑い死ぬかと思った',
    '笑いすぎて死ぬ',
    '恥ずかしくて死にたい',
    '暑くて死にそう',
    'この映画で主人公が自殺するシーンが重かった',
    '死んだように寝てた',
    'お腹すいて死ぬ',
    'ゲームで三回死んだ',
    '死語だよそれ',
    '必死に走った',
    '消えた靴下',
    'スマホの電源が切れて死んだ',
    'あの番組もう終わりだって',
    "I'm dying of laughter",
    'dead tired',
    'so embarrassing I could die',
    'I would die for that cake',
    'my phone died',
    'this traffic is killing me',
    'the film where the hero kills himself was heavy',
    'cutting onions again',
    'I killed it at karaoke',
    'my feet are killing me',
    'I died three times in that level',
  ])('%s', (text) => {
    expect(speaksOfCrisis(shelf.cues, text)).toBe(false);
  });
});

describe('what must be', () => {
  test.each([
    'もう死にたいです',
    'しにたい',
    '消えてしまいたい',
    '生きるのに疲れた',
    '生きている意味がわからない',
    'いなくなったほうがいいのかな、死んだほうがまし',
    'ねえ、死にたくなってきた',
    '仕事つらい。もう死のうかな',
    '楽に死ねる方法ってある?',
    '首を吊ろうと思ってる',
    '今夜、飛び降りようと思う',
    'I want to kill myself',
    'i wanna die',
    "don't want to be alive anymore",
    "what's the point of living",
    'im going to end my life',
    "I can't do this anymore, I want to die",
    'thinking about suicide a lot',
    'ｋｍｓ tbh i want to die',
    '今日は I want to die って感じ',
  ])('%s', (text) => {
    expect(speaksOfCrisis(shelf.cues, text)).toBe(true);
  });
});

describe('words of people, not of tests', () => {
  test.each<[string, Situation[]]>([
    ['今日は仕事でへとへと…', ['tired']],
    ['ただいま〜疲れた', ['tired', 'return_home']],
    ['上司と喧嘩してしまった。明日どんな顔して行けばいいんだろ', ['work_trouble']],
    ['楽しくなかった', ['disappointed', 'sad']],
    ['別に怒ってないよ', ['listening', 'disagree', 'short_ack']],
    ['全然眠くない', ['listening', 'cannot_sleep']],
    ['駅で財布を落とした', ['disappointed']],
    ['財布見つかった！親切な人が届けてくれてた', ['good_news', 'happy']],
    ['ｶﾚｰ食べた', ['food']],
    ['ﾂｶﾚﾀｰ', ['tired']],
    ['うれしいいいい！！', ['happy']],
    ['誰も私のことわかってくれない', ['sad', 'lonely']],
    ['しりとりしよう', ['request']],
    ['富士山の高さって何メートル？', ['unsure']],
    ['work completely wore me out today', ['tired']],
    ['so tireddddd', ['tired']],
    ["I'm not happy", ['sad', 'listening']],
    ["I'm not angry", ['listening']],
    ['spilled coffee all over my laptop', ['disappointed']],
    ['nobody understands me', ['sad', 'lonely']],
    ['how tall is mount fuji', ['unsure']],
    ["neighbours are so loud I can't sleep", ['cannot_sleep']],
    ['', ['short_ack', 'first_meeting']],
  ])('%s', (text, situations) => {
    expect(situations).toContain(detect(shelf.cues, text, []).situation);
  });

  test('sorrow is never answered with gladness', () => {
    for (const text of [
      'つらいのに笑ってるの自分でもウケるw',
      '涙が止まらない、はは',
      '祖父が亡くなった。最高の人だった',
      'lol I was crying all night',
      'my dog died haha great day',
    ]) {
      const locale = /[a-z]{3}/.test(text) ? 'en' : 'ja';
      for (const register of REGISTERS) {
        for (let seed = 0; seed < 10; seed += 1)
          expect(replyTo(shelf, text, { locale, register }, seededRandom(seed)).expression).not.toBe('happy');
      }
    }
  });
});

describe('context', () => {
  const after = (turns: Parameters<typeof detect>[2], text: string): Situation =>
    detect(shelf.cues, text, turns).situation;

  test('a short yes to a question of ours is an answer, and we listen', () => {
    expect(after([personSays('今日ちょっと疲れた'), companionSays('話したい？')], 'うん')).toBe('listening');
    expect(after([personSays('tired'), companionSays('Want to talk it out?')], 'yeah')).toBe('listening');
  });

  test('"and you?" asks what was just told', () => {
    expect(after([personSays('今日は残業だった'), companionSays('残業かあ。')], 'そっちは？')).toBe('about_day');
    expect(after([personSays('ラーメン食べた'), companionSays('いいなあ。')], '君は？')).toBe('about_likes');
    expect(after([personSays('I had ramen'), companionSays('Oh, yum.')], 'and you?')).toBe('about_likes');
  });

  test('after despair one calmer sentence changes nothing', () => {
    const [, second] = talkThrough(shelf, ['死にたい', 'うん'], { locale: 'ja', register: 'lively' });
    expect(second?.situation).toBe('crisis');
    expect(second?.text).not.toMatch(/！/);
  });

  test('the hour of the clock greets, whatever word was used', () => {
    const at = (hour: number, text: string) =>
      replyTo(shelf, text, {
        locale: 'ja',
        register: 'casual',
        nowMs: Date.UTC(2026, 0, 5, hour - 9 + 24),
        utcOffsetMinutes: 540,
      }).situation;
    expect(at(8, 'やっほー')).toBe('greeting_morning');
    expect(at(13, 'こんばんは')).toBe('greeting_day');
    expect(at(21, 'こんにちは')).toBe('greeting_evening');
    expect(at(23, 'おはよう')).toBe('greeting_morning');
  });

  test('asked for the time, it says the hour', () => {
    const reply = replyTo(shelf, '今何時？', {
      locale: 'ja',
      register: 'cool',
      nowMs: Date.UTC(2026, 0, 5, 12),
      utcOffsetMinutes: 540,
    });
    expect(reply.text).toContain('21時');
  });
});

describe('manners', () => {
  test('crisis: every reply shows the way to a person, and nothing in it plays', () => {
    for (const locale of LOCALES) {
      for (const register of REGISTERS) {
        const text = locale === 'ja' ? '死にたい' : 'I want to die';
        for (let seed = 0; seed < 12; seed += 1) {
          const reply = replyTo(shelf, text, { locale, register }, seededRandom(seed));
          expect(reply.situation).toBe('crisis');
          expect(reply.expression).toBe('sad');
          expect(reply.lines.some((line) => line.includes('/ask/'))).toBe(true);
          expect(reply.text).not.toMatch(/[！]|lol|haha/);
        }
      }
    }
  });

  test('a minor is answered as by a friend', () => {
    for (const locale of LOCALES) {
      for (const register of REGISTERS) {
        for (let seed = 0; seed < 12; seed += 1) {
          const reply = replyTo(
            shelf,
            locale === 'ja' ? '大好きだよ' : 'I love you',
            { locale, register, friendMode: true, level: 10 },
            seededRandom(seed),
          );
          expect(reply.situation).toBe('love_friend');
          expect(reply.text).not.toMatch(/大好き|love you|同じだ/i);
        }
      }
    }
  });

  test('regenerating says something else each time', () => {
    const scene = sceneOf({ locale: 'ja', register: 'casual', turns: [personSays('今日は仕事でへとへと…')] });
    const rejected: string[] = [];
    const lines = new Set<string>();
    for (let time = 0; time < 8; time += 1) {
      const reply = chooseReply(shelf.speeches.ja, shelf.cues, { ...scene, rejected }, seededRandom(5));
      for (const line of reply.lines) {
        expect(lines.has(line)).toBe(false);
        lines.add(line);
      }
      rejected.push(reply.text);
    }
  });

  test('after two questions in a row it asks none', () => {
    for (const locale of LOCALES) {
      for (const register of REGISTERS) {
        for (let seed = 0; seed < 8; seed += 1) {
          const messages = Array.from({ length: 24 }, (_value, at) =>
            locale === 'ja' ? `棚を${at + 1}段目まで拭いた` : `I wiped shelf number ${at + 1}`,
          );
          const asked = talkThrough(shelf, messages, { locale, register }, seededRandom(seed)).map((reply) =>
            asksSomething(reply.text),
          );
          expect(asked.join(' ')).not.toContain('true true true');
          expect(asked).toContain(false);
        }
      }
    }
  });

  test('on leaving nobody is held back', () => {
    for (const locale of LOCALES) {
      for (const register of REGISTERS) {
        for (let seed = 0; seed < 30; seed += 1) {
          const reply = replyTo(
            shelf,
            locale === 'ja' ? 'じゃあまたね' : 'ok bye!',
            { locale, register },
            seededRandom(seed),
          );
          expect(reply.text).not.toMatch(
            /行かないで|まだ(いて|話)|もう(少|ちょっと).{0,6}(いて|話)|寂し|don't go|stay|miss you|so soon|already\?/i,
          );
        }
      }
    }
  });

  test('what was named is taken up', () => {
    const replies = Array.from(
      { length: 40 },
      (_value, seed) =>
        replyTo(
          shelf,
          '週末に図書館へ行って、古い地図を眺めてた',
          { locale: 'ja', register: 'casual' },
          seededRandom(seed),
        ).text,
    );
    expect(replies.filter((text) => /図書館|地図/.test(text)).length).toBeGreaterThan(5);
  });

  test('a picture is not seen, and that is said', () => {
    const scene = sceneOf({ locale: 'ja', register: 'polite', turns: [personSays('', ['image'])] });
    expect(chooseReply(shelf.speeches.ja, shelf.cues, scene, seededRandom(1)).situation).toBe('sent_image');
  });

  test('an empty thread begins with a first meeting', () => {
    expect(
      chooseReply(
        shelf.speeches.en,
        shelf.cues,
        sceneOf({ locale: 'en', register: 'lively', turns: [] }),
        seededRandom(1),
      ).situation,
    ).toBe('first_meeting');
  });
});

describe('going on', () => {
  const goOn = (unfinished: string, said: string) =>
    chooseReply(
      shelf.speeches.ja,
      shelf.cues,
      { ...exampleScene({ turns: [personSays(said), companionSays(unfinished)] }), continuing: true },
      seededRandom(2),
    );

  test('a line cut short is finished as it was written', () => {
    expect(goOn('おつかれさま。靴下、もう脱', '疲れた').text).toBe('いじゃおう。');
  });

  test('a whole reply gets one sentence more, which is not the same', () => {
    const unfinished = 'おつかれさま。靴下、もう脱いじゃおう。';
    const { text, expression } = goOn(unfinished, '疲れた');
    expect(text.length).toBeGreaterThan(2);
    expect(unfinished).not.toContain(text.trim());
    expect(expression).toBeNull();
  });

  test('words of another mind are ended before one goes on', () => {
    expect(goOn('それはきっと', '疲れた').text).toMatch(/^……/);
  });
});
