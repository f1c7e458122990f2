import { AKARI, akari } from './akari.ts';
import type { Character } from './character.ts';
import { resetIds } from './draw.ts';
import { HARUTO, haruto } from './haruto.ts';
import { MIO, mio } from './mio.ts';
import { REN, ren } from './ren.ts';

/** Everyone there is to draw; the names before the dash are the four built-in characters. */
export function CAST(): Character[] {
  return [
    drawn(() => akari('akari', AKARI)),
    drawn(() => mio('mio', MIO)),
    drawn(() => ren('ren', REN)),
    drawn(() => haruto('haruto', HARUTO)),
  ];
}

function drawn(draw: () => Character): Character {
  resetIds();
  return draw();
}
