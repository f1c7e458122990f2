import { faceLayer, neckLayer, SOFT_FACE } from './anatomy.ts';
import { amounts, faceColours, LAMP, perExpression, type Character, type DrawnLayer, type Palette } from './character.ts';
import { curve, drawLock, flat, flipped, HAIR_BOTTOM, HAIR_TOP, layer, lockOutline, mirror, shape, shine, stroke, taper, type Inside, type Lock, type Node } from './draw.ts';
import { brow, eyeSet, mouth } from './features.ts';

/** Keeps a second-hand bookshop with a lantern in the window: chestnut bob, amber eyes, cream knit, amber scarf. */
export const AKARI: Palette = {
  skin: '#ffe6d3', skinShade: '#f4bfa3', skinLine: '#a4574a',
  hair: '#8f4a30', hairTip: '#a85a38', hairShade: '#6a3126', hairLight: '#d08a58', hairLine: '#4a2220',
  top: '#f7ebd7', topShade: '#e0c9aa', topLight: '#fff8ea', topLine: '#8d6b52',
  accent: '#e39a33', accentShade: '#bf7322', accentLight: '#f5bd63', accentLine: '#7c451c',
  irisTop: '#6b3312', irisMid: '#c9761f', irisLow: '#f2b64a', irisRing: '#57280f', glow: '#ffe39a',
  brow: '#54261f', lash: '#3d1c1c', blush: '#f2897a',
};

export function akari(id: string, p: Palette): Character {
  return {
    id,
    head: { centre: [500, 375], radius: [170, 200], neck: [500, 610] },
    rest: { turn: 0.16, nod: 0.05, tilt: 0.045 },
    layers: [backHair(p), scarfBack(p), neckLayer(p, 44, 690, 110), body(p), scarf(p), faceLayer(p, SOFT_FACE, [curve(CAP), ...LOCKS.map(lockOutline)]), '@eyes', sideLock(p, 'left'), sideLock(p, 'right'), frontHair(p), '@brows'],
    face: face(p),
    crop: [230, 90, 540],
  };
}

const CAP: readonly Node[] = [
  [470, 104],
  [384, 128],
  [326, 196],
  [303, 296],
  [318, 404, 'c'],
  [350, 330, 0.14],
  [396, 268, 'c'],
  [500, 250],
  [610, 264, 'c'],
  [652, 330, 'c'],
  [684, 404, 0.14],
  [698, 300],
  [676, 200],
  [610, 130],
  [536, 103],
];
const CROWN = [446, 138] as const;

/** From back to front. */
const LOCKS: readonly Lock[] = [
  { root: CROWN, control: [334, 165], tip: [338, 412], width: 70 },
  { root: CROWN, control: [672, 150], tip: [680, 410], width: 72 },
  { root: CROWN, control: [374, 185], tip: [390, 396], width: 86 },
  { root: CROWN, control: [646, 165], tip: [642, 396], width: 82 },
  { root: CROWN, control: [586, 168], tip: [594, 376], width: 86 },
  { root: CROWN, control: [516, 180], tip: [544, 364], width: 84 },
  { root: CROWN, control: [452, 220], tip: [482, 380], width: 54 },
];

function frontHair(p: Palette): DrawnLayer {
  const drawing = layer('front-hair');
  shape(drawing, curve(CAP), {
    fill: [p.hair, p.hairTip, HAIR_TOP, HAIR_BOTTOM],
    line: p.hairLine,
    shade: { colour: p.hairShade, alpha: 0.75, dx: 20, dy: 4 },
    rim: { colour: LAMP, alpha: 0.75, dx: 8, dy: 3 },
  });
  const rim = { colour: LAMP, alpha: 0.55, dx: 4, dy: 1 };
  for (const lock of LOCKS) drawLock(drawing, p, lock, lock.tip[0] > 380 ? rim : undefined);
  for (const path of shine(498, 306, 190, 130, [[352, 420, 13], [432, 548, 18], [566, 650, 14]])) flat(drawing, path, p.hairLight, 0.62);
  const loose = taper([[478, 110], [496, 82], [530, 70], [566, 82]], 11, 0.3);
  flat(drawing, loose, p.hair);
  stroke(drawing, loose, p.hairLine, 3);
  return { drawing, follow: 'head', depth: 62, bulge: 44, sway: { rootY: 230, tipY: 400, amount: 5, spring: 'light' } };
}

function backHair(p: Palette): DrawnLayer {
  const drawing = layer('back-hair');
  shape(drawing, curve([[500, 120], [392, 140], [320, 220], [296, 330], [286, 440], [290, 540], [318, 628, 'c'], [400, 650, 'c'], [470, 640], [530, 640], [592, 650, 'c'], [682, 626, 'c'], [712, 540], [714, 440], [704, 330], [680, 220], [608, 140]]), {
    fill: [p.hairShade, p.hairShade],
    line: p.hairLine,
    inside: [{ path: curve([[300, 330], [330, 330], [326, 480], [350, 600], [310, 610], [280, 520]]), fill: p.hair, alpha: 0.7 }, { path: curve([[670, 330], [712, 330], [722, 520], [690, 620], [660, 590], [682, 480]]), fill: p.hair, alpha: 0.9 }],
    rim: { colour: LAMP, alpha: 0.85, dx: 10, dy: 0 },
  });
  return { drawing, follow: 'head', depth: -46, bulge: 0, sway: { rootY: 380, tipY: 640, amount: 14, spring: 'heavy' } };
}

