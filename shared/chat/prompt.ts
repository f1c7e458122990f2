import { assert } from '../base/assert.ts';
import { MS_PER_MINUTE } from '../base/time.ts';
import { estimateTokens, TOKENS_PER_MESSAGE } from '../llm/tokens.ts';
import { expressionTag } from './expression-tag.ts';
import { asData, cleanName, elide, expandMacros, type Names } from './prompt-text.ts';
import { promptWordsEn } from './prompt-words-en.ts';
import { promptWordsJa } from './prompt-words-ja.ts';
import type { Daypart, Facts, Moment, PromptWords } from './prompt-words.ts';
import type { PromptMessage, Scene, SceneTurn } from './scene.ts';

export interface PromptOptions {
  /** The most tokens the whole prompt may have, MIN_CONTEXT_TOKENS at least. */
  readonly contextTokens: number;
  /** Of a text alone; an estimate when there is no tokenizer. */
  readonly countTokens?: (text: string) => number;
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
 *   reminder   now, the face worn, and once more who speaks        changes every time
 *   newest     what is to be answered (or gone on with)
 *
 * What a server has cached of one prompt serves the next: all before the reminder stays, except when the history is cut
 * anew. The newest message is always there; only when it alone is too long is its middle left out.
 */
export function assemblePrompt(scene: Scene, options: PromptOptions): Prompt {
  assert(options.contextTokens >= MIN_CONTEXT_TOKENS, `a prompt needs ${MIN_CONTEXT_TOKENS} tokens at least`);
  const words = scene.locale === 'ja' ? promptWordsJa : promptWordsEn;
  const char = cleanName(scene.character.name, 'AI');
  const called: Names = { char, user: cleanName(scene.personName, words.nameless.called) };
  const spokenOf: Names = { char, user: cleanName(scene.personName, words.nameless.spokenOf) };
  const count = options.countTokens ?? estimateTokens;
  const cost = (message: PromptMessage): number => count(message.content) + TOKENS_PER_MESSAGE;
  const make =
    (names: Names): MakeMessage =>
    (role, content) => ({ role, content: expandMacros(content, names) });
  const message = make(spokenOf);

  const system = systemMessage(scene, words, Math.floor(options.contextTokens / 2), message, cost);
  const turns = scene.turns.map((turn) => turnMessage(turn, words, make(called)));
  const ending = endingOf(scene, turns, words, message);
  const reminder = message('system', words.reminder(scene, momentOf(scene), factsOf(scene, 0), rejectedOf(scene, options.contextTokens)));

  const room = options.contextTokens - cost(system) - cost(reminder) - sum(ending.after.map(cost));
  const newest = ending.newest === null ? [] : [fitted(ending.newest, room, words, count)];
  // A share that does not hang on this turn's lengths keeps the cut where it was; what is left is for the newest message.
  const share = Math.floor((options.contextTokens - cost(system)) * 0.75);
  const history = turns.slice(0, ending.historyEnd);
  const costs = history.map((turn) => (turn === null ? 0 : cost(turn)));
  const firstTurn = cutOf(scene.turns, costs, Math.min(share, room - sum(newest.map(cost))));

  const messages = [
    system,
    ...history.slice(firstTurn).filter((turn) => turn !== null),
    reminder,
    ...newest,
    ...ending.after,
  ];
  return { messages, tokens: sum(messages.map(cost)), firstTurn };
}

type MakeMessage = (role: PromptMessage['role'], content: string) => PromptMessage;

/** The system message in as much detail as half the prompt has room for. */
function systemMessage(scene: Scene, words: PromptWords, most: number, message: MakeMessage, cost: (message: PromptMessage) => number): PromptMessage {
  const attempt = (backstoryLength: number, brief: boolean): PromptMessage =>
    message('system', words.system(scene, factsOf(scene, backstoryLength), brief));
  for (const length of [8000, 4000, 2000, 1000, 500]) {
    const full = attempt(length, false);
    if (cost(full) <= most) return full;
  }
  for (const length of [300, 120]) {
    const brief = attempt(length, true);
    if (cost(brief) <= most) return brief;
  }
  return attempt(0, true);
}

/** The character's own texts, cleaned. The backstory and the notes are cut to `length` UTF-16 units each. */
function factsOf({ character }: Scene, length: number): Facts {
  const short = (text: string): string => asData(text).replaceAll(/\s+/g, ' ').trim();
  const long = (text: string): string => {
    const clean = asData(text).trim();
    return clean.length <= length ? clean : clean.slice(0, length).replace(/[\uD800-\uDBFF]$/, '').trimEnd();
  };
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

function endingOf(scene: Scene, turns: readonly (PromptMessage | null)[], words: PromptWords, message: MakeMessage): Ending {
  const last = turns.findLastIndex((turn) => turn !== null);
  const newest = turns[last] ?? null;
  if (newest === null) return { historyEnd: 0, newest: null, after: [message('user', words.begin)] };
  if (newest.role === 'user') return { historyEnd: last, newest, after: [] };
  if (scene.continuing) return { historyEnd: last, newest, after: [message('system', words.goOn)] };
  return { historyEnd: last, newest, after: [message('user', words.speakAgain)] };
}

function fitted(newest: PromptMessage, room: number, words: PromptWords, count: (text: string) => number): PromptMessage {
  return { ...newest, content: elide(newest.content, words.elided, (text) => count(text) + TOKENS_PER_MESSAGE <= room) };
}

/** What to steer away from: the newest three variants, each in part. */
function rejectedOf(scene: Scene, contextTokens: number): string[] {
  const length = contextTokens < 2000 ? 60 : 240;
  return scene.rejected.slice(contextTokens < 2000 ? -1 : -3).map((text) => asData(text).trim().slice(0, length).replace(/[\uD800-\uDBFF]$/, ''));
}

/**
 * Where the history begins, so that it costs at most `most`. Cutting at the very oldest turn that fits would move the
 * cut with every new turn. Instead it stays at a chosen turn until that one no longer fits: the turn with the least hash
 * among the oldest third of what fits (winnowing: Schleimer, Wilkerson and Aiken, 2003). It needs no memory of the last
 * cut, and holds for any stretch of the thread it is given.
 */
function cutOf(turns: readonly SceneTurn[], costs: readonly number[], most: number): number {
  let from = costs.length;
  let total = 0;
  while (from > 0) {
    const next = total + (costs[from - 1] ?? 0);
    if (next > most) break;
    total = next;
    from -= 1;
  }
  if (from === 0) return 0;
  let best = from;
  let passed = 0;
  for (let index = from; index < costs.length && passed <= total / 3; index += 1) {
    if (rank(turns[index]) < rank(turns[best])) best = index;
    passed += costs[index] ?? 0;
  }
  return best;
}

/** A number that belongs to a turn and looks like chance; a person's turns come first, for a history to begin with one. */
function rank(turn: SceneTurn | undefined): number {
  if (turn === undefined) return 2;
  let hash = 0x811c9dc5;
  for (const letter of `${turn.atMs}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
  return hash / 2 ** 32 + (turn.author === 'person' ? 0 : 1);
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
