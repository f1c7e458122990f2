import { z } from 'zod';
import type { Register } from '#shared/characters/contract.ts';
import { ACTS, type Act } from '#shared/chat/reply-bank/acts.ts';
import type { Chosen } from '#shared/chat/reply-bank/choose.ts';
import { HEAVY } from '#shared/chat/reply-bank/situations.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { keepsRegister } from './dialogue-register.ts';

/** One thing a person says in a script, and what the reply must do. */
export const turnSchema = z.strictObject({
  text: z.string(),
  /** What the person may be taken to do. */
  acts: z.array(z.enum(ACTS)).nonempty(),
  /** The reply keeps to the matter: it has one of these words, or a line of one of these families. */
  topic: z.strictObject({ words: z.string().optional(), families: z.array(z.string()).optional() }).optional(),
  /** A planted memory must be used here, in these words. */
  memory: z.string().optional(),
  /** The answer must have this. */
  answer: z.string().optional(),
});
export type ScriptTurn = z.infer<typeof turnSchema>;

export interface Verdict {
  readonly turn: ScriptTurn;
  readonly reply: string;
  readonly chosen: Chosen;
  readonly act: boolean;
  readonly topic: boolean | null;
  readonly fresh: boolean;
  readonly register: boolean;
  readonly memory: boolean | null;
}

/** No line may come again within this many of the companion's turns. */
const REPEAT_TURNS = 30;
const HURTS: readonly Act[] = ['complain', 'confide', 'worry'];
const HEARD = /^(?:reflect|reflect_heavy|taken|matter_on|recall_\w+|unclear|staying|listening|echo)$/u;

/** Judges a reply by rule; `said` are the companion's texts before it, newest last. */
export function judge(
  turn: ScriptTurn,
  reply: string,
  chosen: Chosen,
  said: readonly string[],
  register: Register,
  locale: Locale,
): Verdict {
  const families = chosen.lines.map((id) => (id.split('/')[0] ?? '').replace('frame:', ''));
  const frames = chosen.lines.some((id) => id.startsWith('frame:'));
  // An answer is a thing told; what the person did besides is in the script.
  const taken = turn.acts.includes(chosen.act) || (chosen.act === 'answer' && turn.acts.includes('tell'));
  const answered = taken && families.some((family) => answers(family, frames, chosen.act));
  const rightly = turn.answer === undefined || new RegExp(turn.answer, 'iu').test(reply);
  const { topic } = turn;
  const kept =
    topic === undefined
      ? null
      : (topic.words !== undefined && new RegExp(topic.words, 'iu').test(reply)) ||
        families.some((family) => topic.families?.includes(family) === true);
  const lately = said.slice(-REPEAT_TURNS).flatMap(sentencesOf);
  return {
    turn,
    reply,
    chosen,
    act: answered && rightly,
    topic: kept,
    fresh: !sentencesOf(reply).some((sentence) => lately.includes(sentence)),
    register: keepsRegister(reply, register, locale, HEAVY.has(chosen.situation) || chosen.expression === 'sad'),
    memory: turn.memory === undefined ? null : new RegExp(turn.memory, 'iu').test(reply),
  };
}

/** Sentences that would be noticed when they came again. */
function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[。！？!?.…])\s*/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence.length > (/[ぁ-ん]/u.test(sentence) ? 6 : 12));
}

/** Whether a line of this family answers an act. */
function answers(family: string, framed: boolean, act: Act): boolean {
  const about =
    /^(?:about_|own_|tell_)|^(?:unsure|opinion|advice|recall_answer|said_before|explain|asked_how|request|cheer)$/u;
  const meets = /^(?:greeting_|return_home|first_meeting|asked_how)/u;
  switch (act) {
    case 'greet':
      return meets.test(family);
    case 'part':
      return /^(?:goodbye|goodnight|see_off_event|short_ack)$/u.test(family);
    case 'thank':
      return family === 'thanks' || family === 'relieved';
    case 'apologise':
      return family === 'sorry';
    case 'praise':
    case 'love':
      return /^(?:praise_companion|love|love_friend|miss_you|thanks)$/u.test(family);
    case 'ask':
      return about.test(family);
    case 'request':
      return family === 'request' || family === 'unsure' || family === 'cheer';
    case 'invite':
      return family === 'invited';
    case 'joke':
      return /^(?:joke|laugh|tease)$/u.test(family);
    case 'insult':
    case 'despair':
      return family === (act === 'insult' ? 'insult' : 'crisis');
    default:
      if (framed) return true;
      // A nod is no answer to what hurts.
      if (HURTS.includes(act))
        return (
          family !== 'listening' &&
          !about.test(family) &&
          !meets.test(family) &&
          !/^(?:goodbye|goodnight|joke|laugh)$/u.test(family)
        );
      return HEARD.test(family) || (!about.test(family) && !/^(?:goodbye|goodnight|insult|crisis)$/u.test(family));
  }
}
