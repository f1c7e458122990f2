import type { Expression } from '../../avatar/expression.ts';
import type { Random } from '../../base/random.ts';
import type { Scene, SceneTurn } from '../scene.ts';
import { asksSomething, type Bank, type BankDaypart, type BankLine } from './bank.ts';
import { detect, type CueSheets, type Detection } from './detect.ts';
import { createLinePicker, SHORT_LETTERS, type LinePicker } from './pick-line.ts';
import { factsOf, fill, joinSentences, restOfUnfinished, type Facts } from './phrase.ts';
import { ECHOING, GREETINGS, HEAVY, PARTING, TOPICAL, type Situation } from './situations.ts';

/** What the companion says, and with which face. */
export interface Chosen {
  readonly text: string;
  /** Null when the face stays as it is. */
  readonly expression: Expression | null;
  readonly situation: Situation;
  /** The lines it is made of: none of them was said in the companion's last `MEMORY_TURNS` turns. */
  readonly lines: readonly string[];
}

/** No line comes again within this many turns of the companion, as long as there is any other that fits. */
export const MEMORY_TURNS = 20;
/** The companion may ask in this many replies in a row. */
const QUESTIONS_IN_A_ROW = 2;

/** Chooses a reply to a scene. The same scene, bank and dice give the same reply. */
export function chooseReply(bank: Bank, sheets: CueSheets, scene: Scene, random: Random): Chosen {
  const turns = scene.turns.filter((turn) => turn.author === 'person' || turn.author === 'character');
  const at = turns.findLastIndex((turn) => turn.author === 'person');
  const last = turns[at];
  const detection = detect(sheets, last?.text ?? '', turns.slice(0, Math.max(0, at)));
  const situation = goingOn(bank, scene, detection, situationOf(scene, detection, last, turns));
  const facts = factsOf(scene, TOPICAL.has(situation) && !detection.heavy ? detection.heard.text : null);
  const said = turns.filter((turn) => turn.author === 'character').map((turn) => turn.text);
  const picker = createLinePicker({
    bank,
    scene,
    situation,
    detection,
    facts,
    said: said.slice(-MEMORY_TURNS),
    random,
  });
  const questionRun = said.length - 1 - said.findLastIndex((text) => !asksSomething(text));
  const talk: Talk = { bank, scene, situation, detection, facts, picker, random, questionRun };
  if (scene.continuing) return goOn(talk, turns.at(-1)?.text ?? '');
  return situation === 'crisis' ? stay(talk) : answer(talk);
}

interface Talk {
  readonly bank: Bank;
  readonly scene: Scene;
  readonly situation: Situation;
  readonly detection: Detection;
  readonly facts: Facts;
  readonly picker: LinePicker;
  readonly random: Random;
  /** How many of the companion's last replies asked something, without a pause. */
  readonly questionRun: number;
}

/** The situation to answer, which depends on the hour, the age and what was sent as well as on the words. */
function situationOf(
  scene: Scene,
  detection: Detection,
  last: SceneTurn | undefined,
  turns: readonly SceneTurn[],
): Situation {
  const { situation, carried } = detection;
  if (turns.length === 0) return 'first_meeting';
  if (last === undefined) return 'short_ack';
  const sent = last.attachments[0];
  if (detection.heard.length === 0 && sent !== undefined) return `sent_${sent}`;
  // Out of despair nobody is led by one calmer sentence.
  if (carried === 'crisis' && (ECHOING.has(situation) || HEAVY.has(situation)) && situation !== 'thanks')
    return 'crisis';
  if (situation === 'love' && scene.friendMode) return 'love_friend';
  if (situation === 'greeting_day' || situation === 'greeting_evening')
    return GREETING_OF[factsOf(scene, null).daypart];
  return situation;
}

/** A sentence that names nothing of its own belongs to the matter it follows: an exam "went badly" two messages ago. */
function goingOn(bank: Bank, scene: Scene, { heard, heavy, carried }: Detection, situation: Situation): Situation {
  if (situation !== 'listening') return situation;
  const matter = carried ?? situation;
  const speaksToIt = bank
    .lines(matter, scene.character.speech.register, 'react')
    .some((line) => line.heard?.test(heard.forms) === true);
  if (speaksToIt) return matter;
  return heavy ? 'staying' : situation;
}

const GREETING_OF: Readonly<Record<BankDaypart, Situation>> = {
  morning: 'greeting_morning',
  day: 'greeting_day',
  evening: 'greeting_evening',
  night: 'greeting_evening',
};

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

function answer(talk: Talk): Chosen {
  const { situation, picker, random } = talk;
  const mayAsk = talk.questionRun < QUESTIONS_IN_A_ROW;
  const opening = openingFor(talk);
  if (opening === null && mayAsk && asksAlone(talk)) {
    const ask = picker.next({ situation, role: 'ask', mayAsk });
    if (ask !== null) return made(talk, [ask], ask);
  }
  const main = react(talk, mayAsk);
  const before = opening ?? echoBefore(talk, main);
  const parts = before === null ? [main] : [before, main];
  if (mayAsk && !main.asks && random() < askChance(talk)) {
    const ask = followUp(talk);
    if (ask !== null && isShortEnough(talk, [...parts, ask])) parts.push(ask);
  }
  return made(talk, parts, main);
}

