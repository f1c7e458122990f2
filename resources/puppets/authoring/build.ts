/** Writes puppet.svg, puppet.json and the portraits of every puppet: `node resources/puppets/authoring/build.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Box, PuppetFile, PuppetLayer } from '#shared/avatar/puppet-format.ts';
import { cast } from './cast.ts';
import { HEIGHT, WIDTH, type Character } from './character.ts';
import { puppetSvg, stillSvg } from './svg.ts';

const target = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));

for (const character of cast()) {
  const folder = join(target, character.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'puppet.svg'), puppetSvg(character));
  writeFileSync(join(folder, 'puppet.json'), `${JSON.stringify(puppetFile(character))}\n`);
  writeFileSync(join(folder, 'portrait.svg'), stillSvg(character, [100, 0, 800, HEIGHT]));
  const [x, y, side] = character.crop;
  writeFileSync(join(folder, 'portrait-small.svg'), stillSvg(character, [x, y, side, side]));
}

function puppetFile(character: Character): PuppetFile {
  const eyesAt = character.face.eyes;
  const layers = character.layers.map((entry): PuppetLayer => {
    if (entry === '@eyes') {
      return { id: '@eyes', box: [eyesAt.x - 152, eyesAt.y - 70, 304, 218], follow: 'head', depth: 44, bulge: 46, grid: [8, 6] };
    }
    if (entry === '@brows') {
      return { id: '@brows', box: [eyesAt.x - 148, eyesAt.y - 118, 296, 92], follow: 'head', depth: 46, bulge: 46, grid: [8, 3] };
    }
    const [left, top, right, bottom] = entry.drawing.reach;
    const x0 = Math.max(0, Math.floor(left));
    const y0 = Math.max(0, Math.floor(top));
    const box: Box = [x0, y0, Math.min(WIDTH, Math.ceil(right)) - x0, Math.min(HEIGHT, Math.ceil(bottom)) - y0];
    const { follow, depth, bulge, grid, sway } = entry;
    return { id: entry.drawing.id, box, follow, depth, bulge, grid, ...(sway === undefined ? {} : { sway }) };
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
