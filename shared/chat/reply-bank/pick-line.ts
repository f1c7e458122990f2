import { pick, type Random } from '../../base/random.ts';
import type { Scene } from '../scene.ts';
import { wasSaid, type Bank, type BankLine, type Family, type LineRole } from './bank.ts';
import type { Detection } from './detect.ts';
import { fill, openingOf, slotValue, type Facts } from './phrase.ts';
import { GREETINGS, HEAVY, LIGHT, PARTING, type Situation } from './situations.ts';

/** Opening words and the name are remembered for this many turns. */
const MANNER_TURNS = 5;
/** Up to this many letters a message is short, and so is the answer. */
export const SHORT_LETTERS = 6;

export interface LineWish {
  readonly family: Family;
  readonly role: LineRole;
  /** False when it is enough of questions. */
  readonly mayAsk: boolean;
  readonly also?: (line: BankLine) => boolean;
}

export interface LinePicker {
  /** A line that fits, was not said lately nor in this reply or its rejected variants; null when there is none. */
  next(wish: LineWish): BankLine | null;
  /** When every line that fits was said lately: the one said longest ago. */
  leastRecent(wish: LineWish): BankLine;
}

/** Picks lines for one reply: what may be said first, then, among that, what suits the moment best, by dice. */
export function createLinePicker(deps: {
  readonly bank: Bank;
  readonly scene: Scene;
  readonly situation: Situation;
  readonly detection: Detection;
  readonly facts: Facts;
  /** The companion's latest texts, newest last. */
  readonly said: readonly string[];
  readonly random: Random;
}): LinePicker {
  const { bank, scene, situation, detection, facts, said, random } = deps;
  const { character, locale } = scene;
  const { forms, length: letters } = detection.heard;
  const used = new Set<BankLine>();
  const lately = said.slice(-MANNER_TURNS);
  const nameUsed = scene.personName !== '' && lately.some((text) => text.includes(scene.personName));
  const openings = new Set([...lately, ...scene.rejected].map((text) => openingOf(text, locale)));
  const gladIsWrong = detection.heavy && !LIGHT.has(situation) && !GREETINGS.has(situation) && !PARTING.has(situation);

  const fits = (line: BankLine): boolean => {
    if (line.when !== null && !line.when.includes(facts.daypart)) return false;
    if (line.minLevel > (scene.friendMode ? 2 : character.relationshipLevel)) return false;
    if (line.traits.some(({ trait, min, max }) => character.traits[trait] < min || character.traits[trait] > max))
      return false;
    if (line.slots.some((slot) => slotValue(facts, slot) === '')) return false;
    if (gladIsWrong && line.expression === 'happy' && !isGreeting(line.family)) return false;
    return (line.heard === null || line.heard.test(forms)) && !(line.unless?.test(forms) ?? false);
  };
  const isStale = (line: BankLine): boolean =>
    used.has(line) || said.some((text) => wasSaid(line, text)) || scene.rejected.some((text) => wasSaid(line, text));

  const weigh = (line: BankLine): number => {
    let weight = 1;
    if (line.heard !== null) weight *= line.needsTime ? 400 : 60;
    if (line.needsTopic) weight *= 2.5;
    // おはよう said at night wants an answer that has seen the clock.
    if (line.when !== null) weight *= line.family === 'greeting_morning' && facts.daypart !== 'morning' ? 30 : 1.6;
    if (line.traits.length > 0 || line.minLevel > 1) weight *= 1.4;
    if (line.text.includes('{user}') && nameUsed) weight *= 0.08;
    if (used.size === 0 && openings.has(openingOf(fill(line.text, facts, locale), locale))) weight *= 0.12;
    if (line.role === 'ask' || line.heard !== null) return weight;
    // A word is answered with few, a long message not with one.
    const size = line.text.length / (locale === 'en' ? 2.2 : 1);
    if (letters <= SHORT_LETTERS && !HEAVY.has(situation)) weight *= Math.exp(-size / 18);
    if (letters > 18 && size < 7) weight *= 0.25;
    return weight;
  };
  const candidates = (wish: LineWish): BankLine[] =>
    bank
      .lines(wish.family, character.speech.register, wish.role)
      .filter((line) => (wish.mayAsk || !line.asks) && (wish.also?.(line) ?? true) && fits(line));

  return {
    next(wish) {
      const lines = candidates(wish).filter((line) => !isStale(line));
      const weights = lines.map(weigh);
      let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
      const line = lines.find((_line, at) => (left -= weights[at] ?? 0) < 0) ?? lines.at(-1) ?? null;
      if (line !== null) used.add(line);
      return line;
    },
    leastRecent(wish) {
      const lines = candidates(wish);
      const lastSaid = (line: BankLine): number =>
        used.has(line) ? said.length : said.findLastIndex((text) => wasSaid(line, text));
      const oldest = Math.min(...lines.map(lastSaid));
      return pick(
        random,
        lines.filter((line) => lastSaid(line) === oldest),
      );
    },
  };
}

function isGreeting(family: Family): boolean {
  return [...GREETINGS].some((greeting) => greeting === family);
}
