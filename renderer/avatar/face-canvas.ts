import type { Paint, PaintStep } from '#shared/avatar/face-paint.ts';
import type { Box, Shape } from '#shared/avatar/puppet-format.ts';

/** A small canvas for the parts of the face that are painted anew; shows `box` of the puppet at `scale` pixels a unit. */
export interface FaceCanvas {
  readonly canvas: OffscreenCanvas;
  paint(steps: readonly PaintStep[]): void;
}

export function createFaceCanvas(box: Box, scale: number): FaceCanvas {
  const canvas = new OffscreenCanvas(Math.max(1, Math.ceil(box[2] * scale)), Math.max(1, Math.ceil(box[3] * scale)));
  // Read every time it is painted (it becomes a texture), so it is better kept out of the graphics card.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No 2d canvas can be had.');
  const scaleX = canvas.width / box[2];
  const scaleY = canvas.height / box[3];
  return {
    canvas,
    paint(steps) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(scaleX, 0, 0, scaleY, -box[0] * scaleX, -box[1] * scaleY);
      context.lineCap = 'round';
      context.lineJoin = 'round';
      for (const step of steps) paintStep(context, step);
    },
  };
}

function paintStep(context: OffscreenCanvasRenderingContext2D, step: PaintStep): void {
  if (step.kind === 'unclip') {
    context.restore();
    return;
  }
  if (step.kind === 'clip') {
    context.save();
    trace(context, step.path);
    context.clip();
    return;
  }
  context.globalAlpha = step.alpha;
  if (step.kind === 'stroke') {
    context.strokeStyle = step.colour;
    context.lineWidth = step.width;
    trace(context, step.path);
    context.stroke();
  } else {
    fillPath(context, step.path, step.paint);
  }
  context.globalAlpha = 1;
}

function fillPath(context: OffscreenCanvasRenderingContext2D, path: Shape, paint: Paint): void {
  trace(context, path);
  if (typeof paint === 'string') {
    context.fillStyle = paint;
    context.fill();
    return;
  }
  const gradient =
    paint.kind === 'linear'
      ? context.createLinearGradient(paint.from[0], paint.from[1], paint.to[0], paint.to[1])
      : context.createRadialGradient(0, 0, 0, 0, 0, paint.r);
  for (const [offset, colour] of paint.stops) gradient.addColorStop(offset, colour);
  context.fillStyle = gradient;
  if (paint.kind === 'linear') {
    context.fill();
    return;
  }
  context.save();
  context.translate(paint.x, paint.y);
  context.scale(1, paint.squash);
  context.fill();
  context.restore();
}

function trace(context: OffscreenCanvasRenderingContext2D, path: Shape): void {
  context.beginPath();
  context.moveTo(path[0] ?? 0, path[1] ?? 0);
  for (let at = 2; at + 5 < path.length; at += 6) {
    context.bezierCurveTo(
      path[at] ?? 0,
      path[at + 1] ?? 0,
      path[at + 2] ?? 0,
      path[at + 3] ?? 0,
      path[at + 4] ?? 0,
      path[at + 5] ?? 0,
    );
  }
}
