import { EXPRESSIONS, type Expression, type ExpressionWeights } from './expression.ts';
import type { Gaze } from './motion.ts';
import type { MouthShape } from './mouth.ts';
import type { EyeKey, PuppetFace, Shape } from './puppet-format.ts';

/** Everything that shows in a face at one moment. */
export interface FaceState {
  readonly weights: ExpressionWeights;
  /** Lids: 0 as the expression has them … 1 shut. */
  readonly blink: number;
  /** Eyes closed in a smile, in [0,1]. */
  readonly joy: number;
  readonly gaze: Gaze;
  readonly mouth: MouthShape;
  /** Redness beyond the expression's own, in [0,1]. */
  readonly extraBlush: number;
}

export type Paint = string | LinearPaint | RadialPaint;
export interface LinearPaint {
  readonly kind: 'linear';
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly stops: readonly (readonly [number, string])[];
}
/** Round paint, flattened by `squash` in y about its middle. */
export interface RadialPaint {
  readonly kind: 'radial';
  readonly x: number;
  readonly y: number;
  readonly r: number;
  readonly squash: number;
  readonly stops: readonly (readonly [number, string])[];
}

/** One step of painting. `clip` holds until `unclip`; clips do not nest. `alpha` is in [0,1]. */
export type PaintStep =
  | { readonly kind: 'fill'; readonly path: Shape; readonly paint: Paint; readonly alpha: number }
  | {
      readonly kind: 'stroke';
      readonly path: Shape;
      readonly colour: string;
      readonly width: number;
      readonly alpha: number;
    }
  | { readonly kind: 'clip'; readonly path: Shape }
  | { readonly kind: 'unclip' };

/** Eyes, nose, mouth and cheeks, in puppet units, from back to front. */
export function paintFace(face: PuppetFace, state: FaceState): PaintStep[] {
  const steps: PaintStep[] = [];
  paintCheeks(steps, face, state);
  paintNose(steps, face);
  paintMouth(steps, face, state);
  paintEye(steps, face, state, -1);
  paintEye(steps, face, state, 1);
  for (const [x, y, r] of face.moles) steps.push(fill(ellipse(x, y, r, r), face.colours.skinLine, 0.85));
  return steps;
}

/** Brows alone: they are drawn over the fringe. */
export function paintBrows(face: PuppetFace, state: FaceState): PaintStep[] {
  const shape = mixKeys(face.brows.shapes, state.weights);
  const lift = state.joy * -5 + state.blink * 3;
  return [-1, 1].map((side) =>
    fill(place(shape, face.eyes.x, face.eyes.y + lift, side, face.eyes.dx), face.colours.brow, 1),
  );
}

/** A closed ellipse as four cubics. */
export function ellipse(x: number, y: number, rx: number, ry: number): number[] {
  const kx = rx * 0.5523;
  const ky = ry * 0.5523;
  return [
    x - rx,
    y,
    x - rx,
    y - ky,
    x - kx,
    y - ry,
    x,
    y - ry,
    x + kx,
    y - ry,
    x + rx,
    y - ky,
    x + rx,
    y,
    x + rx,
    y + ky,
    x + kx,
    y + ry,
    x,
    y + ry,
    x - kx,
    y + ry,
    x - rx,
    y + ky,
    x - rx,
    y,
  ];
}

/** A straight mix of two shapes of the same structure; `t` 0 is `a`, 1 is `b`. */
export function mixShapes(a: Shape, b: Shape, t: number): number[] {
  return a.map((value, index) => value + ((b[index] ?? value) - value) * t);
}

/** The weighted mean of the six key shapes. */
export function mixKeys(keys: Readonly<Record<Expression, Shape>>, weights: ExpressionWeights): number[] {
  const mixed = keys.neutral.map(() => 0);
  for (const expression of EXPRESSIONS) {
    const weight = weights[expression];
    if (weight === 0) continue;
    keys[expression].forEach((value, index) => {
      mixed[index] = (mixed[index] ?? 0) + value * weight;
    });
  }
  return mixed;
}

