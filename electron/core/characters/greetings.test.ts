import { describe, expect, it } from 'vitest';
import { fittingGreetings } from '#shared/chat/greeting.ts';
import { RESOURCES_DIR } from '../core-harness.ts';
import { readBuiltIns } from './built-ins.ts';

const HOURS = { morning: 8, day: 13, evening: 20, night: 1 };

describe.each(['ja', 'en'] as const)('the built-in greetings in %s', (locale) => {
  it('introduce themselves once, and never say good morning at night', async () => {
    for (const { fields, builtIn } of await readBuiltIns(RESOURCES_DIR, locale)) {
      const at = (hour: number, firstMeeting = false) =>
        fittingGreetings(fields.greetings, { hour, name: fields.name, firstMeeting });
      expect(at(20, true), `${builtIn} introduces themself`).toHaveLength(1);
      const perTime = Object.values(HOURS).map((hour) => at(hour));
      for (const offered of perTime) {
        expect(offered, `${builtIn}: one for the time and one for any`).toHaveLength(2);
        expect(offered).not.toContain(at(20, true)[0]);
      }
      expect(new Set(perTime.flat()).size).toBe(5);
    }
  });
});

describe('greetings of one’s own', () => {
  it('that speak of no time are always fitting, and any is better than none', () => {
    expect(fittingGreetings(['やあ'], { hour: 3, name: '花', firstMeeting: false })).toEqual(['やあ']);
    expect(fittingGreetings(['おはよう'], { hour: 22, name: '花', firstMeeting: false })).toEqual(['おはよう']);
    expect(fittingGreetings(['.*'], { hour: 22, name: '.*', firstMeeting: true })).toEqual(['.*']);
  });
});
