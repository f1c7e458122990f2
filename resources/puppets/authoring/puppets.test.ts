import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { deformLayer, POSE_AS_DRAWN, restPoints, type Pose } from '#shared/avatar/deform.ts';
import { EXPRESSIONS, weightsFor } from '#shared/avatar/expression.ts';
import { paintBrows, paintFace, type FaceState } from '#shared/avatar/face-paint.ts';
import { parsePuppet, type PuppetFile } from '#shared/avatar/puppet-format.ts';
import { knownPuppetId, PUPPET_IDS } from '#shared/avatar/puppets.ts';
import { writePuppets } from './build.ts';

const FOLDER = join(import.meta.dirname, '..');
const read = (id: string, name: string): string => readFileSync(join(FOLDER, id, name), 'utf8');
const puppet = (id: string): PuppetFile => parsePuppet(JSON.parse(read(id, 'puppet.json')));

const fresh = mkdtempSync(join(tmpdir(), 'puppets-'));
afterAll(() => rmSync(fresh, { recursive: true }));

describe.each(PUPPET_IDS)('the puppet %s', (id) => {
  const file = puppet(id);

  test('has a drawing for every layer, and both places for the moving face', () => {
    const svg = read(id, 'puppet.svg');
    const layers = file.layers.map((layer) => layer.id);
    expect(new Set(layers).size).toBe(layers.length);
    for (const layer of layers.filter((name) => !name.startsWith('@'))) expect(svg).toContain(`<g id="${layer}">`);
    expect(layers).toEqual(expect.arrayContaining(['@eyes', '@brows']));
    expect(layers.length).toBeLessThanOrEqual(25);
  });

  test('is a picture and nothing else, and small', () => {
    for (const name of ['puppet.svg', 'portrait.svg', 'portrait-small.svg']) {
      const svg = read(id, name);
      expect(svg).not.toMatch(/<script|<foreignObject|<image|\son\w+=|href="(?!#)|url\((?!#)/i);
      expect(svg).not.toContain('NaN');
      const ids = [...svg.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, ref] of svg.matchAll(/(?:href="|url\()#([^")]+)/g)) expect(ids).toContain(ref);
      expect(svg.length).toBeLessThan(75_000);
    }
    expect(read(id, 'puppet.svg').length + read(id, 'puppet.json').length).toBeLessThan(90_000);
  });

  test('every key shape of a part has the same structure, so that faces can be mixed', () => {
    const { eyes, brows, mouth } = file.face;
    for (const keys of [eyes.opening, eyes.lash, eyes.crease, eyes.lower, brows.shapes, mouth.shut, mouth.open]) {
      const lengths = Object.values(keys).map((shape) => shape.length);
      expect(new Set(lengths).size).toBe(1);
      expect(((lengths[0] ?? 0) - 2) % 6).toBe(0);
    }
    expect(mouth.shut.neutral).toHaveLength(mouth.open.neutral.length);
  });

  test('all faces differ from each other, and from themselves with shut eyes or an open mouth', () => {
    const look = (state: Partial<FaceState>): string => {
      const whole = { ...CALM, ...state };
      return JSON.stringify([paintFace(file.face, whole), paintBrows(file.face, whole)]);
    };
    const looks = EXPRESSIONS.flatMap((expression) => {
      const weights = weightsFor(expression);
      return [look({ weights }), look({ weights, blink: 1 }), look({ weights, mouth: { open: 1, wide: 0 } }), look({ weights, gaze: { x: 1, y: 0 } })];
    });
    expect(new Set(looks).size).toBe(looks.length);
  });

  test('whatever the face does, what is painted stays on its canvas', () => {
    const eyes = file.layers.find((layer) => layer.id === '@eyes');
    const brows = file.layers.find((layer) => layer.id === '@brows');
    fc.assert(
      fc.property(STATES, (state) => {
        for (const [layer, steps] of [
          [eyes, paintFace(file.face, state)],
          [brows, paintBrows(file.face, state)],
        ] as const) {
          const [x, y, width, height] = layer?.box ?? [0, 0, 0, 0];
          let clipped = false;
          for (const step of steps) {
            if (step.kind === 'clip') clipped = true;
            if (step.kind === 'unclip') clipped = false;
            if (step.kind === 'unclip' || (clipped && step.kind !== 'clip')) continue;
            const inside = step.path.every((value, index) =>
              index % 2 === 0 ? value >= x && value <= x + width : value >= y && value <= y + height,
            );
            expect(inside, JSON.stringify(step)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the pose as drawn moves nothing; any pose moves neighbours alike', () => {
    fc.assert(
      fc.property(POSES, (pose) => {
        for (const layer of file.layers) {
          const rest = restPoints(layer);
          const out = new Float32Array(rest.length);
          deformLayer(file, layer, POSE_AS_DRAWN, rest, out);
          expect(largestDifference(rest, out)).toBeLessThan(0.001);
          const near = rest.map((value) => value + 1);
          const outNear = new Float32Array(rest.length);
          deformLayer(file, layer, pose, rest, out);
          deformLayer(file, layer, pose, near, outNear);
          expect(largestDifference(out, outNear)).toBeLessThan(1.6);
          expect(largestDifference(out, rest)).toBeLessThan(160);
        }
      }),
      { numRuns: 15 },
    );
  });
});

test('what is committed is what the authoring script draws', () => {
  writePuppets(fresh);
  expect(readdirSync(fresh).toSorted()).toEqual([...PUPPET_IDS].toSorted());
  for (const id of PUPPET_IDS) {
    for (const name of ['puppet.svg', 'puppet.json', 'portrait.svg', 'portrait-small.svg']) {
      expect(readFileSync(join(fresh, id, name), 'utf8') === read(id, name), `${id}/${name}`).toBe(true);
    }
  }
});

test('a name nobody drew is shown as somebody', () => {
  expect(knownPuppetId('mio')).toBe('mio');
  expect(knownPuppetId('../../etc')).toBe('akari-ash');
});

test('a file of another format is refused', () => {
  expect(() => parsePuppet({ format: 2, layers: [{}], face: {} })).toThrow('format 1');
  expect(() => parsePuppet(null)).toThrow('format 1');
});

const CALM: FaceState = { weights: weightsFor('neutral'), blink: 0, joy: 0, gaze: { x: 0, y: 0 }, mouth: { open: 0, wide: 0 }, extraBlush: 0 };
const ratio = fc.double({ min: 0, max: 1, noNaN: true });
const signed = fc.double({ min: -1, max: 1, noNaN: true });
const STATES: fc.Arbitrary<FaceState> = fc.record({
  weights: fc.tuple(fc.constantFrom(...EXPRESSIONS), ratio).map(([expression, strength]) => weightsFor(expression, strength)),
  blink: ratio,
  joy: ratio,
  gaze: fc.record({ x: signed, y: signed }),
  mouth: fc.record({ open: ratio, wide: signed }),
  extraBlush: ratio,
});
const POSES: fc.Arbitrary<Pose> = fc.record({
  turn: fc.double({ min: -1.3, max: 1.3, noNaN: true }),
  nod: fc.double({ min: -1.3, max: 1.3, noNaN: true }),
  tilt: fc.double({ min: -0.15, max: 0.15, noNaN: true }),
  breath: ratio,
  lean: signed,
  swayLight: signed,
  swayHeavy: signed,
  lift: fc.double({ min: -12, max: 12, noNaN: true }),
});

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? Number.NaN))), 0);
}
