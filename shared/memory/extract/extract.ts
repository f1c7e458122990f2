import { clausesOf as englishClausesOf } from './english/clause.ts';
import { isEnglishJoke, readEnglish, readEnglishPromises } from './english/english.ts';
import type { ExtractedMemory, ExtractionContext, ExtractionTurn, MemoryQuote } from './extracted-memory.ts';
import type { Finding } from './finding.ts';
import { clausesOf as japaneseClausesOf } from './japanese/clause.ts';
import { isJapaneseJoke, readJapanese, readJapanesePromises } from './japanese/japanese.ts';
import { mergeExtracted } from './merge.ts';
import { emotionOf } from './mood.ts';
import { languageOf, sentencesOf, type Sentence } from './reading.ts';

/** Nobody confides in more than this; what follows is pasted. */
const MAX_MESSAGE_UNITS = 4000;

/**
 * What a few messages tell that is worth remembering, by rules alone. Only what the person says plainly of themselves and of
 * those close to them, and what the companion promises. Questions, wishes, suppositions, jokes, fiction, hearsay and quoted
 * speech tell nothing; in doubt nothing is remembered.
 */
export function extractByRules(turns: readonly ExtractionTurn[], context: ExtractionContext): ExtractedMemory[] {
  const perTurn = turns.map((turn) => ({
    turn,
    found: turn.text.length > MAX_MESSAGE_UNITS ? [] : readTurn(turn, context),
  }));
  perTurn.forEach(({ turn }, index) => {
    // 「冗談だよ」 a message later takes the whole message before it back.
    if (turn.author !== 'person' || !opensWithJoke(turn.text)) return;
    const taken = perTurn.slice(0, index).findLast((each) => each.turn.author === 'person');
    if (taken !== undefined) taken.found = [];
  });
  return mergeExtracted(perTurn.flatMap(({ turn, found }) => found.map((each) => toMemory(each, turn))));
}

function readTurn(turn: ExtractionTurn, context: ExtractionContext): Finding[] {
  const language = languageOf(turn.text);
  if (language === null || PASTED.test(turn.text)) return [];
  const moment = { atMs: turn.atMs, utcOffsetMinutes: context.utcOffsetMinutes };
  const sentences = sentencesOf(turn.text, language);
  if (turn.author === 'character') {
    return language === 'ja' ? readJapanesePromises(sentences, moment) : readEnglishPromises(sentences, moment);
  }
  const told = withoutJokes(sentences, language).filter((sentence) => !sentence.sung);
  return language === 'ja' ? readJapanese(told, moment) : readEnglish(told, moment);
}

/** Whether a message of the companion holds a promise. */
export function isPromise(turn: ExtractionTurn): boolean {
  return readTurn({ ...turn, author: 'character' }, { locale: 'ja', utcOffsetMinutes: 0 }).length > 0;
}

/**
 * Whether a stretch of the person's message states something: no question, wish, supposition, joke, fiction, hearsay or
 * quotation, as far as rules can tell. For judging what others (a model) took from it.
 */
export function isToldPlainly(turn: ExtractionTurn, quote: Pick<MemoryQuote, 'start' | 'end'>): boolean {
  const language = languageOf(turn.text);
  if (language === null || PASTED.test(turn.text)) return false;
  const clausesOf = language === 'ja' ? japaneseClausesOf : englishClausesOf;
  return withoutJokes(sentencesOf(turn.text, language), language).some(
    (sentence) =>
      !sentence.sung &&
      sentence.start < quote.end &&
      quote.start < sentence.end &&
      clausesOf(sentence, { atMs: turn.atMs, utcOffsetMinutes: 0 }).length > 0,
  );
}

/** Code, logs and forwarded letters. */
const PASTED = /```|^\s*(?:>|From:|Subject:)|\n\s*at .+:\d+/mu;

function withoutJokes(sentences: readonly Sentence[], language: 'ja' | 'en'): readonly Sentence[] {
  const isJoke = language === 'ja' ? isJapaneseJoke : isEnglishJoke;
  const last = sentences.findLastIndex((sentence) => isJoke(sentence.text));
  return sentences.slice(last + 1);
}

function opensWithJoke(text: string): boolean {
  const language = languageOf(text);
  const first = language === null ? undefined : sentencesOf(text, language)[0];
  if (first === undefined) return false;
  return language === 'ja' ? isJapaneseJoke(first.text) : isEnglishJoke(first.text);
}

function toMemory(found: Finding, turn: ExtractionTurn): ExtractedMemory {
  const { when } = found;
  const birthday =
    found.attribute?.startsWith('birthday') === true || found.attribute?.startsWith('anniversary') === true;
  return {
    kind: found.kind,
    text: found.text,
    subject: found.subject,
    importance: found.importance,
    emotion: emotionOf(turn.text.slice(found.start, found.end)),
    tags: found.tags,
    attribute: found.attribute,
    validFromMs: when?.fromMs ?? null,
    validToMs: when === null || found.since === true || birthday ? null : when.toMs,
    sources: [{ messageId: turn.id, start: found.start, end: found.end }],
  };
}
