/**
 * A very small drawing kit: outlines are written as a few points, and a soft curve is laid through them.
 * A node is [x, y] for a point on a smooth curve, [x, y, 'c'] for a corner, and [x, y, bulge] for a corner reached by
 * an arc whose bulge is a fraction of its chord (positive bows to the left of the way).
 */
export type Node = readonly [number, number] | readonly [number, number, 'c' | number];

/** M x y, then six numbers for each cubic. */
export type Bezier = number[];

/** A closed or open curve through the nodes. */
export function curve(nodes: readonly Node[], closed = true): Bezier {
  const count = nodes.length;
  const at = (index: number): Node => nodes[((index % count) + count) % count] ?? [0, 0];
  const first = at(0);
  const path: Bezier = [first[0], first[1]];
  const segments = closed ? count : count - 1;
  for (let index = 0; index < segments; index += 1) {
    const a = at(index);
    const b = at(index + 1);
    const chord = Math.hypot(b[0] - a[0], b[1] - a[1]) || 1;
    const bulge = b[2];
    if (typeof bulge === 'number') {
      const nx = (b[1] - a[1]) * bulge;
      const ny = (a[0] - b[0]) * bulge;
      path.push(a[0] + (b[0] - a[0]) * 0.33 + nx, a[1] + (b[1] - a[1]) * 0.33 + ny);
      path.push(a[0] + (b[0] - a[0]) * 0.67 + nx, a[1] + (b[1] - a[1]) * 0.67 + ny, b[0], b[1]);
      continue;
    }
    const ends = closed || (index > 0 && index < count - 1);
    const outA = tangent(a, closed || index > 0 ? at(index - 1) : null, b);
    const inB = tangent(b, a, closed || index < count - 2 ? at(index + 2) : null);
    const reach = chord * 0.36;
    let c1: [number, number] | null = outA === null || (!ends && index === 0) ? null : [a[0] + outA[0] * reach, a[1] + outA[1] * reach];
    let c2: [number, number] | null = inB === null ? null : [b[0] - inB[0] * reach, b[1] - inB[1] * reach];
    if (c1 === null && c2 !== null) c1 = [(a[0] + c2[0]) / 2, (a[1] + c2[1]) / 2];
    if (c2 === null && c1 !== null) c2 = [(b[0] + c1[0]) / 2, (b[1] + c1[1]) / 2];
    if (c1 === null || c2 === null) {
      c1 = [a[0] + (b[0] - a[0]) / 3, a[1] + (b[1] - a[1]) / 3];
      c2 = [a[0] + ((b[0] - a[0]) * 2) / 3, a[1] + ((b[1] - a[1]) * 2) / 3];
    }
    path.push(c1[0], c1[1], c2[0], c2[1], b[0], b[1]);
  }
  return path;
}

/** Unit tangent at a smooth node, or null at a corner or an end. */
function tangent(node: Node, before: Node | null, after: Node | null): [number, number] | null {
  if (node.length === 3 || before === null || after === null) return null;
  const ax = node[0] - before[0];
  const ay = node[1] - before[1];
  const bx = after[0] - node[0];
  const by = after[1] - node[1];
  const la = Math.hypot(ax, ay) || 1;
  const lb = Math.hypot(bx, by) || 1;
  // The nearer neighbour counts more, so that short segments stay calm beside long ones.
  const tx = (ax / la) * lb + (bx / lb) * la;
  const ty = (ay / la) * lb + (by / lb) * la;
  const length = Math.hypot(tx, ty) || 1;
  return [tx / length, ty / length];
}

/** The other half: mirrored in the line x = `axis`, and turned round so that outlines can be joined. */
export function mirror(nodes: readonly Node[], axis = 500): Node[] {
  return nodes
    .map((node): Node => (node.length === 3 ? [2 * axis - node[0], node[1], typeof node[2] === 'number' ? 'c' : node[2]] : [2 * axis - node[0], node[1]]))
    .toReversed();
}

export function moved(path: Bezier, dx: number, dy: number): Bezier {
  return path.map((value, index) => value + (index % 2 === 0 ? dx : dy));
}

export function flipped(path: Bezier, axis = 500): Bezier {
  return path.map((value, index) => (index % 2 === 0 ? 2 * axis - value : value));
}

