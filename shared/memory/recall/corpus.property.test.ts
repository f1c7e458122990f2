import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createConcepts } from './concepts.ts';
import { createCorpus, type Corpus } from './corpus.ts';
import { readQuestion } from './question.ts';
import { lexicalParts, lexicalScores, sumOf } from './rank.ts';
import { readTurn } from './turn-facts.ts';
import { createWordReader } from './words.ts';

const reader = createWordReader((word) => word);
const concepts = createConcepts(reader);
const WORDS = ['猫', 'tea', '昨日', 'garden', '映画', 'rain', '東京都庁', 'tennis', '?', '三回'];
const anyText = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '));
const anyTurn = fc.record({
  text: anyText,
  session: fc.constantFrom('a', 'b'),
  speaker: fc.constantFrom('person', 'companion'),
});
type Turn = { readonly text: string; readonly session: string; readonly speaker: string };
/** Which turn is changed into which text, or removed. */
const anyChange = fc.record({ at: fc.nat({ max: 11 }), text: fc.option(anyText, { nil: null }) });
const anyQuestion = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));

function add(corpus: Corpus, turn: Turn, replaces?: number): number {
  const facts = readTurn({ text: turn.text, atMs: 0, caption: '' }, reader, 0);
  return corpus.add({ ...facts, concepts: concepts.said(facts.words) }, turn, replaces);
}

function scoresOf(corpus: Corpus, documents: readonly number[], question: string): number[] {
  const setting = { speakers: [], asker: null, askedAtMs: 0, utcOffsetMinutes: 0 };
  const read = readQuestion(question, setting, reader, concepts);
  const lexical = lexicalScores(corpus, read);
  // How late a turn is counts places, those of the removed included: only questions for the latest look at it.
  return documents.map((document) => Math.round(sumOf(lexicalParts(corpus, read, lexical, document)) * 1e4));
}

it('a corpus that was changed scores as one made from what is left', () => {
  fc.assert(
    fc.property(
      fc.array(anyTurn, { minLength: 1, maxLength: 12 }),
      fc.array(anyChange, { maxLength: 8 }),
      anyQuestion,
      (turns, changes, question) => {
        const changed = createCorpus();
        const documents: (number | null)[] = turns.map((turn) => add(changed, turn));
        const left: (Turn | null)[] = [...turns];
        for (const { at, text } of changes) {
          const document = documents[at];
          const turn = left[at];
          if (document === null || document === undefined || !turn) continue;
          if (text === null) {
            changed.remove(document);
            documents[at] = null;
            left[at] = null;
          } else {
            documents[at] = add(changed, { ...turn, text }, document);
            left[at] = { ...turn, text };
          }
        }
        const fresh = createCorpus();
        const freshDocuments = left.flatMap((turn) => (turn === null ? [] : [add(fresh, turn)]));
        const kept = documents.flatMap((document) => (document === null ? [] : [document]));
        expect(scoresOf(changed, kept, question)).toEqual(scoresOf(fresh, freshDocuments, question));
        const neighbours = (corpus: Corpus, all: readonly number[]) =>
          all.map((document) => [all.indexOf(corpus.before(document)), all.indexOf(corpus.after(document))]);
        expect(neighbours(changed, kept)).toEqual(neighbours(fresh, freshDocuments));
      },
    ),
  );
});
