import { MS_PER_MINUTE } from '../../base/time.ts';
import type { Locale } from '../../settings/contract.ts';
import type { SceneTurn } from '../scene.ts';
import { topicOf } from './topic.ts';

/** After so long a silence what is said begins anew. */
const ANOTHER_TIME_MS = 240 * MS_PER_MINUTE;
/** A thing named is what the talk is about for this many messages of the person. */
const MATTER_TURNS = 3;

/** The turns of this sitting: those after the last long silence. */
export function thisSitting(turns: readonly SceneTurn[]): readonly SceneTurn[] {
  let from = turns.length - 1;
  while (from > 0 && (turns[from]?.atMs ?? 0) - (turns[from - 1]?.atMs ?? 0) < ANOTHER_TIME_MS) from -= 1;
  return turns.slice(Math.max(0, from));
}

/** The thing the person named last, unless they have named none for a while: what the talk is still about. */
export function matterOf(before: readonly SceneTurn[], locale: Locale): string | null {
  const theirs = before.filter((turn) => turn.author === 'person').slice(-MATTER_TURNS);
  for (const turn of theirs.toReversed()) {
    const topic = topicOf(turn.text, locale, true);
    if (topic !== null && !/[?？]/u.test(turn.text)) return topic;
  }
  return null;
}

const OPENING_WORD =
  /^(?:(?:そうそう|そうだよね|そうよね|そうだね|そうですね|そう|うんうん|うん|はい|まあね|まあ|なるほど|へえー?|いいなあ?|いいね|だよね|たしかに|確かに|あはは|はは|ふふ|ほんと|えー|ううん|いや)[。、！!ー～〜\s]+|(?:yeah|yep|yes|true|right|exactly|haha|lol|oh|ok|okay|mm|hmm|same|nice|well|hehe|hahaha|anyway|no|nah|aw|hm|totally|definitely|fair)[,.!\s]+)+/iu;

/** A message without the nod it opens with, where more follows: そうそう。でも隣の席が… → でも隣の席が… */
export function afterNod(message: string): string {
  const rest = message.replace(OPENING_WORD, '');
  const words = /[a-z]/iu.test(rest) && !/[ぁ-ん]/u.test(rest) ? rest.split(' ').length >= 2 : rest.length >= 5;
  return words ? rest : message;
}
