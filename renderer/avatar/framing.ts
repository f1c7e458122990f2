import type { PuppetFile } from '#shared/avatar/puppet-format.ts';

/** Where a puppet stands on a stage: a point (x, y) of the puppet is drawn at (left + x × scale, top + y × scale). */
export interface Framing {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** What every puppet has in common, for pictures shown before a puppet is loaded. */
export const PUPPET_CANVAS = { width: 1000, height: 1150 } as const;

/** Shoulders fit the width, head and chest fit the height, and nobody floats: the figure reaches the lower edge. */
export function frameFigure(
  width: number,
  height: number,
  figure: Pick<PuppetFile, 'width' | 'height'> = PUPPET_CANVAS,
): Framing {
  // A low stage shows less of the chest, so that the face stays large enough to read.
  const shown = 660 + 230 * Math.min(1, Math.max(0, (height - 260) / 400));
  const scale = Math.max(0.05, Math.min(width / 760, height / shown));
  const left = width / 2 - (figure.width / 2) * scale;
  const headroom = Math.min(height * 0.06, 48) - 60 * scale;
  const top = Math.max(headroom, height - figure.height * scale);
  return { scale, left, top };
}

/** The part of the puppet that portrait.svg shows, in puppet units. */
export const PORTRAIT_BOX = { x: 100, y: 0, width: 800, height: 1150 } as const;
