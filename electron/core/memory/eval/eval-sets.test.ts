import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const LANGUAGES = ['ja', 'en'] as const;
const CATEGORY_OF_KIND = {
  'multi-hop': 1,
  time: 2,
  paraphrase: 3,
  single: 4,
  supersession: 4,
  'never-said': 5,
} as const;

const Turn = z.strictObject({ speaker: z.string().min(1), dia_id: z.string(), text: z.string().min(2).max(200) });
const Question = z.strictObject({
  question: z.string().min(4),
  answer: z.string().min(1),
  evidence: z.array(z.string()),
  category: z.int().min(1).max(5),
  kind: z.enum(['multi-hop', 'time', 'paraphrase', 'single', 'supersession', 'never-said']),
  asked_at: z.iso.datetime({ local: true }),
});
const Sample = z.strictObject({
  sample_id: z.string(),
  conversation: z.record(z.string(), z.union([z.string(), z.array(Turn)])),
  qa: z.array(Question),
});
type Sample = z.infer<typeof Sample>;

describe.each(LANGUAGES)('the %s conversations', (language) => {
  const samples = samplesOf(language);

  test('are many enough to measure recall on', () => {
    const questions = samples.flatMap((sample) => sample.qa);
    const turns = samples.flatMap((sample) => sessionsOf(sample).flatMap((session) => session.turns));

    expect(samples.length).toBeGreaterThanOrEqual(6);
    expect(turns.length).toBeGreaterThanOrEqual(600);
    expect(questions.filter((question) => question.evidence.length > 0).length).toBeGreaterThanOrEqual(250);
    expect(questions.filter((question) => question.kind === 'never-said').length).toBeGreaterThanOrEqual(30);
    for (const kind of Object.keys(CATEGORY_OF_KIND)) {
      expect(questions.filter((question) => question.kind === kind).length, kind).toBeGreaterThanOrEqual(30);
    }
  });

  test('have ids of their own and no question twice', () => {
    expect(new Set(samples.map((sample) => sample.sample_id)).size).toBe(samples.length);
    for (const { sample_id, qa } of samples) {
      expect(new Set(qa.map((question) => question.question)).size, sample_id).toBe(qa.length);
    }
  });

  describe.each(samples)('$sample_id', (sample) => {
    const sessions = sessionsOf(sample);
    const turns = sessions.flatMap((session) => session.turns);

    test('number their sessions without a gap, each later than the one before', () => {
      const keys = Object.keys(sample.conversation).filter((key) => /^session_\d+$/.test(key));

      expect(keys.length).toBe(sessions.length);
      for (const [index, { at }] of sessions.entries()) {
        expect(at, `session ${index + 1}`).toBeGreaterThan(sessions[index - 1]?.at ?? 0);
      }
    });

    test('name each turn by session and place, and are spoken by the two of them', () => {
      const { speaker_a: person, speaker_b: companion } = sample.conversation;

      for (const [index, session] of sessions.entries()) {
        expect(session.turns.map((turn) => turn.dia_id)).toEqual(
          session.turns.map((_, place) => `D${index + 1}:${place + 1}`),
        );
        expect(new Set(session.turns.map((turn) => turn.speaker))).toEqual(new Set([person, companion]));
      }
    });

    test('point each question at turns that exist, or at none if it was never said', () => {
      const ids = new Set(turns.map((turn) => turn.dia_id));

      for (const { question, evidence, kind, category } of sample.qa) {
        expect(category, question).toBe(CATEGORY_OF_KIND[kind]);
        expect(evidence.length === 0, question).toBe(kind === 'never-said');
        expect(new Set(evidence).size, question).toBe(evidence.length);
        expect(
          evidence.filter((id) => !ids.has(id)),
          question,
        ).toEqual([]);
        if (kind === 'multi-hop') {
          expect(evidence.length, question).toBeGreaterThanOrEqual(2);
        }
      }
    });

    test('are asked about after the last word was said', () => {
      const lastSaid = Math.max(...sessions.map((session) => session.at));

      for (const { question, asked_at } of sample.qa) {
        expect(Date.parse(asked_at), question).toBeGreaterThan(lastSaid);
      }
    });
  });
});

function samplesOf(language: string): Sample[] {
  const folder = join(import.meta.dirname, language);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => z.array(Sample).parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}

function sessionsOf(sample: Sample): { at: number; turns: z.infer<typeof Turn>[] }[] {
  const sessions = [];
  for (let number = 1; ; number += 1) {
    const turns = sample.conversation[`session_${number}`];
    if (!Array.isArray(turns)) {
      return sessions;
    }
    sessions.push({ at: wallClock(sample.conversation[`session_${number}_date_time`]), turns });
  }
}

/** Milliseconds of a date in LoCoMo's manner, '9:05 pm on 3 March, 2026', read in this machine's zone. */
function wallClock(said: unknown): number {
  const [, time, half, date] = /^(\d{1,2}:\d{2}) (am|pm) on (\d{1,2} [A-Z][a-z]+, \d{4})$/.exec(String(said)) ?? [];
  const at = Date.parse(`${date} ${time} ${half}`);
  expect(at, String(said)).not.toBeNaN();
  return at;
}