function mixNumbers(keys: Readonly<Record<Expression, number>>, weights: ExpressionWeights): number {
  return EXPRESSIONS.reduce((sum, expression) => sum + keys[expression] * weights[expression], 0);
}

function eyeShape(keys: Readonly<Record<EyeKey, Shape>>, state: FaceState): number[] {
  const open = mixKeys(keys, state.weights);
  const smiling = state.joy > 0 ? mixShapes(open, keys.smile, state.joy) : open;
  const lids = state.blink * (1 - state.joy);
  return lids > 0 ? mixShapes(smiling, keys.closed, lids) : smiling;
}

function paintEye(steps: PaintStep[], face: PuppetFace, state: FaceState, side: number): void {
  const { eyes, colours } = face;
  const at = (shape: Shape): number[] => place(shape, eyes.x, eyes.y, side, eyes.dx);
  const opening = at(eyeShape(eyes.opening, state));
  const openness = 1 - Math.max(state.blink * (1 - state.joy), state.joy);
  if (openness > 0.02) {
    steps.push({ kind: 'clip', path: opening }, fill(opening, colours.white, 1));
    paintIris(steps, face, state, side);
    // The lashes' own shadow falls on the upper part of the eye.
    steps.push(
      { kind: 'stroke', path: opening.slice(0, 14), colour: colours.whiteShade, width: 17, alpha: 0.26 },
      { kind: 'unclip' },
    );
  }
  steps.push(
    { kind: 'stroke', path: at(eyeShape(eyes.lower, state)), colour: colours.lashWarm, width: eyes.line, alpha: 0.9 },
    fill(at(eyeShape(eyes.lash, state)), colours.lash, 1),
    {
      kind: 'stroke',
      path: at(eyeShape(eyes.crease, state)),
      colour: colours.crease,
      width: eyes.line * 0.8,
      alpha: 0.75,
    },
  );
}

function paintIris(steps: PaintStep[], face: PuppetFace, state: FaceState, side: number): void {
  const { iris } = face.eyes;
  const { colours } = face;
  const scale = mixNumbers(iris.scale, state.weights);
  const rx = iris.rx * scale;
  const ry = iris.ry * scale;
  const x = face.eyes.x + side * (face.eyes.dx + iris.x) + state.gaze.x * iris.travel[0];
  const y = face.eyes.y + iris.y + state.gaze.y * iris.travel[1];
  const disc = ellipse(x, y, rx, ry);
  steps.push(
    fill(
      disc,
      {
        kind: 'linear',
        from: [x, y - ry],
        to: [x, y + ry],
        stops: [
          [0, colours.irisTop],
          [0.42, colours.irisMid],
          [1, colours.irisLow],
        ],
      },
      1,
    ),
    // Light gathers in the lower half, opposite the lamp's glint.
    fill(
      ellipse(x, y + ry * 0.52, rx * 0.66, ry * 0.36),
      {
        kind: 'radial',
        x,
        y: y + ry * 0.62,
        r: rx * 0.8,
        squash: 0.75,
        stops: [
          [0, colours.glow],
          [1, `${colours.glow}00`],
        ],
      },
      0.85,
    ),
    fill(ellipse(x, y + ry * 0.02, rx * 0.46, ry * 0.5), colours.pupil, 0.92),
    { kind: 'stroke', path: disc, colour: colours.irisRing, width: Math.max(2.6, rx * 0.13), alpha: 1 },
    // Two highlights on the lamp's side and a small one opposite; they follow the gaze a little less than the iris does.
    fill(ellipse(x + rx * 0.36 - state.gaze.x * 1.5, y - ry * 0.42 - state.gaze.y, rx * 0.34, ry * 0.25), '#fffdf6', 1),
    fill(
      ellipse(x - rx * 0.42 - state.gaze.x * 1.5, y + ry * 0.44 - state.gaze.y, rx * 0.17, ry * 0.13),
      '#fff6e4',
      0.9,
    ),
    fill(ellipse(x + rx * 0.5, y + ry * 0.12, rx * 0.1, ry * 0.08), '#fff6e4', 0.8),
  );
}