/** Path text in whole units, relative from point to point: short, and no eye sees half a unit. */
export function d(path: Bezier, closed = true): string {
  const whole = path.map(Math.round);
  const start = `M${whole[0] ?? 0} ${whole[1] ?? 0}`;
  let text = '';
  for (let index = 2; index + 5 < whole.length; index += 6) {
    const fromX = whole[index - 2] ?? 0;
    const fromY = whole[index - 1] ?? 0;
    for (let offset = 0; offset < 6; offset += 1) {
      const value = (whole[index + offset] ?? 0) - (offset % 2 === 0 ? fromX : fromY);
      text += text === '' || value < 0 ? String(value) : ` ${value}`;
    }
  }
  return `${start}c${text}${closed ? 'z' : ''}`;
}

/** A tapered stroke along a curve: nothing at both ends, `width` where it is fullest. */
export function taper(nodes: readonly Node[], width: number, fullest = 0.35): Bezier {
  const spine = curve(nodes, false);
  const points: [number, number][] = [];
  for (let index = 2; index + 5 < spine.length; index += 6) {
    for (let step = index === 2 ? 0 : 1; step <= 3; step += 1) points.push(bezierAt(spine, index, step / 3));
  }
  const left: Node[] = [];
  const right: Node[] = [];
  points.forEach((point, index) => {
    const t = index / (points.length - 1);
    const before = points[Math.max(0, index - 1)] ?? point;
    const after = points[Math.min(points.length - 1, index + 1)] ?? point;
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1;
    const swell = t < fullest ? Math.sin((t / fullest) * (Math.PI / 2)) : Math.cos(((t - fullest) / (1 - fullest)) * (Math.PI / 2));
    const half = (swell * width) / 2;
    const nx = (-(after[1] - before[1]) / length) * half;
    const ny = ((after[0] - before[0]) / length) * half;
    if (index === 0 || index === points.length - 1) {
      left.push([point[0], point[1], 'c']);
    } else {
      left.push([point[0] + nx, point[1] + ny]);
      right.push([point[0] - nx, point[1] - ny]);
    }
  });
  return curve([...left, ...right.toReversed()]);
}

function bezierAt(path: Bezier, index: number, t: number): [number, number] {
  const p = (offset: number): number => path[index - 2 + offset] ?? 0;
  const u = 1 - t;
  const mix = (o: number): number => u ** 3 * p(o) + 3 * u * u * t * p(o + 2) + 3 * u * t * t * p(o + 4) + t ** 3 * p(o + 6);
  return [mix(0), mix(1)];
}

/** Collects the drawing of one layer and how far it reaches. */
export interface Layer {
  readonly id: string;
  readonly body: string[];
  readonly defs: string[];
  reach: [number, number, number, number];
}

export function layer(id: string): Layer {
  return { id, body: [], defs: [], reach: [1e9, 1e9, -1e9, -1e9] };
}

let serial = 0;
export function nextId(): string {
  serial += 1;
  return `p${serial.toString(36)}`;
}
export function resetIds(): void {
  serial = 0;
}

export function extend(target: Layer, path: Bezier, margin: number): void {
  let [left, top, right, bottom] = target.reach;
  for (let index = 0; index + 1 < path.length; index += 2) {
    const x = path[index] ?? 0;
    const y = path[index + 1] ?? 0;
    left = Math.min(left, x - margin);
    right = Math.max(right, x + margin);
    top = Math.min(top, y - margin);
    bottom = Math.max(bottom, y + margin);
  }
  target.reach = [left, top, right, bottom];
}

/** What is drawn inside an outline, never beyond it. */
export type Inside =
  | { readonly path: Bezier; readonly fill: string; readonly alpha?: number; readonly soft?: number }
  | { readonly line: Bezier; readonly colour: string; readonly width: number; readonly alpha?: number; readonly soft?: number };

export interface ShapeOptions {
  /** One colour, or two from top to bottom: of the shape, or of the heights given. */
  readonly fill: string | readonly [string, string] | readonly [string, string, number, number];
  readonly line?: string;
  readonly lineWidth?: number;
  readonly inside?: readonly Inside[];
  /** The one soft shadow: along the edges turned away from the lamp. */
  readonly shade?: { readonly colour: string; readonly alpha: number; readonly dx: number; readonly dy: number; readonly soft?: number };
  /** Lamplight along the edges that face it: colour, strength and how broad it is. */
  readonly rim?: { readonly colour: string; readonly alpha: number; readonly dx: number; readonly dy: number };
}

