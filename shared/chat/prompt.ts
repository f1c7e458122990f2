import { assert } from '../base/assert.ts';
import { MS_PER_MINUTE } from '../base/time.ts';
import { estimateTokens, TOKENS_PER_MESSAGE } from '../llm/tokens.ts';
import { expressionTag } from './expression-tag.ts';
import { anchorPlaces, historyOf, summaryOf } from './prompt-history.ts';
import { loreOf } from './prompt-lore.ts';
import { asData, beginning, cleanName, elide, expandMacros, type Names } from './prompt-text.ts';
import { promptWordsEn } from './prompt-words-en.ts';
import { promptWordsJa } from './prompt-words-ja.ts';
import type { Daypart, Facts, Moment, PromptWords, RememberedLine } from './prompt-words.ts';
import type { PromptMessage, Scene, SceneTurn } from './scene.ts';

export interface PromptOptions {
  /** The most tokens the whole prompt may have, MIN_CONTEXT_TOKENS at least. */
  readonly contextTokens: number;
  /** Of a text alone; an estimate when there is no tokenizer. */
  readonly countTokens?: (text: string) => number;
  /** After so many messages of the history a line says again who speaks: for small models, which forget it. Never when undefined. */
  readonly anchorEvery?: number;
}

export interface Prompt {
  readonly messages: readonly PromptMessage[];
  /** Of the whole prompt, roles and marks included; never more than `contextTokens`. */
  readonly tokens: number;
  /** The index of the oldest turn that is in it. */
  readonly firstTurn: number;
}

export const MIN_CONTEXT_TOKENS = 1000;

/**
 * A scene as a model reads it:
 *
 *   system     who speaks, how, to whom, under which promises      the same from turn to turn
 *   history    whole turns, the oldest left out first              grows at its end; begins elsewhere only now and then
 *   remembered what was told on other days, when there is any   changes every time
 *   reminder   now, the face worn, and once more who speaks        changes every time
 *   newest     what is to be answered (or gone on with)
 *
 * Where the oldest turns are left out, what they were about stands in their place, before the history.
 *
 * World info stands where its entries say: in the system message before and after the rest, at a depth of the history, around the
 * reminder.
 *
 * What a server has cached of one prompt serves the next: all before what is remembered stays, except when the history is cut
 * anew. The newest message is always there; only when it alone is too long is its middle left out.
 */
