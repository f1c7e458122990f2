import { LAMP, type DrawnLayer, type Palette } from './character.ts';
import { curve, layer, mirror, moved, shape, type Bezier, type Inside, type Node } from './draw.ts';

/** Left half from the top of the head to the chin, softly round; the right half is its mirror image. */
export const SOFT_FACE: readonly Node[] = [
  [500, 180],
  [400, 205],
  [350, 285],
  [343, 365],
  [349, 425],
  [370, 482],
  [412, 532],
  [462, 566],
  [488, 574],
];

/** Longer, with a firmer jaw. */
export const FIRM_FACE: readonly Node[] = [
  [500, 176],
  [402, 202],
  [352, 280],
  [345, 365],
  [350, 432],
  [367, 494],
  [402, 541],
  [458, 582],
  [484, 592],
];

export function faceLayer(p: Palette, half: readonly Node[], fringe: readonly Bezier[], shadows: readonly Inside[] = []): DrawnLayer {
  const drawing = layer('face');
  const outline = curve([...half, ...mirror(half).slice(0, -1)]);
  shape(drawing, outline, {
    fill: p.skin,
    line: p.skinLine,
    shade: { colour: p.skinShade, alpha: 0.5, dx: 13, dy: -5, soft: 9 },
    inside: [
      ...fringe.map((path): Inside => ({ path: moved(path, -4, 15), fill: p.skinShade, soft: 2 })),
      ...shadows,
    ],
    rim: { colour: '#ffd9a0', alpha: 0.75, dx: 7, dy: -1 },
  });
  return { drawing, follow: 'head', depth: 42, bulge: 46 };
}

/** One ear on each side, half under the hair. */
export function earLayer(p: Palette, left: readonly Node[]): DrawnLayer {
  const drawing = layer('ears');
  for (const side of [0, 1]) {
    const nodes = side === 0 ? left : mirror(left);
    const outline = curve(nodes);
    const xs = nodes.map((node) => node[0]);
    const ys = nodes.map((node) => node[1]);
    const cx = (Math.min(...xs) + Math.max(...xs)) / 2;
    const cy = (Math.min(...ys) + Math.max(...ys)) / 2;
    const s = side === 0 ? 1 : -1;
    shape(drawing, outline, {
      fill: p.skin,
      line: p.skinLine,
      inside: [
        { path: curve([[cx - 6 * s, cy - 18], [cx + 8 * s, cy - 14], [cx + 10 * s, cy + 14], [cx - 2 * s, cy + 16]]), fill: p.skinShade, alpha: 0.8, soft: 2 },
        { line: curve([[cx - 9 * s, cy - 12], [cx + 2 * s, cy - 22], [cx + 10 * s, cy - 8], [cx + 3 * s, cy + 6]], false), colour: p.skinLine, width: 2.6, alpha: 0.7 },
      ],
      ...(side === 1 ? { rim: { colour: LAMP, alpha: 0.7, dx: 5, dy: 0 } } : {}),
    });
  }
  return { drawing, follow: 'head', depth: -6, bulge: 10 };
}

/** The neck with the chin's shadow, down to the collarbones. `half` is half of its width under the jaw. */
export function neckLayer(p: Palette, half: number, bottom: number, spread: number): DrawnLayer {
  const drawing = layer('neck');
  const left: Node[] = [
    [500 - half + 6, 520, 'c'],
    [500 - half, 580],
    ...(spread > half * 1.4 ? ([[500 - half - 4, 625], [500 - half - 34, bottom - 34]] as const) : []),
    [500 - spread, bottom, 'c'],
  ];
  shape(drawing, curve([...left, [500, bottom + 30], ...mirror(left)]), {
    fill: p.skin,
    line: p.skinLine,
    inside: [
      { path: curve([[500 - half - 10, 510, 'c'], [500 + half + 10, 510, 'c'], [500 + half + 2, 600, 'c'], [512, 646], [500 - half - 8, 622, 'c']]), fill: p.skinShade, alpha: 0.95, soft: 2 },
    ],
    rim: { colour: LAMP, alpha: 0.75, dx: 6, dy: 0 },
  });
  return { drawing, follow: 'neck', depth: -8, bulge: 14 };
}
