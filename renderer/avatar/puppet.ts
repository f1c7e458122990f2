import { Container, ImageSource, Mesh, MeshGeometry, Texture } from 'pixi.js';
import { deformLayer, restPoints } from '#shared/avatar/deform.ts';
import { paintBrows, paintFace, type FaceState } from '#shared/avatar/face-paint.ts';
import { weightsDistance } from '#shared/avatar/expression.ts';
import type { Box, PuppetFile, PuppetLayer } from '#shared/avatar/puppet-format.ts';
import { createFaceCanvas, type FaceCanvas } from './face-canvas.ts';
import type { Frame } from './expression-driver.ts';
import type { PuppetSource } from './puppet-source.ts';

/** A puppet on the stage. */
export interface Puppet {
  readonly file: PuppetFile;
  readonly view: Container;
  /** Draws everything at this many pixels a unit. What was there stays on show until the new drawings are ready. */
  setScale(scale: number): Promise<void>;
  /** Takes on a face and a pose. False when nothing moved enough to be seen. */
  apply(frame: Frame): boolean;
  /** Lets go of drawings that are no longer shown. Call it after a render: until then they are still in use. */
  tidy(): void;
  close(): void;
}

/** Puts a puppet together. It shows nothing before the first `setScale`. */
export function createPuppet(source: PuppetSource): Puppet {
  const { file } = source;
  const view = new Container();
  const parts = file.layers.map((layer) => createPart(layer));
  for (const part of parts) view.addChild(part.mesh);
  let painters: { eyes: FaceCanvas; brows: FaceCanvas } | null = null;
  let shownPose: readonly number[] = [];
  let shownFace: FaceState | null = null;
  const retired: Texture[] = [];
  let drawnScale = 0;
  let wantedScale = 0;
  let closed = false;

  function paintFaceNow(face: FaceState): void {
    if (painters === null) return;
    painters.eyes.paint(paintFace(file.face, face));
    painters.brows.paint(paintBrows(file.face, face));
    for (const part of parts) if (part.layer.id.startsWith('@')) part.mesh.texture.source.update();
    shownFace = face;
  }

  return {
    file,
    view,
    async setScale(scale) {
      wantedScale = scale;
      if (scale === drawnScale || closed) return;
      const eyes = createFaceCanvas(boxOf(file, '@eyes'), scale);
      const brows = createFaceCanvas(boxOf(file, '@brows'), scale);
      const drawings: { readonly canvas: OffscreenCanvas; readonly cells: Uint32Array }[] = [];
      for (const layer of file.layers) {
        const painted = layer.id === '@eyes' ? eyes.canvas : layer.id === '@brows' ? brows.canvas : null;
        const canvas = painted ?? canvasOf(await source.draw(layer, scale));
        drawings.push({ canvas, cells: drawnCells(layer, canvas) });
        if (wantedScale !== scale || closed) return;
      }
      drawnScale = scale;
      parts.forEach((part, index) => {
        const drawing = drawings[index];
        if (drawing === undefined) return;
        retired.push(part.mesh.texture);
        part.geometry.indices = drawing.cells;
        part.mesh.texture = new Texture({ source: new ImageSource({ resource: drawing.canvas, scaleMode: 'linear' }) });
      });
      painters = { eyes, brows };
      if (shownFace !== null) paintFaceNow(shownFace);
      shownPose = [];
    },
    apply(frame) {
      if (painters === null) return false;
      const { pose } = frame;
      const numbers = [
        pose.turn * 22,
        pose.nod * 16,
        pose.tilt * 260,
        pose.breath * 7,
        pose.lean * 16,
        pose.lift,
        pose.swayLight * 12,
        pose.swayHeavy * 24,
      ];
      const moved = movedBy(numbers, shownPose) * drawnScale > POSE_THRESHOLD_PX;
      const repaint = shownFace === null || faceDiffers(frame.face, shownFace);
      if (repaint) paintFaceNow(frame.face);
      if (moved) {
        shownPose = numbers;
        for (const part of parts) {
          deformLayer(file, part.layer, pose, part.rest, part.points);
          part.positions.update();
        }
      }
      return moved || repaint;
    },
    tidy() {
      for (const texture of retired.splice(0)) if (texture !== Texture.EMPTY) texture.destroy(true);
    },
    close() {
      closed = true;
      for (const part of parts) {
        retired.push(part.mesh.texture);
        part.mesh.destroy();
        part.geometry.destroy(true);
      }
      for (const texture of retired.splice(0)) if (texture !== Texture.EMPTY) texture.destroy(true);
      view.destroy();
    },
  };
}

