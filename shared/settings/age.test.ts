import { describe, expect, it } from 'vitest';
import { ageOn, isFriendMode } from './age.ts';

const TOKYO = 540;

describe('age', () => {
  it('changes on the birthday, by the person’s own calendar', () => {
    const eveInTokyo = Date.UTC(2026, 2, 31, 14, 59);
    expect(ageOn('2008-04-01', eveInTokyo, TOKYO)).toBe(17);
    expect(ageOn('2008-04-01', eveInTokyo + 60_000, TOKYO)).toBe(18);
    expect(ageOn('2008-04-01', eveInTokyo + 60_000, 0)).toBe(17);
  });

  it('of 29 February comes on 1 March in other years', () => {
    expect(ageOn('2008-02-29', Date.UTC(2026, 1, 28, 12), 0)).toBe(17);
    expect(ageOn('2008-02-29', Date.UTC(2026, 2, 1), 0)).toBe(18);
  });

  it('unsaid or under 18 means a friend', () => {
    const now = Date.UTC(2026, 10, 22);
    expect(isFriendMode(null, now, TOKYO)).toBe(true);
    expect(isFriendMode('2010-01-01', now, TOKYO)).toBe(true);
    expect(isFriendMode('1990-01-01', now, TOKYO)).toBe(false);
  });
});
