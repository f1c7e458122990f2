import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { seededRandom } from '#shared/base/random.ts';
import { MS_PER_DAY } from '#shared/base/time.ts';
import { REGISTERS } from '#shared/characters/contract.ts';
import { chooseReply } from '#shared/chat/reply-bank/choose.ts';
import { parseTags } from '#shared/chat/expression-tag.ts';
import { assemblePrompt } from '#shared/chat/prompt.ts';
import type { Scene, SceneMemory, SceneTurn } from '#shared/chat/scene.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { judge, turnSchema, type Verdict } from './dialogue-judge.ts';
import { createLadder } from './fallback.ts';
import { exampleCharacter, exampleScene } from './llm-suite.ts';
import { createReplyBank } from './reply-bank.ts';
import { LOCALES, openShelf, RESOURCES, type Shelf } from './reply-bank-harness.ts';

/**
 * Plays the scripted conversations of `dialogue-eval/` with the companion that has no model and judges its replies by
 * rule. All conversations of a register are one thread, a day apart: a repeat across them counts.
 * Half of the scripts were written after the engine. Their first run, before anything was changed for them, is the figure
 * for talks it has never seen: ja acts .953, topic .786, no repeat .993, register .987, memory 1.000; en .970, .804, .987,
 * .993, .857. Its misses were read once since, for what was wrong in general.
 * `--transcripts` prints three whole conversations a language, `--misses` every turn that failed, `--half dev|held` one half.
 */
const scriptFile = z.strictObject({
  person: z.string(),
  companions: z.record(
    z.enum(REGISTERS),
    z.strictObject({
      name: z.string(),
      nickname: z.string(),
      occupation: z.string(),
      hobbies: z.array(z.string()),
      backstory: z.string(),
      firstPerson: z.string(),
    }),
  ),
  conversations: z.array(
    z.strictObject({
      id: z.string(),
      heldOut: z.boolean(),
      register: z.enum(REGISTERS),
      hour: z.number().int().min(0).max(23),
      memories: z.array(
        z.strictObject({
          kind: z.enum(['event', 'preference', 'relationship', 'significant', 'fact']),
          days: z.number(),
          text: z.string(),
          attribute: z.string().nullable(),
        }),
      ),
      turns: z.array(turnSchema).min(10),
    }),
  ),
});
type ScriptFile = z.infer<typeof scriptFile>;
type Conversation = ScriptFile['conversations'][number];

const FIRST_DAY = Date.UTC(2026, 3, 6);

const { values } = parseArgs({
  options: {
    transcripts: { type: 'boolean' },
    misses: { type: 'boolean' },
    half: { type: 'string' },
    data: { type: 'string' },
  },
});
const shelf = await openShelf();
const figures: Record<string, number> = {};
for (const locale of LOCALES) {
  const path = join(import.meta.dirname, `dialogue-eval/${locale}.json`);
  const file = scriptFile.parse(JSON.parse(await readFile(path, 'utf8')));
  const wanted = file.conversations.filter(
    ({ heldOut }) => values.half === undefined || heldOut === (values.half === 'held'),
  );
  const played = await playAll(shelf, locale, { ...file, conversations: wanted });
  for (const [half, some] of [
    ['tuned on', played.filter(({ script }) => !script.heldOut)],
    ['written after', played.filter(({ script }) => script.heldOut)],
    ['all', played],
  ] as const) {
    if (some.length > 0) report(locale, half, some);
  }
  Object.assign(
    figures,
    Object.fromEntries(
      Object.entries(sharesOf(played)).map(([name, share]) => [`${name}${locale === 'ja' ? 'Ja' : 'En'}`, share]),
    ),
  );
  figures[`conversations${locale === 'ja' ? 'Ja' : 'En'}`] = played.length;
  if (values.misses === true) for (const one of played) printMisses(one);
  if (values.transcripts === true) printTranscripts(locale, played);
}
console.log(JSON.stringify({ name: 'dialogue', figures }));

interface Played {
  readonly script: Conversation;
  readonly locale: Locale;
  readonly verdicts: readonly Verdict[];
}

