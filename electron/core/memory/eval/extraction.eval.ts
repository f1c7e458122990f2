import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { extractByRules } from '#shared/memory/extract/extract.ts';
import type { ExtractedMemory, ExtractionTurn } from '#shared/memory/extract/extracted-memory.ts';
import { foldForSearch } from '#shared/chat/search-tokens.ts';
import { isSame, merged } from '#shared/memory/merge.ts';
import { isDuplicate, isSourced, junkReason, type Dialogue } from './extraction-faults.ts';

// `npm run eval -- extraction [--data DIR] [--show N]`: what the rules take from messages, without any model.
// Labelled samples of our own (extraction-ja.json, extraction-en.json): rules were developed on the half `dev`; the half `test`
// was labelled before they were tried on it, was not tuned on, and is the one that counts. Dialogues (our own sets, and
// LoCoMo-shaped files in DIR/memory): every memory must quote its message; duplicates and junk are counted by the rules of
// extraction-faults.ts. `--show N` prints N memories to read.

const LANGUAGES = ['ja', 'en'] as const;
type Language = (typeof LANGUAGES)[number];

const { values: args } = parseArgs({ options: { data: { type: 'string' }, show: { type: 'string' } } });
const here = import.meta.dirname;

const label = z.strictObject({
  /** First word of the attribute, or `event`, `plan`, `promise`; alternatives with `|`. */
  topic: z.string(),
  /** Each must be in the memory's text; alternatives with `|`. */
  value: z.array(z.string()),
  /** The day, or the month or year it begins with. */
  date: z.string().optional(),
});
const sample = z.strictObject({
  at: z.string(),
  utcOffsetMinutes: z.number().int(),
  messages: z.array(
    z.strictObject({
      split: z.enum(['dev', 'test']),
      author: z.enum(['person', 'character']).default('person'),
      text: z.string(),
      /** What must be found. */
      expect: z.array(label),
      /** What is true as well and may be found or not. */
      allow: z.array(label).default([]),
    }),
  ),
});
type Label = z.infer<typeof label>;
type Sample = z.infer<typeof sample>;

interface Score {
  readonly messages: number;
  readonly negatives: number;
  readonly found: number;
  readonly right: number;
  readonly labels: number;
  readonly met: number;
}

/** What the rules found in one language's half, against its labels. */
function score(set: Sample, split: 'dev' | 'test', locale: Language): Score {
  const atMs = Date.parse(set.at);
  const messages = set.messages.filter((message) => message.split === split);
  const sum = { messages: messages.length, negatives: 0, found: 0, right: 0, labels: 0, met: 0 };
  for (const message of messages) {
    const turn: ExtractionTurn = { id: 'm', author: message.author, text: message.text, atMs };
    const found = extractByRules([turn], { locale, utcOffsetMinutes: set.utcOffsetMinutes });
    const isMet = (memory: ExtractedMemory, each: Label): boolean => meets(memory, each, atMs, set.utcOffsetMinutes);
    sum.negatives += message.expect.length === 0 ? 1 : 0;
    sum.found += found.length;
    sum.right += found.filter((memory) =>
      [...message.expect, ...message.allow].some((each) => isMet(memory, each)),
    ).length;
    sum.labels += message.expect.length;
    sum.met += message.expect.filter((each) => found.some((memory) => isMet(memory, each))).length;
  }
  return sum;
}

const DAY_MS = 86_400_000;

function meets(memory: ExtractedMemory, wanted: Label, atMs: number, utcOffsetMinutes: number): boolean {
  const heads = (memory.attribute ?? '').split(':');
  const topical = wanted.topic.split('|').some((topic) => {
    if (topic === 'event') return memory.kind === 'event' || memory.kind === 'significant';
    if (topic === 'plan')
      return heads[0] === 'plan' || (memory.validFromMs !== null && memory.validFromMs >= atMs - DAY_MS);
    if (topic === 'fact') return memory.kind === 'fact';
    if (topic === 'promise') return memory.subject === 'companion';
    if (topic === 'name') return heads[0] === 'name' || heads[0] === 'nickname';
    return heads[0] === topic || (topic === 'likes' && heads[0] === 'dislikes');
  });
  const text = foldForSearch(memory.text);
  const valued = wanted.value.every((value) => value.split('|').some((each) => text.includes(foldForSearch(each))));
  return topical && valued && (wanted.date === undefined || isOn(memory, wanted.date, utcOffsetMinutes));
}

