import { muses } from './acts.ts';
import type { BankLine, Family, Frame } from './bank.ts';
import { answersInAWord, givenBack, inManner, takenUp } from './give-back.ts';
import { hopedEn } from './say-back-en.ts';
import { hopedJa } from './say-back-ja.ts';
import { GREETINGS, HEAVY, LIGHT, TOPICAL, type Situation } from './situations.ts';
import {
  askChance,
  followUp,
  isShortEnough,
  made,
  react,
  remembered,
  simply,
  type Answered,
  type Part,
  type Talk,
} from './talk.ts';
import { topicOf } from './topic.ts';

/**
 * Answers what was told: what was said given back in its own words, or a word to it; then, if it is not enough of
 * questions, one question that could only be asked of this. What was not understood is not claimed to be.
 */
export function listen(talk: Talk): Answered {
  const yesOrNo = answerToUs(talk);
  if (yesOrNo !== null) return yesOrNo;
  const frame = frameOf(talk);
  const parts: Part[] = [];
  const memory = remembered(talk, 'touched');
  if (memory !== null) return withMemory(talk, frame, memory);
  const { text } = talk.detection.heard;
  const hope = talk.scene.locale === 'ja' ? hopedJa(text) : hopedEn(text);
  if (hope !== null) {
    const shared = simply(talk, 'hope_with', { said: inManner(talk, hope) }, 0.3);
    if (shared !== null) return shared;
  }
  if (muses(talk.detection.heard) && !talk.detection.heavy) {
    const musing = simply(talk, 'musing', {}, 0.5);
    if (musing !== null) return musing;
  }
  const greeting = greetingWord(talk);
  if (greeting !== null) parts.push(greeting);
  const back = givenBack(talk, frame);
  if (back !== null) parts.push(back);
  const word = firstWord(talk, frame, back);
  if (word !== null) parts.push(word);
  const echo = takenUp(talk, parts);
  if (echo !== null) parts.unshift(echo);
  const question = lastWord(talk, frame, parts);
  if (question !== null) parts.push(question);
  const main = word ?? back ?? parts[0];
  if (main === undefined) return plain(talk);
  return made(talk, parts, main.line);
}

/** What was remembered says enough by itself; where it asks nothing, a question about what was told now may follow. */
function withMemory(talk: Talk, frame: Frame | null, memory: Part): Answered {
  const parts = [memory];
  const back = talk.random() < 0.4 && !talk.detection.heavy ? null : givenBack(talk, frame);
  const repeats =
    back !== null &&
    (memory.more['memory'] ?? '') !== '' &&
    (back.more['said'] ?? '').includes(memory.more['memory'] ?? '');
  if (back !== null && !repeats) parts.unshift(back);
  else if (talk.detection.heavy) parts.unshift({ line: react(talk, talk.pickerFor({}), false), more: {} });
  if (talk.mayAsk && !memory.line.asks && frame !== null && talk.random() < 0.6) {
    const ask = askOf(talk, frame.family);
    if (ask !== null) parts.push(ask);
  }
  return made(talk, parts, parts[0]?.line ?? memory.line);
}

/** The frame of what is told, by the first pattern that fits and does not contradict what is felt. */
function frameOf({ bank, detection, situation }: Talk): Frame | null {
  const { forms } = detection.heard;
  if (UNFRAMED.has(situation)) return null;
  return bank.frames.find(({ match, unless }) => match.test(forms) && !(unless?.test(forms) ?? false)) ?? null;
}

/** What is felt so strongly that what it was about comes second, or not at all. */
const UNFRAMED: ReadonlySet<Situation> = new Set<Situation>([
  'bad_news',
  'confide',
  'lonely',
  'love',
  'jealousy',
  'crisis',
  'romance_trouble',
]);

/** A yes, a no or a name in answer to our own question. */
function answerToUs(talk: Talk): Answered | null {
  const { answersUs, act, detection, scene, random } = talk;
  if (!answersUs) return null;
  const word = answersInAWord(scene.locale, detection);
  if (word === null) return null;
  const named = word.kind === 'named' ? word.answer : null;
  if (named !== null && act !== 'tell' && act !== 'answer') return null;
  if (detection.heavy && named === null) return null;
  const more = { answer: named };
  const line = talk.pickerFor(more).next({
    family: named === null ? (word.kind === 'no' ? 'no_to_us' : 'yes_to_us') : 'taken',
    role: 'react',
    mayAsk: false,
  });
  if (line === null) return null;
  const parts: Part[] = [{ line, more }];
  if (talk.mayAsk && random() < 0.55) {
    const frame = named === null ? null : frameOf(talk);
    const ask = (frame === null ? null : askOf(talk, frame.family)) ?? onward(talk);
    if (ask !== null) parts.push(ask);
  }
  return made(talk, parts, line);
}

/** A greeting before the matter is answered in a word. */
function greetingWord({ situation, detection, scene, pickerFor }: Talk): Part | null {
  const opened = detection.ranked.find(
    (other) => other === 'return_home' || other === 'greeting_morning' || other === 'greeting_evening',
  );
  if (opened === undefined || GREETINGS.has(situation)) return null;
  const most = scene.locale === 'ja' ? 22 : 44;
  const line = pickerFor({}).next({
    family: opened,
    role: 'react',
    mayAsk: false,
    also: (one) => one.text.length <= most,
  });
  return line === null ? null : { line, more: {} };
}