async function playAll(onShelf: Shelf, locale: Locale, file: ScriptFile): Promise<Played[]> {
  let dice = seededRandom(0);
  const bank = createReplyBank({ resourcesDir: RESOURCES, random: () => dice(), delay: async () => undefined });
  const ladder = createLadder({
    rungs: () => [{ llm: bank, prices: { input: null, cachedInput: null, output: null }, last: true }],
    assemble: (scene, { contextTokens }) => assemblePrompt(scene, { contextTokens: contextTokens ?? 4000 }),
    capReached: () => false,
  });
  const played: Played[] = [];
  for (const register of REGISTERS) {
    const thread: SceneTurn[] = [];
    const said: string[] = [];
    for (const [day, script] of file.conversations.filter((one) => one.register === register).entries()) {
      const verdicts: Verdict[] = [];
      for (const [place, turn] of script.turns.entries()) {
        const nowMs = FIRST_DAY + day * MS_PER_DAY + script.hour * 3_600_000 + place * 60_000;
        thread.push({ author: 'person', text: turn.text, expression: null, atMs: nowMs, attachments: [] });
        const scene = sceneOf(locale, file, script, [...thread], nowMs);
        const seed = hashOf(`${script.id}/${place}`);
        dice = seededRandom(seed);
        let raw = '';
        const request = { scene, maxTokens: 400, temperature: 0.8, signal: new AbortController().signal };
        for await (const item of ladder.answer(request)) if (item.kind === 'text') raw += item.text;
        const { text: reply } = parseTags(raw);
        // The same dice choose the same lines: this is how they are known.
        const chosen = chooseReply(onShelf.speeches[locale], onShelf.cues, scene, seededRandom(seed));
        if (chosen.text !== reply)
          throw new Error(`${script.id}: the ladder said "${reply}", the choice was "${chosen.text}"`);
        verdicts.push(judge(turn, reply, chosen, said, register, locale));
        thread.push({
          author: 'character',
          text: reply,
          expression: chosen.expression,
          atMs: nowMs + 5000,
          attachments: [],
        });
        said.push(reply);
      }
      played.push({ script, locale, verdicts });
    }
  }
  await ladder.close();
  return played;
}

function sceneOf(
  locale: Locale,
  file: ScriptFile,
  script: Conversation,
  turns: readonly SceneTurn[],
  nowMs: number,
): Scene {
  const who = file.companions[script.register];
  const { firstPerson, ...fields } = who;
  const dayStart = nowMs - (nowMs % MS_PER_DAY);
  return exampleScene({
    character: exampleCharacter({
      ...fields,
      relationshipLevel: 4,
      speech: { register: script.register, firstPerson, endings: [], notes: '' },
    }),
    personName: file.person,
    locale,
    nowMs,
    utcOffsetMinutes: 0,
    turns,
    memories: script.memories.map(({ kind, days, text, attribute }): SceneMemory => ({
      kind,
      text,
      attribute,
      subject: 'person',
      atMs: days > 0 ? dayStart + days * MS_PER_DAY + 36_000_000 : nowMs + days * MS_PER_DAY,
    })),
  });
}

function sharesOf(played: readonly Played[]): Record<string, number> {
  const all = played.flatMap(({ verdicts }) => verdicts);
  const share = (of: (verdict: Verdict) => boolean | null): number => {
    const judged = all.map(of).filter((value) => value !== null);
    return judged.length === 0 ? 1 : Math.round((judged.filter(Boolean).length / judged.length) * 1000) / 1000;
  };
  return {
    actAnswered: share(({ act }) => act),
    topicKept: share(({ topic }) => topic),
    noRepeat: share(({ fresh }) => fresh),
    registerKept: share(({ register }) => register),
    memoryUsed: share(({ memory }) => memory),
  };
}

function report(locale: Locale, half: string, played: readonly Played[]): void {
  const turns = played.reduce((sum, { verdicts }) => sum + verdicts.length, 0);
  const shares = Object.entries(sharesOf(played)).map(([name, share]) => `${name} ${share.toFixed(3)}`);
  console.log(`${locale} ${half}: ${played.length} conversations, ${turns} turns: ${shares.join('  ')}`);
}

function printMisses({ script, verdicts }: Played): void {
  for (const { turn, reply, chosen, act, topic, fresh, register, memory } of verdicts) {
    const missed = [
      !act && `act(${chosen.act})`,
      topic === false && 'topic',
      !fresh && 'repeat',
      !register && 'register',
      memory === false && 'memory',
    ];
    const names = missed.filter((name) => name !== false);
    if (names.length > 0)
      console.log(
        `${script.id} ${script.register} ${names.join(',')} | ${turn.text} → ${reply} [${chosen.situation}: ${chosen.lines.join(' ')}]`,
      );
  }
}

function printTranscripts(locale: Locale, played: readonly Played[]): void {
  const shown = (['casual', 'polite', 'kansai'] as const).flatMap((register) =>
    played.filter(({ script }) => script.heldOut && script.register === register).slice(0, 1),
  );
  for (const { script, verdicts } of shown) {
    console.log(
      `\n### ${locale === 'ja' ? '日本語' : 'English'}, ${script.register}, ${script.hour}:00 (${script.id})\n`,
    );
    for (const { text } of script.memories)
      console.log(`> ${locale === 'ja' ? '覚えていること' : 'Remembered'}: ${text}\n`);
    for (const { turn, reply } of verdicts)
      console.log(`- **${locale === 'ja' ? '人' : 'Person'}** ${turn.text}\n- ${reply}`);
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
