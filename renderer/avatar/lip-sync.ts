import { advanceMouth, feedMouth, MOUTH_QUIET, MOUTH_SHUT, mouthAt, type MouthShape } from '#shared/avatar/mouth.ts';
import { approach } from '#shared/avatar/motion.ts';

/** A mouth that follows text while it streams, and closes when no more comes. */
export interface LipSync {
  /** The next piece of text, as it arrives. */
  feed(deltaText: string, nowMs: number): void;
  /** The mouth now; call once a frame with the time since the last call. */
  step(nowMs: number, elapsedMs: number): MouthShape;
  /** Shuts the mouth and forgets what was waiting. */
  hush(): void;
}

/** Lips are quick but not instant: half of the way in this time. */
const LIPS_HALF_LIFE_MS = 26;

export function createLipSync(): LipSync {
  let track = MOUTH_QUIET;
  let shown: MouthShape = MOUTH_SHUT;
  return {
    feed(deltaText, nowMs) {
      track = feedMouth(track, deltaText, nowMs);
    },
    step(nowMs, elapsedMs) {
      track = advanceMouth(track, nowMs);
      const target = mouthAt(track, nowMs);
      const open = approach(shown.open, target.open, LIPS_HALF_LIFE_MS, elapsedMs);
      shown = {
        open: open < 0.004 ? 0 : open,
        wide: approach(shown.wide, target.wide, LIPS_HALF_LIFE_MS * 2, elapsedMs),
      };
      return shown;
    },
    hush() {
      track = MOUTH_QUIET;
    },
  };
}
