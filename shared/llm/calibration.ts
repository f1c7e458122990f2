/** What a model's own counts have taught about the estimate. */
export interface TokenCalibration {
  /** Tokens of this model for each estimated one, [MIN_RATIO, MAX_RATIO]; 1 until something was learnt. */
  ratio(): number;
  /** A prompt that was taken to have `told` tokens (this calibration already in it) had `counted` by the model's own count. */
  learn(told: number, counted: number): void;
}

/** Shorter prompts say more of the marks around messages than of the words. */
const LEAST_TOKENS = 300;
/** Further off than this, another thing was counted than what was sent: cached tokens left out, or pictures. */
const MIN_RATIO = 0.4;
const MAX_RATIO = 2;
/** How far a new count moves what is known. */
const WEIGHT = 0.4;
/** What moves less than this stays in use as it was: with each move the history is cut elsewhere, and nothing is cached of it. */
const LEAST_MOVE = 0.05;

/** Learns how the estimate of tokens stands to one model's own counts. */
export function createTokenCalibration(): TokenCalibration {
  let learnt: number | null = null;
  let used = 1;
  return {
    ratio: () => used,
    learn(told, counted) {
      if (told < LEAST_TOKENS || counted <= 0) return;
      const seen = (used * counted) / told;
      if (!(seen >= MIN_RATIO && seen <= MAX_RATIO)) return;
      learnt = learnt === null ? seen : learnt + (seen - learnt) * WEIGHT;
      if (Math.abs(learnt - used) >= LEAST_MOVE) used = learnt;
    },
  };
}
