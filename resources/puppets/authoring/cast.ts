import { AKARI, akari } from './akari.ts';
import type { Character, Palette } from './character.ts';
import { resetIds } from './draw.ts';
import { HARUTO, haruto } from './haruto.ts';
import { MIO, mio } from './mio.ts';
import { REN, ren } from './ren.ts';

/**
 * Everyone there is to draw: the four built-in characters, and each of them in other colours as a look for characters
 * that people make themselves.
 */
export function cast(): Character[] {
  return [
    drawn(() => akari('akari', AKARI)),
    drawn(() => mio('mio', MIO)),
    drawn(() => ren('ren', REN)),
    drawn(() => haruto('haruto', HARUTO)),
    drawn(() => akari('akari-ash', ASH)),
    drawn(() => mio('mio-rose', ROSE)),
    drawn(() => ren('ren-russet', RUSSET)),
    drawn(() => haruto('haruto-night', NIGHT)),
  ];
}

/** Silver-ash hair, sea-blue eyes, a dove-grey knit and a lavender scarf. */
const ASH: Palette = {
  ...AKARI,
  hair: '#b3aebb', hairTip: '#c9c3cd', hairShade: '#857f93', hairLight: '#f1edf2', hairLine: '#4b4658',
  top: '#e3e3e8', topShade: '#bfc0cc', topLight: '#f3f3f6', topLine: '#6b6a7c',
  accent: '#9a8cc4', accentShade: '#74679f', accentLight: '#c2b7e2', accentLine: '#443b66',
  irisTop: '#1f4763', irisMid: '#3f8db5', irisLow: '#93d3e2', irisRing: '#19384f', glow: '#d8f6ff',
  brow: '#5c566b', lash: '#353046',
};

/** Rose-brown hair, hazel eyes, a deep green high-neck. */
const ROSE: Palette = {
  ...MIO,
  skin: '#fde3d3', skinShade: '#efb4a0', skinLine: '#98544c',
  hair: '#a9616a', hairTip: '#bd7478', hairShade: '#7d434f', hairLight: '#e5a8a2', hairLine: '#4d2630',
  top: '#3f6156', topShade: '#2d483f', topLight: '#648b7c', topLine: '#1c302a',
  irisTop: '#4f3518', irisMid: '#94703a', irisLow: '#cdb673', irisRing: '#3c2812', glow: '#fff0bd',
  brow: '#5f2f38', lash: '#3a1c24',
};

/** Russet hair, amber-brown eyes, brown skin, an indigo shirt under a canvas apron. */
const RUSSET: Palette = {
  ...REN,
  skin: '#d9a27a', skinShade: '#b57a56', skinLine: '#6b3826',
  hair: '#7a3c2a', hairTip: '#8c4a32', hairShade: '#552820', hairLight: '#c07c55', hairLine: '#321612',
  top: '#3e4f74', topShade: '#2c3956', topLight: '#60739b', topLine: '#1a2238',
  accent: '#b9a888', accentShade: '#948363', accentLight: '#d8cbb0', accentLine: '#514531',
  irisTop: '#45260f', irisMid: '#8f5a24', irisLow: '#cf9b4e', irisRing: '#341b0a', glow: '#ffdf9e',
  brow: '#3d1a12', lash: '#2a1310', blush: '#cf6f52',
};

/** Black hair with a violet sheen, plum eyes, a moss-green hoodie. */
const NIGHT: Palette = {
  ...HARUTO,
  skin: '#f4cfae', skinShade: '#d79a74', skinLine: '#85453a',
  hair: '#3c3547', hairTip: '#4a4157', hairShade: '#282231', hairLight: '#8b7ca6', hairLine: '#18131f',
  top: '#6f7d4f', topShade: '#535f3a', topLight: '#93a271', topLine: '#2d3520',
  irisTop: '#43234a', irisMid: '#85518c', irisLow: '#c795c4', irisRing: '#331a39', glow: '#f7d6f2',
  brow: '#292131', lash: '#221a28',
};

function drawn(draw: () => Character): Character {
  resetIds();
  return draw();
}
