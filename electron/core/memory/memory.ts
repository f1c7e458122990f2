import type { Random } from '#shared/base/random.ts';
import type { Clock, EpochMs } from '#shared/base/time.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import type { CharacterId, MessageId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Memory, TraceItem } from '#shared/memory/contract.ts';
import { expiryOf, salienceOf } from '#shared/memory/life.ts';
import { addDays, dayStart, localDay, type UtcOffset } from '#shared/memory/local-day.ts';
import { mapOf } from '#shared/memory/map.ts';
import { isSame } from '#shared/memory/merge.ts';
import type { SettingValues } from '#shared/settings/contract.ts';
import type { Log } from '../core-deps.ts';
import type { Db, ReadTx, WriteTx } from '../db/db.ts';
import type { Llm } from '../llm/llm.ts';
import { writeDueDigests } from './digests.ts';
import { countDigests, countDigestsDue, findDigests, listDigests } from './digest-store.ts';
import { countErasures } from './erasure-store.ts';
import { eraseDue, forget, sweep, undoForget, type Elsewhere } from './forgetting.ts';
import { countJobs, retryJobs } from './memory-job-store.ts';
import {
  countMemories,
  currentMemories,
  lastToldBefore,
  listMemories,
  memoriesBetween,
  memoryFacets,
  profileOf,
} from './memory-list-store.ts';
import { readNext, type ChosenExtractor } from './memory-queue.ts';
import { shownMessage, shownSources } from './memory-source-store.ts';
import { findMemories, findMemory, supersededBy, type StoredMemory } from './memory-store.ts';
import { beginPause, endPause, isPaused } from './pause-store.ts';
import { correct, edit, rememberSaid } from './by-hand.ts';
import { readTrace, tracedAmong } from './recall-trace-store.ts';
import {
  NOTHING_REMEMBERED,
  noteRemembered,
  rememberFor,
  type Recall,
  type Remembered,
  type ReplyContext,
} from './remembered.ts';
import { updateMemory } from './memory-store.ts';
import { createUpkeep } from './upkeep.ts';

export type { ChosenExtractor } from './memory-queue.ts';
export type { Elsewhere } from './forgetting.ts';
export type { Recall, Remembered, ReplyContext } from './remembered.ts';

