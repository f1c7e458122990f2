import type { Scene } from '../scene.ts';
import { driftsOf, mayDrift, MOST_JUDGED } from './drift.ts';
import type { ReplyFault } from './fault.ts';
import { bare, likeness } from './likeness.ts';
import { isWholeOpening, mayOpenLike, openingOf } from './opening.ts';

/** Judges one reply while it is being said. */
export interface ReplyGuard {
  /**
   * Judges the words so far, before any of them is shown. `wait`: more must be heard first. What is `clear` once stays so for
   * these first words; `ended` says that no more is coming (then the answer is never `wait`).
   */
  judgeBeginning(begun: string, ended: boolean): 'wait' | 'clear' | readonly ReplyFault[];
  /** Judges a reply that has been said to its end. */
  judgeWhole(reply: string): readonly ReplyFault[];
}

/** Replies among which no opening is heard twice. */
const REPLIES_COMPARED = 10;
const NEARLY_SAME = 0.75;
/** Shorter replies than this may be the same: there are not many ways to say good night. */
const LEAST_COMPARED = 12;
/** A first sentence that goes on longer is judged as it stands, in UTF-16 units. */
const LONGEST_WAIT = 120;

/** What a scene's next reply must not be. */
export function guardOf(scene: Scene): ReplyGuard {
  const earlier = earlierOf(scene).map((text) => text.slice(0, MOST_JUDGED));
  const openings = [...new Set(earlier.map(openingOf).filter((opening) => opening !== null))];
  const longer = earlier.filter((text) => bare(text).length >= LEAST_COMPARED);

  const opensAlike = (text: string): boolean => {
    const opening = openingOf(text);
    return opening !== null && openings.includes(opening);
  };

  return {
    judgeBeginning(begun, ended) {
      const sentence = firstSentence(begun);
      const drifts = driftsOf(sentence ?? begun, scene);
      if (drifts.length > 0) return drifts;
      const enough = ended || begun.length > LONGEST_WAIT;
      if (enough || isWholeOpening(begun)) {
        if (opensAlike(begun)) return ['same_opening'];
      } else if (mayOpenLike(begun, openings)) return 'wait';
      return !enough && sentence === null && mayDrift(begun, scene) ? 'wait' : 'clear';
    },
    judgeWhole(reply) {
      const judged = reply.slice(0, MOST_JUDGED);
      const same =
        bare(judged).length >= LEAST_COMPARED && longer.some((text) => likeness(text, judged) >= NEARLY_SAME);
      return [...(same ? (['same_reply'] as const) : []), ...driftsOf(judged, scene)];
    },
  };
}

/** What the reply must not be like. A person who asks to hear something again shall hear it. */
function earlierOf({ turns, rejected }: Scene): readonly string[] {
  const asked = turns.findLast(({ author }) => author === 'person')?.text ?? '';
  if (ASKS_AGAIN.test(asked)) return rejected;
  const replies = turns.filter(({ author, text }) => author === 'character' && text !== '');
  return [...replies.slice(-REPLIES_COMPARED).map(({ text }) => text), ...rejected];
}

const ASKS_AGAIN =
  /もう(?:一|1|１|いち)(?:回|度|ど)|もっかい|聞こえな|聞き取れな|(?:何|なん)(?:て|と)言|繰り返|くりかえ|リピート|\b(?:again|repeat|once more|pardon|what did you say|didn['’]t (?:hear|catch))\b/iu;

/** The first sentence, when it is whole. */
function firstSentence(text: string): string | null {
  return /^\s*[^。！？!?\n]*?[\p{L}\p{N}][^。！？!?\n.]*(?:[。！？!?\n]|\.(?=\s))/u.exec(text)?.[0] ?? null;
}