function isOn(memory: ExtractedMemory, date: string, utcOffsetMinutes: number): boolean {
  if (memory.validFromMs === null) return false;
  const from = localDay(memory.validFromMs, utcOffsetMinutes);
  const to = memory.validToMs === null ? null : localDay(memory.validToMs, utcOffsetMinutes);
  return from.startsWith(date) || (to !== null && from <= date && date < to);
}

function localDay(atMs: number, utcOffsetMinutes: number): string {
  return new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
}

const conversation = z.object({
  sample_id: z.string().optional(),
  conversation: z.looseObject({ speaker_a: z.string(), speaker_b: z.string() }),
});
const session = z.array(z.object({ speaker: z.string(), dia_id: z.string(), text: z.string() }));

/** Conversations of a file. In our own the first speaker is the person; elsewhere both are people, and each is read as one. */
function dialoguesOf(file: string, locale: Language, own: boolean): Dialogue[] {
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const all = z.array(conversation).parse(Array.isArray(parsed) ? parsed : [parsed]);
  return all.flatMap(({ conversation: held, sample_id }, index) => {
    const said: { speaker: string; id: string; text: string; atMs: number }[] = [];
    for (let number = 1; held[`session_${number}`] !== undefined; number += 1) {
      const atMs = readDate(z.string().parse(held[`session_${number}_date_time`]));
      session.parse(held[`session_${number}`]).forEach((turn, place) => {
        said.push({ speaker: turn.speaker, id: turn.dia_id, text: turn.text, atMs: atMs + place * 30_000 });
      });
    }
    const people = own ? [held.speaker_a] : [held.speaker_a, held.speaker_b];
    return people.map((person) => ({
      name: `${sample_id ?? `${path.basename(file, '.json')} ${index + 1}`} (${person})`,
      locale,
      turns: said.map(({ speaker, id, text, atMs }) => ({
        id,
        text,
        atMs,
        author: speaker === person ? ('person' as const) : ('character' as const),
      })),
    }));
  });
}

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** `1:56 pm on 8 May, 2023`, or an ISO date; read as UTC. */
function readDate(text: string): number {
  const match = /^(\d+):(\d+) ([ap])m on (\d+) (\w+),? (\d+)$/i.exec(text.trim());
  if (match === null) return Date.parse(text);
  const hour = (Number(match[1]) % 12) + (match[3]?.toLowerCase() === 'p' ? 12 : 0);
  return Date.UTC(
    Number(match[6]),
    MONTHS.indexOf((match[5] ?? '').toLowerCase()),
    Number(match[4]),
    hour,
    Number(match[2]),
  );
}

/** Messages read at a time, as the queue does. */
const BATCH = 24;

/** What is remembered of a whole dialogue: found batch by batch, and merged as the store merges. */
function remember(dialogue: Dialogue): ExtractedMemory[] {
  const kept: ExtractedMemory[] = [];
  for (let from = 0; from < dialogue.turns.length; from += BATCH) {
    const batch = dialogue.turns.slice(from, from + BATCH);
    for (const memory of extractByRules(batch, { locale: dialogue.locale, utcOffsetMinutes: 0 })) {
      const telling = { ...memory, toldAtMs: toldAt(memory, dialogue), edited: false };
      const place = kept.findIndex((each) =>
        isSame({ ...each, toldAtMs: toldAt(each, dialogue), edited: false }, telling),
      );
      const same = kept[place];
      if (same === undefined) kept.push(memory);
      else {
        const one = merged({ ...same, toldAtMs: toldAt(same, dialogue), edited: false }, telling);
        kept[place] = {
          ...same,
          text: one.text,
          attribute: one.attribute,
          validFromMs: one.validFromMs,
          validToMs: one.validToMs,
          sources: [...same.sources, ...memory.sources],
        };
      }
    }
  }
  return kept;
}

