import { earLayer, faceLayer, neckLayer } from './anatomy.ts';
import { amounts, faceColours, LAMP, perExpression, type Character, type DrawnLayer, type Palette } from './character.ts';
import { curve, flat, flipped, drawLock, HAIR_BOTTOM, HAIR_TOP, layer, lockOutline, mirror, shape, shine, strand, stroke, taper, type Lock, type Node } from './draw.ts';
import { brow, eyeSet, mouth } from './features.ts';

/** Studies physiotherapy and runs: fluffy honey-brown hair, green-gold eyes, a hoodie of soft brick red. */
export const HARUTO: Palette = {
  skin: '#fbd8b6', skinShade: '#e5a47c', skinLine: '#90493a',
  hair: '#c4884a', hairTip: '#d49c5c', hairShade: '#99632f', hairLight: '#f0cb8c', hairLine: '#5c371c',
  top: '#bd5f49', topShade: '#964435', topLight: '#d98068', topLine: '#56241f',
  accent: '#f6ead6', accentShade: '#d9c3a2', accentLight: '#fffaf0', accentLine: '#7a5a44',
  irisTop: '#46501a', irisMid: '#8b9a35', irisLow: '#d8cc62', irisRing: '#363d15', glow: '#fff0a8',
  brow: '#6b3f1e', lash: '#3d2418', blush: '#f0856a',
};

const FACE: readonly Node[] = [
  [500, 178],
  [402, 204],
  [351, 285],
  [344, 368],
  [350, 432],
  [368, 490],
  [406, 537],
  [460, 574],
  [486, 583],
];

export function haruto(id: string, p: Palette): Character {
  return {
    id,
    head: { centre: [500, 378], radius: [170, 204], neck: [500, 622] },
    rest: { turn: 0.12, nod: -0.03, tilt: -0.05 },
    layers: [hood(p), backHair(p), neckLayer(p, 57, 720, 126), body(p), hoodFront(p), earLayer(p, EAR), faceLayer(p, FACE, [curve(HAIR), ...LOCKS.map(lockOutline)]), '@eyes', frontHair(p), '@brows'],
    face: face(p),
    crop: [214, 62, 572],
  };
}

const EAR: readonly Node[] = [
  [350, 378, 'c'],
  [330, 370],
  [316, 396],
  [324, 438],
  [342, 462],
  [358, 458, 'c'],
];

const HAIR: readonly Node[] = [
  [356, 446, 'c'],
  [340, 408],
  [338, 376, 'c'],
  [296, 414, -0.12],
  [300, 336, 0.26],
  [254, 356, -0.14],
  [284, 246, 0.28],
  [244, 250, -0.14],
  [318, 150, 0.26],
  [296, 130, -0.14],
  [428, 76, 0.24],
  [462, 84, 0.1],
  [530, 52, 0.08],
  [636, 94, 0.22],
  [676, 92, -0.12],
  [716, 196, 0.26],
  [758, 208, -0.14],
  [724, 300, 0.26],
  [750, 338, -0.12],
  [700, 356, 0.24],
  [702, 418, -0.08],
  [662, 378, 0.06],
  [660, 410],
  [644, 446, 'c'],
  [646, 340, 0.04],
  [610, 262, 'c'],
  [500, 250],
  [396, 270, 'c'],
  [366, 350, 'c'],
];
const CROWN = [452, 122] as const;

/** From back to front. */
const LOCKS: readonly Lock[] = [
  { root: CROWN, control: [346, 180], tip: [364, 402], width: 86 },
  { root: CROWN, control: [664, 150], tip: [672, 408], width: 88 },
  { root: CROWN, control: [384, 190], tip: [412, 384], width: 92 },
  { root: CROWN, control: [618, 150], tip: [632, 390], width: 96 },
  { root: CROWN, control: [556, 165], tip: [574, 384], width: 98 },
  { root: CROWN, control: [466, 205], tip: [504, 378], width: 90 },
];

