import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { present } from '#shared/base/assert.ts';
import { percentile } from '../../../e2e/bench-tools.ts';
import {
  openDialogueVault,
  readDialogues,
  type Dialogue,
  type DialogueVault,
  type Question,
} from '../dialogue-harness.ts';
import type { RecallWays } from '../recall.ts';

// `npm run eval -- memory [--data DIR]`: how much of what was said is found again. DIR/memory/*.json holds dialogues in LoCoMo's
// shape; without it only our own are played. Every turn goes into a database of its own through the same store, the same queues
// and the same embedder as in the app, and is asked for through the same recall.
const OWN = import.meta.dirname;
/** Ranks that are looked at; sessions are read off them. */
const DEPTH = 60;
const CATEGORIES = new Map([
  [1, 'multi-hop'],
  [2, 'temporal'],
  [3, 'inference'],
  [4, 'single'],
]);
const NEVER_SAID = 5;
const LABELS: Readonly<Record<RecallWays, string>> = { all: 'recall', words: 'BM25 alone', vectors: 'vectors alone' };

interface Asked {
  readonly question: Question;
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly recallAt20: number;
  readonly hitAt10: number;
  readonly sessionHitAt5: number;
  readonly tokens: number;
  readonly ms: number;
  readonly knows: boolean;
}

const figures: Record<string, number> = {};
const given = flag('--data');
if (given !== undefined) {
  const all = await play(readDialogues(path.join(given, 'memory')), ['all', 'words', 'vectors']);
  const asked = counted(all.get('all') ?? []);
  print('given dialogues', all);
  figures['turnRecallAt5'] = mean(asked, 'recallAt5');
  figures['turnRecallAt10'] = mean(asked, 'recallAt10');
  figures['turnRecallAt20'] = mean(asked, 'recallAt20');
  figures['multiHopRecallAt20'] = mean(
    asked.filter(({ question }) => question.category === 1),
    'recallAt20',
  );
  figures['hitAt10'] = mean(asked, 'hitAt10');
  figures['sessionHitAt5'] = mean(asked, 'sessionHitAt5');
  figures['queryP50Ms'] = percentile(
    asked.map(({ ms }) => ms),
    0.5,
  );
  figures['queryP95Ms'] = percentile(
    asked.map(({ ms }) => ms),
    0.95,
  );
  figures['ingestPerSecond'] = all.ingestPerSecond;
  figures['bm25TurnRecallAt10'] = mean(counted(all.get('words') ?? []), 'recallAt10');
  figures['vectorTurnRecallAt10'] = mean(counted(all.get('vectors') ?? []), 'recallAt10');
}
for (const language of ['Ja', 'En'] as const) {
  const folder = path.join(OWN, language.toLowerCase());
  const all = await play(readDialogues(folder), ['all', 'words', 'vectors']);
  const asked = all.get('all') ?? [];
  print(`own dialogues, ${language.toLowerCase()}`, all);
  const never = asked.filter(({ question }) => question.category === NEVER_SAID);
  const said = counted(asked);
  figures[`own${language}TurnRecallAt10`] = mean(said, 'recallAt10');
  figures[`own${language}TurnRecallAt20`] = mean(said, 'recallAt20');
  figures[`own${language}NeverSaidUnder`] = never.filter(({ knows }) => !knows).length / Math.max(1, never.length);
  figures[`own${language}SaidOver`] = said.filter(({ knows }) => knows).length / Math.max(1, said.length);
  console.log(
    `never said, and taken for unknown: ${shown(figures[`own${language}NeverSaidUnder`] ?? 0)} of ${never.length}; said, and taken for known: ${shown(figures[`own${language}SaidOver`] ?? 0)} of ${said.length}`,
  );
}
console.log(
  JSON.stringify({
    name: 'memory',
    figures: Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, Math.round(value * 1000) / 1000])),
  }),
);

type Played = Map<RecallWays, Asked[]> & { ingestPerSecond: number };

