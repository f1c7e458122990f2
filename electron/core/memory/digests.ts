import type { Random } from '#shared/base/random.ts';
import { MS_PER_DAY, type Clock, type EpochMs } from '#shared/base/time.ts';
import { newId, type CharacterId, type DigestId } from '#shared/entities.ts';
import { writeDigest, type DigestDraft } from '#shared/memory/digest-text.ts';
import { localDay, spanOf, weekOf, type UtcOffset } from '#shared/memory/local-day.ts';
import type { Locale } from '#shared/settings/contract.ts';
import type { Db, ReadTx, WriteTx } from '../db/db.ts';
import type { Llm } from '../llm/llm.ts';
import { digestsDue, noteDigestDue, removeDigest, writeDigestRow, type DigestKey } from './digest-store.ts';
import { writeDigestWithModel } from './llm-digest.ts';
import { memoriesBetween } from './memory-list-store.ts';
import type { StoredMemory } from './memory-store.ts';
import { wasPausedAt } from './pause-store.ts';
import { saidBetween, type Said } from './said-store.ts';

/** More than this of one span is not read: a digest is short. */
const MAX_READ = 500;
/** How many digests one look considers, and how many it writes. */
const LOOKED_AT = 200;
const BATCH = 5;
/** A model writes only of what is not long ago. */
const RECENT_MS = 8 * MS_PER_DAY;

export interface DigestDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: Random;
  readonly locale: () => Locale;
  readonly utcOffset: UtcOffset;
  /** A mind that may be asked without the person's doing; null: by rule. */
  readonly freeMind: () => Llm | null;
}

/** Notes that the day and the week of a moment need their digests written. */
export function noteTold(tx: WriteTx, characterId: CharacterId, atMs: EpochMs, utcOffset: UtcOffset): void {
  const day = localDay(atMs, utcOffset);
  noteDigestDue(tx, { characterId, span: 'day', startsOn: day });
  noteDigestDue(tx, { characterId, span: 'week', startsOn: weekOf(day) });
}

/**
 * Writes digests of days and weeks that are over, from what was said and remembered in them: never from other digests.
 * Answers how many were written. Rejects only when aborted, or with what the database throws.
 */
export async function writeDueDigests(deps: DigestDeps, signal: AbortSignal): Promise<number> {
  const nowMs = deps.clock();
  const over = deps.db
    .read((tx) => digestsDue(tx, LOOKED_AT))
    .filter((key) => spanOf(key.span, key.startsOn, deps.utcOffset).toMs <= nowMs)
    .slice(0, BATCH);
  for (const key of over) await writeOne(deps, key, nowMs, signal);
  return over.length;
}

async function writeOne(deps: DigestDeps, key: DigestKey, nowMs: EpochMs, signal: AbortSignal): Promise<void> {
  const locale = deps.locale();
  const { fromMs, toMs } = spanOf(key.span, key.startsOn, deps.utcOffset);
  const sources = deps.db.read((tx) => sourcesOf(tx, key, fromMs, toMs));
  const mind = nowMs - toMs < RECENT_MS && sources.memories.length > 0 ? deps.freeMind() : null;
  const context = { locale, utcOffsetMinutes: deps.utcOffset(fromMs) };
  const modelled =
    mind === null ? null : await writeDigestWithModel(mind, { ...sources, span: key.span, fromMs }, context, signal);
  deps.db.write((tx) => {
    const now = sourcesOf(tx, key, fromMs, toMs);
    // Something it was written from may have been forgotten while the model was thinking.
    const modelStands = modelled !== null && isAllThere(modelled, now);
    const draft = modelStands ? modelled : writeDigest({ span: key.span, locale, ...now });
    if (draft === null) {
      removeDigest(tx, key, tx.hlc());
      return;
    }
    const writer = modelStands && mind !== null ? mind.model : 'rules';
    writeDigestRow(
      tx,
      newId<DigestId>(nowMs, deps.random),
      key,
      { ...draft, writer, messageCount: now.lines.length, createdAtMs: nowMs },
      tx.hlc(),
    );
  });
}

interface Sources {
  readonly memories: StoredMemory[];
  readonly lines: Said[];
}

function sourcesOf(tx: ReadTx, key: DigestKey, fromMs: EpochMs, toMs: EpochMs): Sources {
  return {
    memories: memoriesBetween(tx, key.characterId, fromMs, toMs, MAX_READ),
    lines: saidBetween(tx, key.characterId, fromMs, toMs, MAX_READ).filter(
      (said) => !wasPausedAt(tx, said.conversationId, said.atMs),
    ),
  };
}

function isAllThere(draft: DigestDraft, { memories, lines }: Sources): boolean {
  const ids = new Set<string>([...memories, ...lines].map(({ id }) => id));
  return draft.sources.every(({ id }) => ids.has(id));
}