function frontHair(p: Palette): DrawnLayer {
  const drawing = layer('front-hair');
  const tuft = taper([[470, 96], [484, 50], [530, 26], [566, 42]], 17, 0.4);
  flat(drawing, tuft, p.hair);
  stroke(drawing, tuft, p.hairLine, 3.2);
  shape(drawing, curve(HAIR), {
    fill: [p.hair, p.hairTip, HAIR_TOP, HAIR_BOTTOM],
    line: p.hairLine,
    shade: { colour: p.hairShade, alpha: 0.7, dx: 22, dy: 4 },
    inside: [
      ...strand([[300, 338], [302, 280], [350, 200]], p.hairShade, p.hairLine),
      ...strand([[338, 376], [326, 300], [370, 200]], p.hairShade, p.hairLine),
      ...strand([[722, 300], [714, 250], [660, 180]], p.hairShade, p.hairLine),
      ...strand([[700, 356], [696, 290], [620, 180]], p.hairShade, p.hairLine),
      ...strand([[662, 376], [668, 300], [600, 190]], p.hairShade, p.hairLine),
    ],
    rim: { colour: '#ffe0a0', alpha: 0.85, dx: 9, dy: 4 },
  });
  const rim = { colour: '#ffe0a0', alpha: 0.6, dx: 4, dy: 1 };
  for (const lock of LOCKS) drawLock(drawing, p, lock, lock.tip[0] > 380 ? rim : undefined);
  for (const path of shine(496, 306, 206, 152, [[358, 426, 13], [446, 556, 17], [590, 664, 13]])) flat(drawing, path, p.hairLight, 0.7);
  return { drawing, follow: 'head', depth: 58, bulge: 46, sway: { rootY: 240, tipY: 440, amount: 5, spring: 'light' } };
}

function backHair(p: Palette): DrawnLayer {
  const drawing = layer('back-hair');
  shape(drawing, curve([[500, 150], [370, 170], [316, 280], [328, 400], [338, 450], [326, 504, 'c'], [366, 490], [388, 540, 'c'], [440, 545], [560, 545], [612, 540, 'c'], [634, 490], [674, 504, 'c'], [662, 450], [672, 400], [684, 280], [630, 170]]), {
    fill: p.hairShade,
    line: p.hairLine,
    rim: { colour: LAMP, alpha: 0.7, dx: 8, dy: 0 },
  });
  return { drawing, follow: 'head', depth: -40, bulge: 0 };
}

function hood(p: Palette): DrawnLayer {
  const drawing = layer('hood');
  shape(drawing, curve([[340, 690], [322, 620], [360, 560], [440, 546], [560, 546], [640, 560], [678, 620], [660, 690], [500, 740]]), {
    fill: p.topShade,
    line: p.topLine,
    rim: { colour: LAMP, alpha: 0.7, dx: 9, dy: 2 },
  });
  return { drawing, follow: 'body', depth: -30, bulge: 0 };
}

function body(p: Palette): DrawnLayer {
  const drawing = layer('body');
  shape(drawing, curve([[410, 670, 'c'], [446, 716], [500, 736], [554, 716], [590, 670, 'c'], [580, 800], [500, 860], [420, 800]]), {
    fill: p.accent,
    line: p.accentLine,
    inside: [{ line: curve([[418, 690], [450, 730], [500, 749], [550, 730], [582, 690]], false), colour: p.accentShade, width: 5 }],
  });
  const left: Node[] = [[404, 660, 'c'], [376, 700], [296, 722], [214, 756], [168, 832], [148, 960], [134, 1090], [130, 1160, 'c']];
  shape(drawing, curve([...left, ...mirror(left).slice(0, -1), [596, 660, 'c'], [576, 760], [500, 850, 'c'], [424, 760]]), {
    fill: p.top,
    line: p.topLine,
    shade: { colour: p.topShade, alpha: 0.9, dx: 38, dy: 0, soft: 9 },
    inside: [
      { path: curve([[330, 700], [420, 780], [500, 870], [590, 780], [670, 710], [620, 860], [500, 940], [390, 860]]), fill: p.topShade, alpha: 0.75, soft: 9 },
      { path: curve([[252, 890, 'c'], [300, 990], [306, 1170, 'c'], [236, 1170, 'c'], [236, 1000]]), fill: p.topShade, alpha: 0.8, soft: 5 },
      { line: curve([[252, 876], [238, 990], [234, 1170]], false), colour: p.topLine, width: 3.6 },
      { line: curve([[748, 876], [762, 990], [766, 1170]], false), colour: p.topLine, width: 3.6 },
      { path: taper([[196, 810], [230, 838], [252, 878]], 5, 0.8), fill: p.topLine, alpha: 0.9 },
      { path: taper([[804, 810], [770, 838], [748, 878]], 5, 0.8), fill: p.topLine, alpha: 0.9 },
      { path: taper([[160, 960], [196, 984], [222, 984]], 5, 0.4), fill: p.topLine, alpha: 0.7 },
      { path: taper([[842, 970], [808, 992], [782, 990]], 5, 0.4), fill: p.topLine, alpha: 0.7 },
      { line: curve([[500, 850], [502, 1170]], false), colour: p.topLine, width: 3.6 },
      { line: curve([[511, 880], [512, 1170]], false), colour: p.topLine, width: 2, alpha: 0.6 },
    ],
    rim: { colour: LAMP, alpha: 0.8, dx: 11, dy: 2 },
  });
  return { drawing, follow: 'body', depth: 0, bulge: 0 };
}

