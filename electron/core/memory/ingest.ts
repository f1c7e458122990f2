import type { Random } from '#shared/base/random.ts';
import type { EpochMs, Hlc } from '#shared/base/time.ts';
import { newId, type CharacterId, type MemoryId, type MessageId } from '#shared/entities.ts';
import { MAX_MEMORY_LENGTH, type MemoryOrigin } from '#shared/memory/contract.ts';
import type { ExtractedMemory } from '#shared/memory/extract/extracted-memory.ts';
import { expiryOf, firstTerm, longerTerm } from '#shared/memory/life.ts';
import { localDay, type UtcOffset } from '#shared/memory/local-day.ts';
import { endOf, isSame, merged, supersedes, type Telling } from '#shared/memory/merge.ts';
import type { WriteTx } from '../db/db.ts';
import { emptyDigestsFrom } from './digest-store.ts';
import { noteTold } from './digests.ts';
import { planErasure } from './erasure-store.ts';
import {
  addSources,
  forgottenQuotes,
  memoriesFrom,
  quotesOf,
  removeSource,
  type Quote,
} from './memory-source-store.ts';
import {
  findMemory,
  insertMemory,
  memoriesLike,
  setMemoryDeleted,
  supersededBy,
  updateMemory,
  type StoredMemory,
} from './memory-store.ts';
import type { Said } from './said-store.ts';

export interface IngestDeps {
  readonly nowMs: EpochMs;
  readonly random: Random;
  readonly utcOffset: UtcOffset;
}

/** A new telling is compared with this many memories of each attribute that has to do with it, the newest. */
const MAX_COMPARED = 200;

/**
 * Brings memories in line with what was found in these messages: duplicates merge and their sources unite, what is no longer
 * so is superseded and kept, and what a message no longer says loses it as a source. Doing it again changes nothing.
 * `before`: messages read along with them, whose memories are only taken back ("just kidding"), never added to.
 */
export function ingest(
  tx: WriteTx,
  deps: IngestDeps,
  messages: readonly Said[],
  found: readonly ExtractedMemory[],
  origin: MemoryOrigin,
  before: readonly Said[] = [],
): void {
  const hlc = tx.hlc();
  const byId = new Map<string, Said>(messages.map((message) => [message.id, message]));
  const kept = new Map<MemoryId, Set<string>>();
  const inOrder = found
    .map((memory) => ({ memory, quotes: validQuotes(tx, memory, byId) }))
    .filter(({ memory, quotes }) => quotes.length > 0 && memory.text.trim() !== '')
    .sort((one, other) => toldAt(one.quotes) - toldAt(other.quotes));
  for (const { memory, quotes } of inOrder) {
    const characterId = byId.get(quotes[0]?.messageId ?? '')?.characterId;
    if (characterId === undefined) continue;
    const id = remember(tx, deps, characterId, tellingOf(memory, quotes), quotes, origin, hlc);
    const places = kept.get(id) ?? new Set();
    for (const quote of quotes) places.add(placeOf(quote));
    kept.set(id, places);
  }
  for (const message of messages) {
    dropUnsaid(tx, deps, message.id, (id, quote) => kept.get(id)?.has(placeOf(quote)) === true, hlc);
  }
  const places = new Set(found.flatMap(({ sources }) => sources.map(placeOf)));
  const stands = (id: MemoryId, quote: Quote): boolean =>
    places.has(placeOf(quote)) || findMemory(tx, id)?.origin !== origin;
  for (const message of before) dropUnsaid(tx, deps, message.id, stands, hlc);
  for (const message of messages) {
    if (message.deleted) emptyDigestsFrom(tx, { kind: 'message', id: message.id }, hlc);
    else noteTold(tx, message.characterId, message.atMs, deps.utcOffset);
  }
}

/** Adds one telling to what is remembered: into the memory that says the same, or as a new one. Answers which. */
export function remember(
  tx: WriteTx,
  deps: IngestDeps,
  characterId: CharacterId,
  telling: Telling,
  quotes: readonly Quote[],
  origin: MemoryOrigin,
  hlc: Hlc,
): MemoryId {
  const known = memoriesLike(tx, characterId, telling, MAX_COMPARED);
  const same = known.find((memory) => isSame(memory, telling) && belongsTo(memory, telling));
  if (same) {
    mergeInto(tx, deps, same, telling, quotes, hlc);
    return same.id;
  }
  const id = newId<MemoryId>(deps.nowMs, deps.random);
  const current = known.filter((memory) => memory.supersededBy === null);
  const over = current.filter((memory) => supersedes(telling, memory));
  // Read late: something newer has already taken its place.
  const under = current.filter((memory) => supersedes(memory, telling)).at(-1);
  const term = firstTerm(telling);
  const validToMs = under ? endOf(telling, under) : telling.validToMs;
  insertMemory(
    tx,
    id,
    characterId,
    {
      ...telling,
      tags: [...telling.tags],
      origin,
      validToMs,
      supersededBy: under?.id ?? null,
      term,
      expiresAtMs: expiryOf(term, { ...telling, validToMs, lastRecalledAtMs: null }),
      pinned: false,
    },
    deps.nowMs,
    hlc,
  );
  addSources(tx, id, quotes, hlc);
  for (const memory of over) {
    updateMemory(tx, memory.id, { supersededBy: id, validToMs: endOf(memory, telling) }, hlc);
  }
  return id;
}

