import type { Expression } from '../../avatar/expression.ts';
import { pick, type Random } from '../../base/random.ts';
import type { Scene, SceneTurn } from '../scene.ts';
import type { Bank, BankDaypart, BankLine, LineRole } from './bank.ts';
import { asksSomething, wasSaid } from './bank.ts';
import { detect, type CueSheets, type Detection } from './detect.ts';
import { fill, factsOf, joinSentences, openingOf, restOfUnfinished, type Facts } from './phrase.ts';
import { ECHOING, GREETINGS, HEAVY, PARTING, TOPICAL, type Situation } from './situations.ts';

/** What the companion says, and with which face. */
export interface Chosen {
  readonly text: string;
  /** Null when the face stays as it is. */
  readonly expression: Expression | null;
  readonly situation: Situation;
  /** The lines it is made of, for tests: none of them was said in the companion's last `MEMORY_TURNS` turns. */
  readonly lines: readonly string[];
}

/** No line comes again within this many turns of the companion, as long as there is any other that fits. */
export const MEMORY_TURNS = 20;
/** Opening words and the name are remembered this long. */
const MANNER_TURNS = 5;
/** Up to this many letters a message is short, and so is the answer. */
const SHORT_LETTERS = 6;

/** Chooses a reply to a scene. The same scene, bank and dice give the same reply. */
export function chooseReply(bank: Bank, sheets: CueSheets, scene: Scene, random: Random): Chosen {
  const turns = scene.turns.filter((turn) => turn.author === 'person' || turn.author === 'character');
  const at = turns.findLastIndex((turn) => turn.author === 'person');
  const heardLast = turns[at];
  const before = turns.slice(0, Math.max(0, at));
  const detection = detect(sheets, heardLast?.text ?? '', before);
  const talk = new Talk(bank, scene, turns, detection, random, situationOf(scene, detection, heardLast, turns));
  if (scene.continuing) return talk.goOn(turns.at(-1)?.text ?? '');
  return talk.answer();
}

/** The situation to answer, which depends on the hour, the age and what was sent as well as on the words. */
function situationOf(scene: Scene, detection: Detection, last: SceneTurn | undefined, turns: readonly SceneTurn[]): Situation {
  const { situation, carried } = detection;
  if (turns.length === 0) return 'first_meeting';
  if (last === undefined) return 'short_ack';
  const sent = last.attachments[0];
  if (detection.heard.length === 0 && sent !== undefined) return `sent_${sent}`;
  if (situation === 'love' && scene.friendMode) return 'love_friend';
  // Out of such words nobody is led by the next sentence alone.
  if (carried === 'crisis' && (ECHOING.has(situation) || HEAVY.has(situation)) && situation !== 'thanks') return 'crisis';
  const daypart = factsOf(scene, null).daypart;
  if (situation === 'greeting_day' || situation === 'greeting_evening') return GREETING_OF[daypart];
  return situation;
}

const GREETING_OF: Readonly<Record<BankDaypart, Situation>> = {
  morning: 'greeting_morning',
  day: 'greeting_day',
  evening: 'greeting_evening',
  night: 'greeting_evening',
};