function paintMouth(steps: PaintStep[], face: PuppetFace, state: FaceState): void {
  const { mouth, colours } = face;
  const open = Math.min(1, Math.max(0, state.mouth.open));
  const mixed = mixShapes(mixKeys(mouth.shut, state.weights), mixKeys(mouth.open, state.weights), open);
  const spread = 1 + 0.2 * state.mouth.wide * Math.min(1, open * 2);
  const lips = mixed.map((value, index) => (index % 2 === 0 ? mouth.x + value * spread : mouth.y + value));
  const bounds = verticalBounds(lips);
  const gap = bounds.bottom - bounds.top;
  const upper = lips.slice(0, 14);
  const gapAtMiddle = (lips[19] ?? 0) - (lips[7] ?? 0);
  if (gapAtMiddle > 1.5) {
    steps.push(
      { kind: 'clip', path: lips },
      fill(lips, colours.mouthInside, 1),
      fill(ellipse(mouth.x, bounds.bottom + gap * 0.08, 20 * spread, gap * 0.46), colours.tongue, 1),
    );
    if (gapAtMiddle > 9 && (upper[12] ?? 0) - (upper[0] ?? 0) > 34) {
      steps.push({
        kind: 'stroke',
        path: upper,
        colour: colours.teeth,
        width: Math.min(9, gapAtMiddle * 0.42),
        alpha: 1,
      });
    }
    steps.push({ kind: 'unclip' });
    steps.push({
      kind: 'stroke',
      path: lips,
      colour: colours.mouthLine,
      width: mouth.line * 0.8,
      alpha: Math.min(1, gapAtMiddle / 5),
    });
  }
  steps.push({ kind: 'stroke', path: upper, colour: colours.mouthLine, width: mouth.line, alpha: 1 });
  // A touch of shade under the lip gives the chin its form.
  const under = Math.min(bounds.bottom + 11, mouth.y + 30);
  steps.push({
    kind: 'stroke',
    path: [mouth.x - 9, under, mouth.x - 3, under + 2, mouth.x + 3, under + 2, mouth.x + 9, under],
    colour: colours.skinShade,
    width: mouth.line,
    alpha: 0.8,
  });
}

function paintNose(steps: PaintStep[], face: PuppetFace): void {
  steps.push(fill(face.nose.shade, face.colours.skinShade, 0.75));
  steps.push({ kind: 'stroke', path: face.nose.line, colour: face.colours.skinLine, width: 2.6, alpha: 0.75 });
}

function paintCheeks(steps: PaintStep[], face: PuppetFace, state: FaceState): void {
  const { blush, eyes, colours } = face;
  const amount = Math.min(1, mixNumbers(blush.amount, state.weights) + state.extraBlush);
  if (amount <= 0.01) return;
  for (const side of [-1, 1]) {
    const x = eyes.x + side * blush.dx;
    steps.push(
      fill(
        ellipse(x, blush.y, blush.r, blush.r * 0.62),
        {
          kind: 'radial',
          x,
          y: blush.y,
          r: blush.r,
          squash: 0.62,
          stops: [
            [0, `${colours.blush}d8`],
            [0.55, `${colours.blush}80`],
            [1, `${colours.blush}00`],
          ],
        },
        amount,
      ),
    );
    const lines = Math.max(0, amount - 0.6) * 2;
    if (lines > 0) {
      for (const step of [-1, 0, 1]) {
        const lx = x + step * 11;
        steps.push({
          kind: 'stroke',
          path: [lx + 4, blush.y - 6, lx + 2, blush.y - 2, lx - 2, blush.y + 2, lx - 4, blush.y + 6],
          colour: colours.skinLine,
          width: 2.2,
          alpha: Math.min(0.55, lines),
        });
      }
    }
  }
}

function fill(path: Shape, paint: Paint, alpha: number): PaintStep {
  return { kind: 'fill', path, paint, alpha };
}

function place(shape: Shape, x: number, y: number, side: number, dx: number): number[] {
  return shape.map((value, index) => (index % 2 === 0 ? x + side * (dx + value) : y + value));
}

function verticalBounds(path: Shape): { top: number; bottom: number } {
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let index = 1; index < path.length; index += 2) {
    const y = path[index] ?? 0;
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { top, bottom };
}
