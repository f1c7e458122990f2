import { BLINK_MS, blinkAmount, blinkIsOver, planBlink, type RandomSource } from '#shared/avatar/blink.ts';
import type { Pose } from '#shared/avatar/deform.ts';
import {
  EXPRESSION_DURATION_MS,
  NEUTRAL_WEIGHTS,
  weightsAt,
  weightsFor,
  type Expression,
  type ExpressionChange,
} from '#shared/avatar/expression.ts';
import type { FaceState } from '#shared/avatar/face-paint.ts';
import {
  approach,
  approachGaze,
  breathAt,
  clampGaze,
  drift,
  GAZE_AHEAD,
  planGazeRest,
  SPRING_AT_REST,
  stepSpring,
  type Gaze,
} from '#shared/avatar/motion.ts';
import type { PuppetFile } from '#shared/avatar/puppet-format.ts';
import { createLipSync } from './lip-sync.ts';

/** Everything a puppet does of itself and on request, frame by frame. Knows no canvas. */
export interface ExpressionDriver {
  setExpression(expression: Expression, strength: number): void;
  speakText(deltaText: string): void;
  hush(): void;
  /** Both in [-1,1], or null to look about by itself. */
  lookAt(gaze: Gaze | null): void;
  pat(): void;
  setReducedMotion(reduced: boolean): void;
  /** The face and the pose `elapsedMs` after the last call. */
  step(elapsedMs: number): Frame;
}

export interface Frame {
  readonly face: FaceState;
  readonly pose: Pose;
}

const BREATH_MS = 4_200;
const JOY_HOLD_MS = 1_100;
const PAT_HOLD_MS = 1_500;

