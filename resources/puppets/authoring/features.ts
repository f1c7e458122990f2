import type { EyeKey, Shape } from '#shared/avatar/puppet-format.ts';

/**
 * One opening of an eye, around its middle; outwards is positive, up is negative. `peak` is where the upper lid is
 * highest, `sag` where the lower lid is lowest.
 */
export interface EyeForm {
  readonly inner: readonly [number, number];
  readonly outer: readonly [number, number];
  readonly peak: readonly [number, number];
  readonly sag: readonly [number, number];
  /** Roundness of the lids towards the inner and the outer corner, in [0.2,0.8]. */
  readonly round: readonly [number, number];
}

/** Thickness of the upper lashes at the inner corner, the peak and the outer corner, and the wing beyond it. */
export interface LashForm {
  readonly inner: number;
  readonly peak: number;
  readonly outer: number;
  readonly wing: readonly [number, number];
}

export interface EyeSet {
  readonly opening: Record<EyeKey, Shape>;
  readonly lash: Record<EyeKey, Shape>;
  readonly crease: Record<EyeKey, Shape>;
  readonly lower: Record<EyeKey, Shape>;
}

/** All key shapes of an eye from its open form, its changes per face, and the two ways of closing it. */
export function eyeSet(
  neutral: EyeForm,
  changes: Readonly<Record<Exclude<EyeKey, 'neutral' | 'closed' | 'smile'>, Partial<EyeForm>>>,
  lash: LashForm,
  closed: { readonly y: number; readonly depth: number },
): EyeSet {
  const forms: Record<EyeKey, EyeForm> = {
    neutral,
    happy: { ...neutral, ...changes.happy },
    sad: { ...neutral, ...changes.sad },
    angry: { ...neutral, ...changes.angry },
    surprised: { ...neutral, ...changes.surprised },
    shy: { ...neutral, ...changes.shy },
    closed: shut(neutral, closed.y, closed.depth),
    smile: shut(neutral, closed.y + 4, -closed.depth * 1.5),
  };
  const set: EyeSet = { opening: blank(), lash: blank(), crease: blank(), lower: blank() };
  for (const key of EYE_KEYS) {
    const form = forms[key];
    const thin = key === 'closed' || key === 'smile' ? 0.62 : 1;
    set.opening[key] = rounded(opening(form));
    set.lash[key] = rounded(lashOf(form, lash, thin, key === 'smile'));
    set.crease[key] = rounded(creaseOf(form, key));
    set.lower[key] = rounded(lowerOf(form));
  }
  return set;
}

const EYE_KEYS: readonly EyeKey[] = ['neutral', 'happy', 'sad', 'angry', 'surprised', 'shy', 'closed', 'smile'];

function blank(): Record<EyeKey, Shape> {
  return { neutral: [], happy: [], sad: [], angry: [], surprised: [], shy: [], closed: [], smile: [] };
}

function shut(form: EyeForm, y: number, depth: number): EyeForm {
  const inner: [number, number] = [form.inner[0], y - depth * 0.5];
  const outer: [number, number] = [form.outer[0], y - depth * 0.55];
  const middle: [number, number] = [(form.inner[0] + form.outer[0]) / 2, y + depth * 0.5];
  return { inner, outer, peak: middle, sag: middle, round: [0.5, 0.5] };
}

/** Upper lid from the inner to the outer corner, as one M and two cubics. */
function upperLid(form: EyeForm): number[] {
  const { inner, outer, peak, round } = form;
  const reachIn = (peak[0] - inner[0]) * round[0];
  const reachOut = (outer[0] - peak[0]) * round[1];
  return [
    inner[0], inner[1],
    inner[0] + (peak[0] - inner[0]) * 0.12, inner[1] + (peak[1] - inner[1]) * 0.62, peak[0] - reachIn, peak[1], peak[0], peak[1],
    peak[0] + reachOut, peak[1], outer[0] - (outer[0] - peak[0]) * 0.08, outer[1] + (peak[1] - outer[1]) * 0.55, outer[0], outer[1],
  ];
}

/** Lower lid from the outer corner back to the inner one: two cubics. */
function lowerLid(form: EyeForm): number[] {
  const { inner, outer, sag } = form;
  return [
    outer[0] - (outer[0] - sag[0]) * 0.06, outer[1] + (sag[1] - outer[1]) * 0.6, sag[0] + (outer[0] - sag[0]) * 0.55, sag[1], sag[0], sag[1],
    sag[0] - (sag[0] - inner[0]) * 0.55, sag[1], inner[0] + (sag[0] - inner[0]) * 0.1, inner[1] + (sag[1] - inner[1]) * 0.55, inner[0], inner[1],
  ];
}

