import type { RandomSource } from './blink.ts';

/** A direction to look in: both in [-1,1]; x grows to the picture's right, y downwards. */
export interface Gaze {
  readonly x: number;
  readonly y: number;
}

export const GAZE_AHEAD: Gaze = { x: 0, y: 0 };

/** Clamps to the unit square; anything that is not a number looks ahead. */
export function clampGaze(x: number, y: number): Gaze {
  return { x: clampUnit(x), y: clampUnit(y) };
}

/**
 * Moves `value` towards `target` so that half of the distance is covered every `halfLifeMs`, whatever the frame
 * rate: two steps of 10 ms end where one of 20 ms does. Never overshoots.
 */
export function approach(value: number, target: number, halfLifeMs: number, elapsedMs: number): number {
  if (elapsedMs <= 0) return value;
  if (halfLifeMs <= 0) return target;
  return target + (value - target) * 2 ** (-elapsedMs / halfLifeMs);
}

/** `approach` for both coordinates. */
export function approachGaze(from: Gaze, to: Gaze, halfLifeMs: number, elapsedMs: number): Gaze {
  return { x: approach(from.x, to.x, halfLifeMs, elapsedMs), y: approach(from.y, to.y, halfLifeMs, elapsedMs) };
}

/** Where eyes rest when nobody moves, and until when. */
export interface GazeRest {
  readonly gaze: Gaze;
  readonly untilMs: number;
}

/** Mostly at the person, sometimes a small glance aside that ends soon. */
export function planGazeRest(previous: GazeRest, nowMs: number, random: RandomSource): GazeRest {
  const wasAside = previous.gaze.x !== 0 || previous.gaze.y !== 0;
  if (wasAside || random() < 0.45) return { gaze: GAZE_AHEAD, untilMs: nowMs + 2_200 + 4_200 * random() };
  const x = (random() < 0.5 ? -1 : 1) * (0.25 + 0.45 * random());
  const y = -0.15 + 0.4 * random();
  return { gaze: { x, y }, untilMs: nowMs + 500 + 900 * random() };
}

/** A damped spring: position and speed per second. */
export interface Spring {
  readonly position: number;
  readonly speed: number;
}

export const SPRING_AT_REST: Spring = { position: 0, speed: 0 };

/**
 * One step of a damped spring pulled towards `target`. `stiffness` in 1/s² and `damping` in 1/s; the step is cut into
 * slices of at most 8 ms, and a pause longer than 100 ms counts as 100 ms, so a sleeping tab wakes without a jerk.
 */
export function stepSpring(
  spring: Spring,
  target: number,
  stiffness: number,
  damping: number,
  elapsedMs: number,
): Spring {
  let { position, speed } = spring;
  let left = Math.min(100, Math.max(0, elapsedMs)) / 1000;
  while (left > 0) {
    const dt = Math.min(0.008, left);
    left -= dt;
    speed += (stiffness * (target - position) - damping * speed) * dt;
    position += speed * dt;
  }
  return { position, speed };
}

/** One breath, 0 (out) … 1 (in): in takes two fifths of the time, out three, with no corner between. */
export function breathAt(nowMs: number, periodMs: number): number {
  const phase = (((nowMs % periodMs) + periodMs) % periodMs) / periodMs;
  const bent = phase < 0.4 ? (phase / 0.4) * 0.5 : 0.5 + ((phase - 0.4) / 0.6) * 0.5;
  return 0.5 - 0.5 * Math.cos(bent * 2 * Math.PI);
}

/** A slow wandering in [-1,1] made of two waves that never meet in step; `seed` sets several of them apart. */
export function drift(nowMs: number, seed: number): number {
  const t = nowMs / 1000 + seed * 17.31;
  return 0.6 * Math.sin(t * 0.53 + seed) + 0.4 * Math.sin(t * 0.91 + seed * 2.7);
}

function clampUnit(value: number): number {
  return Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : 0;
}
