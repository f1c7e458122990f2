import { newId, type MemoryId, type MessageId } from '#shared/entities.ts';
import { MAX_MEMORY_LENGTH, type memoryContract } from '#shared/memory/contract.ts';
import { expiryOf, firstTerm } from '#shared/memory/life.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { z } from 'zod';
import type { WriteTx } from '../db/db.ts';
import { emptyDigestsFrom } from './digest-store.ts';
import { noteTold } from './digests.ts';
import { remember, type IngestDeps } from './ingest.ts';
import { addSources, quotesOf } from './memory-source-store.ts';
import { insertMemory, updateMemory, type MemoryFields, type StoredMemory } from './memory-store.ts';
import { findSaid } from './said-store.ts';

/** How much what the person asked to be remembered matters. */
const ASKED_FOR = 0.8;

/** Changes a memory as the person says; words of theirs are not rewritten by later tellings. */
export function edit(
  tx: WriteTx,
  memory: StoredMemory,
  changes: z.output<typeof memoryContract.edit.input>['changes'],
): void {
  const hlc = tx.hlc();
  const next: Partial<MemoryFields> = {};
  if (changes.text !== undefined) {
    next.text = changes.text.toWellFormed();
    next.edited = true;
  }
  if (changes.kind !== undefined) next.kind = changes.kind;
  if (changes.subject !== undefined) next.subject = changes.subject;
  if (changes.importance !== undefined) next.importance = changes.importance;
  if (changes.tags !== undefined) next.tags = [...new Set(changes.tags)];
  if (changes.validFromMs !== undefined) next.validFromMs = changes.validFromMs;
  if (changes.validToMs !== undefined) next.validToMs = changes.validToMs;
  const { validFromMs, validToMs } = { ...memory, ...next };
  if (validFromMs !== null && validToMs !== null && validToMs < validFromMs)
    throw new AppError('invalid', 'memory_ends_before_it_begins');
  if (changes.kind !== undefined && changes.kind !== memory.kind) {
    next.term = firstTerm({ ...memory, ...next });
    next.expiresAtMs = expiryOf(next.term, { ...memory, ...next });
  }
  updateMemory(tx, memory.id, next, hlc);
  // A digest that has the old words in it is written anew.
  if (changes.text !== undefined) emptyDigestsFrom(tx, { kind: 'memory', id: memory.id }, hlc);
}

/** Puts another memory in the place of one that is no longer, or never was, so. Answers which. */
export function correct(tx: WriteTx, deps: IngestDeps, wrong: StoredMemory, text: string): MemoryId {
  const hlc = tx.hlc();
  const id = newId<MemoryId>(deps.nowMs, deps.random);
  const fields: MemoryFields = {
    ...wrong,
    text: text.toWellFormed(),
    origin: 'person',
    edited: true,
    toldAtMs: deps.nowMs,
    importance: Math.max(wrong.importance, ASKED_FOR),
    validFromMs: null,
    validToMs: null,
    supersededBy: null,
    expiresAtMs: expiryOf(wrong.term, {
      toldAtMs: deps.nowMs,
      lastRecalledAtMs: null,
      validFromMs: null,
      validToMs: null,
    }),
  };
  insertMemory(tx, id, wrong.characterId, fields, deps.nowMs, hlc);
  addSources(tx, id, quotesOf(tx, wrong.id), hlc);
  updateMemory(tx, wrong.id, { supersededBy: id, validToMs: deps.nowMs, pinned: false }, hlc);
  emptyDigestsFrom(tx, { kind: 'memory', id: wrong.id }, hlc);
  noteTold(tx, wrong.characterId, deps.nowMs, deps.utcOffset);
  return id;
}

/** "Remember this": a message, or a part of it. Throws `not_found`/`message_gone`, `invalid`/`nothing_to_remember`. */
export function rememberSaid(
  tx: WriteTx,
  deps: IngestDeps,
  input: {
    readonly messageId: MessageId;
    readonly text?: string | undefined;
    readonly start?: number | undefined;
    readonly end?: number | undefined;
  },
): MemoryId {
  const said = findSaid(tx, input.messageId);
  if (!said || said.deleted || said.partial) throw new AppError('not_found', 'message_gone');
  const start = input.start ?? 0;
  const end = Math.min(input.end ?? said.text.length, said.text.length);
  const quote = said.text.slice(start, end).trim();
  if (quote === '') throw new AppError('invalid', 'nothing_to_remember');
  const hlc = tx.hlc();
  const id = remember(
    tx,
    deps,
    said.characterId,
    {
      kind: 'significant',
      text: (input.text ?? quote).slice(0, MAX_MEMORY_LENGTH).toWellFormed(),
      subject: said.author === 'person' ? 'person' : 'companion',
      attribute: null,
      emotion: null,
      importance: ASKED_FOR,
      tags: [],
      toldAtMs: said.atMs,
      validFromMs: null,
      validToMs: null,
      edited: input.text !== undefined,
    },
    [{ messageId: said.id, start, end, saidAtMs: said.atMs }],
    'person',
    hlc,
  );
  noteTold(tx, said.characterId, said.atMs, deps.utcOffset);
  return id;
}