function toldAt(memory: ExtractedMemory, dialogue: Dialogue): number {
  return Math.max(
    ...memory.sources.map((source) => dialogue.turns.find((turn) => turn.id === source.messageId)?.atMs ?? 0),
  );
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
const round = (value: number): number => Math.round(value * 1000) / 1000;

console.log('labelled sample          messages negative  found  right  precision  labels   met  recall');
const figures: Record<string, number> = {};
for (const language of LANGUAGES) {
  const set = sample.parse(JSON.parse(readFileSync(path.join(here, `extraction-${language}.json`), 'utf8')));
  for (const split of ['dev', 'test'] as const) {
    const all = score(set, split, language);
    const precision = ratio(all.right, all.found);
    const recall = ratio(all.met, all.labels);
    console.log(
      `${language} ${split.padEnd(4)}                  ${String(all.messages).padStart(8)} ${(all.negatives / all.messages).toFixed(2).padStart(8)} ${String(all.found).padStart(6)} ${String(all.right).padStart(6)} ${precision.toFixed(3).padStart(10)} ${String(all.labels).padStart(7)} ${String(all.met).padStart(5)} ${recall.toFixed(3).padStart(7)}`,
    );
    if (split === 'test') {
      const name = language === 'ja' ? 'Ja' : 'En';
      figures[`precision${name}`] = round(precision);
      figures[`recall${name}`] = round(recall);
    }
  }
}

const dialogues = LANGUAGES.flatMap((language) => {
  const folder = path.join(here, language);
  return existsSync(folder) ? jsonIn(folder).flatMap((file) => dialoguesOf(file, language, true)) : [];
});
if (args.data === undefined) console.log('\nno --data DIR: only our own dialogues are read');
else {
  const folder = path.join(path.resolve(process.env['INIT_CWD'] ?? process.cwd(), args.data), 'memory');
  if (existsSync(folder)) dialogues.push(...jsonIn(folder).flatMap((file) => dialoguesOf(file, 'en', false)));
  else console.log(`\n${folder} does not exist: only our own dialogues are read`);
}

console.log(`\n${'dialogue'.padEnd(34)} messages memories unsourced duplicates  junk`);
const totals = { memories: 0, unsourced: 0, duplicates: 0, junk: 0 };
const reasons = new Map<string, number>();
const shown: string[] = [];
for (const dialogue of dialogues) {
  const memories = remember(dialogue);
  const duplicates = memories.filter((memory, place) =>
    memories.slice(0, place).some((earlier) => isDuplicate(earlier, memory)),
  );
  const unsourced = memories.filter((memory) => !isSourced(memory, dialogue));
  let junk = 0;
  for (const memory of memories) {
    const reason = duplicates.includes(memory) ? 'duplicate' : junkReason(memory, dialogue);
    if (reason !== null) {
      junk += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    const source = memory.sources[0];
    const quote =
      dialogue.turns.find((turn) => turn.id === source?.messageId)?.text.slice(source?.start, source?.end) ?? '';
    shown.push(
      `${memory.kind} · ${memory.text} · ${memory.attribute ?? '–'} ${reason === null ? '' : `[${reason}] `}← ${quote}`,
    );
  }
  const people = dialogue.turns.filter((turn) => turn.author === 'person').length;
  console.log(
    `${dialogue.name.padEnd(34)} ${String(people).padStart(8)} ${String(memories.length).padStart(8)} ${String(unsourced.length).padStart(9)} ${String(duplicates.length).padStart(10)} ${String(junk).padStart(5)}`,
  );
  totals.memories += memories.length;
  totals.unsourced += unsourced.length;
  totals.duplicates += duplicates.length;
  totals.junk += junk;
}
figures['duplicateShare'] = round(totals.memories === 0 ? 0 : totals.duplicates / totals.memories);
figures['junkShare'] = round(totals.memories === 0 ? 0 : totals.junk / totals.memories);
console.log(
  `${'in total'.padEnd(34)} ${''.padStart(8)} ${String(totals.memories).padStart(8)} ${String(totals.unsourced).padStart(9)} ${String(totals.duplicates).padStart(10)} ${String(totals.junk).padStart(5)}`,
);
for (const [reason, count] of reasons) console.log(`  junk: ${reason} ${count}`);
const show = Number(args.show ?? 0);
const step = Math.max(1, Math.floor(shown.length / Math.max(1, show)));
if (show > 0)
  console.log(
    `\n${shown
      .filter((_line, place) => place % step === 0)
      .slice(0, show)
      .join('\n')}`,
  );
if (totals.unsourced > 0) process.exitCode = 1;
console.log(
  JSON.stringify({
    name: 'extraction',
    figures: { ...figures, memories: totals.memories, unsourced: totals.unsourced },
  }),
);

function jsonIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => path.join(folder, name));
}
