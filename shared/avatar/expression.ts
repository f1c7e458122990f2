/** The six faces a companion can make. `neutral` is what is left when nothing else is felt. */
export type Expression = (typeof EXPRESSIONS)[number];

export const EXPRESSIONS = ['neutral', 'happy', 'sad', 'angry', 'surprised', 'shy'] as const;

/** How much of each face is worn. Every weight is in [0,1] and together they are 1. */
export type ExpressionWeights = Readonly<Record<Expression, number>>;

export const NEUTRAL_WEIGHTS: ExpressionWeights = {
  neutral: 1,
  happy: 0,
  sad: 0,
  angry: 0,
  surprised: 0,
  shy: 0,
};

/** Weights for one face at `strength` in [0,1] (clamped); the rest is neutral. */
export function weightsFor(expression: Expression, strength = 1): ExpressionWeights {
  const worn = Number.isFinite(strength) ? Math.min(1, Math.max(0, strength)) : 1;
  return { ...NEUTRAL_WEIGHTS, neutral: 1 - worn, [expression]: expression === 'neutral' ? 1 : worn };
}

/** A straight mix of two faces, `t` in [0,1] (clamped). The sum stays 1. */
export function mixWeights(from: ExpressionWeights, to: ExpressionWeights, t: number): ExpressionWeights {
  const k = Math.min(1, Math.max(0, t));
  const mixed = { ...NEUTRAL_WEIGHTS };
  for (const expression of EXPRESSIONS) {
    mixed[expression] = from[expression] * (1 - k) + to[expression] * k;
  }
  return mixed;
}

/** Largest difference between two sets of weights, in [0,1]. */
export function weightsDistance(a: ExpressionWeights, b: ExpressionWeights): number {
  let most = 0;
  for (const expression of EXPRESSIONS) most = Math.max(most, Math.abs(a[expression] - b[expression]));
  return most;
}

/** Slow at both ends; 0 → 0, 1 → 1, never leaves [0,1], never goes back. */
export function easeInOut(t: number): number {
  const k = Math.min(1, Math.max(0, t));
  return k * k * (3 - 2 * k);
}

/** A face on its way from one set of weights to another. */
export interface ExpressionChange {
  readonly from: ExpressionWeights;
  readonly to: ExpressionWeights;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

/** The weights of a change at `nowMs`: `from` before it starts, `to` once it has lasted `durationMs`. */
export function weightsAt(change: ExpressionChange, nowMs: number): ExpressionWeights {
  if (change.durationMs <= 0) return change.to;
  return mixWeights(change.from, change.to, easeInOut((nowMs - change.startedAtMs) / change.durationMs));
}

/** How long a face takes to become this one, in ms: surprise is quick, sadness comes slowly. */
export const EXPRESSION_DURATION_MS: Readonly<Record<Expression, number>> = {
  neutral: 420,
  happy: 320,
  sad: 620,
  angry: 300,
  surprised: 160,
  shy: 460,
};
