import { setImmediate } from 'node:timers/promises';
import { MS_PER_DAY, type Clock } from '#shared/base/time.ts';
import type { UtcOffset } from '#shared/memory/local-day.ts';
import type { Locale, SettingValues } from '#shared/settings/contract.ts';
import type { Random } from '#shared/base/random.ts';
import type { Log } from '../core-deps.ts';
import type { Db } from '../db/db.ts';
import { ingest } from './ingest.ts';
import type { MemoryExtractor } from './memory-extractor.ts';
import { failJobs, finishJobs } from './memory-job-store.ts';
import { wasPausedAt } from './pause-store.ts';
import { findSaid, saidInQueue, type Said } from './said-store.ts';

/** Messages read for memories at a time: many for a model, to see what belongs together; few for the rules, which hold this thread. */
const BATCH = { model: 24, rules: 6 } as const;
/** How many messages before the first are read along. */
const CONTEXT = 2;

/** What reads for memories now: a model when the person chose one, else the rules. */
export interface ChosenExtractor {
  readonly extractor: MemoryExtractor;
  readonly origin: 'rules' | 'model';
}

export interface QueueDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly utcOffset: UtcOffset;
  readonly settings: () => SettingValues;
  /** `recent`: said today; what is older is not worth a model's time. */
  readonly extractor: (recent: boolean) => ChosenExtractor;
}

/**
 * Reads the next messages that wait, if any, for what is worth remembering. What was found and the end of the waiting are one
 * transaction: a crash before it means that the messages are read again, after it that they are not.
 * Answers whether there was anything to read. Rejects only with an AbortError.
 */
export async function readNext(deps: QueueDeps, signal: AbortSignal): Promise<boolean> {
  const { db } = deps;
  const nowMs = deps.clock();
  const oldest = db.read((tx) => saidInQueue(tx, nowMs, 1))[0];
  if (oldest === undefined) return false;
  const chosen = deps.extractor(nowMs - oldest.atMs < MS_PER_DAY);
  const waiting = db.read((tx) => saidInQueue(tx, nowMs, BATCH[chosen.origin]));
  // A message that is still being written comes again when it is done.
  const batch = waiting.filter((said) => !said.partial);
  const seqs = waiting.map((said) => said.seq);
  const settings = deps.settings();
  const toRead = settings.memory
    ? batch.filter((said) => !said.deleted && !db.read((tx) => wasPausedAt(tx, said.conversationId, said.atMs)))
    : [];
  const before = toRead[0] === undefined ? [] : saidBefore(db, toRead[0]);
  try {
    const found =
      toRead.length === 0
        ? []
        : await chosen.extractor.extract(
            [...before, ...toRead].map(({ id, author, text, atMs }) => ({ id, author, text, atMs })),
            { locale: localeOf(settings), utcOffsetMinutes: deps.utcOffset(toRead[0]?.atMs ?? nowMs) },
            signal,
          );
    signal.throwIfAborted();
    db.write((tx) => {
      // A message that was edited meanwhile is left for the next reading.
      const same = (said: Said): boolean => {
        const now = findSaid(tx, said.id);
        return now?.text === said.text && now.deleted === said.deleted && !now.partial;
      };
      const changed = new Set(batch.filter((said) => !same(said)).map((said) => said.seq));
      const settled = batch.filter((said) => !changed.has(said.seq));
      const read = new Set([...toRead, ...batch.filter((said) => said.deleted)].map((said) => said.seq));
      ingest(
        tx,
        { nowMs, random: deps.random, utcOffset: deps.utcOffset },
        settled.filter((said) => read.has(said.seq)),
        found,
        chosen.origin,
        // A model may say of the same words something else each time: it is heard once.
        chosen.origin === 'rules' ? before.filter(same) : [],
      );
      finishJobs(
        tx,
        seqs.filter((seq) => !changed.has(seq)),
      );
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const label = error instanceof Error ? error.name : 'unknown';
    deps.log('warn', 'memory.reading_failed', { error: label });
    db.write((tx) => failJobs(tx, seqs, label, nowMs));
  }
  await setImmediate();
  return true;
}

/** What was said before a message on its path, oldest first. */
function saidBefore(db: Db, first: Said): Said[] {
  return db.read((tx) => {
    const before: Said[] = [];
    let parentId = first.parentId;
    while (parentId !== null && before.length < CONTEXT) {
      const parent = findSaid(tx, parentId);
      if (parent === undefined || parent.deleted || parent.partial) break;
      before.unshift(parent);
      ({ parentId } = parent);
    }
    return before;
  });
}

function localeOf(settings: SettingValues): Locale {
  return settings.locale ?? 'ja';
}
