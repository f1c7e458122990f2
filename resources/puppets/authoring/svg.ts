import { paintBrows, paintFace, type FaceState, type Paint, type PaintStep } from '#shared/avatar/face-paint.ts';
import { NEUTRAL_WEIGHTS } from '#shared/avatar/expression.ts';
import { HEIGHT, WIDTH, type Character } from './character.ts';
import type { Layer } from './draw.ts';

/**
 * Blurs by their radius: `soft` reaches beyond the shape it softens, `tight` hardly does, for shadows of large shapes that
 * are cut off at the outline anyway (the larger the region, the dearer the blur).
 */
export const FILTERS = [
  ...[2, 5, 9].map((radius) => blur(`soft${radius}`, radius, 30)),
  ...[5, 9].map((radius) => blur(`tight${radius}`, radius, 2)),
].join('');

function blur(id: string, radius: number, margin: number): string {
  const region = `x="-${margin}%" y="-${margin}%" width="${100 + 2 * margin}%" height="${100 + 2 * margin}%"`;
  return `<filter id="${id}" ${region}><feGaussianBlur stdDeviation="${radius}"/></filter>`;
}

export function groupOf(layer: Layer): string {
  const defs = layer.defs.length > 0 ? `<defs>${layer.defs.join('')}</defs>` : '';
  return `<g id="${layer.id}">${defs}${layer.body.join('')}</g>`;
}

export function puppetSvg(character: Character): string {
  const groups = character.layers.flatMap((entry) => (typeof entry === 'string' ? [] : [groupOf(entry.drawing)]));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}"><defs>${FILTERS}</defs>\n${groups.join('\n')}\n</svg>\n`;
}

/** The whole character as one still picture, seen through `view` (x, y, width, height). */
export function stillSvg(character: Character, view: readonly [number, number, number, number], state: FaceState = STILL_FACE): string {
  faceSerial = 0;
  const parts = character.layers.map((entry) => {
    if (entry === '@eyes') return stepsToSvg(paintFace(character.face, state));
    if (entry === '@brows') return `<g opacity="0.85">${stepsToSvg(paintBrows(character.face, state))}</g>`;
    const [left, top, right, bottom] = entry.drawing.reach;
    const seen = left < view[0] + view[2] && right > view[0] && top < view[1] + view[3] && bottom > view[1];
    return seen ? groupOf(entry.drawing) : '';
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.join(' ')}"><defs>${FILTERS}</defs>${parts.join('')}</svg>\n`;
}

let faceSerial = 0;
/** Ids of the painted face: other letters than the layers' own. */
function nextId(): string {
  faceSerial += 1;
  return `f${faceSerial.toString(36)}`;
}

export const STILL_FACE: FaceState = {
  weights: { ...NEUTRAL_WEIGHTS, neutral: 0.82, happy: 0.18 },
  blink: 0,
  joy: 0,
  gaze: { x: 0, y: 0 },
  mouth: { open: 0, wide: 0 },
  extraBlush: 0,
};

export function stepsToSvg(steps: readonly PaintStep[]): string {
  let text = '';
  for (const step of steps) {
    if (step.kind === 'clip') {
      const id = nextId();
      text += `<clipPath id="${id}"><path d="${pathText(step.path)}"/></clipPath><g clip-path="url(#${id})">`;
    } else if (step.kind === 'unclip') {
      text += '</g>';
    } else if (step.kind === 'fill') {
      const { value, defs } = paintToSvg(step.paint);
      text += `${defs}<path d="${pathText(step.path)}" fill="${value}" opacity="${step.alpha}"/>`;
    } else {
      text += `<path d="${pathText(step.path)}" fill="none" stroke="${step.colour}" stroke-width="${step.width.toFixed(1)}" stroke-linecap="round" stroke-linejoin="round" opacity="${step.alpha.toFixed(2)}"/>`;
    }
  }
  return text;
}

function paintToSvg(paint: Paint): { value: string; defs: string } {
  if (typeof paint === 'string') return { value: paint, defs: '' };
  const id = nextId();
  const stops = paint.stops.map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`).join('');
  const n = (value: number): string => value.toFixed(1);
  if (paint.kind === 'linear') {
    return {
      value: `url(#${id})`,
      defs: `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${n(paint.from[0])}" y1="${n(paint.from[1])}" x2="${n(paint.to[0])}" y2="${n(paint.to[1])}">${stops}</linearGradient>`,
    };
  }
  return {
    value: `url(#${id})`,
    defs: `<radialGradient id="${id}" gradientUnits="userSpaceOnUse" cx="0" cy="0" r="${n(paint.r)}" gradientTransform="translate(${n(paint.x)} ${n(paint.y)}) scale(1 ${paint.squash})">${stops}</radialGradient>`,
  };
}

/** The painted face is small: it keeps a decimal. */
function pathText(path: readonly number[]): string {
  const n = (value: number | undefined): string => String(Math.round((value ?? 0) * 10) / 10);
  let text = `M${n(path[0])} ${n(path[1])}`;
  for (let index = 2; index + 5 < path.length; index += 6) text += `C${path.slice(index, index + 6).map(n).join(' ')}`;
  return text;
}
