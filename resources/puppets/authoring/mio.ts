import { faceLayer, neckLayer } from './anatomy.ts';
import { amounts, faceColours, LAMP, perExpression, type Character, type DrawnLayer, type Palette } from './character.ts';
import { curve, drawLock, flat, flipped, HAIR_BOTTOM, HAIR_TOP, layer, lockOutline, mirror, shape, shine, stroke, taper, type Inside, type Lock, type Node } from './draw.ts';
import { brow, eyeSet, mouth } from './features.ts';

/** Narrates at a planetarium: long straight blue-black hair, grey-violet eyes, a navy high-neck with a star pin. */
export const MIO: Palette = {
  skin: '#fde8dc', skinShade: '#eebcae', skinLine: '#94505a',
  hair: '#323a63', hairTip: '#3f4a78', hairShade: '#232846', hairLight: '#7488bd', hairLine: '#161a30',
  top: '#2f3c6e', topShade: '#222b53', topLight: '#4c5c98', topLine: '#161c3a',
  accent: '#f4cf7a', accentShade: '#c99a3e', accentLight: '#fff0c2', accentLine: '#6e5222',
  irisTop: '#3d3460', irisMid: '#7f73b4', irisLow: '#b9b2df', irisRing: '#2c2549', glow: '#e9dcff',
  brow: '#1b2040', lash: '#171a30', blush: '#ee8f97',
};

const FACE: readonly Node[] = [
  [500, 180],
  [402, 206],
  [354, 285],
  [347, 365],
  [352, 428],
  [374, 488],
  [416, 540],
  [464, 573],
  [489, 581],
];

export function mio(id: string, p: Palette): Character {
  return {
    id,
    head: { centre: [500, 378], radius: [168, 202], neck: [500, 615] },
    rest: { turn: -0.14, nod: 0.03, tilt: -0.035 },
    layers: [backHair(p), neckLayer(p, 42, 650, 46), body(p), collar(p), faceLayer(p, FACE, [curve(CAP), ...LOCKS.map(lockOutline)]), '@eyes', sideLock(p, 'left'), sideLock(p, 'right'), frontHair(p), '@brows'],
    face: face(p),
    crop: [230, 92, 540],
  };
}

const CAP: readonly Node[] = [
  [520, 104],
  [412, 120],
  [336, 182],
  [310, 280],
  [326, 408, 'c'],
  [350, 330, 0.1],
  [396, 268, 'c'],
  [500, 250],
  [610, 264, 'c'],
  [652, 330, 'c'],
  [678, 408, 0.1],
  [692, 282],
  [668, 186],
  [606, 122],
];
const CROWN = [528, 136] as const;

/** From back to front. */
const LOCKS: readonly Lock[] = [
  { root: CROWN, control: [344, 180], tip: [344, 410], width: 70 },
  { root: CROWN, control: [676, 180], tip: [668, 408], width: 72 },
  { root: CROWN, control: [386, 185], tip: [384, 388], width: 84 },
  { root: CROWN, control: [648, 185], tip: [634, 390], width: 80 },
  { root: CROWN, control: [602, 190], tip: [594, 380], width: 70 },
  { root: CROWN, control: [436, 195], tip: [434, 384], width: 88 },
  { root: CROWN, control: [500, 200], tip: [492, 380], width: 88 },
];

function frontHair(p: Palette): DrawnLayer {
  const drawing = layer('front-hair');
  shape(drawing, curve(CAP), {
    fill: [p.hair, p.hairTip, HAIR_TOP, HAIR_BOTTOM],
    line: p.hairLine,
    shade: { colour: p.hairShade, alpha: 0.75, dx: 20, dy: 4 },
    rim: { colour: LAMP, alpha: 0.7, dx: 8, dy: 3 },
  });
  const rim = { colour: LAMP, alpha: 0.55, dx: 4, dy: 1 };
  for (const lock of LOCKS) drawLock(drawing, p, lock, lock.tip[0] > 380 ? rim : undefined);
  for (const path of shine(502, 306, 192, 128, [[352, 430, 12], [442, 530, 15], [580, 646, 13]])) flat(drawing, path, p.hairLight, 0.6);
  return { drawing, follow: 'head', depth: 62, bulge: 44, sway: { rootY: 230, tipY: 400, amount: 4, spring: 'light' } };
}