function opening(form: EyeForm): number[] {
  return [...upperLid(form), ...lowerLid(form)];
}

function lashOf(form: EyeForm, lash: LashForm, thin: number, smiling: boolean): number[] {
  const lid = upperLid(form);
  const [ix, iy, a1x, a1y, a2x, a2y, px, py, b1x, b1y, b2x, b2y, ox, oy] = lid.map((value) => value) as [
    number, number, number, number, number, number, number, number, number, number, number, number, number, number,
  ];
  const peak = lash.peak * thin;
  const outer = lash.outer * thin;
  const inner = lash.inner * thin;
  const wingX = ox + lash.wing[0] * (smiling ? 0.35 : 1);
  const wingY = oy + (smiling ? 2 : lash.wing[1] * (thin < 1 ? 0.45 : 1));
  return [
    ix - 1, iy + 1,
    a1x, a1y, a2x, a2y, px, py + 1.5,
    b1x, b1y + 1, b2x - 1, b2y + 1, wingX, wingY,
    ox + outer * 0.55, b2y - outer * 0.75, b1x + outer * 0.4, b1y - peak, px, py - peak,
    a2x - inner * 0.3, a2y - peak * 0.9, a1x - inner, a1y - inner, ix - 1, iy + 1,
  ];
}

function creaseOf(form: EyeForm, key: EyeKey): number[] {
  const lid = upperLid(form);
  const lift = key === 'closed' ? -20 : key === 'smile' ? -17 : -19;
  const squeeze = 0.8;
  const middle = (form.inner[0] + form.outer[0]) / 2 + 3;
  return lid.map((value, index) => {
    if (index % 2 === 0) return middle + (value - middle) * squeeze;
    const flat = key === 'closed' || key === 'smile' ? 0.6 : 0.82;
    return form.peak[1] + (value - form.peak[1]) * flat * 0.7 + lift;
  });
}

function lowerOf(form: EyeForm): number[] {
  const { outer, sag } = form;
  const startX = outer[0] - 3;
  const startY = outer[1] + (sag[1] - outer[1]) * 0.42;
  const endX = sag[0] - (sag[0] - form.inner[0]) * 0.25;
  return [
    startX, startY,
    startX - 3, startY + (sag[1] - startY) * 0.7, sag[0] + (outer[0] - sag[0]) * 0.5, sag[1], sag[0] + (outer[0] - sag[0]) * 0.1, sag[1] + 0.5,
    sag[0] - 3, sag[1] + 0.6, endX + 5, sag[1] + 0.4, endX, sag[1] - 0.8,
  ];
}

/** A brow from the inner end to the outer one, thick inside, pointed outside; around the middle of the eye. */
export function brow(inner: readonly [number, number], arch: readonly [number, number], outer: readonly [number, number], thick: number): Shape {
  const [ix, iy] = inner;
  const [ax, ay] = arch;
  const [ox, oy] = outer;
  return rounded([
    ix, iy + thick * 0.1,
    ix, iy - thick * 0.75, ax - (ax - ix) * 0.45, ay - thick * 0.5 + (iy - ay) * 0.12, ax, ay - thick * 0.5,
    ax + (ox - ax) * 0.4, ay - thick * 0.5, ox - (ox - ax) * 0.3, oy - (oy - ay) * 0.35, ox, oy,
    ox - (ox - ax) * 0.35, oy - (oy - ay) * 0.2, ax + (ox - ax) * 0.35, ay + thick * 0.5, ax, ay + thick * 0.5,
    ax - (ax - ix) * 0.4, ay + thick * 0.5 + (iy - ay) * 0.12, ix, iy + thick * 0.95, ix, iy + thick * 0.1,
  ]);
}

/** A mouth around its middle: half width, how far the corners rise, upper lip's dip, lower lip's depth; `skew` tilts it. */
export function mouth(half: number, corner: number, upper: number, lower: number, skew = 0): Shape {
  const left: [number, number] = [-half, -corner + skew];
  const right: [number, number] = [half, -corner - skew];
  return rounded([
    left[0], left[1],
    left[0] * 0.72, left[1] + (upper - left[1]) * 0.7, left[0] * 0.32, upper, 0, upper,
    right[0] * 0.32, upper, right[0] * 0.72, right[1] + (upper - right[1]) * 0.7, right[0], right[1],
    right[0] * 0.86, right[1] + (lower - right[1]) * 0.75, right[0] * 0.48, lower, 0, lower,
    left[0] * 0.48, lower, left[0] * 0.86, left[1] + (lower - left[1]) * 0.75, left[0], left[1],
  ]);
}

function rounded(numbers: readonly number[]): number[] {
  return numbers.map((value) => Math.round(value * 10) / 10);
}