function hoodFront(p: Palette): DrawnLayer {
  const drawing = layer('hood-front');
  const wing: Node[] = [[366, 600, 'c'], [336, 640], [330, 690], [372, 770], [440, 840], [500, 862, 'c'], [490, 800], [450, 744], [424, 690], [416, 640, 'c'], [390, 612]];
  for (const side of [0, 1]) {
    const path = side === 0 ? curve(wing) : flipped(curve(wing));
    shape(drawing, path, {
      fill: p.top,
      line: p.topLine,
      inside: [{ path: side === 0 ? curve([[320, 600], [380, 610], [380, 700], [430, 790], [480, 860], [400, 850], [320, 740]]) : flipped(curve([[424, 640], [450, 744], [500, 850], [480, 860], [430, 770], [410, 700]])), fill: p.topShade, alpha: 0.75, soft: 5 }],
      rim: { colour: LAMP, alpha: 0.8, dx: 7, dy: 0 },
    });
  }
  for (const side of [0, 1]) {
    const turn = (path: number[]): number[] => (side === 0 ? path : flipped(path));
    const end = side === 0 ? 960 : 930;
    stroke(drawing, turn(curve([[452, 806], [444, 870], [450, end]], false)), p.accentLine, 13);
    stroke(drawing, turn(curve([[452, 806], [444, 870], [450, end]], false)), p.accent, 7);
    shape(drawing, turn(curve([[441, end, 'c'], [459, end, 'c'], [460, end + 26, 'c'], [442, end + 26, 'c']])), { fill: p.accentShade, line: p.accentLine, lineWidth: 3 });
  }
  return { drawing, follow: 'body', depth: 8, bulge: 0, sway: { rootY: 830, tipY: 980, amount: 5, spring: 'light' } };
}

function face(p: Palette): Character['face'] {
  const eyes = eyeSet(
    { inner: [-37, 7], outer: [40, 5], peak: [1, -30], sag: [3, 29], round: [0.62, 0.62] },
    {
      happy: { peak: [1, -27], sag: [3, 21] },
      sad: { inner: [-37, 3], outer: [40, 11], peak: [-6, -25], sag: [3, 28] },
      angry: { inner: [-37, 12], outer: [41, -1], peak: [8, -24], sag: [3, 25] },
      surprised: { peak: [1, -38], sag: [3, 34] },
      shy: { peak: [0, -23], sag: [3, 27], outer: [40, 8] },
    },
    { inner: 4, peak: 10, outer: 12, wing: [8, -4] },
    { y: 15, depth: 13 },
  );
  return {
    colours: faceColours(p),
    eyes: {
      x: 500, dx: 80, y: 418, ...eyes, line: 3.2,
      iris: { x: 0, y: -1, rx: 26, ry: 32, travel: [11, 7], scale: amounts(1, { surprised: 0.86, angry: 0.94 }) },
    },
    brows: {
      shapes: perExpression(brow([-34, -56], [7, -63], [45, -49], 11), {
        happy: brow([-33, -64], [7, -72], [45, -55], 11),
        sad: brow([-30, -70], [4, -62], [43, -40], 12),
        angry: brow([-39, -34], [6, -52], [47, -60], 13),
        surprised: brow([-33, -74], [7, -83], [45, -66], 11),
        shy: brow([-31, -68], [5, -63], [43, -45], 11),
      }),
    },
    mouth: {
      x: 500, y: 528, line: 3.7,
      shut: perExpression(mouth(24, 4, 5, 6), {
        happy: mouth(33, 8, 3, 26), sad: mouth(20, -7, -5, -3), angry: mouth(22, -8, -5, -4), surprised: mouth(14, 0, -11, 14), shy: mouth(17, 2, 3, 4, 2),
      }),
      open: perExpression(mouth(24, 4, 1, 20), {
        happy: mouth(35, 9, 1, 40), sad: mouth(17, -4, -4, 11), angry: mouth(25, -3, -9, 17), surprised: mouth(18, 0, -14, 25), shy: mouth(17, 2, -1, 12, 1),
      }),
    },
    nose: { shade: curve([[503, 458, 'c'], [494, 482], [503, 488, 'c']]), line: curve([[495, 484], [501, 488], [507, 484]], false) },
    blush: { dx: 102, y: 476, r: 36, amount: amounts(0.26, { happy: 0.5, shy: 1, surprised: 0.32, sad: 0.14, angry: 0.36 }) },
    moles: [],
  };
}
