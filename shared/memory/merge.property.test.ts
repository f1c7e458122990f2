import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MEMORY_KINDS } from './contract.ts';
import { endOf, isSame, merged, supersedes, type Telling } from './merge.ts';

const DAY = 86_400_000;
const time = fc.integer({ min: 0, max: 60 }).map((days) => days * DAY);
const optionalTime = fc.option(time, { nil: null });
const telling: fc.Arbitrary<Telling> = fc.record({
  kind: fc.constantFrom(...MEMORY_KINDS),
  text: fc.constantFrom(
    '紅茶が好き',
    '紅茶が大好き！',
    '京都に住んでいる',
    '東京に住んでいる',
    'Has a cat',
    'has a cat.',
    '2回目',
    '',
  ),
  subject: fc.constantFrom('person', 'companion', 'さくら', 'サクラ'),
  attribute: fc.constantFrom(null, 'likes:紅茶', 'dislikes:紅茶', 'home', 'work', 'work:place', 'friend:name:ゆい'),
  emotion: fc.constantFrom(null, 'happy', 'sad'),
  importance: fc.double({ min: 0, max: 1, noNaN: true }),
  tags: fc.array(fc.constantFrom('家', '茶', 'cat'), { maxLength: 3 }),
  toldAtMs: time,
  validFromMs: optionalTime,
  validToMs: optionalTime,
  edited: fc.boolean(),
});
const pair = fc.tuple(telling, telling);

it('merging is commutative', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(merged(one, other)).toEqual(merged(other, one));
    }),
  );
});

it('merging is idempotent', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const both = merged(one, other);
      expect(merged(both, one)).toEqual(both);
      expect(merged(both, both)).toEqual(both);
    }),
  );
});

it('merging loses no tag, no importance and no word the person chose', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      const both = merged(one, other);
      expect(new Set(both.tags)).toEqual(new Set([...one.tags, ...other.tags]));
      expect(both.importance).toBe(Math.max(one.importance, other.importance));
      expect([one, other].filter(({ edited }) => edited).length === 0 || both.edited).toBe(true);
      if (one.edited !== other.edited) expect(both.text).toBe(one.edited ? one.text : other.text);
    }),
  );
});

it('sameness is symmetric, and nothing supersedes what says the same, what is newer, or itself', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      expect(isSame(one, other)).toBe(isSame(other, one));
      if (isSame(one, other) || one.toldAtMs < other.toldAtMs) expect(supersedes(one, other)).toBe(false);
      expect(supersedes(one, one)).toBe(false);
    }),
  );
});

it('of two told at different times one at most supersedes the other, and the end is never later than it was', () => {
  fc.assert(
    fc.property(pair, ([one, other]) => {
      if (one.toldAtMs !== other.toldAtMs) expect(supersedes(one, other) && supersedes(other, one)).toBe(false);
      expect(endOf(one, other)).toBeLessThanOrEqual(one.validToMs ?? Infinity);
    }),
  );
});