/** Finishes an unfinished line, or adds one more that fits. */
function goOn(talk: Talk, unfinished: string): Chosen {
  const { scene, facts, situation } = talk;
  const { locale, character } = scene;
  const rest = restOfUnfinished(unfinished, talk.bank.all(character.speech.register), facts, locale);
  if (rest !== null) return { text: rest, expression: null, situation, lines: [] };
  const mayAsk = talk.questionRun < QUESTIONS_IN_A_ROW && !asksSomething(unfinished) && !PARTING.has(situation);
  const line = (mayAsk && talk.random() < 0.5 ? followUp(talk) : null) ?? react(talk, mayAsk);
  const whole = joinSentences(unfinished, fill(line.text, facts, locale), locale);
  return { text: whole.slice(unfinished.length), expression: null, situation, lines: [line.id] };
}

/** Words of not wanting to live: first that one stays, then, always, the way to someone who can be there. */
function stay(talk: Talk): Chosen {
  const { picker } = talk;
  const first = picker.next({ situation: 'crisis', role: 'react', mayAsk: true });
  const way = picker.next({ situation: 'crisis', role: 'ask', mayAsk: true });
  const parts = [first, way].filter((line) => line !== null);
  const [main = react(talk, false)] = parts;
  return made(talk, parts.length === 0 ? [main] : parts, main);
}

/** A greeting that came before the matter itself is answered in a word. */
function openingFor({ situation, detection, scene, picker }: Talk): BankLine | null {
  const opened = detection.ranked.find(
    (other) => other === 'return_home' || other === 'greeting_morning' || other === 'greeting_evening',
  );
  if (opened === undefined || GREETINGS.has(situation) || PARTING.has(situation)) return null;
  const most = scene.locale === 'ja' ? 22 : 44;
  return picker.next({ situation: opened, role: 'react', mayAsk: false, also: (line) => line.text.length <= most });
}

function react(talk: Talk, mayAsk: boolean): BankLine {
  const { situation, detection, picker, random } = talk;
  if (situation === 'staying' && detection.carried !== null && HEAVY.has(detection.carried) && random() < 0.3) {
    const line = picker.next({ situation: detection.carried, role: 'react', mayAsk });
    if (line !== null) return line;
  }
  for (const kin of [situation, ...(KIN[situation] ?? []), 'listening' as const]) {
    const line = picker.next({ situation: kin, role: 'react', mayAsk });
    if (line !== null) return line;
  }
  return picker.leastRecent({ situation: 'listening', role: 'react', mayAsk });
}

function followUp({ situation, detection, picker, random }: Talk): BankLine | null {
  const { carried } = detection;
  const ask = (of: Situation): BankLine | null => picker.next({ situation: of, role: 'ask', mayAsk: true });
  if (PARTING.has(situation)) return ask(situation);
  // In the midst of a matter a question about the matter is better than any question.
  if (
    ((ECHOING.has(situation) && situation !== 'thanks') || situation === 'staying') &&
    carried !== null &&
    !carried.startsWith('about_') &&
    random() < 0.6
  )
    return ask(carried) ?? ask(situation);
  return ask(situation) ?? (HEAVY.has(situation) ? ask('staying') : null);
}

/** Takes up the thing by name, where the answer itself does not. */
function echoBefore({ situation, detection, facts, scene, picker, random }: Talk, main: BankLine): BankLine | null {
  const { topic } = facts;
  if (
    topic === null ||
    situation === 'listening' ||
    detection.heavy ||
    main.needsTopic ||
    main.heard !== null ||
    random() > 0.45
  )
    return null;
  if (main.text.slice(0, 14).includes(topic.slice(0, 2))) return null;
  const alreadyEchoes =
    scene.locale === 'ja' ? /^[^。！!,.]{1,12}(?:か|かあ|ですか|だ|の話)[。、！]/u : /^[^.!?]{1,16}[.!?]/u;
  return alreadyEchoes.test(main.text) ? null : picker.next({ situation: 'echo', role: 'react', mayAsk: true });
}

/** Now and then a question is the whole answer. */
function asksAlone({ situation, detection, scene, facts, questionRun, random }: Talk): boolean {
  if (
    situation !== 'listening' ||
    facts.topic === null ||
    detection.heavy ||
    questionRun > 0 ||
    detection.heard.length <= SHORT_LETTERS
  )
    return false;
  return random() < (scene.character.traits.activeness >= 55 ? 0.12 : 0.05);
}

function askChance({ situation, scene, facts, questionRun }: Talk): number {
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

/** Whether the parts together are not too long an answer to what was said. */
function isShortEnough({ situation, detection, scene, facts }: Talk, parts: readonly BankLine[]): boolean {
  const english = scene.locale === 'en';
  const short = detection.heard.length <= SHORT_LETTERS * (english ? 2 : 1) && !HEAVY.has(situation);
  const most = (short ? 44 : 78) * (english ? 2.2 : 1);
  return parts.reduce((sum, line) => sum + fill(line.text, facts, scene.locale).length, 0) <= most;
}

function made({ scene, facts, situation }: Talk, parts: readonly BankLine[], main: BankLine): Chosen {
  const { locale } = scene;
  const text = parts
    .map((line) => fill(line.text, facts, locale))
    .reduce((sofar, next) => joinSentences(sofar, next, locale));
  return { text, expression: main.expression, situation, lines: parts.map((line) => line.id) };
}
