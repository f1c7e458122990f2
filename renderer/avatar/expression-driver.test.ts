import { describe, expect, test } from 'vitest';
import { EXPRESSIONS, weightsDistance, weightsFor } from '#shared/avatar/expression.ts';
import { createExpressionDriver, type ExpressionDriver, type Frame } from './expression-driver.ts';

const REST = { turn: 0.1, nod: 0, tilt: 0.03 };
const FRAME_MS = 33;

describe('a puppet left alone', () => {
  test('breathes, blinks, glances aside and moves its hair', () => {
    const frames = run(createExpressionDriver(REST, dice(7)), 40_000);
    expect(range(frames, (frame) => frame.pose.breath)).toBeGreaterThan(0.9);
    expect(Math.max(...frames.map((frame) => frame.face.blink))).toBe(1);
    expect(range(frames, (frame) => frame.face.gaze.x)).toBeGreaterThan(0.2);
    expect(range(frames, (frame) => frame.pose.swayHeavy)).toBeGreaterThan(0.1);
    expect(frames.every((frame) => frame.face.mouth.open === 0)).toBe(true);
  });

  test('with reduced motion only the eyelids move', () => {
    const driver = createExpressionDriver(REST, dice(7));
    driver.setReducedMotion(true);
    const frames = run(driver, 20_000);
    for (const part of ['breath', 'lean', 'swayLight', 'swayHeavy', 'lift', 'turn', 'nod', 'tilt'] as const) {
      expect(range(frames, (frame) => frame.pose[part])).toBeLessThan(1e-9);
    }
    expect(Math.max(...frames.map((frame) => frame.face.blink))).toBe(1);
  });
});

describe('on request', () => {
  test.each(EXPRESSIONS)('it comes to look %s, without a jump', (expression) => {
    const driver = createExpressionDriver(REST, dice(3));
    run(driver, 500);
    driver.setExpression(expression, 0.8);
    const frames = run(driver, 1_500);
    expect(
      weightsDistance(frames.at(-1)?.face.weights ?? weightsFor('neutral'), weightsFor(expression, 0.8)),
    ).toBeLessThan(1e-9);
    for (let at = 1; at < frames.length; at += 1) {
      const [before, after] = [frames[at - 1], frames[at]];
      if (before === undefined || after === undefined) continue;
      expect(weightsDistance(before.face.weights, after.face.weights)).toBeLessThan(0.35);
    }
  });

  test('the mouth moves while text streams and is shut soon after', () => {
    const driver = createExpressionDriver(REST, dice(5));
    const speaking: Frame[] = [];
    for (const piece of ['おつか', 'れさま', '。今日は', 'ゆっくり', '休んでね']) {
      driver.speakText(piece);
      speaking.push(...run(driver, 200));
    }
    expect(range(speaking, (frame) => frame.face.mouth.open)).toBeGreaterThan(0.5);
    expect(run(driver, 2_500).at(-1)?.face.mouth.open).toBe(0);
  });

  test('hushed, it stops at once and not when the words run out', () => {
    const driver = createExpressionDriver(REST, dice(5));
    driver.speakText('ああああああああああああ');
    run(driver, 200);
    driver.hush();
    expect(run(driver, 300).at(-1)?.face.mouth.open).toBe(0);
  });

  test('the eyes go where they are told faster than the head does, and come back', () => {
    const driver = createExpressionDriver(REST, dice(5));
    run(driver, 300);
    driver.lookAt({ x: 1, y: -1 });
    const soon = run(driver, 130).at(-1);
    const later = run(driver, 1_500).at(-1);
    expect(soon?.face.gaze.x).toBeGreaterThan(0.6);
    expect(later?.face.gaze.x).toBeCloseTo(1, 2);
    expect((later?.pose.turn ?? 0) - (soon?.pose.turn ?? 0)).toBeGreaterThan(0.2);
    driver.lookAt(null);
    expect(Math.abs(run(driver, 1_500).at(-1)?.face.gaze.x ?? 1)).toBeLessThan(0.1);
  });

  test('a pat closes its eyes in a smile and warms its cheeks, for a moment', () => {
    const driver = createExpressionDriver(REST, dice(5));
    run(driver, 300);
    driver.pat();
    const during = run(driver, 700).at(-1);
    expect(during?.face.joy).toBeGreaterThan(0.9);
    expect(during?.face.extraBlush).toBeGreaterThan(0.2);
    const after = run(driver, 3_000).at(-1);
    expect(after?.face.joy).toBe(0);
    expect(after?.face.extraBlush).toBeLessThan(0.01);
  });
});

function run(driver: ExpressionDriver, forMs: number): Frame[] {
  return Array.from({ length: Math.ceil(forMs / FRAME_MS) }, () => driver.step(FRAME_MS));
}

function range(frames: readonly Frame[], read: (frame: Frame) => number): number {
  const values = frames.map(read);
  return Math.max(...values) - Math.min(...values);
}

/** The same dice every time (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