function sideLock(p: Palette, side: 'left' | 'right'): DrawnLayer {
  const drawing = layer(`side-${side}`);
  const nodes: Node[] = [[372, 240, 'c'], [332, 300], [312, 400], [314, 490], [336, 556], [380, 598, 'c'], [360, 548], [354, 480], [362, 410], [378, 340], [392, 270, 'c']];
  const path = curve(nodes);
  const s = side === 'left' ? path : flipped(path);
  shape(drawing, s, {
    fill: [p.hair, p.hairTip],
    line: p.hairLine,
    inside: [{ path: side === 'left' ? taper([[336, 330], [326, 430], [346, 540]], 9) : flipped(taper([[336, 330], [326, 430], [346, 540]], 9)), fill: side === 'left' ? p.hairShade : p.hairLight, alpha: 0.7 }],
    ...(side === 'right' ? { rim: { colour: LAMP, alpha: 0.85, dx: 8, dy: 0 } } : {}),
  });
  return { drawing, follow: 'head', depth: 26, bulge: 20, sway: { rootY: 330, tipY: 600, amount: 16, spring: 'light' } };
}

function scarfBack(p: Palette): DrawnLayer {
  const drawing = layer('scarf-back');
  shape(drawing, curve([[366, 620], [392, 574], [450, 552], [550, 552], [608, 574], [634, 620], [600, 670], [400, 670]]), {
    fill: p.accentShade,
    line: p.accentLine,
    rim: { colour: '#ffd48a', alpha: 0.5, dx: 6, dy: 2 },
  });
  return { drawing, follow: 'body', depth: -20, bulge: 0 };
}

function body(p: Palette): DrawnLayer {
  const drawing = layer('body');
  const left: Node[] = [[430, 640, 'c'], [396, 682], [318, 708], [262, 744], [232, 812], [212, 930], [196, 1080], [190, 1160, 'c']];
  shape(drawing, curve([...left, ...mirror(left)]), {
    fill: [p.topLight, p.top],
    line: p.topLine,
    shade: { colour: p.topShade, alpha: 0.8, dx: 34, dy: 0, soft: 9 },
    inside: [
      { path: curve([[350, 690], [660, 690], [650, 760], [560, 800], [440, 800], [370, 770]]), fill: p.topShade, alpha: 0.8, soft: 9 },
      // the shade the arms lay on the sides
      { path: curve([[318, 880, 'c'], [350, 970], [352, 1170, 'c'], [296, 1170, 'c'], [300, 990]]), fill: p.topShade, alpha: 0.7, soft: 5 },
      { path: curve([[690, 890, 'c'], [708, 990], [716, 1170, 'c'], [672, 1170, 'c'], [680, 990]]), fill: p.topShade, alpha: 0.6, soft: 5 },
      ...[404, 500, 596].flatMap((x) => cable(x, p)),
      { line: curve([[318, 870], [300, 980], [296, 1170]], false), colour: p.topLine, width: 3.6 },
      { line: curve([[688, 870], [704, 980], [708, 1170]], false), colour: p.topLine, width: 3.6 },
      { path: taper([[262, 790], [292, 830], [318, 872]], 5, 0.8), fill: p.topLine, alpha: 0.8 },
      { path: taper([[742, 790], [712, 830], [688, 872]], 5, 0.8), fill: p.topLine, alpha: 0.8 },
    ],
    rim: { colour: LAMP, alpha: 0.85, dx: 11, dy: 2 },
  });
  return { drawing, follow: 'body', depth: 0, bulge: 0 };
}

/** A plait of the knit, from the scarf downwards. */
function cable(x: number, p: Palette): Inside[] {
  const turns = Array.from({ length: 6 }, (_, index) => 774 + index * 62);
  const yarn = (nodes: readonly Node[], width: number): Inside => ({ line: curve(nodes, false), colour: p.topShade, width, alpha: 0.9 });
  return turns.flatMap((y): Inside[] => [
    yarn([[x - 12, y], [x + 2, y + 24], [x + 12, y + 54]], 5),
    yarn([[x + 12, y + 3], [x + 5, y + 17]], 4),
    yarn([[x - 7, y + 38], [x - 12, y + 52]], 4),
  ]);
}

