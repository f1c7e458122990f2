/**
 * Writes puppet.svg, puppet.json and the portraits of every puppet: `node resources/puppets/authoring/build.ts`.
 * With `--sheet sheet.html [id]` it writes a page of all their faces instead, to be looked at with a strict eye.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box, PuppetFile, PuppetLayer } from '#shared/avatar/puppet-format.ts';
import { cast } from './cast.ts';
import { HEIGHT, WIDTH, type Character } from './character.ts';
import { contactSheet } from './contact-sheet.ts';
import { puppetSvg, stillSvg } from './svg.ts';

/** Writes every puppet as a folder of `target`. */
export function writePuppets(target: string): void {
  for (const character of cast()) {
    const folder = join(target, character.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'puppet.svg'), puppetSvg(character));
    writeFileSync(join(folder, 'puppet.json'), `${JSON.stringify(puppetFile(character))}\n`);
    writeFileSync(join(folder, 'portrait.svg'), stillSvg(character, [100, 0, 800, HEIGHT]));
    const [x, y, side] = character.crop;
    writeFileSync(join(folder, 'portrait-small.svg'), stillSvg(character, [x, y, side, side]));
  }
}

if (import.meta.main) {
  const [mode, file, id] = process.argv.slice(2);
  if (mode === '--sheet' && file !== undefined) {
    writeFileSync(file, contactSheet(cast().filter((character) => id === undefined || character.id === id)));
  } else {
    writePuppets(join(import.meta.dirname, '..'));
  }
}

function puppetFile(character: Character): PuppetFile {
  const eyesAt = character.face.eyes;
  const layers = character.layers.map((entry): PuppetLayer => {
    if (entry === '@eyes') {
      return { id: '@eyes', box: [eyesAt.x - 152, eyesAt.y - 70, 304, 226], follow: 'head', depth: 44, bulge: 46, grid: [8, 6] };
    }
    if (entry === '@brows') {
      return { id: '@brows', box: [eyesAt.x - 148, eyesAt.y - 118, 296, 124], follow: 'head', depth: 46, bulge: 46, grid: [8, 4] };
    }
    const [left, top, right, bottom] = entry.drawing.reach;
    const x0 = Math.max(0, Math.floor(left));
    const y0 = Math.max(0, Math.floor(top));
    const box: Box = [x0, y0, Math.min(WIDTH, Math.ceil(right)) - x0, Math.min(HEIGHT, Math.ceil(bottom)) - y0];
    const { follow, depth, bulge, sway } = entry;
    return { id: entry.drawing.id, box, follow, depth, bulge, grid: gridOf(box), ...(sway === undefined ? {} : { sway }) };
  });
  return {
    format: 1,
    id: character.id,
    width: WIDTH,
    height: HEIGHT,
    head: character.head,
    chest: [500, 860],
    bust: [70, 830],
    rest: character.rest,
    layers,
    face: character.face,
  };
}

/** Cells of about 44 units: fine enough to bend smoothly, and to leave out those with nothing in them. */
function gridOf(box: Box): readonly [number, number] {
  return [Math.max(2, Math.ceil(box[2] / 44)), Math.max(2, Math.ceil(box[3] / 44))];
}