/** One flat shape with its shadows, lights, rim and outline. */
export function shape(target: Layer, path: Bezier, options: ShapeOptions): void {
  const text = d(path);
  extend(target, path, 6);
  let fill = options.fill;
  if (typeof fill !== 'string') {
    const id = nextId();
    target.defs.push(
      `<linearGradient id="${id}" ${fill.length === 4 ? `gradientUnits="userSpaceOnUse" x1="0" y1="${fill[2]}" x2="0" y2="${fill[3]}"` : 'x1="0" y1="0" x2="0" y2="1"'}><stop offset="0" stop-color="${fill[0]}"/><stop offset="1" stop-color="${fill[1]}"/></linearGradient>`,
    );
    fill = `url(#${id})`;
  }
  const outlineId = nextId();
  target.defs.push(`<path id="${outlineId}" d="${text}"/>`);
  target.body.push(`<use href="#${outlineId}" fill="${fill}"/>`);
  const inside: string[] = [];
  if (options.shade !== undefined) {
    const { colour, alpha, dx, dy, soft } = options.shade;
    inside.push(
      `<path d="${text}${d(moved(path, dx, dy))}" fill-rule="evenodd" fill="${colour}" opacity="${alpha}" filter="url(#tight${soft ?? 5})"/>`,
    );
  }
  inside.push(...(options.inside ?? []).map(insideText));
  if (options.rim !== undefined) {
    const { colour, alpha, dx, dy } = options.rim;
    inside.push(`<path d="${text}${d(moved(path, -dx, dy))}" fill-rule="evenodd" fill="${colour}" opacity="${alpha}"/>`);
  }
  if (inside.length > 0) {
    const id = nextId();
    target.defs.push(`<clipPath id="${id}"><use href="#${outlineId}"/></clipPath>`);
    target.body.push(`<g clip-path="url(#${id})">${inside.join('')}</g>`);
  }
  if (options.line !== undefined) {
    target.body.push(
      `<use href="#${outlineId}" fill="none" stroke="${options.line}" stroke-width="${options.lineWidth ?? LINE}" stroke-linejoin="round"/>`,
    );
  }
}

/** The one line weight of the whole cast, in puppet units. */
export const LINE = 3.6;

function insideText(part: Inside): string {
  const filter = part.soft === undefined ? '' : ` filter="url(#soft${part.soft})"`;
  const alpha = part.alpha === undefined ? '' : ` opacity="${part.alpha}"`;
  if ('path' in part) return `<path d="${d(part.path)}" fill="${part.fill}"${alpha}${filter}/>`;
  return `<path d="${d(part.line, false)}" fill="none" stroke="${part.colour}" stroke-width="${part.width}" stroke-linecap="round"${alpha}${filter}/>`;
}

/** A free stroke that is not inside any shape. */
export function stroke(target: Layer, path: Bezier, colour: string, width = LINE, alpha = 1): void {
  extend(target, path, width);
  target.body.push(`<path d="${d(path, false)}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"${alpha === 1 ? '' : ` opacity="${alpha}"`}/>`);
}

/** A free filled shape without outline. */
export function flat(target: Layer, path: Bezier, colour: string, alpha = 1): void {
  extend(target, path, 2);
  target.body.push(`<path d="${d(path)}" fill="${colour}"${alpha === 1 ? '' : ` opacity="${alpha}"`}/>`);
}

/**
 * The shine that runs round a head of hair: long crescents on an ellipse, each with a thin echo below it. Each span is
 * [from x, to x, thickness].
 */
export function shine(cx: number, cy: number, rx: number, ry: number, spans: readonly (readonly [number, number, number])[]): Bezier[] {
  const on = (x: number, drop: number): number => cy + drop - ry * Math.sqrt(Math.max(0.02, 1 - ((x - cx) / rx) ** 2));
  return spans.flatMap(([from, to, thick]) => {
    const points = (start: number, end: number, drop: number): Node[] =>
      [0, 0.25, 0.5, 0.75, 1].map((t): Node => {
        const x = start + (end - start) * t;
        return [x, on(x, drop) + Math.sin(Math.PI * t) * -3];
      });
    const inset = (to - from) * 0.2;
    return [
      taper(points(from, to, 0), thick, 0.5),
      taper(points(from + inset, to - inset * 0.6, thick * 0.95), thick * 0.3, 0.5),
    ];
  });
}

