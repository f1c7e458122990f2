import { z } from 'zod';
import type { Heard } from './normalise.ts';
import { SITUATIONS, type Situation } from './situations.ts';

/**
 * `resources/reply-bank/cues-<locale>.json`: what people say in a situation, as weighted patterns. A weight of 6 and
 * more decides alone, 3 to 5 suggests, below 3 only tips a balance.
 */
export const cueFile = z.partialRecord(z.enum(SITUATIONS), z.array(z.tuple([z.number(), z.string().min(1)])));
export type CueFile = z.infer<typeof cueFile>;

/** How strongly each situation is heard in a message; those that are not heard at all are absent. */
export type Scores = ReadonlyMap<Situation, number>;

export interface CueSheet {
  score(heard: Heard): Scores;
}

/** Compiles a file of cues. Throws when a pattern is not one; the message names its situation. */
export function createCueSheet(file: CueFile): CueSheet {
  const cues = SITUATIONS.flatMap((situation) =>
    (file[situation] ?? []).map(([weight, source]) => ({ situation, weight, pattern: compile(situation, source) })),
  );
  return {
    score(heard) {
      const scores = new Map<Situation, number>();
      for (const { situation, weight, pattern } of cues) {
        const found = find(pattern, heard, NEGATABLE.has(situation));
        if (found === 'denied' && situation === 'happy') add(scores, 'sad', weight / 2);
        if (found === 'said') add(scores, situation, weight);
      }
      return scores;
    },
  };
}

/** Feelings that a person may deny having. */
const NEGATABLE: ReadonlySet<Situation> = new Set<Situation>([
  'tired',
  'happy',
  'sad',
  'angry',
  'lonely',
  'anxious',
  'stressed',
  'bored',
  'embarrassed',
  'scared',
  'hungry',
  'sleepy',
  'love',
  'illness',
  'weather_hot',
  'weather_cold',
  'jealousy',
  'miss_you',
]);

const DENIED_AFTER =
  /^(?:く(?:は|も)?|て(?:は|も)?(?:い)?|で(?:は|も)?(?:い)?|れて(?:い)?|じゃ|では|わけ(?:じゃ|では)|の?状態じゃ|い?わけ(?:じゃ|では)|られて)?(?:な(?:い(?!で(?:くだ|ね|よ)|と|か)|かった|くなった|くて)|ません)/u;
const DENIED_BEFORE =
  /(?:\b(?:not|never|no longer|isn'?t|aren'?t|don'?t (?:feel|get|think i'?m)|didn'?t (?:feel|get)|wasn'?t|weren'?t|ain'?t|hardly|without)\s+(?:\w+\s+){0,2})$/u;
const MORE_THAN_EVER = /never (?:been|felt) (?:so|this|more|such)?/u;

function find(pattern: RegExp, heard: Heard, deniable: boolean): 'said' | 'denied' | 'absent' {
  if (!deniable) return pattern.test(heard.forms) ? 'said' : 'absent';
  const match = pattern.exec(heard.forms);
  if (match === null) return 'absent';
  const end = match.index + match[0].length;
  const after = heard.forms.slice(end, end + 10);
  const before = heard.forms.slice(Math.max(0, match.index - 28), match.index);
  const denied =
    heard.script === 'ja' ? DENIED_AFTER.test(after) : DENIED_BEFORE.test(before) && !MORE_THAN_EVER.test(before);
  return denied ? 'denied' : 'said';
}

/** Two cues of one situation support each other, the weaker by less than its own weight. */
function add(scores: Map<Situation, number>, situation: Situation, weight: number): void {
  const sofar = scores.get(situation) ?? 0;
  scores.set(situation, weight > sofar ? weight + sofar * 0.4 : sofar + weight * 0.4);
}

function compile(situation: Situation, source: string): RegExp {
  try {
    return new RegExp(source, 'mu');
  } catch (error) {
    throw new Error(`cues of ${situation}: not a pattern`, { cause: error });
  }
}
