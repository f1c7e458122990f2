/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** The current time. An argument of the core, so tests can hold it still or set it back. */
export type Clock = () => EpochMs;

export const MS_PER_MINUTE = 60_000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/**
 * A hybrid logical clock stamp as text: 15 digits of wall milliseconds, 4 hex digits of counter and the device's id.
 * Text order is the order of events; ties between devices break by id.
 * (Kulkarni et al., Logical Physical Clocks, 2014.)
 */
export type Hlc = string & { readonly hlc: unique symbol };

export interface HlcClock {
  /** A stamp greater than every stamp made or seen before, even when the wall clock has been set back. */
  next(): Hlc;
  /** Learns of a stamp from elsewhere, so that later ones are greater. */
  observe(stamp: Hlc): void;
}

const MAX_COUNTER = 0xffff;

/** Makes a device's clock. `last` is the greatest stamp it ever wrote, so that order survives a restart. */
export function createHlcClock(now: Clock, deviceId: string, last?: Hlc): HlcClock {
  let wallMs = 0;
  let counter = 0;
  const observe = (stamp: Hlc): void => {
    const seen = parseHlc(stamp);
    if (seen.wallMs > wallMs || (seen.wallMs === wallMs && seen.counter > counter)) {
      wallMs = seen.wallMs;
      counter = seen.counter;
    }
  };
  if (last !== undefined) observe(last);
  return {
    next() {
      const current = now();
      if (current > wallMs) {
        wallMs = current;
        counter = 0;
      } else if (counter === MAX_COUNTER) {
        wallMs += 1;
        counter = 0;
      } else {
        counter += 1;
      }
      return formatHlc(wallMs, counter, deviceId);
    },
    observe,
  };
}

/** Reads a stamp; throws when the text is not one. */
export function parseHlc(stamp: string): { wallMs: EpochMs; counter: number; deviceId: string } {
  const match = /^(\d{15})-([0-9a-f]{4})-(.+)$/.exec(stamp);
  if (!match?.[1] || !match[2] || !match[3]) throw new Error('not a hybrid logical clock stamp');
  return { wallMs: Number(match[1]), counter: Number.parseInt(match[2], 16), deviceId: match[3] };
}

function formatHlc(wallMs: EpochMs, counter: number, deviceId: string): Hlc {
  return `${String(wallMs).padStart(15, '0')}-${counter.toString(16).padStart(4, '0')}-${deviceId}` as Hlc;
}