function scarf(p: Palette): DrawnLayer {
  const drawing = layer('scarf');
  const stripe = (path: number[]): Inside => ({ line: path, colour: p.accentLight, width: 7, alpha: 0.75 });
  shape(drawing, curve([[552, 690, 'c'], [628, 690, 'c'], [646, 790], [650, 904, 'c'], [566, 916, 'c'], [562, 800]]), {
    fill: p.accent,
    line: p.accentLine,
    shade: { colour: p.accentShade, alpha: 0.8, dx: 22, dy: 0 },
    inside: [
      stripe(curve([[556, 842], [606, 842], [654, 834]], false)),
      stripe(curve([[556, 864], [606, 864], [654, 856]], false)),
      { path: taper([[604, 730], [612, 800], [610, 880]], 4, 0.3), fill: p.accentLine, alpha: 0.7 },
      { path: curve([[540, 690], [650, 690], [650, 740], [590, 756], [540, 746]]), fill: p.accentShade, alpha: 0.8, soft: 5 },
    ],
    rim: { colour: '#ffdc9a', alpha: 0.9, dx: 7, dy: 0 },
  });
  for (const x of [572, 588, 604, 620, 638]) stroke(drawing, curve([[x, 912 - (x - 572) * 0.12], [x - 1, 936]], false), p.accentLine, 3.6);
  shape(drawing, curve([[346, 612], [372, 592], [412, 612], [456, 634], [500, 642], [548, 634], [592, 610], [626, 590], [654, 612], [670, 660], [644, 712], [576, 742], [500, 750], [424, 742], [356, 712], [330, 660]]), {
    fill: p.accent,
    line: p.accentLine,
    shade: { colour: p.accentShade, alpha: 0.85, dx: 16, dy: -18 },
    inside: [
      stripe(curve([[420, 600], [398, 660], [404, 760]], false)),
      stripe(curve([[444, 610], [424, 664], [430, 760]], false)),
      { path: taper([[640, 628], [590, 688], [486, 712], [430, 706]], 8, 0.3), fill: p.accentLine, alpha: 0.85 },
      { path: taper([[620, 668], [560, 712], [480, 730]], 20, 0.4), fill: p.accentShade, alpha: 0.7 },
      { path: taper([[356, 640], [392, 676], [452, 688]], 6, 0.3), fill: p.accentLine, alpha: 0.8 },
    ],
    rim: { colour: '#ffdc9a', alpha: 0.95, dx: 7, dy: 5 },
  });
  return { drawing, follow: 'body', depth: 14, bulge: 10, sway: { rootY: 720, tipY: 940, amount: 6, spring: 'heavy' } };
}

function face(p: Palette): Character['face'] {
  const eyes = eyeSet(
    { inner: [-40, 6], outer: [43, 13], peak: [-1, -41], sag: [3, 38], round: [0.62, 0.62] },
    {
      happy: { peak: [0, -36], sag: [3, 29], outer: [43, 12] },
      sad: { inner: [-40, 0], outer: [43, 20], peak: [-10, -30], sag: [3, 37] },
      angry: { inner: [-40, 15], outer: [45, 0], peak: [12, -30], sag: [3, 34] },
      surprised: { peak: [-1, -48], sag: [3, 42] },
      shy: { peak: [-2, -31], sag: [3, 35], outer: [43, 16] },
    },
    { inner: 4, peak: 13, outer: 17, wing: [13, -4] },
    { y: 20, depth: 16 },
  );
  return {
    colours: faceColours(p),
    eyes: {
      x: 500, dx: 82, y: 412, ...eyes, line: 3.4,
      iris: { x: -1, y: -2, rx: 31, ry: 38, travel: [11, 8], scale: amounts(1, { surprised: 0.86, angry: 0.94 }) },
    },
    brows: {
      shapes: perExpression(brow([-33, -71], [7, -77], [44, -61], 8), {
        happy: brow([-32, -78], [7, -86], [45, -66], 8),
        sad: brow([-29, -88], [4, -78], [42, -54], 9),
        angry: brow([-38, -46], [6, -64], [46, -74], 10),
        surprised: brow([-32, -88], [7, -96], [45, -78], 8),
        shy: brow([-30, -82], [6, -76], [43, -58], 8),
      }),
    },
    mouth: {
      x: 500, y: 520, line: 3.6,
      shut: perExpression(mouth(20, 3, 4, 5), {
        happy: mouth(28, 7, 3, 20), sad: mouth(18, -7, -5, -3), angry: mouth(20, -8, -5, -4), surprised: mouth(12, 0, -11, 13), shy: mouth(14, 2, 3, 4, 2),
      }),
      open: perExpression(mouth(20, 3, 1, 19), {
        happy: mouth(29, 8, 2, 34), sad: mouth(15, -4, -4, 10), angry: mouth(22, -3, -9, 15), surprised: mouth(16, 0, -14, 23), shy: mouth(14, 2, -1, 11, 1),
      }),
    },
    nose: { shade: curve([[504, 466, 'c'], [497, 478], [505, 481, 'c']]), line: curve([[499, 479], [503, 481], [507, 478]], false) },
    blush: { dx: 104, y: 474, r: 40, amount: amounts(0.34, { happy: 0.62, shy: 1, surprised: 0.4, sad: 0.2, angry: 0.42 }) },
    moles: [],
  };
}
