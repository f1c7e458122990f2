import type { Clock, EpochMs } from '#shared/base/time.ts';
import type { RecalledTurn, SceneMemory } from '#shared/chat/scene.ts';
import type { CharacterId, ConversationId, MemoryId, MessageId } from '#shared/entities.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { expiryOf } from '#shared/memory/life.ts';
import type { Log } from '../core-deps.ts';
import type { Db, WriteTx } from '../db/db.ts';
import { currentAmong, profileOf } from './memory-list-store.ts';
import { findMemory, noteRecalled, type StoredMemory } from './memory-store.ts';
import { wasPausedAt } from './pause-store.ts';
import { writeTrace, type TracedItem } from './recall-trace-store.ts';
import { findSaid, type Said } from './said-store.ts';

export interface RecallRequest {
  readonly characterId: CharacterId;
  readonly conversationId: ConversationId;
  /** What is to be answered. */
  readonly text: string;
  /** What was said before it; empty at a beginning. */
  readonly previousText: string;
  readonly atMs: EpochMs;
  readonly tokenBudget: number;
  readonly limit: number;
}

export interface RecalledItem {
  readonly kind: 'memory' | 'message';
  readonly id: string;
  readonly text: string;
  readonly atMs: EpochMs;
  readonly score: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Finds what may matter to a text. `knows` is false when nothing found is likely to be what is asked about. */
export type Recall = (
  request: RecallRequest,
  signal: AbortSignal,
) => Promise<{ readonly items: readonly RecalledItem[]; readonly knows: boolean }>;

/** What a reply is given to remember, and why. */
export interface Remembered {
  readonly memories: readonly SceneMemory[];
  readonly recalled: readonly RecalledTurn[];
  readonly trace: readonly TracedItem[];
}

export const NOTHING_REMEMBERED: Remembered = { memories: [], recalled: [], trace: [] };

/** A reply does not wait longer than this for memories, unless told otherwise. */
const PATIENCE_MS = 400;
/** How many things are recalled for one reply, and how much of the budget the standing facts may take. */
const MOST_RECALLED = 12;
/** When recall does not know, only the best are given: four in ten answers that are there are not taken for known. */
const UNSURE = 4;
const PROFILE_SHARE = 0.4;
const MOST_FACTS = 16;
/** Words that were said come whole up to here, in UTF-16 units. */
const LONGEST_TURN = 400;

export interface ReplyContext {
  readonly characterId: CharacterId;
  readonly conversationId: ConversationId;
  readonly text: string;
  readonly previousText: string;
  /** Messages that the prompt holds anyway. */
  readonly shown: ReadonlySet<MessageId>;
  readonly tokenBudget: number;
}

/**
 * What to remember for a reply: the standing facts about the person first, then what recall found, both within the budget.
 * Never rejects and never takes long: without its memory a companion still answers.
 */
export async function rememberFor(
  deps: {
    readonly db: Db;
    readonly clock: Clock;
    readonly log: Log;
    readonly recall: Recall;
    readonly recallPatienceMs?: number;
  },
  context: ReplyContext,
  signal: AbortSignal,
): Promise<Remembered> {
  const atMs = deps.clock();
  const asked: RecallRequest = { ...context, atMs, limit: MOST_RECALLED + context.shown.size };
  let items: readonly RecalledItem[] = [];
  try {
    const found = await deps.recall(
      asked,
      AbortSignal.any([signal, AbortSignal.timeout(deps.recallPatienceMs ?? PATIENCE_MS)]),
    );
    items = found.knows ? found.items : found.items.slice(0, UNSURE);
  } catch (error) {
    if (!signal.aborted)
      deps.log('warn', 'memory.recall_failed', { error: error instanceof Error ? error.name : 'unknown' });
  }
  return deps.db.read((tx): Remembered => {
    const facts = profileOf(tx, context.characterId, atMs, MOST_FACTS);
    const found = new Map(
      currentAmong(
        tx,
        items.filter((item) => item.kind === 'memory').map((item) => item.id as MemoryId),
        atMs,
      ).map((memory) => [memory.id as string, memory]),
    );
    const memories: SceneMemory[] = [];
    const recalled: RecalledTurn[] = [];
    const trace: TracedItem[] = [];
    let spent = 0;
    const affords = (text: string, most: number): boolean => {
      const cost = estimateTokens(text) + 8;
      if (spent + cost > most) return false;
      spent += cost;
      return true;
    };
    for (const item of items.slice(0, MOST_RECALLED * 2)) {
      if (trace.length >= MOST_RECALLED) break;
      const traced = { kind: item.kind, id: item.id, score: item.score, parts: item.parts };
      if (item.kind === 'memory') {
        const memory = found.get(item.id);
        if (memory === undefined || !affords(memory.text, context.tokenBudget)) continue;
        memories.push(asSceneMemory(memory));
        trace.push(traced);
      } else {
        const said = findSaid(tx, item.id as MessageId);
        if (said === undefined || context.shown.has(said.id) || isOutOfReach(said)) continue;
        const text = said.text.slice(0, LONGEST_TURN).toWellFormed();
        if (wasPausedAt(tx, said.conversationId, said.atMs) || !affords(text, context.tokenBudget)) continue;
        recalled.push({ author: said.author, text, atMs: said.atMs });
        trace.push(traced);
      }
    }
    const most = Math.min(context.tokenBudget, spent + context.tokenBudget * PROFILE_SHARE);
    for (const fact of facts) {
      if (found.has(fact.id) || !affords(fact.text, most)) continue;
      memories.push(asSceneMemory(fact));
      trace.push({ kind: 'memory', id: fact.id, score: 0, parts: { profile: 1 } });
    }
    return { memories, recalled, trace };
  });

  function isOutOfReach(said: Said): boolean {
    return said.deleted || said.partial || said.characterId !== context.characterId;
  }
}

/** Notes with a reply what it was given; what was recalled stays vivid. */
export function noteRemembered(tx: WriteTx, replyId: MessageId, remembered: Remembered, atMs: EpochMs): void {
  if (remembered.trace.length === 0) return;
  writeTrace(tx, replyId, remembered.trace);
  for (const item of remembered.trace) {
    if (item.kind !== 'memory' || item.score <= 0) continue;
    const memory = findMemory(tx, item.id as MemoryId);
    if (memory) noteRecalled(tx, memory.id, atMs, expiryOf(memory.term, { ...memory, lastRecalledAtMs: atMs }));
  }
}

function asSceneMemory(memory: StoredMemory): SceneMemory {
  return {
    text: memory.text,
    kind: memory.kind,
    subject: memory.subject,
    atMs: memory.validFromMs ?? memory.toldAtMs,
    attribute: memory.attribute,
  };
}