/** Less movement than this, in pixels, is not worth a frame. */
const POSE_THRESHOLD_PX = 0.22;

interface Part {
  readonly layer: PuppetLayer;
  readonly mesh: Mesh<MeshGeometry>;
  readonly geometry: MeshGeometry;
  readonly rest: Float32Array;
  readonly points: Float32Array;
  readonly positions: { update(): void };
}

function createPart(layer: PuppetLayer): Part {
  const [columns, rows] = layer.grid;
  const rest = restPoints(layer);
  const points = Float32Array.from(rest);
  const uvs = new Float32Array(rest.length);
  for (let row = 0; row <= rows; row += 1) {
    for (let column = 0; column <= columns; column += 1) {
      const at = (row * (columns + 1) + column) * 2;
      uvs[at] = column / columns;
      uvs[at + 1] = row / rows;
    }
  }
  const geometry = new MeshGeometry({ positions: points, uvs, indices: new Uint32Array(0) });
  // Batched, every pixel would go through a shader that can read sixteen textures; without a graphics card that costs
  // three times as much as a draw call for each layer.
  geometry.batchMode = 'no-batch';
  const mesh = new Mesh({ geometry, texture: Texture.EMPTY });
  if (layer.id === '@brows') mesh.alpha = 0.85;
  return { layer, mesh, geometry, rest, points, positions: geometry.getBuffer('aPosition') };
}

/** The picture on a canvas that can be read; the picture itself is used up. */
function canvasOf(picture: ImageBitmap): OffscreenCanvas {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('No 2d canvas can be had.');
  context.drawImage(picture, 0, 0);
  picture.close();
  return canvas;
}

/** The triangles of those cells of a layer's mesh that have anything drawn in them: empty ones would only cost time. */
function drawnCells(layer: PuppetLayer, canvas: OffscreenCanvas): Uint32Array {
  const [columns, rows] = layer.grid;
  // What is painted anew can be anywhere on its canvas.
  const pixels = layer.id.startsWith('@') ? null : pixelsOf(canvas);
  const indices: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (pixels !== null && !hasInk(pixels, column / columns, row / rows, 1 / columns, 1 / rows)) continue;
      const corner = row * (columns + 1) + column;
      const below = corner + columns + 1;
      indices.push(corner, corner + 1, below, below, corner + 1, below + 1);
    }
  }
  return Uint32Array.from(indices);
}

function pixelsOf(canvas: OffscreenCanvas): ImageData | null {
  return canvas.getContext('2d', { willReadFrequently: true })?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

/** Whether a part of the picture, given in shares of its size, has a pixel that is not clear. */
function hasInk({ data, width, height }: ImageData, x: number, y: number, w: number, h: number): boolean {
  const left = Math.max(0, Math.floor(x * width) - 1);
  const right = Math.min(width, Math.ceil((x + w) * width) + 1);
  const top = Math.max(0, Math.floor(y * height) - 1);
  const bottom = Math.min(height, Math.ceil((y + h) * height) + 1);
  for (let py = top; py < bottom; py += 1) {
    for (let px = left; px < right; px += 1) if ((data[(py * width + px) * 4 + 3] ?? 0) > 0) return true;
  }
  return false;
}

function boxOf(file: PuppetFile, id: string): Box {
  const layer = file.layers.find((candidate) => candidate.id === id);
  if (layer === undefined) throw new Error(`The puppet ${file.id} has no layer ${id}.`);
  return layer.box;
}

function movedBy(now: readonly number[], before: readonly number[]): number {
  if (before.length === 0) return Number.POSITIVE_INFINITY;
  return now.reduce((sum, value, index) => sum + Math.abs(value - (before[index] ?? 0)), 0);
}

function faceDiffers(a: FaceState, b: FaceState): boolean {
  return (
    // However small the last step to rest is, it is taken: a mouth is shut or it is not.
    (a.mouth.open === 0) !== (b.mouth.open === 0) ||
    (a.blink === 0) !== (b.blink === 0) ||
    (a.joy === 0) !== (b.joy === 0) ||
    Math.abs(a.blink - b.blink) > 0.01 ||
    Math.abs(a.joy - b.joy) > 0.01 ||
    Math.abs(a.gaze.x - b.gaze.x) > 0.02 ||
    Math.abs(a.gaze.y - b.gaze.y) > 0.02 ||
    Math.abs(a.mouth.open - b.mouth.open) > 0.015 ||
    (a.mouth.open > 0 && Math.abs(a.mouth.wide - b.mouth.wide) > 0.04) ||
    Math.abs(a.extraBlush - b.extraBlush) > 0.02 ||
    weightsDistance(a.weights, b.weights) > 0.004
  );
}
