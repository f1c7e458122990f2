import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { SceneLore } from '#shared/chat/scene.ts';
import { cleanName, expandMacros, type Names } from '#shared/chat/prompt-text.ts';
import type { Character } from '#shared/characters/contract.ts';
import type { CoreEmit, CoreHandlers } from '#shared/contract.ts';
import {
  characterId as characterIdSchema,
  newId,
  type CharacterId,
  type ConversationId,
  type LorebookId,
  type LoreEntryId,
  type MessageId,
} from '#shared/entities.ts';
import { EMPTY_LORE_BOOK, LORE_LIMITS } from '#shared/lorebook/entry.ts';
import { writeLorebook } from '#shared/lorebook/write-lorebook.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { SettingValues } from '#shared/settings/contract.ts';
import type { Characters } from '../characters/characters.ts';
import type { Log } from '../core-deps.ts';
import type { Db, ReadTx, WriteTx } from '../db/db.ts';
import type { ReaderData } from '../db/thread-reader.ts';
import { createImports } from './imports.ts';
import {
  booksInUse,
  countEntries,
  entriesAfter,
  entryLines,
  findBook,
  findEntry,
  firingsOf,
  insertBook,
  insertEntry,
  lineFromRow,
  listBooks,
  noteFirings,
  setBookDeleted,
  setEntryDeleted,
  touchBook,
  updateBook,
  updateEntry,
  type StoredBook,
} from './lorebook-store.ts';
import { createScanner } from './scanner.ts';

/** A reply that is about to be written: what lore is looked for in. */
export interface LoreAsk {
  readonly character: Character;
  readonly personName: string;
  readonly conversationId: ConversationId;
  /** Of the visible thread, the newest first; as many as there are at hand. */
  readonly messages: readonly string[];
  /** The thread's last message; null in an empty conversation. */
  readonly lastId: MessageId | null;
  /** Of the whole thread, and the companion's among them. */
  readonly messageCount: number;
  readonly replyCount: number;
  /** What the companion began the conversation with, when that is known. */
  readonly opening: string | null;
  /** Whether a message stands on the visible thread with so many before it. */
  readonly isOnPath: (tx: ReadTx, messageId: MessageId, depth: number) => boolean;
  /** Tokens a prompt may have. */
  readonly contextTokens: number;
}

/** What a prompt is told, and what is to be noted with the reply. */
export interface FoundLore {
  readonly lore: readonly SceneLore[];
  note(tx: WriteTx): void;
}

export interface Lorebooks {
  readonly handlers: CoreHandlers['lorebook'];
  /** Never rejects: without lore a reply is still a reply. */
  loreFor(ask: LoreAsk): Promise<FoundLore>;
  /** Makes the books of a character ready and clears away what an import left half done; call once the database is ready. */
  start(): void;
  close(): Promise<void>;
}

/** How much of a prompt lore may take (SillyTavern's default). */
export const LORE_SHARE = 0.25;
/** Who has no name yet; a book that all share is tested with no companion in particular. */
const NAMELESS = {
  person: { ja: '相手', en: 'the other' },
  companion: { ja: 'パートナー', en: 'the companion' },
} as const;
const NO_LORE: FoundLore = { lore: [], note: () => undefined };
/** Firings that are looked at; an entry that fired longer ago is free again. */
const MAX_FIRINGS = 2000;
/** How long a reply waits for lore: a large book that has just changed is read anew. */
const PATIENCE_MS = 5000;
/** A book that is being written is not read anew with every entry. */
const WARM_AFTER_MS = 1500;
const EXPORT_ROWS = 500;
const EXPORT_UNITS = 2_000_000;