function backHair(p: Palette): DrawnLayer {
  const drawing = layer('back-hair');
  shape(drawing, curve([[500, 116], [396, 130], [324, 208], [300, 320], [286, 480], [262, 660], [240, 840], [252, 1010, 'c'], [300, 950], [330, 1040, 'c'], [420, 960], [580, 960], [668, 1040, 'c'], [702, 950], [748, 1010, 'c'], [760, 840], [738, 660], [714, 480], [700, 320], [676, 208], [604, 130]]), {
    fill: [p.hairShade, p.hair],
    line: p.hairLine,
    inside: [
      { path: taper([[318, 420], [296, 640], [280, 900]], 12), fill: p.hairLight, alpha: 0.35 },
      { path: taper([[690, 420], [712, 640], [722, 900]], 14), fill: p.hairLight, alpha: 0.5 },
      { line: curve([[340, 560], [318, 760], [316, 960]], false), colour: p.hairLine, width: 3, alpha: 0.7 },
      { line: curve([[664, 560], [684, 760], [690, 960]], false), colour: p.hairLine, width: 3, alpha: 0.7 },
    ],
    rim: { colour: LAMP, alpha: 0.8, dx: 9, dy: 0 },
  });
  return { drawing, follow: 'head', depth: -46, bulge: 0, sway: { rootY: 420, tipY: 1040, amount: 26, spring: 'heavy' } };
}

function sideLock(p: Palette, side: 'left' | 'right'): DrawnLayer {
  const drawing = layer(`side-${side}`);
  const turn = (path: number[]): number[] => (side === 'left' ? path : flipped(path));
  const long = side === 'left' ? 850 : 820;
  shape(drawing, turn(curve([[378, 230, 'c'], [336, 300], [318, 400], [314, 540], [318, 680], [330, 790], [358, long, 'c'], [368, 740], [364, 620], [356, 520], [356, 430], [368, 340], [392, 270, 'c']])), {
    fill: [p.hair, p.hairTip],
    line: p.hairLine,
    inside: [
      { path: turn(taper([[338, 330], [328, 520], [340, 760]], 9)), fill: side === 'left' ? p.hairShade : p.hairLight, alpha: 0.65 },
      { path: turn(taper([[350, 480], [346, 640], [356, 800]], 4)), fill: p.hairLine, alpha: 0.8 },
    ],
    ...(side === 'right' ? { rim: { colour: LAMP, alpha: 0.85, dx: 7, dy: 0 } } : {}),
  });
  return { drawing, follow: 'head', depth: 26, bulge: 20, sway: { rootY: 340, tipY: 850, amount: 24, spring: 'heavy' } };
}

function body(p: Palette): DrawnLayer {
  const drawing = layer('body');
  const left: Node[] = [[448, 650, 'c'], [428, 680], [362, 706], [296, 734], [262, 796], [246, 920], [234, 1080], [230, 1160, 'c']];
  shape(drawing, curve([...left, ...mirror(left)]), {
    fill: [p.top, p.topShade],
    line: p.topLine,
    shade: { colour: p.topShade, alpha: 0.9, dx: 30, dy: 0, soft: 9 },
    inside: [
      { path: curve([[420, 660], [580, 660], [570, 700], [500, 724], [430, 706]]), fill: p.topShade, alpha: 0.9, soft: 5 },
      { path: curve([[330, 880, 'c'], [364, 960], [372, 1170, 'c'], [314, 1170, 'c'], [314, 990]]), fill: p.topShade, alpha: 0.8, soft: 5 },
      { path: taper([[632, 800], [640, 900], [606, 976]], 14, 0.6), fill: p.topLight, alpha: 0.5, soft: 5 },
      { path: taper([[420, 830], [440, 930], [408, 990]], 16, 0.6), fill: p.topLight, alpha: 0.25, soft: 5 },
      { line: curve([[330, 866], [314, 980], [312, 1170]], false), colour: p.topLine, width: 3.6 },
      { line: curve([[670, 866], [686, 980], [688, 1170]], false), colour: p.topLine, width: 3.6 },
      { path: taper([[284, 790], [310, 826], [330, 868]], 5, 0.8), fill: p.topLine, alpha: 0.8 },
      { path: taper([[716, 790], [690, 826], [670, 868]], 5, 0.8), fill: p.topLine, alpha: 0.8 },
    ],
    rim: { colour: LAMP, alpha: 0.7, dx: 9, dy: 2 },
  });
  // A few stars stitched on the other side: the planetarium's own.
  const stitched = [[356, 800, 3], [392, 778, 4], [424, 806, 3], [412, 850, 3.5], [452, 872, 2.6]] as const;
  stitched.slice(1).forEach(([x, y], index) => {
    const before = stitched[index];
    if (before !== undefined) stroke(drawing, curve([[before[0], before[1]], [x, y]], false), p.topLight, 1.8, 0.7);
  });
  for (const [x, y, r] of stitched) flat(drawing, curve([[x - r, y], [x, y - r], [x + r, y], [x, y + r]]), p.accentLight, 0.9);
  const star: Node[] = Array.from({ length: 10 }, (_, index): Node => {
    const angle = -Math.PI / 2 + 0.16 + (index * Math.PI) / 5;
    const radius = index % 2 === 0 ? 27 : 11.5;
    return [598 + Math.cos(angle) * radius, 826 + Math.sin(angle) * radius, 'c'];
  });
  shape(drawing, curve(star), { fill: [p.accentLight, p.accent], line: p.accentLine, lineWidth: 2.6 });
  return { drawing, follow: 'body', depth: 0, bulge: 0 };
}

