import type { Expression } from '../../avatar/expression.ts';
import type { Random } from '../../base/random.ts';
import type { Scene, SceneTurn } from '../scene.ts';
import type { Act } from './acts.ts';
import type { Bank, BankLine } from './bank.ts';
import type { Detection } from './detect.ts';
import type { DaysFile } from './own-day.ts';
import { SHORT_LETTERS, type LinePicker } from './pick-line.ts';
import { fill, joinSentences, type Facts } from './phrase.ts';
import { recollect, type Occasion } from './remember.ts';
import { GREETINGS, HEAVY, PARTING, TOPICAL, type Situation } from './situations.ts';

/** One reply in the making: what was understood, and how to pick lines for it. */
export interface Talk {
  readonly bank: Bank;
  readonly days: DaysFile;
  readonly scene: Scene;
  readonly situation: Situation;
  readonly act: Act;
  readonly detection: Detection;
  readonly facts: Facts;
  /** The thing the talk is still about, when this message names none. */
  readonly matter: string | null;
  /** The turns of this sitting before the message. */
  readonly before: readonly SceneTurn[];
  /** What the person said lately, the message not included, and what the companion did; newest last. */
  readonly theirs: readonly string[];
  readonly said: readonly string[];
  /** The companion had asked something just before. */
  readonly answersUs: boolean;
  readonly mayAsk: boolean;
  /** How many of the companion's last replies asked something, without a pause. */
  readonly questionRun: number;
  /** A picker of lines with these slots to fill besides the common ones. */
  readonly pickerFor: (more: Facts['more']) => LinePicker;
  readonly random: Random;
}

export interface Answered {
  readonly text: string;
  readonly expression: Expression | null;
  /** The lines it is made of: none of them was said in the companion's last `MEMORY_TURNS` turns. */
  readonly lines: readonly string[];
}

/** A line with what fills its own slots. */
export interface Part {
  readonly line: BankLine;
  readonly more: Facts['more'];
}

/** Where to look on when every line of a situation was said lately. The last resort is always `listening`. */
const KIN: Readonly<Partial<Record<Situation, readonly Situation[]>>> = {
  staying: ['sad', 'confide'],
  relieved: ['happy'],
  exam: ['staying'],
  goodnight: ['goodbye', 'short_ack'],
  goodbye: ['short_ack'],
  crisis: ['bad_news', 'sad'],
  bad_news: ['sad'],
  love: ['miss_you', 'praise_companion'],
  love_friend: ['thanks', 'praise_companion'],
  work_trouble: ['stressed'],
  sent_image: ['sent_sticker'],
  sent_sticker: ['laugh', 'short_ack'],
  insult: ['short_ack'],
  good_news: ['happy'],
  achievement: ['proud', 'happy'],
};

/** A line of a move, with its question now and then; null when all were said lately. */
export function simply(
  talk: Talk,
  move: Part['line']['family'],
  more: Facts['more'] = {},
  askChanceOf = 0.5,
): Answered | null {
  const picker = talk.pickerFor(more);
  const line = picker.next({ family: move, role: 'react', mayAsk: true });
  if (line === null) return null;
  const parts = [{ line, more }];
  if (!line.asks && talk.mayAsk && talk.random() < askChanceOf) {
    const ask = picker.next({ family: move, role: 'ask', mayAsk: true });
    if (ask !== null) parts.push({ line: ask, more });
  }
  return made(talk, parts, line);
}

/** Something of earlier days, when the occasion is one for it and it was not spoken of lately. */
export function remembered(talk: Talk, occasion: Occasion): Part | null {
  const { scene, detection, said, before } = talk;
  const byThem = before.filter((turn) => turn.author === 'person').map((turn) => turn.text);
  const found = recollect(scene, occasion, detection.heard, { byUs: said, byThem });
  if (found === null) return null;
  const more = { memory: found.memory, when: found.when };
  const line = talk.pickerFor(more).next({ family: found.move, role: 'react', mayAsk: talk.mayAsk });
  return line === null ? null : { line, more };
}

/** A first word to a situation. */
export function react(talk: Talk, picker: LinePicker, mayAsk: boolean): BankLine {
  const { situation, detection, random } = talk;
  if (situation === 'staying' && detection.carried !== null && HEAVY.has(detection.carried) && random() < 0.3) {
    const line = picker.next({ family: detection.carried, role: 'react', mayAsk });
    if (line !== null) return line;
  }
  for (const kin of [situation, ...(KIN[situation] ?? []), 'listening' as const]) {
    const line = picker.next({ family: kin, role: 'react', mayAsk });
    if (line !== null) return line;
  }
  return picker.leastRecent({ family: 'listening', role: 'react', mayAsk });
}

export function followUp({ situation, detection, random }: Talk, picker: LinePicker): BankLine | null {
  const { carried } = detection;
  const ask = (of: Situation): BankLine | null => picker.next({ family: of, role: 'ask', mayAsk: true });
  if (PARTING.has(situation)) return ask(situation);
  // In the midst of a matter a question about the matter is better than any question.
  const onward = carried !== null && !GREETINGS.has(carried) && situation === 'listening' && random() < 0.4;
  return (onward ? ask(carried) : null) ?? ask(situation) ?? (detection.heavy ? null : ask('listening'));
}

/** The parts as one text. */
export function made({ scene, facts }: Talk, parts: readonly Part[], main: BankLine): Answered {
  const { locale } = scene;
  const text = parts
    .map(({ line, more }) => fill(line.text, { ...facts, more }, locale))
    .reduce((sofar, next) => joinSentences(sofar, next, locale));
  return { text, expression: main.expression, lines: parts.map(({ line }) => line.id) };
}

/** Whether the parts together are not too long an answer to what was said. */
export function isShortEnough({ situation, detection, scene, facts }: Talk, parts: readonly BankLine[]): boolean {
  const english = scene.locale === 'en';
  const short = detection.heard.length <= SHORT_LETTERS * (english ? 2 : 1) && !HEAVY.has(situation);
  const most = (short ? 44 : 78) * (english ? 2.2 : 1);
  return parts.reduce((sum, line) => sum + fill(line.text, facts, scene.locale).length, 0) <= most;
}

export function askChance({ situation, scene, facts, questionRun }: Talk): number {
  const { activeness, empathy } = scene.character.traits;
  const lean = (activeness - 50) / 250 + (empathy - 50) / 400;
  return Math.min(0.9, baseAskChance(situation, facts.topic !== null) + lean) * (questionRun > 0 ? 0.4 : 1);
}

function baseAskChance(situation: Situation, hasTopic: boolean): number {
  if (situation === 'goodnight') return 0.02;
  if (PARTING.has(situation)) return 0.1;
  if (GREETINGS.has(situation)) return 0.6;
  if (situation === 'thanks' || situation === 'unsure' || situation === 'praise_companion') return 0.25;
  if (situation === 'laugh' || situation === 'joke' || situation === 'tease') return 0.3;
  if (situation === 'listening') return hasTopic ? 0.5 : 0.32;
  if (situation.startsWith('about_') || TOPICAL.has(situation)) return 0.55;
  return 0.45;
}