export function createLorebooks(deps: {
  readonly db: Db;
  readonly vault: { readonly lend: (release: () => Promise<void>) => ReaderData };
  readonly characters: Characters;
  readonly settings: () => SettingValues;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: CoreEmit;
  readonly log: Log;
}): Lorebooks {
  const { db, clock, random } = deps;
  const imports = createImports(deps);
  const scanner = createScanner(deps.vault.lend);

  const existingBook = (tx: ReadTx, id: LorebookId): StoredBook => {
    const book = findBook(tx, id);
    if (!book) throw new AppError('not_found', 'lorebook_gone');
    return book;
  };
  const existingEntry = (tx: ReadTx, id: LoreEntryId) => {
    const entry = findEntry(tx, id);
    if (!entry) throw new AppError('not_found', 'lore_entry_gone');
    return entry;
  };
  const namesFor = (tx: ReadTx, characterId: CharacterId | null): Names => {
    const char = characterId === null ? '' : deps.characters.get(tx, characterId).name;
    return namesOf(char, deps.settings().personName);
  };
  /** What macros in keys and texts stand for. */
  const namesOf = (characterName: string, personName: string): Names => ({
    char: cleanName(characterName, NAMELESS.companion[deps.settings().locale ?? 'ja']),
    user: cleanName(personName, NAMELESS.person[deps.settings().locale ?? 'ja']),
  });

  let warming: NodeJS.Timeout | undefined;
  let stopListening: (() => void) | undefined;
  /** Reads the active companion's books, so that its next reply need not wait for that. */
  const warm = (): void => {
    const read = async (): Promise<void> => {
      const { bookIds, names } = db.read((tx) => {
        const active = characterIdSchema.safeParse(deps.settings().activeCharacterId);
        const characterId = active.success ? active.data : null;
        return { bookIds: booksInUse(tx, characterId), names: namesFor(tx, characterId) };
      });
      if (bookIds.length > 0) await scanner.warm(bookIds, names);
    };
    read().catch(() => deps.log('warn', 'lorebook.warm_failed'));
  };

  return {
    handlers: {
      ...imports.handlers,
      books: () => db.read(listBooks).map(shown),
      book: ({ lorebookId }) => shown(db.read((tx) => existingBook(tx, lorebookId))),
      createBook: ({ name, characterId }) =>
        db.write((tx) => {
          if (characterId !== null) deps.characters.get(tx, characterId);
          const id = newId<LorebookId>(clock(), random);
          const fields = { ...EMPTY_LORE_BOOK, name };
          insertBook(tx, { id, characterId, fields, extras: {}, incoming: false, createdAtMs: clock() }, tx.hlc());
          return { lorebookId: id };
        }),
      updateBook: ({ lorebookId, changes }) =>
        db.write((tx) => {
          const book = existingBook(tx, lorebookId);
          if (changes.characterId !== undefined && changes.characterId !== null)
            deps.characters.get(tx, changes.characterId);
          updateBook(tx, book, changes, tx.hlc());
          return {};
        }),
      removeBook: ({ lorebookId }) =>
        db.write((tx) => {
          existingBook(tx, lorebookId);
          setBookDeleted(tx, lorebookId, true, tx.hlc());
          return {};
        }),
      restoreBook: ({ lorebookId }) =>
        db.write((tx) => {
          if (setBookDeleted(tx, lorebookId, false, tx.hlc()) === 0) throw new AppError('not_found', 'lorebook_gone');
          return {};
        }),
      async entries({ lorebookId, text, offset, limit }) {
        db.read((tx) => existingBook(tx, lorebookId));
        const words = text.trim();
        const [rows, count] = await Promise.all([
          db.readAside(entryLines(lorebookId, words, offset, limit)),
          db.readAside(countEntries(lorebookId, words)),
        ]);
        return { entries: rows.map(lineFromRow), total: Number(count[0]?.['total'] ?? 0) };
      },
      entry: ({ entryId }) => {
        const { extras: _extras, ...entry } = db.read((tx) => existingEntry(tx, entryId));
        return entry;
      },
      createEntry: ({ lorebookId, fields }) =>
        db.write((tx) => {
          const book = existingBook(tx, lorebookId);
          if (book.entryCount >= LORE_LIMITS.entries) throw new AppError('invalid', 'lorebook_full');
          const entryId = newId<LoreEntryId>(clock(), random);
          insertEntry(tx, { id: entryId, lorebookId, fields, extras: {}, createdAtMs: clock() }, tx.hlc());
          touchBook(tx, lorebookId);
          return { entryId };
        }),
      updateEntry: ({ entryId, changes }) =>
        db.write((tx) => {
          const { extras: _extras, ...entry } = existingEntry(tx, entryId);
          const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
          updateEntry(tx, entry, given, tx.hlc());
          return {};
        }),
      duplicateEntry: ({ entryId }) =>
        db.write((tx) => {
          const { extras, id: _id, lorebookId, ...fields } = existingEntry(tx, entryId);
          const copyId = newId<LoreEntryId>(clock(), random);
          insertEntry(tx, { id: copyId, lorebookId, fields, extras, createdAtMs: clock() }, tx.hlc());
          touchBook(tx, lorebookId);
          return { entryId: copyId };
        }),
      removeEntry: ({ entryId }) =>
        db.write((tx) => {
          existingEntry(tx, entryId);
          setEntryDeleted(tx, entryId, true, tx.hlc());
          return {};
        }),
      restoreEntry: ({ entryId }) =>
        db.write((tx) => {
          if (setEntryDeleted(tx, entryId, false, tx.hlc()) === undefined)
            throw new AppError('not_found', 'lore_entry_gone');
          return {};
        }),
      async test({ characterId, lorebookId, text }) {
        const { bookIds, names } = db.read((tx) => ({
          bookIds: lorebookId === undefined ? booksInUse(tx, characterId) : [existingBook(tx, lorebookId).id],
          names: namesFor(tx, characterId),
        }));
        const messages = text
          .split(/\n[^\S\n]*\n+/)
          .filter((message) => message.trim() !== '')
          .reverse();
        const budget = Math.floor(deps.settings().contextTokens * LORE_SHARE);
        const scanned = await scanner.scan({
          bookIds,
          names,
          messages,
          messageCount: Infinity,
          replyCount: 0,
          greeting: null,
          firedAt: new Map(),
          budget,
          dice: null,
          seed: 0,
        });
        return {
          fired: scanned.fired.map(({ timed: _timed, fromOldest: _from, role: _role, ...fired }) => fired),
          held: [...scanned.held],
          tokens: scanned.tokens,
          budget,
          entryCount: scanned.entryCount,
          tookMs: scanned.tookMs,
        };
      },
      exportPart: ({ lorebookId, format, cursor }) =>
        db.read((tx) => {
          const { extras, ...book } = existingBook(tx, lorebookId);
          const {
            id: _id,
            characterId: _owner,
            entryCount: _count,
            createdAtMs: _at,
            revision: _revision,
            ...fields
          } = book;
          const file = writeLorebook(format, fields, extras);
          const page = entriesAfter(tx, lorebookId, cursor ?? 0, EXPORT_ROWS);
          let text = cursor === null ? file.head : '';
          let last = cursor ?? 0;
          let written = 0;
          for (const { seq, entry, extras: own } of page) {
            if (text.length > EXPORT_UNITS) break;
            const { id: _entry, lorebookId: _book, ...entryFields } = entry;
            text += (last === 0 ? '' : ',') + file.entry(entryFields, own, seq);
            last = seq;
            written += 1;
          }
          const more = written < page.length || page.length === EXPORT_ROWS;
          return { text: more ? text : text + file.tail, nextCursor: more ? last : null };
        }),
    },
    async loreFor(ask) {
      try {
        const bookIds = db.read((tx) => booksInUse(tx, ask.character.id));
        if (bookIds.length === 0) return NO_LORE;
        const firedAt = db.read((tx) => firedOnPath(tx, ask));
        const names = namesOf(ask.character.name, ask.personName);
        const scanning = scanner.scan({
          bookIds,
          names,
          messages: ask.messages,
          messageCount: ask.messageCount,
          replyCount: ask.replyCount,
          greeting: greetingOf(ask, names),
          firedAt,
          budget: Math.floor(ask.contextTokens * LORE_SHARE),
          dice: Math.floor(random() * 2 ** 32),
          seed: seedOf(ask.conversationId),
        });
        const { fired } = await withPatience(scanning);
        const timed = fired.filter((one) => one.timed).map(({ entryId }) => entryId);
        const { lastId } = ask;
        return {
          lore: fired.map(({ position, depth, fromOldest, role, text }) => ({
            position,
            depth,
            fromOldest,
            role,
            text,
          })),
          note(tx) {
            if (lastId === null || (timed.length === 0 && firedAt.size === 0)) return;
            noteFirings(tx, ask.conversationId, lastId, ask.messageCount, timed);
          },
        };
      } catch (error) {
        deps.log('warn', 'lorebook.scan_failed', { reason: error instanceof Error ? error.name : 'unknown' });
        return NO_LORE;
      }
    },
    start() {
      void imports.removeUnfinished().catch(() => deps.log('warn', 'lorebook.unfinished_left'));
      stopListening ??= db.onChanged((entities) => {
        if (!entities.includes('lorebook') && !entities.includes('lorebook_entry')) return;
        clearTimeout(warming);
        warming = setTimeout(warm, WARM_AFTER_MS);
      });
      warm();
    },
    async close() {
      stopListening?.();
      clearTimeout(warming);
      await imports.close();
      await scanner.close();
    },
  };
}

/** Which of its greetings the companion began with; null when that is none of them, or not known. */
function greetingOf({ opening, character }: LoreAsk, names: Names): number | null {
  const index = character.greetings.findIndex((greeting) => expandMacros(greeting, names) === opening);
  return index < 0 ? null : index;
}

function shown({ extras: _extras, revision: _revision, ...book }: StoredBook) {
  return book;
}

/** When each entry last fired on the visible thread, in messages. */
function firedOnPath(tx: ReadTx, ask: LoreAsk): ReadonlyMap<string, number> {
  const firedAt = new Map<string, number>();
  for (const { entryId, messageId, messageCount } of firingsOf(tx, ask.conversationId, MAX_FIRINGS)) {
    if (messageCount >= ask.messageCount || firedAt.has(entryId)) continue;
    if (ask.isOnPath(tx, messageId, messageCount - 1)) firedAt.set(entryId, messageCount);
  }
  return firedAt;
}

/** The answer, or a failure when it takes too long; then nobody hears of the answer. */
async function withPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('unavailable', 'lorebook_slow')), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}

function seedOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
