import type { PuppetFile, PuppetLayer } from './puppet-format.ts';

/** How a puppet holds itself at one moment. Zero everywhere is how it was drawn. */
export interface Pose {
  /** Turn of the head, -1 (picture's left) … 1. */
  readonly turn: number;
  /** Nod, -1 (up) … 1 (down). */
  readonly nod: number;
  /** Tilt of the head in radians, clockwise; meant for ±0.15. */
  readonly tilt: number;
  /** 0 breathed out … 1 in. */
  readonly breath: number;
  /** Lean of the body, -1 … 1. */
  readonly lean: number;
  /** Swing of loose and of heavy hair, about -1 … 1. */
  readonly swayLight: number;
  readonly swayHeavy: number;
  /** The whole figure, in units: a hop or a nod of the body. */
  readonly lift: number;
}

export const POSE_AS_DRAWN: Pose = {
  turn: 0,
  nod: 0,
  tilt: 0,
  breath: 0,
  lean: 0,
  swayLight: 0,
  swayHeavy: 0,
  lift: 0,
};

/** Radians of a full turn and nod: little, so that flat drawings never betray themselves. */
export const TURN_LIMIT = 0.2;
export const NOD_LIMIT = 0.13;

/** Corner points of a layer's mesh as drawn: x, y pairs, row by row, (columns + 1) × (rows + 1) of them. */
export function restPoints(layer: PuppetLayer): Float32Array {
  const [x, y, width, height] = layer.box;
  const [columns, rows] = layer.grid;
  const points = new Float32Array((columns + 1) * (rows + 1) * 2);
  let at = 0;
  for (let row = 0; row <= rows; row += 1) {
    for (let column = 0; column <= columns; column += 1) {
      points[at] = x + (width * column) / columns;
      points[at + 1] = y + (height * row) / rows;
      at += 2;
    }
  }
  return points;
}

/**
 * Moves a layer's points into a pose: `out` gets as many numbers as `rest` has. Points near each other stay near each
 * other (the mapping is continuous), and the pose as drawn leaves every point where it is.
 */
export function deformLayer(
  puppet: PuppetFile,
  layer: PuppetLayer,
  pose: Pose,
  rest: Float32Array,
  out: Float32Array,
): void {
  const { follow, sway } = layer;
  // Thousands of points are moved for every frame: they are written in place, so that none costs an object.
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const x = rest[at] ?? 0;
    const y = rest[at + 1] ?? 0;
    if (follow === 'body') {
      onBody(puppet, pose, x, y, out, at);
    } else {
      onHead(puppet, layer, pose, x, y, out, at);
    }
    if (follow === 'neck') {
      const headX = out[at] ?? 0;
      const headY = out[at + 1] ?? 0;
      const k = neckShare(puppet, y);
      onBody(puppet, pose, x, y, out, at);
      out[at] = headX * (1 - k) + (out[at] ?? 0) * k;
      out[at + 1] = headY * (1 - k) + (out[at + 1] ?? 0) * k;
    }
    if (sway !== undefined) {
      const along = Math.max(0, (y - sway.rootY) / (sway.tipY - sway.rootY));
      const swing =
        (sway.spring === 'light' ? pose.swayLight : pose.swayHeavy) * sway.amount * along * Math.sqrt(along);
      out[at] = (out[at] ?? 0) + swing;
      out[at + 1] = (out[at + 1] ?? 0) - Math.abs(swing) * 0.06 * along;
    }
  }
}

/** How far the neck has become body at height `y`: 0 under the chin, 1 at the collarbones, no corner between. */
function neckShare(puppet: PuppetFile, y: number): number {
  const from = puppet.head.neck[1] - 60;
  const k = Math.min(1, Math.max(0, (y - from) / 110));
  return k * k * (3 - 2 * k);
}

function onBody(puppet: PuppetFile, pose: Pose, x: number, y: number, out: Float32Array, at: number): void {
  const [cx, cy] = puppet.chest;
  // A breath lifts the shoulders and widens the chest; the hem, out of the picture, stays.
  const up = Math.min(1, Math.max(0, (puppet.height - y) / (puppet.height - 640)));
  const chest = Math.exp(-(((y - cy) / 170) ** 2));
  out[at] = x + (x - cx) * (0.012 * chest + 0.003) * pose.breath + pose.lean * 16 * up;
  out[at + 1] = y - pose.breath * 7 * up - pose.lift * up;
}

function onHead(
  puppet: PuppetFile,
  layer: PuppetLayer,
  pose: Pose,
  x: number,
  y: number,
  out: Float32Array,
  at: number,
): void {
  const { centre, radius, neck } = puppet.head;
  const u = (x - centre[0]) / radius[0];
  const v = (y - centre[1]) / radius[1];
  const roundness = Math.max(-0.6, 1 - u * u * 0.9 - v * v * 0.45);
  const depth = layer.depth + layer.bulge * roundness;
  const yaw = pose.turn * TURN_LIMIT;
  const pitch = pose.nod * NOD_LIMIT;
  // Long hair below the chin turns with the head at its root only.
  const hang = y > neck[1] ? Math.exp(-((y - neck[1]) / 220)) : 1;
  const turnedX = x + ((x - centre[0]) * (Math.cos(yaw) - 1) + depth * Math.sin(yaw)) * hang;
  const turnedY = y + ((y - centre[1]) * (Math.cos(pitch) - 1) + depth * Math.sin(pitch)) * hang;
  const angle = pose.tilt * (0.35 + 0.65 * hang);
  const sin = Math.sin(angle);
  const cos = Math.cos(angle);
  const rx = turnedX - neck[0];
  const ry = turnedY - neck[1];
  // The head rides on the neck's root, wherever the body has carried it.
  onBody(puppet, pose, neck[0], neck[1], out, at);
  out[at] = neck[0] + rx * cos - ry * sin + ((out[at] ?? 0) - neck[0]) * 1.15;
  out[at + 1] = neck[1] + rx * sin + ry * cos + ((out[at + 1] ?? 0) - neck[1]);
}