/** Where to look on when every line of a situation was said lately. The last resort is always `listening`. */
const KIN: Readonly<Partial<Record<Situation, readonly Situation[]>>> = {
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

/** How likely a question follows, before character and talk have their say. */
function askChance(situation: Situation): number {
  if (situation === 'goodnight') return 0.08;
  if (PARTING.has(situation)) return 0.15;
  if (GREETINGS.has(situation)) return 0.6;
  if (situation === 'thanks' || situation === 'unsure' || situation === 'praise_companion') return 0.25;
  if (situation === 'laugh' || situation === 'joke' || situation === 'tease') return 0.3;
  if (situation.startsWith('about_') || TOPICAL.has(situation)) return 0.55;
  return 0.45;
}

/** One reply in the making. */
class Talk {
  readonly #bank: Bank;
  readonly #scene: Scene;
  readonly #detection: Detection;
  readonly #random: Random;
  readonly #situation: Situation;
  readonly #facts: Facts;
  /** The companion's latest texts, newest last. */
  readonly #said: readonly string[];
  readonly #questionRun: number;
  readonly #nameUsed: boolean;
  readonly #openings: ReadonlySet<string>;
  readonly #used: BankLine[] = [];

  constructor(bank: Bank, scene: Scene, turns: readonly SceneTurn[], detection: Detection, random: Random, situation: Situation) {
    this.#bank = bank;
    this.#scene = scene;
    this.#detection = detection;
    this.#random = random;
    this.#situation = situation;
    const words = detection.heard.text;
    this.#facts = factsOf(scene, TOPICAL.has(situation) && !detection.heavy ? words : null);
    this.#said = turns.filter((turn) => turn.author === 'character').map((turn) => turn.text).slice(-MEMORY_TURNS);
    const lately = this.#said.slice(-MANNER_TURNS);
    this.#questionRun = this.#said.length - 1 - this.#said.findLastIndex((text) => !asksSomething(text));
    this.#nameUsed = scene.personName !== '' && lately.some((text) => text.includes(scene.personName));
    this.#openings = new Set([...lately, ...scene.rejected].map((text) => openingOf(text, scene.locale)));
  }

  answer(): Chosen {
    const situation = this.#situation;
    if (situation === 'crisis') return this.#stay();
    const parts: BankLine[] = [];
    const opening = this.#opening();
    if (opening !== null) parts.push(opening);
    if (opening === null && this.#asksAlone()) {
      const ask = this.#choose(situation, 'ask', true);
      if (ask !== null) return this.#made([ask]);
    }
    const mayAsk = this.#questionRun < 2;
    const main = this.#react(mayAsk);
    const echo = opening === null ? this.#echoBefore(main) : null;
    if (echo !== null) parts.push(echo);
    parts.push(main);
    if (mayAsk && !main.asks && this.#random() < this.#askChance()) {
      const ask = this.#followUp();
      if (ask !== null && this.#fits([...parts, ask])) parts.push(ask);
    }
    return this.#made(parts, main);
  }

  /** Finishes an unfinished line, or adds one more that fits. */
  goOn(unfinished: string): Chosen {
    const { locale } = this.#scene;
    const rest = restOfUnfinished(unfinished, this.#bank.all(this.#scene.character.speech.register), this.#facts, locale);
    if (rest !== null) return { text: rest, expression: null, situation: this.#situation, lines: [] };
    const mayAsk = this.#questionRun < 2 && !asksSomething(unfinished) && !PARTING.has(this.#situation);
    const line = (mayAsk && this.#random() < 0.5 ? this.#followUp() : null) ?? this.#react(mayAsk);
    const added = fill(line.text, this.#facts, locale);
    return { text: joinSentences(unfinished, added, locale).slice(unfinished.length), expression: null, situation: this.#situation, lines: [line.id] };
  }

  /** Words of not wanting to live: first that one stays, then, always, the way to someone who can be there. */
  #stay(): Chosen {
    const first = this.#choose('crisis', 'react', true);
    const way = this.#choose('crisis', 'ask', true);
    if (first !== null) return this.#made(way === null ? [first] : [first, way]);
    return this.#made([way ?? this.#react(false)]);
  }

  /** A greeting or a thank-you that came before the matter itself is answered in a word. */
  #opening(): BankLine | null {
    const opened = this.#detection.ranked.find((other) => other === 'return_home' || other === 'greeting_morning' || other === 'greeting_evening');
    if (opened === undefined || opened === this.#situation || GREETINGS.has(this.#situation) || PARTING.has(this.#situation)) return null;
    const most = this.#scene.locale === 'ja' ? 22 : 44;
    return this.#choose(opened, 'react', false, (line) => line.text.length <= most && !line.asks);
  }

  #react(mayAsk: boolean): BankLine {
    const calm = this.#detection.heavy && this.#situation === 'listening';
    if (calm) {
      const line = this.#chooseCalm(mayAsk);
      if (line !== null) return line;
    }
    for (const situation of [this.#situation, ...(KIN[this.#situation] ?? []), 'listening' as const]) {
      const line = this.#choose(situation, 'react', mayAsk);
      if (line !== null) return line;
    }
    return this.#leastRecent(mayAsk);
  }

  /** The talk is heavy and this sentence alone says little: what fits the matter, or quiet listening. */
  #chooseCalm(mayAsk: boolean): BankLine | null {
    const { carried } = this.#detection;
    const quiet = (line: BankLine): boolean => !/[！!]/u.test(line.text) && line.expression !== 'happy' && line.traits.every(({ trait }) => trait !== 'humour');
    const going = carried === null || !HEAVY.has(carried) || this.#random() < 0.5 ? null : this.#choose(carried, 'react', mayAsk);
    return going ?? this.#choose('listening', 'react', mayAsk, quiet) ?? this.#choose('sad', 'react', mayAsk);
  }

  /** Every line that fits was said lately: the one said longest ago. */
  #leastRecent(mayAsk: boolean): BankLine {
    const lines = this.#bank.lines('listening', this.#scene.character.speech.register, 'react').filter((line) => this.#conditionsHold(line) && (mayAsk || !line.asks));
    const lastSaid = (line: BankLine): number => this.#said.findLastIndex((text) => wasSaid(line, text));
    const oldest = Math.min(...lines.map(lastSaid));
    return pick(this.#random, lines.filter((line) => lastSaid(line) === oldest));
  }

  #followUp(): BankLine | null {
    const { carried } = this.#detection;
    const own = this.#choose(this.#situation, 'ask', true);
    if (PARTING.has(this.#situation)) return own;
    // In the midst of a matter a question about the matter is better than any question.
    if (ECHOING.has(this.#situation) && carried !== null && this.#random() < 0.6) return this.#choose(carried, 'ask', true) ?? own;
    return own ?? (TOPICAL.has(this.#situation) || HEAVY.has(this.#situation) ? this.#choose('listening', 'ask', true) : null);
  }

  #echoBefore(main: BankLine): BankLine | null {
    const { topic } = this.#facts;
    if (topic === null || this.#situation === 'listening' || this.#detection.heavy || main.needsTopic || this.#random() > 0.45) return null;
    const beginning = main.text.slice(0, 14);
    if (main.heard !== null || beginning.includes(topic.slice(0, 2)) || /^[^。！!,.]{1,12}(?:か|かあ|ですか|だ|の話)[。、！]/u.test(main.text)) return null;
    if (this.#scene.locale === 'en' && /^[^.!?]{1,16}[.!?]/u.test(main.text)) return null;
    return this.#choose('echo', 'react', false);
  }

  #asksAlone(): boolean {
    const talkative = this.#scene.character.traits.activeness >= 55;
    return this.#situation === 'listening' && !this.#detection.heavy && this.#questionRun === 0 && this.#detection.heard.length > SHORT_LETTERS && this.#random() < (talkative ? 0.12 : 0.05);
  }

  #askChance(): number {
    const { activeness, empathy } = this.#scene.character.traits;
    const lean = (activeness - 50) / 250 + (empathy - 50) / 400;
    const again = this.#questionRun > 0 ? 0.4 : 1;
    return Math.min(0.9, askChance(this.#situation) + lean) * again;
  }

  /** Whether the parts together are not too long an answer to what was said. */
  #fits(parts: readonly BankLine[]): boolean {
    const short = this.#detection.heard.length <= SHORT_LETTERS * (this.#scene.locale === 'en' ? 2 : 1) && !HEAVY.has(this.#situation);
    const most = (short ? 44 : 78) * (this.#scene.locale === 'en' ? 2.2 : 1);
    return parts.reduce((sum, line) => sum + fill(line.text, this.#facts, this.#scene.locale).length, 0) <= most;
  }

  #made(parts: readonly BankLine[], main: BankLine | undefined = parts[0]): Chosen {
    const { locale } = this.#scene;
    const text = parts.map((line) => fill(line.text, this.#facts, locale)).reduce((sofar, next) => joinSentences(sofar, next, locale));
    return { text, expression: main?.expression ?? null, situation: this.#situation, lines: parts.map((line) => line.id) };
  }

  /** A line that fits, was not said lately and has not been chosen for this reply; null when there is none. */
  #choose(situation: Situation, role: LineRole, mayAsk: boolean, also: (line: BankLine) => boolean = () => true): BankLine | null {
    const { register } = this.#scene.character.speech;
    const lines = this.#bank
      .lines(situation, register, role)
      .filter((line) => (mayAsk || !line.asks) && also(line) && this.#conditionsHold(line) && !this.#isStale(line));
    const weights = lines.map((line) => this.#weight(line));
    let left = this.#random() * weights.reduce((sum, weight) => sum + weight, 0);
    const line = lines.find((_line, at) => (left -= weights[at] ?? 0) < 0) ?? lines.at(-1) ?? null;
    if (line !== null) this.#used.push(line);
    return line;
  }

  #conditionsHold(line: BankLine): boolean {
    const { character, friendMode } = this.#scene;
    const { forms } = this.#detection.heard;
    if (line.when !== null && !line.when.includes(this.#facts.daypart)) return false;
    if (line.minLevel > (friendMode ? 2 : character.relationshipLevel)) return false;
    if (line.traits.some(({ trait, min, max }) => character.traits[trait] < min || character.traits[trait] > max)) return false;
    if (line.needsTopic && this.#facts.topic === null) return false;
    if (line.text.includes('{user}') && this.#facts.user === '') return false;
    if (this.#detection.heavy && line.expression === 'happy' && HEAVY.has(this.#situation)) return false;
    return (line.heard === null || line.heard.test(forms)) && !(line.unless?.test(forms) ?? false);
  }

  #isStale(line: BankLine): boolean {
    return this.#used.includes(line) || this.#said.some((text) => wasSaid(line, text)) || this.#scene.rejected.some((text) => wasSaid(line, text));
  }

  #weight(line: BankLine): number {
    let weight = 1;
    if (line.heard !== null) weight *= 8;
    if (line.needsTopic) weight *= 2.5;
    if (line.when !== null) weight *= line.situation === 'greeting_morning' && this.#facts.daypart !== 'morning' ? 30 : 1.6;
    if (line.traits.length > 0 || line.minLevel > 1) weight *= 1.4;
    if (line.text.includes('{user}') && this.#nameUsed) weight *= 0.08;
    if (this.#used.length === 0 && this.#openings.has(openingOf(fill(line.text, this.#facts, this.#scene.locale), this.#scene.locale))) weight *= 0.12;
    // A word is answered with few, a long message not with one.
    const letters = this.#detection.heard.length;
    const size = line.text.length / (this.#scene.locale === 'en' ? 2.2 : 1);
    if (line.role === 'react' && letters <= SHORT_LETTERS && !HEAVY.has(this.#situation)) weight *= Math.exp(-size / 18);
    if (line.role === 'react' && letters > 18 && size < 7) weight *= 0.25;
    return weight;
  }
}