export function assemblePrompt(scene: Scene, options: PromptOptions): Prompt {
  assert(options.contextTokens >= MIN_CONTEXT_TOKENS, `a prompt needs ${MIN_CONTEXT_TOKENS} tokens at least`);
  const words = scene.locale === 'ja' ? promptWordsJa : promptWordsEn;
  // A name stands in many places.
  const nameLength = options.contextTokens < 3000 ? 12 : 60;
  const char = cleanName(scene.character.name, 'AI', nameLength);
  const called: Names = { char, user: cleanName(scene.personName, words.nameless.called, nameLength) };
  const spokenOf: Names = { char, user: cleanName(scene.personName, words.nameless.spokenOf, nameLength) };
  const count = options.countTokens ?? estimateTokens;
  const cost = (message: PromptMessage): number => count(message.content) + TOKENS_PER_MESSAGE;
  const make =
    (names: Names): MakeMessage =>
    (role, content) => ({ role, content: expandMacros(content, names) });
  const message = make(spokenOf);

  const { system: alone, brief } = systemMessage(scene, words, Math.floor(options.contextTokens / 2), message, cost);
  const turnAt = (index: number): PromptMessage | null => {
    const turn = scene.turns[index];
    return turn === undefined ? null : turnMessage(turn, words, make(called));
  };
  const ending = endingOf(scene, turnAt, words, message);
  const reminder = message(
    'system',
    [
      words.reminder(scene, momentOf(scene), factsOf(scene, 0), brief ? [] : rejectedOf(scene), brief),
      ...(scene.faults === undefined ? [] : [words.repair(scene.faults, factsOf(scene, 0), scene)]),
    ].join('\n'),
  );

  const lore = loreOf(
    scene,
    words,
    message,
    cost,
    Math.min(
      options.contextTokens * LORE_SHARE,
      options.contextTokens - cost(alone) - sum(ending.after.map(cost)) - cost(reminder) - MIN_NEWEST_TOKENS,
    ),
  );
  const system = lore.withSystem(alone);
  const around = [...lore.aboveReminder, ...lore.belowReminder, ...lore.afterNewest, ...lore.withHistory([], 1)];
  const roomWithout = options.contextTokens - cost(system) - sum([...ending.after, ...around].map(cost));
  // Where there is hardly room for the newest message, what the system message says must do.
  const reminders = roomWithout - cost(reminder) < MIN_NEWEST_TOKENS ? [] : [reminder];
  const remembered =
    reminders.length === 0 || brief
      ? []
      : rememberedOf(scene, words, message, (made) => cost(made) <= (roomWithout - cost(reminder)) * REMEMBERED_SHARE);
  const room = roomWithout - sum([...remembered, ...reminders].map(cost));
  const newest = ending.newest === null ? [] : [fitted(ending.newest, room, words, count)];
  // A share that does not hang on this turn's lengths keeps the cut where it was; what is left is for the newest message.
  const share = Math.floor((options.contextTokens - cost(alone)) * 0.75);
  const mayTake = Math.min(share, room - sum(newest.map(cost)));
  const anchor = message('system', words.anchor(factsOf(scene, 0), scene));
  const anchorEvery = brief ? undefined : options.anchorEvery;
  const { history, firstTurn } = historyOf(
    scene.turns,
    ending.historyEnd,
    turnAt,
    (one) => cost(one) + (anchorEvery === undefined ? 0 : cost(anchor) / anchorEvery),
    mayTake,
  );
  const anchored = anchorPlaces(history, anchorEvery);
  const left = room - sum([...newest, ...history].map(cost)) - anchored.size * cost(anchor);
  const summary = brief
    ? []
    : summaryOf(scene, firstTurn, words, message, (made) => cost(made) <= Math.min(left, mayTake * SUMMARY_SHARE));

  const messages = [
    system,
    ...summary,
    ...lore.withHistory(history, 1).flatMap((one) => (anchored.has(one) ? [one, anchor] : [one])),
    ...lore.aboveReminder,
    ...remembered,
    ...reminders,
    ...lore.belowReminder,
    ...newest,
    ...lore.afterNewest,
    ...ending.after,
  ];
  return { messages, tokens: sum(messages.map(cost)), firstTurn };
}

/** How much of the prompt world info may take; it has been chosen to fit already, by an estimate. */
const LORE_SHARE = 0.25;
/** What the newest message is given before the reminder is. */
const MIN_NEWEST_TOKENS = 160;
/** How much of the room beside the system message and the reminder what is remembered may take: so little that the history's cut stays. */
const REMEMBERED_SHARE = 0.15;

/** How much what the left-out turns were about may take, beside what the history may: little, for it stays until the next cut. */
const SUMMARY_SHARE = 0.2;

type MakeMessage = (role: PromptMessage['role'], content: string) => PromptMessage;

/** The system message in as much detail as half the prompt has room for, and whether that is little. */
function systemMessage(
  scene: Scene,
  words: PromptWords,
  most: number,
  message: MakeMessage,
  cost: (message: PromptMessage) => number,
): { readonly system: PromptMessage; readonly brief: boolean } {
  const attempt = (backstoryLength: number, brief: boolean): PromptMessage =>
    message('system', words.system(scene, factsOf(scene, backstoryLength), brief));
  for (const length of [8000, 4000, 2000, 1000, 500]) {
    const full = attempt(length, false);
    if (cost(full) <= most) return { system: full, brief: false };
  }
  for (const length of [300, 120]) {
    const brief = attempt(length, true);
    if (cost(brief) <= most) return { system: brief, brief: true };
  }
  return { system: attempt(0, true), brief: true };
}

/** The character's own texts, cleaned. The backstory and the notes are cut to `length` UTF-16 units each, the others when that is little. */
function factsOf({ character }: Scene, length: number): Facts {
  const short = (text: string): string =>
    beginning(asData(text).replaceAll(/\s+/g, ' ').trim(), length < 500 ? 24 : 200);
  const long = (text: string): string => beginning(asData(text).trim(), length);
  return {
    backstory: long(character.backstory),
    notes: long(character.speech.notes),
    hobbies: character.hobbies.map(short),
    endings: character.speech.endings.map(short),
    occupation: short(character.occupation),
    tagline: short(character.tagline),
    nickname: short(character.nickname),
    firstPerson: short(character.speech.firstPerson),
  };
}