/** Tells all turns of these dialogues to one vault, then asks all questions in each way. */
async function play(dialogues: readonly Dialogue[], ways: readonly RecallWays[]): Promise<Played> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tomoshibi-eval-'));
  const vault = await openDialogueVault(folder);
  try {
    const begin = performance.now();
    let turns = 0;
    for (const dialogue of dialogues) turns += vault.tell(dialogue);
    await vault.settle();
    const seconds = (performance.now() - begin) / 1000;
    console.log(`\n${dialogues.length} dialogues, ${turns} turns read in ${seconds.toFixed(1)} s`);
    const played: Played = Object.assign(new Map<RecallWays, Asked[]>(), { ingestPerSecond: turns / seconds });
    for (const way of ways) {
      const asked: Asked[] = [];
      for (const dialogue of dialogues) {
        for (const question of dialogue.questions) asked.push(await ask(vault, dialogue, question, way));
      }
      played.set(way, asked);
    }
    return played;
  } finally {
    await vault.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ask(vault: DialogueVault, dialogue: Dialogue, question: Question, way: RecallWays): Promise<Asked> {
  const begin = performance.now();
  const { turnIds, tokens, knows } = await vault.ask(dialogue, question, DEPTH, way);
  const ms = performance.now() - begin;
  const wanted = question.evidence;
  const share = (depth: number): number => {
    const top = new Set(turnIds.slice(0, depth));
    return wanted.filter((id) => top.has(id)).length / Math.max(1, wanted.length);
  };
  const sessionOf = new Map(dialogue.sessions.flatMap(({ turns }, at) => turns.map(({ id }) => [id, at] as const)));
  const sessions = [...new Set(turnIds.map((id) => present(sessionOf.get(id), 'the session of a turn')))].slice(0, 5);
  return {
    question,
    recallAt5: share(5),
    recallAt10: share(10),
    recallAt20: share(20),
    hitAt10: share(10) > 0 ? 1 : 0,
    sessionHitAt5: wanted.some((id) => sessions.includes(sessionOf.get(id) ?? -1)) ? 1 : 0,
    tokens,
    ms,
    knows,
  };
}

/** The questions of categories 1–4 that name the turns that answer them. */
function counted(asked: readonly Asked[]): Asked[] {
  return asked.filter(({ question }) => CATEGORIES.has(question.category) && question.evidence.length > 0);
}

type Measure = 'recallAt5' | 'recallAt10' | 'recallAt20' | 'hitAt10' | 'sessionHitAt5' | 'tokens';

function mean(asked: readonly Asked[], measure: Measure): number {
  return asked.length === 0 ? 0 : asked.reduce((sum, each) => sum + each[measure], 0) / asked.length;
}

function print(title: string, played: Played): void {
  console.log(
    `\n${title}\n${['', 'n', 'R@5', 'R@10', 'R@20', 'hit@10', 'session hit@5', 'tokens@10', 'p50 ms', 'p95 ms'].map(column).join('')}`,
  );
  for (const [way, all] of played) {
    const asked = counted(all);
    const groups: [string, Asked[]][] = [[LABELS[way], asked]];
    if (way === 'all') {
      for (const [category, name] of CATEGORIES) {
        groups.push([`  ${name}`, asked.filter(({ question }) => question.category === category)]);
      }
    }
    for (const [name, group] of groups) {
      if (group.length === 0) continue;
      const times = group.map(({ ms }) => ms);
      const cells = [
        ...(['recallAt5', 'recallAt10', 'recallAt20', 'hitAt10', 'sessionHitAt5'] as const).map((each) =>
          shown(mean(group, each)),
        ),
        mean(group, 'tokens').toFixed(0),
        percentile(times, 0.5).toFixed(1),
        percentile(times, 0.95).toFixed(1),
      ];
      console.log([name, String(group.length), ...cells].map(column).join(''));
    }
  }
}

function column(text: string, at: number): string {
  return at === 0 ? text.padEnd(16) : text.padStart(at < 5 ? 8 : 15);
}

function shown(value: number): string {
  return value.toFixed(3);
}

function flag(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