/** What the companion remembers of the person, and of what they said to each other. */
export interface Memories {
  readonly handlers: CoreHandlers['memory'];
  /** What to remember for a reply. Nothing while the person has memory switched off. Never rejects. */
  rememberFor(context: ReplyContext, signal: AbortSignal): Promise<Remembered>;
  /** Notes with a reply, in the transaction that stores it, what it was given to remember. */
  noteRemembered(tx: WriteTx, replyId: MessageId, remembered: Remembered): void;
  /** Begins to read what waits; call once the database is ready. */
  start(): void;
  /** Resolves when nothing that is due is left to do. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A map and a search for duplicates look at this many memories, the newest. */
const MOST_MAPPED = 5000;
const MOST_FACTS = 200;
const MOST_FACETS = 50;
/** A day of the timeline shows this many. */
const MOST_OF_A_DAY = 200;

export function createMemories(deps: {
  readonly db: Db;
  readonly settings: () => SettingValues;
  readonly extractor: (recent: boolean) => ChosenExtractor;
  /** A mind that may be asked without the person's doing, to write digests; null when there is none. */
  readonly freeMind: () => Llm | null;
  readonly recall: Recall;
  /** How long a reply waits for its memories; default 400 ms. */
  readonly recallPatienceMs?: number;
  readonly elsewhere: Elsewhere;
  /** Removes what snapshots still hold of what was forgotten; answers how many files went. */
  readonly renewSnapshots: () => Promise<number>;
  readonly isReplying: () => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly utcOffsetMinutes: UtcOffset;
}): Memories {
  const { db, clock, elsewhere } = deps;
  const utcOffset = deps.utcOffsetMinutes;
  const now = (): { nowMs: EpochMs; random: Random; utcOffset: UtcOffset } => ({
    nowMs: clock(),
    random: deps.random,
    utcOffset,
  });
  const shown = (stored: StoredMemory): Memory => ({ ...stored, salience: salienceOf(stored, clock()) });

  const digestDeps = { ...deps, utcOffset, locale: () => deps.settings().locale ?? 'ja' };
  const upkeep = createUpkeep({
    db,
    clock,
    log: deps.log,
    isReplying: deps.isReplying,
    urgent: [() => eraseDue(db, elsewhere, clock())],
    steps: [
      (signal) => readNext({ ...deps, utcOffset }, signal),
      () => sweep(db, elsewhere),
      async (signal) => (await writeDueDigests(digestDeps, signal)) > 0,
    ],
  });

  const handlers: CoreHandlers['memory'] = {
    async list(input) {
      const { memories, total } = await listMemories(db, input, clock());
      return { memories: memories.map(shown), total };
    },
    facets: ({ characterId }) => memoryFacets(db, characterId, clock(), MOST_FACETS),
    get: ({ memoryId }) =>
      db.read((tx) => {
        const memory = existing(tx, memoryId);
        const later = memory.supersededBy === null ? undefined : findMemory(tx, memory.supersededBy);
        return {
          memory: shown(memory),
          sources: shownSources(tx, memoryId),
          earlier: supersededBy(tx, memoryId).map(shown),
          later: later ? shown(later) : null,
        };
      }),
    timeline: ({ characterId, before, limit }) => db.read((tx) => timeline(tx, characterId, before, limit)),
    digests: (input) => db.read((tx) => listDigests(tx, input)),
    profile: ({ characterId }) => db.read((tx) => profileOf(tx, characterId, clock(), MOST_FACTS).map(shown)),
    async map({ characterId }) {
      return mapOf(await currentMemories(db, characterId, clock(), MOST_MAPPED));
    },
    async health({ characterId }) {
      const nowMs = clock();
      const [counts, jobs, current] = await Promise.all([
        countMemories(db, characterId, nowMs),
        countJobs(db),
        currentMemories(db, characterId, nowMs, MOST_MAPPED),
      ]);
      const kinds = { event: 0, preference: 0, relationship: 0, significant: 0, fact: 0 };
      for (const [kind, count] of counts.byKind) if (kind in kinds) kinds[kind as keyof typeof kinds] = count;
      return db.read((tx) => ({
        current: counts.current,
        superseded: counts.superseded,
        expired: counts.expired,
        pinned: counts.pinned,
        byKind: kinds,
        duplicates: countDuplicates(current),
        orphans: counts.orphans,
        digests: countDigests(tx, characterId),
        queue: {
          ...jobs,
          digestsDue: countDigestsDue(tx, characterId),
          erasuresWaiting: countErasures(tx),
        },
      }));
    },
    trace: ({ messageId }) =>
      db.read((tx) =>
        readTrace(tx, messageId).flatMap(({ kind, id, score, parts }): TraceItem[] => {
          if (kind === 'memory') {
            const memory = findMemories(tx, [id as StoredMemory['id']])[0];
            if (!memory) return [];
            return [
              {
                score,
                parts: { ...parts },
                source: { kind, memory: shown(memory), sources: shownSources(tx, memory.id) },
              },
            ];
          }
          const said = shownMessage(tx, id as MessageId);
          return said === undefined || said.gone ? [] : [{ score, parts: { ...parts }, source: { kind, said } }];
        }),
      ),
    traced: ({ messageIds }) => db.read((tx) => tracedAmong(tx, messageIds)),
    status: ({ conversationId }) => ({
      on: deps.settings().memory,
      paused: db.read((tx) => isPaused(tx, conversationId)),
    }),

    edit: ({ memoryId, changes }) =>
      db.write((tx) => {
        edit(tx, existing(tx, memoryId), changes);
        return {};
      }),
    correct: ({ memoryId, text }) => db.write((tx) => ({ memoryId: correct(tx, now(), existing(tx, memoryId), text) })),
    pin: ({ memoryId, pinned }) =>
      db.write((tx) => {
        if (existing(tx, memoryId).pinned !== pinned) updateMemory(tx, memoryId, { pinned }, tx.hlc());
        return {};
      }),
    keep: ({ memoryId }) =>
      db.write((tx) => {
        const memory = existing(tx, memoryId);
        const term = memory.term === 'short' ? 'long' : memory.term;
        const expiresAtMs = expiryOf(term, { ...memory, lastRecalledAtMs: clock() });
        updateMemory(tx, memoryId, { term, expiresAtMs }, tx.hlc());
        return {};
      }),
    forget: ({ memoryIds, messagesToo }) => db.write((tx) => forget(tx, elsewhere, memoryIds, messagesToo, clock())),
    undoForget: ({ memoryIds }) =>
      db.write((tx) => ({ kind: undoForget(tx, elsewhere, memoryIds) ? 'restored' : 'too_late' }) as const),
    async removeOldSnapshots() {
      // What is due to be wiped first: the new snapshot must not hold it.
      await upkeep.settle();
      return { removed: await deps.renewSnapshots() };
    },
    remember: (input) => db.write((tx) => ({ memoryId: rememberSaid(tx, now(), input) })),
    pause: ({ conversationId, paused }) =>
      db.write((tx) => {
        if (paused) beginPause(tx, conversationId, clock(), tx.hlc());
        else endPause(tx, conversationId, clock(), tx.hlc());
        return {};
      }),
    retry: () => db.write((tx) => ({ messages: retryJobs(tx) })),
  };

  function timeline(tx: ReadTx, characterId: CharacterId, before: string | undefined, limit: number) {
    const days: string[] = [];
    const memories = new Map<string, StoredMemory[]>();
    let beforeMs = before === undefined ? Number.MAX_SAFE_INTEGER : dayStart(before, utcOffset);
    let next: EpochMs | null = lastToldBefore(tx, characterId, beforeMs);
    while (next !== null && days.length < limit) {
      const day = localDay(next, utcOffset);
      beforeMs = dayStart(day, utcOffset);
      days.push(day);
      memories.set(
        day,
        memoriesBetween(tx, characterId, beforeMs, dayStart(addDays(day, 1), utcOffset), MOST_OF_A_DAY),
      );
      next = lastToldBefore(tx, characterId, beforeMs);
    }
    const digests = findDigests(tx, characterId, 'day', days);
    return {
      days: days.map((day) => ({
        day,
        digest: digests.get(day) ?? null,
        memories: (memories.get(day) ?? []).map(shown),
      })),
      nextBefore: next === null ? null : (days.at(-1) ?? null),
    };
  }

  return {
    handlers,
    async rememberFor(context, signal) {
      if (!deps.settings().memory) return NOTHING_REMEMBERED;
      return rememberFor(deps, context, signal);
    },
    noteRemembered: (tx, replyId, remembered) => noteRemembered(tx, replyId, remembered, clock()),
    start: upkeep.start,
    settle: upkeep.settle,
    close: upkeep.close,
  };
}

function existing(tx: ReadTx, id: StoredMemory['id']): StoredMemory {
  const memory = findMemory(tx, id);
  if (!memory) throw new AppError('not_found', 'memory_gone');
  return memory;
}

/** How many memories say the same as an earlier one of them: none, unless something went wrong. */
function countDuplicates(memories: readonly StoredMemory[]): number {
  const bySubject = new Map<string, StoredMemory[]>();
  let duplicates = 0;
  for (const memory of memories) {
    const key = `${memory.subject}\n${memory.attribute ?? ''}\n${memory.attribute === null ? memory.text : ''}`;
    const others = bySubject.get(key) ?? [];
    if (others.some((other) => isSame(other, memory))) duplicates += 1;
    else bySubject.set(key, [...others, memory]);
  }
  return duplicates;
}
