import { earLayer, faceLayer, FIRM_FACE, neckLayer } from './anatomy.ts';
import { amounts, faceColours, LAMP, perExpression, type Character, type DrawnLayer, type Palette } from './character.ts';
import { curve, flat, flipped, drawLock, HAIR_BOTTOM, HAIR_TOP, layer, lockOutline, mirror, shape, shine, strand, taper, type Lock, type Node } from './draw.ts';
import { brow, eyeSet, mouth } from './features.ts';

/** Roasts coffee, few words: dark ash-grey tousled hair, teal-grey eyes, charcoal shirt under an apron. */
export const REN: Palette = {
  skin: '#fbdcc4', skinShade: '#e3a88c', skinLine: '#8a4a3c',
  hair: '#4d5360', hairTip: '#5d6471', hairShade: '#343844', hairLight: '#99a3b0', hairLine: '#20222b',
  top: '#4a4b55', topShade: '#34353e', topLight: '#6b6d78', topLine: '#1f2027',
  accent: '#8a5d3c', accentShade: '#674126', accentLight: '#b3825a', accentLine: '#3a2315',
  irisTop: '#24474c', irisMid: '#4f8a8d', irisLow: '#9fcbc4', irisRing: '#1b3438', glow: '#d6f5e6',
  brow: '#262932', lash: '#22222a', blush: '#e58a76',
};

export function ren(id: string, p: Palette): Character {
  const fringe = curve(HAIR);
  return {
    id,
    head: { centre: [500, 380], radius: [168, 206], neck: [500, 630] },
    rest: { turn: -0.12, nod: 0.02, tilt: 0.03 },
    layers: [backHair(p), neckLayer(p, 60, 720, 130), body(p), collar(p), earLayer(p, EAR), faceLayer(p, FIRM_FACE, [fringe, ...LOCKS.map(lockOutline)]), '@eyes', frontHair(p), '@brows'],
    face: face(p),
    crop: [222, 74, 556],
  };
}

const EAR: readonly Node[] = [
  [352, 380, 'c'],
  [332, 370],
  [318, 396],
  [326, 440],
  [344, 466],
  [360, 462, 'c'],
];

const HAIR: readonly Node[] = [
  [356, 462, 'c'],
  [342, 414],
  [336, 378, 'c'],
  [300, 414, -0.1],
  [304, 332, 0.18],
  [268, 344, -0.1],
  [296, 240, 0.2],
  [276, 236, -0.1],
  [344, 138, 0.2],
  [336, 124, -0.1],
  [446, 78, 0.14],
  [462, 60, -0.1],
  [548, 76, 0.14],
  [590, 74, -0.1],
  [656, 134, 0.14],
  [684, 146, -0.1],
  [718, 262, 0.18],
  [734, 274, -0.06],
  [704, 344, 0.16],
  [706, 408, -0.04],
  [664, 380, 0.04],
  [658, 414],
  [644, 462, 'c'],
  [646, 340, 0.04],
  [610, 262, 'c'],
  [500, 250],
  [396, 270, 'c'],
  [372, 350, 'c'],
];
const CROWN = [574, 128] as const;

/** From back to front. */
const LOCKS: readonly Lock[] = [
  { root: CROWN, control: [360, 150], tip: [350, 408], width: 80 },
  { root: CROWN, control: [672, 180], tip: [660, 404], width: 78 },
  { root: CROWN, control: [402, 155], tip: [386, 414], width: 92 },
  { root: CROWN, control: [640, 190], tip: [624, 384], width: 76 },
  { root: CROWN, control: [464, 175], tip: [444, 424], width: 98 },
  { root: CROWN, control: [536, 205], tip: [510, 398], width: 84 },
];

