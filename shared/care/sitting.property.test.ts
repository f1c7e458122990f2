import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MS_PER_HOUR, MS_PER_MINUTE } from '../base/time.ts';
import {
  afterNotice,
  AI_EVERY_HOURS,
  dueNotice,
  SITTING_ENDS_AFTER_MS,
  sittingAfterUse,
  type Sitting,
} from './sitting.ts';

const START = Date.UTC(2026, 10, 22, 9);

/** An evening of uses this many minutes apart, each notice read at once; answers with what was said, and when. */
function evening(minutes: readonly number[], minor = false): { kind: string; afterMs: number }[] {
  let sitting: Sitting | null = null;
  let nowMs = START;
  const said: { kind: string; afterMs: number }[] = [];
  for (const pause of [0, ...minutes]) {
    nowMs += pause * MS_PER_MINUTE;
    sitting = sittingAfterUse(sitting, nowMs);
    const notice = dueNotice(sitting, minor);
    if (notice === null) continue;
    said.push({ kind: notice.kind, afterMs: nowMs - START });
    sitting = afterNotice(sitting, notice, minor);
  }
  return said;
}

describe('a sitting', () => {
  it('says at its start, and after each three hours, that the companion is an AI', () => {
    const told = evening(Array.from({ length: 7 * 60 }, () => 1)).filter(({ kind }) => kind === 'ai');
    expect(told.map(({ afterMs }) => afterMs / MS_PER_HOUR)).toEqual([0, 3, 6]);
  });

  it('suggests a pause after two hours, to a minor after each', () => {
    const pauses = (minor: boolean) =>
      evening(
        Array.from({ length: 5 * 60 }, () => 1),
        minor,
      )
        .filter(({ kind }) => kind === 'pause')
        .map(({ afterMs }) => afterMs / MS_PER_HOUR);
    expect(pauses(false)).toEqual([2, 4]);
    // The third hour is told with the law's notice.
    expect(pauses(true)).toEqual([1, 2, 4, 5]);
  });

  it('never goes three hours without saying it, however it is used', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 29 }), { maxLength: 200 }), (minutes) => {
        const totalMs = minutes.reduce((sum, minute) => sum + minute, 0) * MS_PER_MINUTE;
        const told = evening(minutes).filter(({ kind }) => kind === 'ai').length;
        expect(told).toBe(1 + Math.floor(totalMs / (AI_EVERY_HOURS * MS_PER_HOUR)));
      }),
    );
  });

  it('begins anew after a long pause, and not before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 * MS_PER_HOUR }), (pauseMs) => {
        const first = sittingAfterUse(null, START);
        const next = sittingAfterUse(first, START + pauseMs);
        expect(next.startedAtMs).toBe(pauseMs > SITTING_ENDS_AFTER_MS ? START + pauseMs : START);
      }),
    );
  });

  it('bears a clock that is set back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 48 * MS_PER_HOUR }), (backMs) => {
        const told = afterNotice(sittingAfterUse(null, START), { kind: 'ai', hours: 0 }, false);
        const after = sittingAfterUse(told, START - backMs);
        expect(after.lastUseAtMs).toBeGreaterThanOrEqual(after.startedAtMs);
        expect(dueNotice(after, false)).toBeNull();
      }),
    );
  });
});