function collar(p: Palette): DrawnLayer {
  const drawing = layer('collar');
  shape(drawing, curve([[452, 608, 'c'], [500, 622], [548, 608, 'c'], [553, 640], [566, 676, 'c'], [500, 704], [434, 676, 'c'], [447, 640]]), {
    fill: p.top,
    line: p.topLine,
    shade: { colour: p.topShade, alpha: 0.9, dx: 14, dy: 0 },
    inside: [
      { line: curve([[450, 628], [500, 642], [550, 628]], false), colour: p.topLine, width: 2.6, alpha: 0.6 },
      ...[470, 490, 510, 530].map((x): Inside => ({ line: curve([[x, 644], [x + (x - 500) * 0.12, 690]], false), colour: p.topLine, width: 2.4, alpha: 0.35 })),
    ],
    rim: { colour: LAMP, alpha: 0.8, dx: 6, dy: 0 },
  });
  return { drawing, follow: 'neck', depth: -2, bulge: 10 };
}

function face(p: Palette): Character['face'] {
  const eyes = eyeSet(
    { inner: [-38, 11], outer: [46, -2], peak: [4, -33], sag: [5, 32], round: [0.62, 0.6] },
    {
      happy: { peak: [4, -29], sag: [5, 25] },
      sad: { inner: [-38, 4], outer: [46, 9], peak: [-7, -25], sag: [4, 32] },
      angry: { inner: [-38, 17], outer: [48, -9], peak: [14, -25], sag: [5, 28] },
      surprised: { peak: [3, -42], sag: [4, 37] },
      shy: { peak: [2, -25], sag: [4, 30], outer: [46, 3] },
    },
    { inner: 4, peak: 12, outer: 16, wing: [15, -8] },
    { y: 17, depth: 14 },
  );
  return {
    colours: faceColours(p),
    eyes: {
      x: 500, dx: 80, y: 414, ...eyes, line: 3.2,
      iris: { x: 0, y: 0, rx: 31, ry: 36, travel: [11, 7], scale: amounts(1, { surprised: 0.86, angry: 0.94 }) },
    },
    brows: {
      shapes: perExpression(brow([-31, -63], [8, -68], [46, -57], 7), {
        happy: brow([-30, -70], [8, -76], [46, -61], 7),
        sad: brow([-28, -80], [6, -69], [44, -48], 7.5),
        angry: brow([-36, -42], [8, -58], [48, -70], 8),
        surprised: brow([-30, -80], [8, -88], [46, -74], 7),
        shy: brow([-29, -74], [7, -69], [45, -52], 7),
      }),
    },
    mouth: {
      x: 500, y: 527, line: 3.4,
      shut: perExpression(mouth(18, 2, 2, 3), {
        happy: mouth(24, 6, 4, 10), sad: mouth(17, -6, -4, -3), angry: mouth(18, -6, -5, -4), surprised: mouth(10, 0, -9, 11), shy: mouth(13, 1, 2, 3, 2),
      }),
      open: perExpression(mouth(18, 2, 0, 17), {
        happy: mouth(25, 6, 2, 26), sad: mouth(14, -3, -3, 9), angry: mouth(20, -2, -8, 14), surprised: mouth(14, 0, -12, 21), shy: mouth(13, 1, -1, 10, 1),
      }),
    },
    nose: { shade: curve([[504, 472, 'c'], [497, 484], [505, 487, 'c']]), line: curve([[499, 485], [503, 487], [507, 484]], false) },
    blush: { dx: 100, y: 478, r: 36, amount: amounts(0.24, { happy: 0.5, shy: 1, surprised: 0.32, sad: 0.14, angry: 0.36 }) },
    moles: [[602, 462, 3]],
  };
}