function frontHair(p: Palette): DrawnLayer {
  const drawing = layer('front-hair');
  shape(drawing, curve(HAIR), {
    fill: [p.hair, p.hairTip, HAIR_TOP, HAIR_BOTTOM],
    line: p.hairLine,
    shade: { colour: p.hairShade, alpha: 0.75, dx: 22, dy: 4 },
    inside: [
      ...strand([[304, 334], [310, 270], [370, 190]], p.hairShade, p.hairLine),
      ...strand([[338, 376], [340, 300], [420, 190]], p.hairShade, p.hairLine),
      ...strand([[704, 344], [700, 270], [650, 180]], p.hairShade, p.hairLine),
    ],
    rim: { colour: LAMP, alpha: 0.8, dx: 8, dy: 3 },
  });
  const rim = { colour: LAMP, alpha: 0.55, dx: 4, dy: 1 };
  for (const lock of LOCKS) drawLock(drawing, p, lock, lock.tip[0] > 380 ? rim : undefined);
  for (const path of shine(500, 306, 196, 140, [[392, 462, 11], [486, 568, 14], [610, 656, 10]])) flat(drawing, path, p.hairLight, 0.5);
  return { drawing, follow: 'head', depth: 58, bulge: 46, sway: { rootY: 240, tipY: 440, amount: 4, spring: 'light' } };
}

function backHair(p: Palette): DrawnLayer {
  const drawing = layer('back-hair');
  shape(drawing, curve([[500, 150], [380, 170], [330, 280], [338, 400], [352, 462], [378, 500], [446, 540], [554, 540], [622, 500], [648, 462], [662, 400], [670, 280], [620, 170]]), {
    fill: p.hairShade,
    line: p.hairLine,
    rim: { colour: LAMP, alpha: 0.7, dx: 7, dy: 0 },
  });
  return { drawing, follow: 'head', depth: -40, bulge: 0 };
}

function body(p: Palette): DrawnLayer {
  const drawing = layer('body');
  shape(drawing, curve([[436, 690, 'c'], [500, 738], [564, 690, 'c'], [548, 800], [500, 860], [452, 800]]), { fill: p.topShade, line: p.topLine });
  const left: Node[] = [[424, 660, 'c'], [392, 696], [306, 718], [226, 748], [184, 820], [166, 950], [152, 1090], [148, 1160, 'c']];
  const throat: Node[] = [[576, 660, 'c'], [540, 740], [500, 812, 'c'], [460, 740]];
  shape(drawing, curve([...left, ...mirror(left).slice(0, -1), ...throat]), {
    fill: [p.top, p.top],
    line: p.topLine,
    shade: { colour: p.topShade, alpha: 0.9, dx: 36, dy: 0, soft: 9 },
    inside: [
      { path: curve([[266, 880, 'c'], [310, 980], [318, 1170, 'c'], [250, 1170, 'c'], [250, 990]]), fill: p.topShade, alpha: 0.9, soft: 5 },
      { path: taper([[640, 800], [700, 850], [726, 900]], 16, 0.6), fill: p.topLight, alpha: 0.35, soft: 5 },
      { line: curve([[268, 868], [252, 980], [248, 1170]], false), colour: p.topLine, width: 3.6 },
      { line: curve([[732, 868], [748, 980], [752, 1170]], false), colour: p.topLine, width: 3.6 },
      { path: taper([[212, 800], [244, 832], [268, 870]], 5, 0.8), fill: p.topLine, alpha: 0.9 },
      { path: taper([[788, 800], [756, 832], [732, 870]], 5, 0.8), fill: p.topLine, alpha: 0.9 },
      { path: taper([[178, 930], [210, 960], [236, 964]], 5, 0.4), fill: p.topLine, alpha: 0.7 },
      { path: taper([[826, 940], [796, 968], [770, 972]], 5, 0.4), fill: p.topLine, alpha: 0.7 },
      { line: curve([[500, 812], [502, 960]], false), colour: p.topLine, width: 3.6 },
    ],
    rim: { colour: LAMP, alpha: 0.75, dx: 10, dy: 2 },
  });
  // the apron: bib and two straps
  const strap: Node[] = [[352, 700, 'c'], [392, 686, 'c'], [410, 780], [424, 910, 'c'], [384, 910, 'c'], [372, 800]];
  for (const side of [0, 1]) {
    const path = side === 0 ? curve(strap) : flipped(curve(strap));
    shape(drawing, path, { fill: p.accent, line: p.accentLine, rim: { colour: LAMP, alpha: 0.6, dx: 5, dy: 0 } });
  }
  shape(drawing, curve([[352, 904, 'c'], [500, 916], [648, 904, 'c'], [664, 1000], [690, 1170, 'c'], [310, 1170, 'c'], [336, 1000]]), {
    fill: p.accent,
    line: p.accentLine,
    inside: [
      { path: curve([[300, 890], [400, 890], [390, 1000], [400, 1180], [290, 1180]]), fill: p.accentShade, alpha: 0.75, soft: 9 },
      { line: curve([[360, 924], [500, 936], [640, 924]], false), colour: p.accentShade, width: 3 },
    ],
    rim: { colour: LAMP, alpha: 0.7, dx: 8, dy: 0 },
  });
  for (const x of [404, 596]) shape(drawing, curve([[x - 9, 924], [x, 915], [x + 9, 924], [x, 933]]), { fill: '#d9b36a', line: p.accentLine, lineWidth: 3 });
  return { drawing, follow: 'body', depth: 0, bulge: 0 };
}

