import type { Expression } from '../../avatar/expression.ts';
import type { Random } from '../../base/random.ts';
import type { Locale } from '../../settings/contract.ts';
import type { Scene, SceneTurn } from '../scene.ts';
import { actOf, asks, type Act } from './acts.ts';
import { asksSomething, type Bank, type BankDaypart } from './bank.ts';
import { answer, stay } from './answer.ts';
import { detect, type CueSheets, type Detection } from './detect.ts';
import type { DaysFile } from './own-day.ts';
import { createLinePicker } from './pick-line.ts';
import { factsOf, fill, joinSentences, restOfUnfinished, type Facts } from './phrase.ts';
import { ECHOING, GRAVE, HEAVY, PARTING, TOPICAL, type Situation } from './situations.ts';
import { answersInAWord } from './give-back.ts';
import { followUp, made, react, type Answered, type Talk } from './talk.ts';
import { afterNod, matterOf, thisSitting } from './thread.ts';

/** What the companion says, and with which face. */
export interface Chosen extends Answered {
  /** Null when the face stays as it is. */
  readonly expression: Expression | null;
  readonly situation: Situation;
  /** What the person was taken to do. */
  readonly act: Act;
}

/** All that a language's replies are made of. */
export interface Speech {
  readonly bank: Bank;
  readonly days: DaysFile;
}

/** No line comes again within this many turns of the companion, as long as there is any other that fits. */
export const MEMORY_TURNS = 30;
/** The companion may ask in this many replies in a row. */
const QUESTIONS_IN_A_ROW = 2;

/** Chooses a reply to a scene. The same scene, speech and dice give the same reply. */
export function chooseReply(speech: Speech, sheets: CueSheets, scene: Scene, random: Random): Chosen {
  const { bank } = speech;
  const turns = scene.turns.filter((turn) => turn.author === 'person' || turn.author === 'character');
  const at = turns.findLastIndex((turn) => turn.author === 'person');
  const last = turns[at];
  const sitting = thisSitting(turns.slice(0, at + 1));
  const before = sitting.slice(0, -1);
  const message = last?.text ?? '';
  const whole = detect(sheets, message, before);
  const rest = afterNod(message);
  const nods = rest !== message && (ECHOING.has(whole.situation) || whole.situation === 'laugh');
  const detection = lightened(nods ? detect(sheets, rest, before) : whole, scene.locale);
  const heardAs = situationOf(scene, detection, last, turns);
  const situation = goingOn(bank, scene, detection, heardAs);
  const words = TOPICAL.has(situation) || TAKES_UP.has(situation) ? detection.heard.text : null;
  const facts = factsOf(scene, detection.heavy && TOPICAL.has(situation) && situation !== 'listening' ? null : words);
  const said = turns.filter((turn) => turn.author === 'character').map((turn) => turn.text);
  const ours = before.at(-1);
  const answersUs = ours?.author === 'character' && asksSomething(ours.text);
  const sittingSaid = before.filter((turn) => turn.author === 'character').map((turn) => turn.text);
  const questionRun = sittingSaid.length - 1 - sittingSaid.findLastIndex((text) => !asksSomething(text));
  const pickerFor = (more: Facts['more']) =>
    createLinePicker({
      bank,
      scene,
      situation,
      detection,
      facts: { ...facts, more },
      said: said.slice(-MEMORY_TURNS),
      random,
    });
  const talk: Talk = {
    bank,
    days: speech.days,
    scene,
    situation,
    act: actOf(
      { ...detection, situation: situation === 'staying' ? heardAs : situation },
      answersUs && answersInAWord(scene.locale, detection) !== null,
    ),
    detection,
    facts,
    matter: detection.heavy ? null : matterOf(before, scene.locale),
    before,
    theirs: turns
      .filter((turn) => turn.author === 'person' && turn !== last)
      .map((turn) => turn.text)
      .slice(-MEMORY_TURNS),
    said: said.slice(-MEMORY_TURNS),
    answersUs,
    mayAsk: questionRun < QUESTIONS_IN_A_ROW,
    questionRun,
    pickerFor,
    random,
  };
  const reply = scene.continuing
    ? goOn(talk, turns.at(-1)?.text ?? '')
    : situation === 'crisis'
      ? stay(talk)
      : answer(talk);
  return { ...reply, situation, act: talk.act };
}

/** Felt or asked, yet a thing named in it may be taken up. */
const TAKES_UP: ReadonlySet<Situation> = new Set<Situation>([
  'achievement',
  'good_news',
  'happy',
  'hungry',
  'disappointed',
  'friends',
  'family',
  'jobhunt',
  'bored',
  'proud',
]);

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
  const closes = CLOSING.test(last.text.trim()) && !detection.heard.question;
  if (closes && !PARTING.has(situation) && !HEAVY.has(situation))
    return /おやすみ|night|bed|sleep/iu.test(last.text) ? 'goodnight' : 'goodbye';
  if (
    situation.startsWith('about_') &&
    detection.heard.script === 'en' &&
    !asks(detection) &&
    !/\b(?:you|your|yourself|u)\b/u.test(detection.heard.core)
  )
    return 'listening';
  if (EASED.test(detection.heard.forms) && !asks(detection)) return 'relieved';
  if (
    situation === 'sad' &&
    GLAD_TEARS.test(detection.heard.forms) &&
    !detection.ranked.some((other) => HEAVY.has(other) && other !== 'sad')
  )
    return 'happy';
  if (situation === 'greeting_day' || situation === 'greeting_evening')
    return GREETING_OF[factsOf(scene, null).daypart];
  return situation;
}

