import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/^\s+--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);$/gm)].map((match) => [
    match[1] ?? '',
    { light: match[2] ?? '', dark: match[3] ?? '' },
  ]),
);

const SURFACES = ['room', 'paper', 'raised', 'sunken', 'bubble', 'lamp-wash'] as const;
const TEXTS = ['ink', 'ink-soft', 'ink-faint', 'lamp-ink', 'link', 'good', 'warn', 'bad'] as const;
const WASHES = ['good-wash', 'warn-wash', 'bad-wash'] as const;

const TEXT_PAIRS: readonly (readonly [text: string, surface: string])[] = [
  ...SURFACES.flatMap((surface) => TEXTS.map((text) => [text, surface] as const)),
  ...WASHES.flatMap((wash) => [
    ...['ink', 'ink-soft'].map((text) => [text, wash] as const),
    [wash.replace('-wash', ''), wash] as const,
  ]),
  ['on-lamp', 'lamp'],
  ['on-lamp', 'lamp-deep'],
  ['on-bad', 'bad-fill'],
];

/** Bounds of controls and the focus ring: WCAG 1.4.11 asks 3:1. */
const SHAPE_PAIRS = ['line-strong', 'focus'].flatMap((line) => SURFACES.map((surface) => [line, surface] as const));

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(TEXT_PAIRS)('%s on %s reads at 4.5:1', (text, surface) => {
    expect(contrast(colour(text, theme), colour(surface, theme))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(SHAPE_PAIRS)('%s on %s is seen at 3:1', (line, surface) => {
    expect(contrast(colour(line, theme), colour(surface, theme))).toBeGreaterThanOrEqual(3);
  });
});

test('the formula gives the figures of WCAG 2.2', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

function colour(name: string, theme: 'light' | 'dark'): string {
  const found = tokens.get(name)?.[theme];
  if (found === undefined) throw new Error(`no token --${name}`);
  return found;
}

function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
