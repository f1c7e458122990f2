import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Rectangle } from './electron-api.ts';

export const MIN_WIDTH = 900;
export const MIN_HEIGHT = 600;

const DEFAULT_WIDTH = 1280;
const DEFAULT_HEIGHT = 840;
/** At least so much of the title bar must be on a display, or the window could not be dragged back. */
const GRIP_WIDTH = 120;
const GRIP_HEIGHT = 40;

const pixels = z.number().int().min(-100_000).max(100_000);
const windowState = z.object({ x: pixels, y: pixels, width: pixels, height: pixels, maximized: z.boolean() });

/** Where the window was, in display-independent pixels, when it was not maximised; and whether it was. */
export type WindowState = z.infer<typeof windowState>;

/** Null when there is none, or none that can be understood. */
export function loadWindowState(file: string): WindowState | null {
  try {
    return windowState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Whole or not at all. Throws when the folder cannot be written. */
export function saveWindowState(file: string, state: WindowState): void {
  writeFileSync(`${file}.draft`, JSON.stringify(state));
  renameSync(`${file}.draft`, file);
}

/**
 * Where to open: where it was when its title bar can still be seen there, made to fit that display; else the middle of the
 * first display. Never smaller than the least size, even on a display that is.
 */
export function placeWindow(saved: WindowState | null, workAreas: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  const home = saved === null ? undefined : workAreas.find((area) => canGrip(saved, area));
  if (saved === null || home === undefined) return centred(saved, workAreas[0]);
  const width = fit(saved.width, MIN_WIDTH, home.width);
  const height = fit(saved.height, MIN_HEIGHT, home.height);
  return {
    x: fit(saved.x, home.x, home.x + home.width - width),
    y: fit(saved.y, home.y, home.y + home.height - height),
    width,
    height,
  };
}

function canGrip(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x);
  const right = Math.min(window.x + window.width, area.x + area.width);
  const top = Math.max(window.y, area.y);
  const bottom = Math.min(window.y + GRIP_HEIGHT, area.y + area.height);
  return right - left >= GRIP_WIDTH && bottom - top >= GRIP_HEIGHT / 2;
}

function centred(saved: WindowState | null, area: Rectangle): Rectangle {
  const width = fit(saved?.width ?? DEFAULT_WIDTH, MIN_WIDTH, area.width);
  const height = fit(saved?.height ?? DEFAULT_HEIGHT, MIN_HEIGHT, area.height);
  return {
    x: Math.round(area.x + (area.width - width) / 2),
    y: Math.round(area.y + (area.height - height) / 2),
    width,
    height,
  };
}

/** The low bound wins when the two contradict. */
function fit(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
