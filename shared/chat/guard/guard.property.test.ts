import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sceneOf } from './guard-harness.ts';
import { guardOf } from './guard.ts';
import { bare, likeness } from './likeness.ts';
import { openingOf } from './opening.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 80 });
const words = ['そうだね', 'うん', '、', '。', 'きょうは', 'いい', '天気', 'だよ', '！', 'ねえ', 'ほんと', 'はね'];
const spoken = fc.oneof(
  fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 14 }).map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom('that', 'sounds', 'like', 'a', 'good', 'day', "it's", 'so,', 'well', 'yes.'), {
      minLength: 1,
      maxLength: 12,
    })
    .map((parts) => parts.join(' ')),
);

describe('likeness', () => {
  test('is symmetric, within [0,1], and 1 for the same letters', () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const alike = likeness(one, other);
        expect(alike).toBe(likeness(other, one));
        expect(alike).toBeGreaterThanOrEqual(0);
        expect(alike).toBeLessThanOrEqual(1);
        expect(likeness(one, one)).toBe(1);
        expect(likeness(one, ` ${one}！`)).toBe(1);
      }),
    );
  });

  test('falls the more of a text is said otherwise', () => {
    const said = 'きのうの面接のこと、まだ考えているんだね。よくがんばったと思う。';
    expect(
      likeness(said, 'きのうの面接のこと、まだ考えているんだね。ほんとによくがんばったと思うよ。'),
    ).toBeGreaterThan(0.75);
    expect(likeness(said, '夕飯は何にする？今日は寒いから、あたたかいものがいいな。')).toBeLessThan(0.1);
  });
});

describe('a guard', () => {
  test('hears an opening said before, before any of it is shown, however the words come', () => {
    fc.assert(
      fc.property(fc.array(spoken, { maxLength: 4 }), spoken, fc.boolean(), (earlier, reply, again) => {
        const said = again ? [...earlier, reply] : earlier;
        const guard = guardOf(sceneOf({ locale: 'en', asked: 'In Japanese or English, please', replies: said }));
        const openings = said.map(openingOf).filter((opening) => opening !== null);
        let verdict = guard.judgeBeginning('', false);
        for (let at = 1; verdict === 'wait' && at <= reply.length; at += 1) {
          verdict = guard.judgeBeginning(reply.slice(0, at), false);
        }
        if (verdict === 'wait') verdict = guard.judgeBeginning(reply, true);
        const opening = openingOf(reply);
        const known = opening !== null && openings.includes(opening);
        if (known) expect(verdict).toContain('same_opening');
        else if (Array.isArray(verdict)) expect(verdict).not.toContain('same_opening');
      }),
      { numRuns: 300 },
    );
  });

  test('comes to a decision about any words, and about the end of them at once', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 3 }), (begun, replies) => {
        const guard = guardOf(sceneOf({ replies }));
        expect(guard.judgeBeginning(begun, true)).not.toBe('wait');
        expect(guard.judgeBeginning(`あ、${begun}${'その'.repeat(100)}`, false)).not.toBe('wait');
        guard.judgeWhole(begun);
      }),
    );
  });

  test('judges the longest and strangest replies in no time anyone would notice', () => {
    const scene = sceneOf({ replies: ['「'.repeat(60_000)] });
    for (const part of ['「', '私は', "I'm a ", 'わたしの名前は', '。', '"', 'a']) {
      const startedAt = performance.now();
      guardOf(scene).judgeWhole(part.repeat(60_000 / part.length));
      expect(performance.now() - startedAt, part).toBeLessThan(1000);
    }
  });

  test('finds a reply said again, whatever its marks', () => {
    fc.assert(
      fc.property(spoken, (reply) => {
        fc.pre(bare(reply).length >= 12);
        expect(guardOf(sceneOf({ replies: [reply] })).judgeWhole(`${reply}……`)).toContain('same_reply');
      }),
    );
  });
});
