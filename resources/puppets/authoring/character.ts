import type { Expression } from '#shared/avatar/expression.ts';
import type { FaceColours, PuppetFace, PuppetFile, PuppetLayer, PuppetSway, Shape } from '#shared/avatar/puppet-format.ts';
import type { Layer } from './draw.ts';

export const WIDTH = 1000;
export const HEIGHT = 1150;

/** Lamplight: the same lantern stands to the picture's right for the whole cast. */
export const LAMP = '#ffb765';

export interface Palette {
  readonly skin: string;
  readonly skinShade: string;
  readonly skinLine: string;
  readonly hair: string;
  readonly hairTip: string;
  readonly hairShade: string;
  readonly hairLight: string;
  readonly hairLine: string;
  readonly top: string;
  readonly topShade: string;
  readonly topLight: string;
  readonly topLine: string;
  readonly accent: string;
  readonly accentShade: string;
  readonly accentLight: string;
  readonly accentLine: string;
  readonly irisTop: string;
  readonly irisMid: string;
  readonly irisLow: string;
  readonly irisRing: string;
  readonly glow: string;
  readonly brow: string;
  readonly lash: string;
  readonly blush: string;
}

export interface DrawnLayer {
  readonly drawing: Layer;
  readonly follow: PuppetLayer['follow'];
  readonly depth: number;
  readonly bulge: number;
  readonly sway?: PuppetSway;
}

export interface Character {
  readonly id: string;
  readonly head: PuppetFile['head'];
  readonly rest: PuppetFile['rest'];
  /** From back to front; the marks stand where the moving face is painted. */
  readonly layers: readonly (DrawnLayer | '@eyes' | '@brows')[];
  readonly face: PuppetFace;
  /** x, y, side of the square that the small portrait shows. */
  readonly crop: readonly [number, number, number];
}

export function faceColours(p: Palette): FaceColours {
  return {
    white: '#fffaf4',
    whiteShade: mixHex(p.lash, '#6a4a6a', 0.4),
    lash: p.lash,
    lashWarm: mixHex(p.lash, p.skinLine, 0.45),
    crease: mixHex(p.skinLine, p.skinShade, 0.25),
    irisTop: p.irisTop,
    irisMid: p.irisMid,
    irisLow: p.irisLow,
    irisRing: p.irisRing,
    pupil: mixHex(p.irisTop, '#120a10', 0.55),
    glow: p.glow,
    brow: p.brow,
    mouthLine: mixHex(p.skinLine, '#5c1f22', 0.4),
    mouthInside: '#8f3a3a',
    tongue: '#e58a80',
    teeth: '#fff8f0',
    blush: p.blush,
    skinShade: p.skinShade,
    skinLine: p.skinLine,
  };
}

/** Every expression with the same shape, then the ones that differ. */
export function perExpression(base: Shape, changes: Partial<Record<Expression, Shape>>): Record<Expression, Shape> {
  return { neutral: base, happy: base, sad: base, angry: base, surprised: base, shy: base, ...changes };
}

export function amounts(base: number, changes: Partial<Record<Expression, number>>): Record<Expression, number> {
  return { neutral: base, happy: base, sad: base, angry: base, surprised: base, shy: base, ...changes };
}

/** A colour between two `#rrggbb` colours. */
export function mixHex(a: string, b: string, t: number): string {
  const channel = (hex: string, index: number): number => Number.parseInt(hex.slice(1 + index * 2, 3 + index * 2), 16);
  return `#${[0, 1, 2]
    .map((index) => Math.round(channel(a, index) * (1 - t) + channel(b, index) * t).toString(16).padStart(2, '0'))
    .join('')}`;
}