/** A strand line from a notch up towards the crown, with the little shadow that falls beside it. */
export function strand(nodes: readonly Node[], shade: string, line: string): Inside[] {
  const drop = nodes.map((node, index): Node => (index === 0 ? node : [node[0] - 5, node[1]]));
  return [
    { path: taper(drop, 15, 0.3), fill: shade, alpha: 0.6 },
    { path: taper(nodes, 4.6, 0.12), fill: line, alpha: 0.85 },
  ];
}

export interface LockColours {
  readonly hair: string;
  readonly hairTip: string;
  readonly hairShade: string;
  readonly hairLine: string;
}

/** Root at the crown, the point that bends the fall, tip, and the width where it is broadest. */
export interface Lock {
  readonly root: readonly [number, number];
  readonly control: readonly [number, number];
  readonly tip: readonly [number, number];
  readonly width: number;
}

export function lockOutline({ root, control, tip, width }: Lock): Bezier {
  const left: Node[] = [];
  const right: Node[] = [];
  const profile: readonly (readonly [number, number])[] = [[0, 0.16], [0.14, 0.6], [0.4, 1], [0.58, 0.94], [0.76, 0.62], [0.9, 0.27]];
  for (const [t, share] of profile) {
    const u = 1 - t;
    const x = u * u * root[0] + 2 * u * t * control[0] + t * t * tip[0];
    const y = u * u * root[1] + 2 * u * t * control[1] + t * t * tip[1];
    const tx = u * (control[0] - root[0]) + t * (tip[0] - control[0]);
    const ty = u * (control[1] - root[1]) + t * (tip[1] - control[1]);
    const length = Math.hypot(tx, ty) || 1;
    const half = (width / 2) * share;
    left.push([x + (ty / length) * half, y - (tx / length) * half]);
    right.push([x - (ty / length) * half, y + (tx / length) * half]);
  }
  return curve([...left, [tip[0], tip[1], 'c'], ...right.toReversed()]);
}

/** One big lock of hair: it melts into what lies below it at the root and ends in a clean point. */
export function drawLock(target: Layer, colours: LockColours, lock: Lock, rim?: ShapeOptions['rim']): void {
  const inner = layer('');
  shape(inner, lockOutline(lock), {
    fill: [colours.hair, colours.hairTip, HAIR_TOP, HAIR_BOTTOM],
    line: colours.hairLine,
    shade: { colour: colours.hairShade, alpha: 0.8, dx: 13, dy: 0, soft: 5 },
    ...(rim === undefined ? {} : { rim }),
  });
  shape(target, lockOutline(lock), { fill: [colours.hair, colours.hairTip, HAIR_TOP, HAIR_BOTTOM] });
  const fade = nextId();
  const mask = nextId();
  const { root, tip } = lock;
  // The mask covers the lock and no more: a mask as large as the picture makes every lock as dear as a picture.
  const [left, top, right, bottom] = inner.reach.map(Math.round);
  const area = `x="${left}" y="${top}" width="${(right ?? 0) - (left ?? 0)}" height="${(bottom ?? 0) - (top ?? 0)}"`;
  target.defs.push(
    ...inner.defs,
    `<linearGradient id="${fade}" gradientUnits="userSpaceOnUse" x1="${root[0]}" y1="${root[1]}" x2="${tip[0]}" y2="${tip[1]}"><stop offset="0.3" stop-color="#000"/><stop offset="0.62" stop-color="#fff"/></linearGradient>`,
    `<mask id="${mask}" maskUnits="userSpaceOnUse" ${area}><rect ${area} fill="url(#${fade})"/></mask>`,
  );
  target.body.push(`<g mask="url(#${mask})">${inner.body.join('')}</g>`);
}

/** Where the colour of hair begins to change towards its tips, and where it has. */
export const HAIR_TOP = 120;
export const HAIR_BOTTOM = 430;
