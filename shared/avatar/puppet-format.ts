import type { Expression } from './expression.ts';

/**
 * `puppet.json`: how the drawings of `puppet.svg` move. All lengths are in puppet units: x to the right, y down, the
 * canvas is `width` × `height` units and the character looks at us from its middle.
 */
export interface PuppetFile {
  readonly format: 1;
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** The ball the head is: turning moves what lies on it. `neck` is where it tilts. */
  readonly head: {
    readonly centre: Point;
    readonly radius: Point;
    readonly neck: Point;
  };
  /** Chest height, where a breath is seen most. */
  readonly chest: Point;
  /** The part that must stay in the picture when the stage is low and wide: [top, bottom] in units. */
  readonly bust: readonly [number, number];
  /** The head as it rests: nobody holds it perfectly straight. */
  readonly rest: { readonly turn: number; readonly nod: number; readonly tilt: number };
  /** From back to front. */
  readonly layers: readonly PuppetLayer[];
  readonly face: PuppetFace;
}

export type Point = readonly [number, number];
/** x, y, width, height */
export type Box = readonly [number, number, number, number];

export interface PuppetLayer {
  /** The `id` of the group in puppet.svg, or `@eyes` / `@brows` for what is painted anew while the face moves. */
  readonly id: string;
  readonly box: Box;
  readonly follow: 'head' | 'neck' | 'body';
  /** Distance in front of the middle of the head (negative: behind it); more depth, more parallax. */
  readonly depth: number;
  /** How much nearer the middle of the head is than its rim. */
  readonly bulge: number;
  /** Columns and rows of the mesh. */
  readonly grid: readonly [number, number];
  readonly sway?: PuppetSway;
}

/** Hair that swings: nothing at `rootY`, `amount` units at `tipY`, in the rhythm of one of two springs. */
export interface PuppetSway {
  readonly rootY: number;
  readonly tipY: number;
  readonly amount: number;
  readonly spring: 'light' | 'heavy';
}

/** A path: M x y, then cubics of six numbers. Shapes of one part have equally many numbers, so they can be mixed. */
export type Shape = readonly number[];

export type EyeKey = Expression | 'closed' | 'smile';

export interface PuppetFace {
  readonly colours: FaceColours;
  /** Middle of each eye: `±dx` from the face's middle line `x`, at `y`. Eye shapes are relative to it, outwards positive. */
  readonly eyes: {
    readonly x: number;
    readonly dx: number;
    readonly y: number;
    /** Outline of the opening, the upper lashes, the fold above, the lower lashes. */
    readonly opening: Readonly<Record<EyeKey, Shape>>;
    readonly lash: Readonly<Record<EyeKey, Shape>>;
    readonly crease: Readonly<Record<EyeKey, Shape>>;
    readonly lower: Readonly<Record<EyeKey, Shape>>;
    readonly iris: {
      readonly x: number;
      readonly y: number;
      readonly rx: number;
      readonly ry: number;
      /** How far the iris travels when the gaze is at its limit. */
      readonly travel: Point;
      readonly scale: Readonly<Record<Expression, number>>;
    };
    /** Thickness of the lower lash and crease lines. */
    readonly line: number;
  };
  /** Relative to the middle of the eye, outwards positive. */
  readonly brows: { readonly shapes: Readonly<Record<Expression, Shape>> };
  /** Relative to the middle of the mouth. */
  readonly mouth: {
    readonly x: number;
    readonly y: number;
    readonly line: number;
    readonly shut: Readonly<Record<Expression, Shape>>;
    readonly open: Readonly<Record<Expression, Shape>>;
  };
  readonly nose: { readonly shade: Shape; readonly line: Shape };
  /** Where the cheeks redden: `±dx`, `y`, radius; and how much each face reddens them, in [0,1]. */
  readonly blush: {
    readonly dx: number;
    readonly y: number;
    readonly r: number;
    readonly amount: Readonly<Record<Expression, number>>;
  };
  /** Small marks that belong to the skin: [x, y, radius]. */
  readonly moles: readonly (readonly [number, number, number])[];
}

export interface FaceColours {
  readonly white: string;
  readonly whiteShade: string;
  readonly lash: string;
  readonly lashWarm: string;
  readonly crease: string;
  readonly irisTop: string;
  readonly irisMid: string;
  readonly irisLow: string;
  readonly irisRing: string;
  readonly pupil: string;
  readonly glow: string;
  readonly brow: string;
  readonly mouthLine: string;
  readonly mouthInside: string;
  readonly tongue: string;
  readonly teeth: string;
  readonly blush: string;
  readonly skinShade: string;
  readonly skinLine: string;
}

/** Reads puppet.json. Throws when it is not one this version can move. */
export function parsePuppet(json: unknown): PuppetFile {
  if (!isPuppet(json)) throw new Error('This is not a puppet of format 1.');
  return json;
}

function isPuppet(json: unknown): json is PuppetFile {
  if (typeof json !== 'object' || json === null) return false;
  if (!('format' in json) || json.format !== 1) return false;
  if (!('layers' in json) || !Array.isArray(json.layers) || json.layers.length === 0) return false;
  return 'face' in json && typeof json.face === 'object' && json.face !== null;
}