/** Who says this last is leaving, whatever was said before. */
const CLOSING =
  /(?:またね|また(?:明日|今度|後で|あとで|来るね|話すね|来ます|話しましょう)|また.{1,8}(?:言う|聞かせる|報告する|教える)ね|じゃあね|ばいばい|バイバイ|おやすみ(?:なさい)?|(?:行|い)って(?:きます|くるね?|くるよ|くるわ)|(?:入って|買って|食べて|練習して|洗って|寝て)(?:くる|きます)(?:ね|わ|よ)?|(?:もう|今夜は|今日は)(?:休み|寝)ます(?:ね)?|^(?!.*(?:来週|来月|今度|明日|明後日|週末))[^がは]*[てで](?:くる|きます)(?:ね|わ|よ)?|(?:仕事|会社|授業|席)?(?:に|へ)?戻る(?:ね|わ|よ)?|\b(?:bye|good ?night|night night|see you(?: later| soon| tomorrow)?|talk (?:to you )?(?:later|tomorrow|soon)|gotta (?:go|run)|i(?:'m| am) off(?: now)?|off to (?:bed|work|sleep)|going to bed|heading (?:off|out)|back to work(?: now)?|ttyl|i have to go)|(?:^|[,.] ?)(?:good ?)?night(?: night)?)[\s。.！!〜ー👋]*$/iu;
const EASED =
  /(?:気持ち|気|心)?(?:が|も)?(?:少し|ちょっと|だいぶ|なんか)?(?:楽にな|落ち着い(?:た|てき)|落ち着きまし|すっきりし|軽くな)|話(?:せ|し)てよかった|ほっとし|\b(?:feel(?:ing)? (?:a (?:bit|little) |so much |much )?(?:lighter|calmer|relieved)|what a relief|so relieved|(?:that|it|talking) (?:really )?help(?:s|ed)|glad i (?:told|talked|said)|got that off my chest)/u;
const GLAD_TEARS = /うれし|嬉し|感動|よかった|良かった|幸せ|\b(?:happy|joy|so sweet|beautiful|moved)\b/u;

/** A worry told is over sooner than a grief: a next sentence that has something of its own to say is taken as it is. */
function lightened(detection: Detection, locale: Locale): Detection {
  const { carried, heavy, heard, ranked } = detection;
  if (!heavy || (carried !== null && LASTING.has(carried)) || ranked.some((situation) => HEAVY.has(situation)))
    return detection;
  return heard.length > (locale === 'ja' ? 6 : 12) ? { ...detection, heavy: false } : detection;
}

const LASTING: ReadonlySet<Situation> = new Set<Situation>([
  'sad',
  'lonely',
  'bad_news',
  'romance_trouble',
  'confide',
  'crisis',
  'regret',
]);

/** A sentence that names nothing of its own belongs to the matter it follows: an exam "went badly" two messages ago. */
function goingOn(bank: Bank, scene: Scene, { heard, heavy, carried }: Detection, situation: Situation): Situation {
  if (situation !== 'listening') return situation;
  const matter = carried ?? situation;
  if (matter.startsWith('about_')) return situation;
  const speaksToIt = bank
    .lines(matter, scene.character.speech.register, 'react')
    .some((line) => line.heard?.test(heard.forms) === true);
  if (speaksToIt) return matter;
  return heavy && (carried === null || GRAVE.has(carried)) ? 'staying' : situation;
}

const GREETING_OF: Readonly<Record<BankDaypart, Situation>> = {
  morning: 'greeting_morning',
  day: 'greeting_day',
  evening: 'greeting_evening',
  night: 'greeting_evening',
};

/** Finishes an unfinished line, or adds one more that fits. */
function goOn(talk: Talk, unfinished: string): Answered & { readonly expression: null } {
  const { scene, facts, situation } = talk;
  const { locale, character } = scene;
  const rest = restOfUnfinished(unfinished, talk.bank.all(character.speech.register), facts, locale);
  if (rest !== null) return { text: rest, expression: null, lines: [] };
  const mayAsk = talk.mayAsk && !asksSomething(unfinished) && !PARTING.has(situation);
  const picker = talk.pickerFor({});
  const line = (mayAsk && talk.random() < 0.5 ? followUp(talk, picker) : null) ?? react(talk, picker, mayAsk);
  const whole = joinSentences(unfinished, fill(line.text, facts, locale), locale);
  return { ...made(talk, [{ line, more: {} }], line), text: whole.slice(unfinished.length), expression: null };
}