export function createExpressionDriver(rest: PuppetFile['rest'], random: RandomSource): ExpressionDriver {
  const lips = createLipSync();
  let nowMs = 0;
  let reduced = false;
  let change: ExpressionChange = { from: NEUTRAL_WEIGHTS, to: NEUTRAL_WEIGHTS, startedAtMs: 0, durationMs: 0 };
  let expression: Expression = 'neutral';
  let blink = planBlink(0, random);
  let asked: Gaze | null = null;
  let idle = { gaze: GAZE_AHEAD, untilMs: 1_500 };
  let eyes: Gaze = GAZE_AHEAD;
  let head: Gaze = GAZE_AHEAD;
  let joyUntilMs = 0;
  let joy = 0;
  let patUntilMs = 0;
  let patted = 0;
  let moodTilt = 0;
  let lightHair = SPRING_AT_REST;
  let heavyHair = SPRING_AT_REST;
  let hop = SPRING_AT_REST;

  function headOf(): { turn: number; nod: number; tilt: number } {
    const wander = reduced ? 0 : 1;
    const mood = MOOD_POSE[expression];
    moodTilt = approach(moodTilt, mood.tilt, 220, lastElapsedMs);
    return {
      turn: rest.turn + head.x * 0.85 + wander * 0.1 * drift(nowMs, 1),
      nod: rest.nod + head.y * 0.7 + moodNod + wander * 0.07 * drift(nowMs, 2) + patted * 0.35,
      tilt: rest.tilt + moodTilt + head.x * 0.025 + wander * 0.014 * drift(nowMs, 3) + patted * 0.05,
    };
  }
  let moodNod = 0;
  let lastElapsedMs = 0;

  return {
    setExpression(next, strength) {
      if (next === 'happy' && expression !== 'happy' && strength > 0.45) joyUntilMs = nowMs + JOY_HOLD_MS;
      if (next === 'surprised' && expression !== 'surprised' && !reduced) hop = { ...hop, speed: hop.speed + 90 };
      const to = weightsFor(next, strength);
      change = { from: weightsAt(change, nowMs), to, startedAtMs: nowMs, durationMs: EXPRESSION_DURATION_MS[next] };
      // People blink as their face changes.
      if (next !== expression && next !== 'surprised' && blink.startsAtMs > nowMs + BLINK_MS) {
        blink = { startsAtMs: nowMs, times: 1 };
      }
      expression = next;
    },
    speakText: (deltaText) => lips.feed(deltaText, nowMs),
    hush: () => lips.hush(),
    lookAt(gaze) {
      asked = gaze === null ? null : clampGaze(gaze.x, gaze.y);
      if (gaze === null) idle = { gaze: GAZE_AHEAD, untilMs: nowMs + 2_500 };
    },
    pat() {
      patUntilMs = nowMs + PAT_HOLD_MS;
      joyUntilMs = Math.max(joyUntilMs, nowMs + PAT_HOLD_MS);
      if (!reduced) {
        hop = { ...hop, speed: hop.speed - 60 };
        lightHair = { ...lightHair, speed: lightHair.speed + 5 };
      }
    },
    setReducedMotion(next) {
      reduced = next;
    },
    step(elapsedMs) {
      lastElapsedMs = Math.max(0, elapsedMs);
      nowMs += lastElapsedMs;
      if (blinkIsOver(blink, nowMs)) blink = planBlink(nowMs, random);
      if (nowMs >= idle.untilMs) idle = planGazeRest(idle, nowMs, random);

      const target = asked ?? (reduced ? GAZE_AHEAD : idle.gaze);
      eyes = approachGaze(eyes, target, 55, lastElapsedMs);
      head = approachGaze(head, reduced ? GAZE_AHEAD : target, 210, lastElapsedMs);
      moodNod = approach(moodNod, MOOD_POSE[expression].nod, 240, lastElapsedMs);
      joy = approach(joy, nowMs < joyUntilMs ? 1 : 0, 55, lastElapsedMs);
      patted = approach(patted, nowMs < patUntilMs ? 1 : 0, 120, lastElapsedMs);

      const { turn, nod, tilt } = headOf();
      const swayTarget = reduced ? 0 : 0.35 * drift(nowMs, 5) - turn * 0.5 - tilt * 4;
      lightHair = stepSpring(lightHair, swayTarget, 90, 9, lastElapsedMs);
      heavyHair = stepSpring(heavyHair, swayTarget, 42, 6, lastElapsedMs);
      hop = stepSpring(hop, 0, 160, 14, lastElapsedMs);

      return {
        face: {
          weights: weightsAt(change, nowMs),
          blink: blinkAmount(blink, nowMs),
          joy: joy < 0.01 ? 0 : joy,
          gaze: { x: eyes.x, y: eyes.y + MOOD_POSE[expression].eyes * (asked === null ? 1 : 0.3) },
          mouth: lips.step(nowMs, lastElapsedMs),
          extraBlush: patted * 0.35,
        },
        pose: {
          turn,
          nod,
          tilt,
          breath: reduced ? 0 : breathAt(nowMs, BREATH_MS),
          lean: reduced ? 0 : 0.35 * drift(nowMs, 7) + head.x * 0.35,
          swayLight: reduced ? 0 : lightHair.position,
          swayHeavy: reduced ? 0 : heavyHair.position,
          lift: reduced ? 0 : hop.position,
        },
      };
    },
  };
}

/** How each mood carries the head, and where the eyes go when nobody asked them to look anywhere. */
const MOOD_POSE: Readonly<Record<Expression, { readonly nod: number; readonly tilt: number; readonly eyes: number }>> =
  {
    neutral: { nod: 0, tilt: 0, eyes: 0 },
    happy: { nod: -0.08, tilt: 0.03, eyes: 0 },
    sad: { nod: 0.38, tilt: -0.03, eyes: 0.3 },
    angry: { nod: 0.12, tilt: 0, eyes: 0 },
    surprised: { nod: -0.28, tilt: 0, eyes: 0 },
    shy: { nod: 0.32, tilt: 0.06, eyes: 0.25 },
  };
