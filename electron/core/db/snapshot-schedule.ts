import { MS_PER_DAY, type Clock } from '#shared/base/time.ts';
import type { SnapshotManifest } from './snapshot-files.ts';

export interface SnapshotSchedule {
  close(): void;
}

export interface ScheduleDeps {
  readonly clock: Clock;
  readonly startDelayMs: number;
  /** Reads the whole file once, before the first snapshot. Never rejects. */
  readonly check: () => Promise<void>;
  readonly newest: () => SnapshotManifest | undefined;
  /** Whether the file holds what the newest snapshot does not. */
  readonly changed: (newest: SnapshotManifest) => boolean;
  /** Never rejects: failing is told elsewhere, and the next round tries again. */
  readonly take: () => Promise<void>;
}

/** How often the clock is looked at. Not one long timer: those stop while a laptop sleeps and trust the clock to go forward. */
const LOOK_EVERY_MS = 10 * 60_000;

/** Takes a snapshot some seconds after the start and then daily, when there is something new to keep. */
export function createSnapshotSchedule(deps: ScheduleDeps): SnapshotSchedule {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const look = async (starting: boolean): Promise<void> => {
    const newest = deps.newest();
    const ageMs = newest === undefined ? Infinity : deps.clock() - newest.takenAtMs;
    // Younger than nothing: the clock was set back since, and its age is unknown.
    const due = starting || ageMs >= MS_PER_DAY || ageMs < 0 || newest?.good === false;
    if (due && (newest === undefined || !newest.good || deps.changed(newest))) await deps.take();
  };

  const arm = (delayMs: number, starting: boolean): void => {
    timer = setTimeout(() => {
      const before = starting ? deps.check() : Promise.resolve();
      void before
        .then(() => (closed ? undefined : look(starting)))
        .finally(() => {
          if (!closed) arm(LOOK_EVERY_MS, false);
        });
    }, delayMs);
    timer.unref();
  };

  arm(deps.startDelayMs, true);
  return {
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