/** A word to what was told: of what is felt first, then of what it is about; none where giving back said enough. */
function firstWord(talk: Talk, frame: Frame | null, back: Part | null): Part | null {
  const { situation, detection, random, pickerFor, bank, scene } = talk;
  const picker = pickerFor({});
  const felt =
    (HEAVY.has(situation) || LIGHT.has(situation) || (situation === 'staying' && frame === null)) &&
    !(frame !== null && frame.about === situation);
  const specific = bank
    .lines(situation, scene.character.speech.register, 'react')
    .some((line) => line.heard?.test(detection.heard.forms) === true);
  if (back !== null && !felt && random() < 0.75) return null;
  if (back !== null && felt && random() < 0.3) return null;
  if (frame !== null && !felt && !(specific && random() < 0.5)) {
    const line = picker.next({ family: frame.family, role: 'react', mayAsk: talk.mayAsk });
    if (line !== null) return { line, more: {} };
  }
  if (back !== null && !felt) return null;
  if (situation === 'listening') {
    const named = back === null ? answersInAWord(scene.locale, detection) : null;
    const more = { answer: named?.kind === 'named' ? named.answer : null };
    const taken = more.answer === null ? null : pickerFor(more).next({ family: 'taken', role: 'react', mayAsk: false });
    if (taken !== null) return { line: taken, more };
    const unclear = notUnderstood(talk, frame);
    if (unclear !== null) return unclear;
  }
  const line = react(talk, picker, talk.mayAsk);
  return { line, more: {} };
}

/** Something that could not be made out is asked about rather than nodded at. */
function notUnderstood(talk: Talk, frame: Frame | null): Part | null {
  const { facts, matter, detection, said, pickerFor, random, bank, scene } = talk;
  if (
    frame !== null ||
    facts.topic !== null ||
    matter !== null ||
    detection.heard.length < (scene.locale === 'ja' ? 15 : 40) ||
    talk.answersUs ||
    random() > 0.35
  )
    return null;
  const unclear = bank.lines('unclear', scene.character.speech.register, 'react');
  if (said.slice(-4).some((text) => unclear.some((line) => text.includes(line.text)))) return null;
  const line = pickerFor({}).next({ family: 'unclear', role: 'react', mayAsk: talk.mayAsk });
  return line === null ? null : { line, more: {} };
}

/** What follows: something remembered that this touches on, or a question about just this. */
function lastWord(talk: Talk, frame: Frame | null, parts: readonly Part[]): Part | null {
  const { detection, situation, mayAsk, random, questionRun, facts } = talk;
  const memory = beginsLightly(talk) ? remembered(talk, 'beginning') : null;
  if (memory !== null) return memory;
  if (!mayAsk || parts.some(({ line }) => line.asks)) return null;
  if (frame !== null) {
    const chance = (detection.heavy ? 0.5 : 0.72) * (questionRun > 0 ? 0.5 : 1);
    if (random() < chance) {
      const felt = HEAVY.has(situation) && frame.about !== situation && random() < 0.5;
      const ask = (felt ? askOf(talk, situation) : null) ?? askOf(talk, frame.family);
      if (ask !== null && fitsIn(talk, parts, ask.line)) return ask;
    }
    return null;
  }
  const unheard =
    situation === 'listening' &&
    (facts.topic ?? talk.matter) !== null &&
    parts.every(({ line }) => line.family === 'listening');
  if (random() >= (unheard ? 0.8 : askChance(talk))) return null;
  const ask = situation === 'listening' ? onward(talk) : null;
  if (ask !== null) return ask;
  const line = followUp(talk, talk.pickerFor({}));
  return line !== null && fitsIn(talk, parts, line) ? { line, more: {} } : null;
}

function beginsLightly({ before, detection, situation }: Talk): boolean {
  return before.length <= 2 && !detection.heavy && (TOPICAL.has(situation) || LIGHT.has(situation));
}

function fitsIn(talk: Talk, parts: readonly Part[], line: BankLine): boolean {
  return parts.length === 0 || isShortEnough(talk, [...parts.map((part) => part.line), line]);
}

function askOf(talk: Talk, family: Family): Part | null {
  const line = talk.pickerFor({}).next({ family, role: 'ask', mayAsk: true });
  return line === null ? null : { line, more: {} };
}

/** On with the matter: the thing just named, or the one the talk is still about. */
function onward(talk: Talk): Part | null {
  // What was named before is asked about only where the message itself is too short to be about something else.
  const brief = talk.detection.heard.length <= (talk.scene.locale === 'ja' ? 9 : 16);
  const matter = topicOf(talk.detection.heard.text, talk.scene.locale, true) ?? (brief ? talk.matter : null);
  if (matter === null) return null;
  // Asked about twice, a thing has been asked about.
  if (talk.said.slice(-3).filter((text) => text.includes(matter)).length > 1) return null;
  const more = { matter };
  const line = talk.pickerFor(more).next({ family: 'matter_on', role: 'ask', mayAsk: true });
  return line === null ? null : { line, more };
}

/** Nothing else fitted: a plain word, on the matter when there is one. */
function plain(talk: Talk): Answered {
  const { matter, random } = talk;
  if (matter !== null && random() < 0.4) {
    const on = simply(talk, 'matter_on', { matter }, 0);
    if (on !== null) return on;
  }
  const line = react(talk, talk.pickerFor({}), talk.mayAsk);
  return made(talk, [{ line, more: {} }], line);
}