/** A turn as a message; null for one that is no part of the talk. */
function turnMessage(turn: SceneTurn, words: PromptWords, message: MakeMessage): PromptMessage | null {
  const text = asData(turn.text).trim();
  if (turn.author === 'system') return null;
  if (turn.author === 'narrator') return text === '' ? null : message('user', words.narrator(text));
  const sent = turn.attachments.map((kind) => words.sent(kind));
  const content = [...sent, ...(text === '' ? [] : [text])].join('\n');
  if (content === '') return null;
  if (turn.author === 'person') return message('user', content);
  return message('assistant', `${expressionTag(turn.expression ?? 'neutral')}${content}`);
}

interface Ending {
  /** Turns before this index are history. */
  readonly historyEnd: number;
  readonly newest: PromptMessage | null;
  /** Instructions that must come last. */
  readonly after: readonly PromptMessage[];
}

function endingOf(
  scene: Scene,
  turnAt: (index: number) => PromptMessage | null,
  words: PromptWords,
  message: MakeMessage,
): Ending {
  let last = scene.turns.length - 1;
  while (last >= 0 && turnAt(last) === null) last -= 1;
  const newest = turnAt(last);
  if (newest === null) return { historyEnd: 0, newest: null, after: [message('user', words.begin)] };
  if (newest.role === 'user') return { historyEnd: last, newest, after: [] };
  if (scene.continuing) return { historyEnd: last, newest, after: [message('system', words.goOn)] };
  return { historyEnd: last, newest, after: [message('user', words.speakAgain)] };
}

function fitted(
  newest: PromptMessage,
  room: number,
  words: PromptWords,
  count: (text: string) => number,
): PromptMessage {
  return {
    ...newest,
    content: elide(newest.content, words.elided, (text) => count(text) + TOKENS_PER_MESSAGE <= room),
  };
}

/** As much of what is remembered as `fits`, the likeliest to matter first; nothing when there is none or no room. */
function rememberedOf(
  scene: Scene,
  words: PromptWords,
  message: MakeMessage,
  fits: (message: PromptMessage) => boolean,
): PromptMessage[] {
  const line = (text: string): string => beginning(asData(text).replaceAll(/\s+/g, ' ').trim(), 400);
  const day = (atMs: number): Date => new Date(atMs + scene.utcOffsetMinutes * MS_PER_MINUTE);
  const facts = (scene.memories ?? []).map(({ text, atMs }): RememberedLine => ({ text: line(text), day: day(atMs) }));
  const said = (scene.recalled ?? []).map(({ author, text, atMs }): RememberedLine => ({
    author,
    text: line(text),
    day: day(atMs),
  }));
  // One of each in turn: neither crowds the other out.
  const lines = Array.from({ length: Math.max(facts.length, said.length) }, (_, index) => [facts[index], said[index]])
    .flat()
    .filter((one) => one !== undefined && one.text !== '');
  let best: PromptMessage[] = [];
  for (let count = 1; count <= lines.length; count++) {
    const made = message('system', words.remembered(lines.slice(0, count).filter((one) => one !== undefined)));
    if (!fits(made)) break;
    best = [made];
  }
  return best;
}

/** What to steer away from: the newest three variants, each in part. */
function rejectedOf(scene: Scene): string[] {
  return scene.rejected.slice(-3).map((text) => beginning(asData(text).trim(), 240));
}

function momentOf(scene: Scene): Moment {
  const date = new Date(scene.nowMs + scene.utcOffsetMinutes * MS_PER_MINUTE);
  const before = scene.turns.at(-2);
  return {
    date,
    daypart: daypartOf(date.getUTCHours()),
    hoursSince: before === undefined ? null : Math.max(0, Math.floor((scene.nowMs - before.atMs) / 3_600_000)),
  };
}

function daypartOf(hour: number): Daypart {
  if (hour < 4) return 'lateNight';
  if (hour < 6) return 'earlyMorning';
  if (hour < 11) return 'morning';
  if (hour < 14) return 'noon';
  if (hour < 17) return 'afternoon';
  if (hour < 19) return 'evening';
  return hour < 23 ? 'night' : 'lateNight';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