/** A memory that nothing stands behind any more, and that the person neither worded nor pinned, goes. */
export function dropMemory(tx: WriteTx, deps: Pick<IngestDeps, 'nowMs'>, id: MemoryId, hlc: Hlc): void {
  for (const earlier of supersededBy(tx, id)) {
    updateMemory(tx, earlier.id, { supersededBy: null, validToMs: null }, hlc);
  }
  setMemoryDeleted(tx, id, true, hlc);
  emptyDigestsFrom(tx, { kind: 'memory', id }, hlc);
  planErasure(tx, { target: 'memory', id }, deps.nowMs);
}

function mergeInto(
  tx: WriteTx,
  deps: IngestDeps,
  memory: StoredMemory,
  telling: Telling,
  quotes: readonly Quote[],
  hlc: Hlc,
): void {
  const days = new Set(quotesOf(tx, memory.id).map((quote) => localDay(quote.saidAtMs, deps.utcOffset)));
  const again = quotes.some((quote) => !days.has(localDay(quote.saidAtMs, deps.utcOffset)));
  addSources(tx, memory.id, quotes, hlc);
  const next = merged(memory, telling);
  const { supersededBy: later, validToMs } = memory;
  // What ended it still does.
  const fields = { ...next, tags: [...next.tags], validToMs: later === null ? next.validToMs : validToMs };
  // Told on another day, it was no passing thing.
  const term = longerTerm(longerTerm(memory.term, firstTerm(next)), again ? 'long' : 'short');
  const expiresAtMs = expiryOf(term, { ...fields, lastRecalledAtMs: memory.lastRecalledAtMs });
  const changes = changed(memory, { ...fields, term, expiresAtMs });
  if (Object.keys(changes).length > 0) updateMemory(tx, memory.id, changes, hlc);
}

/** Whether a telling is of the time in which a memory held: a superseded one does not come back to life in place. */
function belongsTo(memory: StoredMemory, telling: Telling): boolean {
  return memory.supersededBy === null || telling.toldAtMs <= (memory.validToMs ?? memory.toldAtMs);
}

function dropUnsaid(
  tx: WriteTx,
  deps: IngestDeps,
  messageId: MessageId,
  isSaid: (id: MemoryId, quote: Quote) => boolean,
  hlc: Hlc,
): void {
  for (const { memoryId, quote } of memoriesFrom(tx, messageId)) {
    if (isSaid(memoryId, quote)) continue;
    const memory = findMemory(tx, memoryId);
    if (!memory || memory.edited || memory.pinned || memory.origin === 'person') continue;
    removeSource(tx, memoryId, quote, hlc);
    if (quotesOf(tx, memoryId).length === 0) dropMemory(tx, deps, memoryId, hlc);
  }
}

/** Quotes that are there, in messages that were read, and not of words the person had forgotten. */
function validQuotes(tx: WriteTx, memory: ExtractedMemory, byId: ReadonlyMap<string, Said>): Quote[] {
  return memory.sources.flatMap(({ messageId, start, end }) => {
    const message = byId.get(messageId);
    if (!message || !Number.isInteger(start) || !Number.isInteger(end)) return [];
    if (start < 0 || end > message.text.length || message.text.slice(start, end).trim() === '') return [];
    if (forgottenQuotes(tx, message.id).some((gone) => gone.start < end && start < gone.end)) return [];
    return [{ messageId: message.id, start, end, saidAtMs: message.atMs }];
  });
}

function tellingOf(memory: ExtractedMemory, quotes: readonly Quote[]): Telling {
  return {
    kind: memory.kind,
    text: memory.text.toWellFormed().trim().slice(0, MAX_MEMORY_LENGTH).trimEnd().toWellFormed(),
    subject: memory.subject.trim().slice(0, 80) || 'person',
    attribute: memory.attribute,
    emotion: memory.emotion,
    importance: Math.min(1, Math.max(0, memory.importance)),
    tags: [...new Set(memory.tags.map((tag) => tag.trim().slice(0, 40)).filter((tag) => tag !== ''))]
      .sort()
      .slice(0, 20),
    toldAtMs: toldAt(quotes),
    validFromMs: memory.validFromMs,
    validToMs: memory.validToMs,
    edited: false,
  };
}

function toldAt(quotes: readonly Quote[]): EpochMs {
  return Math.max(...quotes.map((quote) => quote.saidAtMs));
}

function placeOf(quote: Pick<Quote, 'start' | 'end'> & { readonly messageId: string }): string {
  return `${quote.messageId} ${quote.start} ${quote.end}`;
}

/** The fields of `next` that differ. */
function changed<T extends object>(before: Readonly<Record<keyof T, unknown>>, next: T): Partial<T> {
  const entries = Object.entries(next).filter(
    ([key, value]) => JSON.stringify(before[key as keyof T]) !== JSON.stringify(value),
  );
  return Object.fromEntries(entries) as Partial<T>;
}
