import { EXPRESSIONS, weightsFor } from '#shared/avatar/expression.ts';
import type { FaceState } from '#shared/avatar/face-paint.ts';
import type { Character } from './character.ts';
import { stillSvg, STILL_FACE } from './svg.ts';

const plain: FaceState = { ...STILL_FACE, weights: weightsFor('neutral') };
const faces: readonly (readonly [string, FaceState])[] = [
  ...EXPRESSIONS.map((expression) => [expression, { ...plain, weights: weightsFor(expression) }] as const),
  ...EXPRESSIONS.map((expression) => [`${expression}, speaking`, { ...plain, weights: weightsFor(expression), mouth: { open: 1, wide: 0 } }] as const),
  ['half blink', { ...plain, blink: 0.5 }],
  ['shut', { ...plain, blink: 1 }],
  ['joy', { ...plain, weights: weightsFor('happy'), joy: 1, extraBlush: 0.3 }],
  ['up left', { ...plain, gaze: { x: -1, y: -1 } }],
  ['down right', { ...plain, gaze: { x: 1, y: 1 } }],
  ['half happy', { ...plain, weights: weightsFor('happy', 0.5), mouth: { open: 0.5, wide: 1 } }],
];

/** Every character with every face, shut eyes, an open mouth and the eyes at their limits, as one page of stills. */
export function contactSheet(characters: readonly Character[]): string {
  const rows = characters.map((character) => {
    const cells = faces.map(([name, state]) => {
      const picture = Buffer.from(stillSvg(character, [270, 170, 460, 480], state)).toString('base64');
      return `<figure><img width="230" height="240" alt="${name}" src="data:image/svg+xml;base64,${picture}"><figcaption>${name}</figcaption></figure>`;
    });
    return `<h2>${character.id}</h2><div class="row">${cells.join('')}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><style>body{margin:8px;background:#4a4056;color:#fff;font:13px sans-serif}h2{margin:4px}.row{display:grid;grid-template-columns:repeat(6,236px)}figure{margin:2px}img{background:#efe6da;border-radius:8px}figure:nth-child(even) img{background:#3a3348}</style>${rows.join('')}`;
}
