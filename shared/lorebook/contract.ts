import { z } from 'zod';
import { characterId, loreEntryId, lorebookId } from '../entities.ts';
import { command, event, query } from '../rpc/contract.ts';
import { loreBookFields, loreEntryFields, LORE_POSITIONS } from './entry.ts';
import { HELD_REASONS } from './scan.ts';
import { LORE_FORMATS } from './write-lorebook.ts';

/** The largest file that may be imported, in bytes. */
export const MAX_LORE_IMPORT_BYTES = 64 * 1024 * 1024;
/** How much of a file travels in one frame, in bytes before base64. */
export const LORE_CHUNK_BYTES = 512 * 1024;
/** The longest text the tester takes, in UTF-16 units. */
export const MAX_TEST_LENGTH = 20_000;

export const loreBook = loreBookFields.extend({
  id: lorebookId,
  /** Whose it is; null for one that all companions share. */
  characterId: characterId.nullable(),
  entryCount: z.number().int().min(0),
  createdAtMs: z.number(),
});

/** An entry in a list: enough to tell it from others. */
export const loreEntryLine = z.strictObject({
  id: loreEntryId,
  title: z.string(),
  /** The first few. */
  keys: z.array(z.string()),
  keyCount: z.number().int().min(0),
  /** The beginning of its text, on one line. */
  preview: z.string(),
  enabled: z.boolean(),
  constant: z.boolean(),
  order: z.number(),
  position: z.enum(LORE_POSITIONS),
});

export const loreEntry = loreEntryFields.extend({ id: loreEntryId, lorebookId });

const firedBy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['constant', 'sticky', 'always']) }),
  z.strictObject({
    kind: z.literal('key'),
    key: z.string(),
    secondary: z.array(z.string()),
    /** In the message so many from the newest (0), or in the text of that entry. */
    in: z.union([z.strictObject({ message: z.number().int() }), z.strictObject({ entryId: loreEntryId })]),
  }),
]);
const tested = { entryId: loreEntryId, lorebookId, title: z.string() };

export const loreTest = z.strictObject({
  fired: z.array(
    z.strictObject({
      ...tested,
      by: firedBy,
      step: z.number().int().min(0),
      tokens: z.number().int(),
      position: z.enum(LORE_POSITIONS),
      depth: z.number().int(),
      /** In percent: in a conversation dice decide. Here they always fall well. */
      probability: z.number(),
      /** Its group's name; in a conversation dice may choose another of it. Empty for none. */
      group: z.string(),
      text: z.string(),
    }),
  ),
  /** Of which a key was found, and that yet did not fire; the first hundred. */
  held: z.array(z.strictObject({ ...tested, reason: z.enum(HELD_REASONS), by: firedBy.nullable() })),
  tokens: z.number().int(),
  budget: z.number().int(),
  /** Entries that were looked through, and how long that took. */
  entryCount: z.number().int(),
  tookMs: z.number(),
});

export type LoreBook = z.infer<typeof loreBook>;
export type LoreEntryLine = z.infer<typeof loreEntryLine>;
export type LoreEntry = z.infer<typeof loreEntry>;
export type LoreTest = z.infer<typeof loreTest>;

const nothing = z.strictObject({});
const ofBook = z.strictObject({ lorebookId });
const ofEntry = z.strictObject({ entryId: loreEntryId });
const ofImport = z.strictObject({ importId: z.string() });

export const lorebookContract = {
  /** Characters' own first, in the order they were made. */
  books: query(['lorebook', 'lorebook_entry'], nothing, z.array(loreBook)),
  book: query(['lorebook', 'lorebook_entry'], ofBook, loreBook),
  createBook: command(
    z.strictObject({ name: loreBookFields.shape.name.trim().min(1), characterId: characterId.nullable() }),
    ofBook,
  ),
  updateBook: command(
    z.strictObject({
      lorebookId,
      changes: loreBookFields.extend({ characterId: characterId.nullable() }).partial(),
    }),
    nothing,
  ),
  removeBook: command(ofBook, nothing),
  restoreBook: command(ofBook, nothing),

  /** Entries by order of their making; those whose title, keys or text hold `text`, when it is not empty. */
  entries: query(
    ['lorebook_entry'],
    z.strictObject({
      lorebookId,
      text: z.string().max(200).default(''),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(100),
    }),
    z.strictObject({ entries: z.array(loreEntryLine), total: z.number().int() }),
  ),
  entry: query(['lorebook_entry'], ofEntry, loreEntry),
  createEntry: command(z.strictObject({ lorebookId, fields: loreEntryFields }), ofEntry),
  updateEntry: command(z.strictObject({ entryId: loreEntryId, changes: loreEntryFields.partial() }), nothing),
  duplicateEntry: command(ofEntry, ofEntry),
  removeEntry: command(ofEntry, nothing),
  restoreEntry: command(ofEntry, nothing),

  /**
   * What would fire if `text` were the newest message: in all books that `characterId` has (null: those shared by all), or in one
   * book alone, switched off or not. Blank lines part messages, the newest last. Nothing is noted.
   */
  test: query(
    ['lorebook', 'lorebook_entry', 'character', 'setting'],
    z.strictObject({
      characterId: characterId.nullable(),
      lorebookId: lorebookId.optional(),
      text: z.string().max(MAX_TEST_LENGTH),
    }),
    loreTest,
  ),
  beginImport: command(
    z.strictObject({ name: z.string().max(255), sizeBytes: z.number().int().min(0) }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('ready'), importId: z.string(), chunkBytes: z.number() }),
      z.strictObject({ kind: z.literal('too_large'), sizeBytes: z.number(), limitBytes: z.number() }),
    ]),
  ),
  importChunk: command(z.strictObject({ importId: z.string(), base64: z.string().max(1_400_000) }), nothing),
  /** Reads what was handed over and makes a book of it. Others may go on meanwhile; `onImportProgress` tells how far it is. */
  finishImport: command(
    z.strictObject({ importId: z.string(), characterId: characterId.nullable() }),
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('imported'),
        lorebookId,
        entryCount: z.number().int(),
        /** Entries beyond what one may be, or that are none. */
        skipped: z.number().int(),
      }),
      z.strictObject({ kind: z.enum(['not_json', 'not_a_lorebook', 'no_entries', 'disk_full']) }),
      z.strictObject({ kind: z.literal('cancelled') }),
      z.strictObject({ kind: z.literal('too_many'), entryCount: z.number().int(), limit: z.number().int() }),
    ]),
  ),
  /** Also while it is being stored: what was stored so far goes again. */
  cancelImport: command(ofImport, nothing),
  /** A part of a book as a file; parts one after another, from cursor null until it is null again, are the file. */
  exportPart: query(
    ['lorebook', 'lorebook_entry'],
    z.strictObject({ lorebookId, format: z.enum(LORE_FORMATS), cursor: z.number().int().min(0).nullable() }),
    z.strictObject({ text: z.string(), nextCursor: z.number().int().nullable() }),
  ),

  /** [0,1]. */
  onImportProgress: event(z.strictObject({ importId: z.string(), ratio: z.number() })),
};
