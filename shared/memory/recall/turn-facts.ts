import { dayOf, type Day } from '../time/calendar.ts';
import { timeSpans } from '../time/time-spans.ts';
import type { DocumentWords } from './lexical-index.ts';
import type { WordReader } from './words.ts';

/** What ranking needs to know of a turn; made once, when it is indexed. */
export interface TurnFacts extends DocumentWords {
  /** When it was said. */
  readonly day: Day;
  /** Days that the text speaks of: from, to, from, to … (to exclusive). */
  readonly times: readonly Day[];
  /** The part of the text that asks, from 0 to 1. */
  readonly asks: number;
  readonly hasNumber: boolean;
  readonly speaksOfSelf: boolean;
  readonly hasCaption: boolean;
}

/** A message or a memory as it stands in the file. */
export interface Turn {
  readonly text: string;
  readonly atMs: number;
  /** What is seen on a picture that came with it; empty when there is none. */
  readonly caption: string;
}

const SENTENCE = /[^.!?。！？…\n]+[.!?。！？…\n]*/gu;
const ASKS =
  /[?？]\s*$|(?:ですか|ますか|でしょうか|のか|んだっけ|だっけ|なの|かな)[。.…\s]*$|^\s*(?:what|when|where|who|why|how|which|do you|did you|are you|have you|is it|can you|would you|could you)\b/iu;
const NUMBER =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|hundred|thousand|dozen|once|twice|first|second|third|couple|several)\b|[一二三四五六七八九十百千][つ人回本枚匹頭軒冊個歳才年月日時円度杯件着台番目週泊]|ひとつ|ふたつ|みっつ|ひとり|ふたり/iu;
const SELF = /\b(?:i|i'm|i've|i'd|i'll|my|me|mine|we|our|us|myself)\b|私|わたし|僕|ぼく|俺|おれ|あたし|うちの|自分/iu;

/** `concepts` are made from the words when the turn is put into a corpus: they may change without reading all again. */
export function readTurn(turn: Turn, reader: WordReader, utcOffsetMinutes: number): Omit<TurnFacts, 'concepts'> {
  const times: Day[] = [];
  for (const span of timeSpans(turn.text, turn.atMs, utcOffsetMinutes)) times.push(span.fromDay, span.toDay);
  return {
    words: reader.read(turn.text),
    captionWords: reader.read(turn.caption),
    day: dayOf(turn.atMs, utcOffsetMinutes),
    times,
    asks: askingShare(turn.text),
    hasNumber: NUMBER.test(turn.text),
    speaksOfSelf: SELF.test(turn.text),
    hasCaption: turn.caption !== '',
  };
}

function askingShare(text: string): number {
  let asking = 0;
  let all = 0;
  for (const [sentence] of text.matchAll(SENTENCE)) {
    all += sentence.length;
    if (ASKS.test(sentence)) asking += sentence.length;
  }
  return all === 0 ? 0 : asking / all;
}