function collar(p: Palette): DrawnLayer {
  const drawing = layer('collar');
  const wing: Node[] = [[430, 640, 'c'], [408, 676], [400, 716], [424, 800, 'c'], [468, 762], [500, 812, 'c'], [468, 730], [440, 680]];
  for (const side of [0, 1]) {
    const path = side === 0 ? curve(wing) : flipped(curve(wing));
    shape(drawing, path, {
      fill: p.topLight,
      line: p.topLine,
      inside: side === 0 ? [{ path: curve([[390, 640], [440, 650], [440, 740], [420, 810], [390, 760]]), fill: p.top, alpha: 0.8, soft: 5 }] : [],
      rim: { colour: LAMP, alpha: 0.75, dx: 6, dy: 0 },
    });
  }
  return { drawing, follow: 'body', depth: 6, bulge: 0 };
}

function face(p: Palette): Character['face'] {
  const eyes = eyeSet(
    { inner: [-37, 9], outer: [41, -4], peak: [6, -22], sag: [5, 23], round: [0.66, 0.6] },
    {
      happy: { peak: [5, -20], sag: [5, 18] },
      sad: { inner: [-37, 4], outer: [41, 4], peak: [-2, -19], sag: [4, 23] },
      angry: { inner: [-37, 13], outer: [42, -7], peak: [12, -18], sag: [5, 20] },
      surprised: { peak: [4, -31], sag: [5, 28] },
      shy: { peak: [3, -17], sag: [4, 22], outer: [41, 0] },
    },
    { inner: 4, peak: 9, outer: 11, wing: [9, -5] },
    { y: 12, depth: 10 },
  );
  return {
    colours: faceColours(p),
    eyes: {
      x: 500, dx: 79, y: 422, ...eyes, line: 3,
      iris: { x: 1, y: -1, rx: 23, ry: 27, travel: [11, 6], scale: amounts(1, { surprised: 0.86, angry: 0.94 }) },
    },
    brows: {
      shapes: perExpression(brow([-35, -46], [10, -52], [47, -40], 9), {
        happy: brow([-34, -53], [10, -59], [47, -43], 9),
        sad: brow([-32, -58], [10, -52], [46, -34], 10),
        angry: brow([-39, -24], [10, -44], [48, -50], 11),
        surprised: brow([-34, -62], [10, -70], [47, -56], 9),
        shy: brow([-32, -56], [9, -52], [46, -37], 9),
      }),
    },
    mouth: {
      x: 500, y: 536, line: 3.6,
      shut: perExpression(mouth(20, 1, 1, 2, -1.5), {
        happy: mouth(25, 6, 5, 9, -1), sad: mouth(19, -6, -4, -3), angry: mouth(22, -7, -5, -4, 1), surprised: mouth(11, 0, -8, 10), shy: mouth(15, 0, 2, 3, 2.5),
      }),
      open: perExpression(mouth(19, 1, 0, 15), {
        happy: mouth(27, 6, 3, 26), sad: mouth(16, -3, -3, 9), angry: mouth(24, -2, -8, 14), surprised: mouth(15, 0, -11, 20), shy: mouth(15, 0, -1, 9, 2),
      }),
    },
    nose: { shade: curve([[503, 458, 'c'], [492, 488], [503, 494, 'c']]), line: curve([[494, 490], [500, 495], [507, 491]], false) },
    blush: { dx: 98, y: 484, r: 34, amount: amounts(0.1, { happy: 0.32, shy: 0.9, surprised: 0.2, sad: 0.08, angry: 0.26 }) },
    moles: [],
  };
}
