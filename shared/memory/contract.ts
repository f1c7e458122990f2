import { z } from 'zod';
import { AUTHORS } from '../chat/contract.ts';
import { characterId, conversationId, digestId, memoryId, messageId } from '../entities.ts';
import { command, query } from '../rpc/contract.ts';

export const MEMORY_KINDS = ['event', 'preference', 'relationship', 'significant', 'fact'] as const;
/** How long a memory stays unless it is told again or recalled: 7 days, 365 days, for ever. */
export const MEMORY_TERMS = ['short', 'long', 'forever'] as const;
/** Who found it: the rules, a model, or the person who said "remember this" or put it right. */
export const MEMORY_ORIGINS = ['rules', 'model', 'person'] as const;
export const DIGEST_SPANS = ['day', 'week'] as const;

/** The longest a memory's text may be, in UTF-16 units. */
export const MAX_MEMORY_LENGTH = 500;
/** How long a "forget" can be taken back; what is forgotten is out of use from the first moment. */
export const FORGET_UNDO_MS = 15_000;

const localDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const memory = z.strictObject({
  id: memoryId,
  characterId,
  kind: z.enum(MEMORY_KINDS),
  /** A short sentence in the language it was said in. */
  text: z.string(),
  /** `person`, `companion`, or a name or relation. */
  subject: z.string(),
  /** What it answers, e.g. `work:place`, `likes:紅茶`; null when it stands for itself. */
  attribute: z.string().nullable(),
  emotion: z.string().nullable(),
  tags: z.array(z.string()),
  origin: z.enum(MEMORY_ORIGINS),
  /** The person wrote or changed the words. */
  edited: z.boolean(),
  /** When it was last told. */
  toldAtMs: z.number(),
  /** 0..1, as it was judged when told. */
  importance: z.number(),
  /** 0..1, as it is now: importance that has faded since it was last told or recalled. */
  salience: z.number(),
  /** When it happened or holds, [from, to); null where open or not known. */
  validFromMs: z.number().nullable(),
  validToMs: z.number().nullable(),
  /** The memory that took its place. */
  supersededBy: memoryId.nullable(),
  term: z.enum(MEMORY_TERMS),
  /** Null: never. */
  expiresAtMs: z.number().nullable(),
  pinned: z.boolean(),
  lastRecalledAtMs: z.number().nullable(),
  recallCount: z.number().int(),
  createdAtMs: z.number(),
  sourceCount: z.number().int(),
});

/** A place where a memory was said. */
export const memorySource = z.strictObject({
  messageId,
  conversationId,
  author: z.enum(AUTHORS),
  atMs: z.number(),
  /** The words themselves; empty when the message is gone. */
  quote: z.string(),
  /** The words before and after them, one line each. */
  before: z.string(),
  after: z.string(),
  /** The message or its conversation was deleted: there is nothing to jump to. */
  gone: z.boolean(),
});

export const digest = z.strictObject({
  id: digestId,
  characterId,
  span: z.enum(DIGEST_SPANS),
  /** Local date of the day, or of the week's Monday. */
  startsOn: localDate,
  text: z.string(),
  /** `rules`, or the model that wrote it. */
  writer: z.string(),
  messageCount: z.number().int(),
  sources: z.array(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('message'), messageId }),
      z.strictObject({ kind: z.literal('memory'), memoryId }),
    ]),
  ),
});

export const MAP_GROUPS = ['person', 'companion', 'people', 'place', 'thing', 'topic'] as const;

export const mapNode = z.strictObject({
  /** Stable for the same name and group. */
  id: z.string(),
  group: z.enum(MAP_GROUPS),
  /** Empty for the person and the companion: whoever shows it knows their names. */
  label: z.string(),
  memoryIds: z.array(memoryId),
});

export const mapLink = z.strictObject({ from: z.string(), to: z.string(), memoryIds: z.array(memoryId) });

export const traceItem = z.strictObject({
  score: z.number(),
  /** What the score is made of, e.g. words, meaning, time. */
  parts: z.record(z.string(), z.number()),
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('memory'), memory, sources: z.array(memorySource) }),
    z.strictObject({ kind: z.literal('message'), said: memorySource }),
  ]),
});

export const memoryHealth = z.strictObject({
  /** Current memories: not superseded, expired or forgotten. */
  current: z.number().int(),
  superseded: z.number().int(),
  expired: z.number().int(),
  pinned: z.number().int(),
  byKind: z.record(z.enum(MEMORY_KINDS), z.number().int()),
  /** Current memories that say the same as another one. */
  duplicates: z.number().int(),
  /** Memories none of whose messages is there any more. */
  orphans: z.number().int(),
  digests: z.number().int(),
  queue: z.strictObject({
    /** Messages still to be read for memories. Counted up to 10,000. */
    waiting: z.number().int(),
    /** Messages that could not be read in several attempts. */
    failed: z.number().int(),
    lastError: z.string().nullable(),
    digestsDue: z.number().int(),
    /** Forgotten things whose bytes are still to be wiped. */
    erasuresWaiting: z.number().int(),
  }),
});

export type Memory = z.infer<typeof memory>;
export type MemoryKind = Memory['kind'];
export type MemoryTerm = Memory['term'];
export type MemoryOrigin = Memory['origin'];
export type MemorySource = z.infer<typeof memorySource>;
export type Digest = z.infer<typeof digest>;
export type DigestSpan = Digest['span'];
export type MapNode = z.infer<typeof mapNode>;
export type MapLink = z.infer<typeof mapLink>;
export type MemoryMap = { readonly nodes: MapNode[]; readonly links: MapLink[] };
export type TraceItem = z.infer<typeof traceItem>;

const nothing = z.strictObject({});
const byId = z.strictObject({ memoryId });
const ofCharacter = z.strictObject({ characterId });

export const memoryContract = {
  list: query(
    ['memory', 'memory_source'],
    z.strictObject({
      characterId,
      /** All of these words. */
      text: z.string().max(200).default(''),
      /** Empty: every kind. */
      kinds: z.array(z.enum(MEMORY_KINDS)).default([]),
      subject: z.string().optional(),
      tag: z.string().optional(),
      pinned: z.boolean().optional(),
      state: z.enum(['current', 'superseded', 'expired', 'all']).default('current'),
      order: z.enum(['newest', 'oldest', 'importance', 'recalled']).default('newest'),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    z.strictObject({ memories: z.array(memory), total: z.number().int() }),
  ),
  /** Subjects and tags there are to filter by, the most used first. */
  facets: query(
    ['memory'],
    ofCharacter,
    z.strictObject({
      subjects: z.array(z.strictObject({ value: z.string(), count: z.number().int() })),
      tags: z.array(z.strictObject({ value: z.string(), count: z.number().int() })),
    }),
  ),
  get: query(
    ['memory', 'memory_source', 'message', 'message_revision', 'conversation'],
    byId,
    z.strictObject({
      memory,
      sources: z.array(memorySource),
      /** What it took the place of, newest first, and what took its place. */
      earlier: z.array(memory),
      later: memory.nullable(),
    }),
  ),
  /** Days in which something was told or happened, newest first. */
  timeline: query(
    ['memory', 'digest', 'digest_source'],
    z.strictObject({ characterId, before: localDate.optional(), limit: z.number().int().min(1).max(100).default(20) }),
    z.strictObject({
      days: z.array(z.strictObject({ day: localDate, digest: digest.nullable(), memories: z.array(memory) })),
      /** To go on with as `before`; null at the end. */
      nextBefore: localDate.nullable(),
    }),
  ),
  digests: query(
    ['digest', 'digest_source'],
    z.strictObject({
      characterId,
      span: z.enum(DIGEST_SPANS),
      before: localDate.optional(),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    z.array(digest),
  ),
  /** Current facts that do not pass: who the person is, and who and what belongs to them; and what is pinned. Each reply is given the first of these. */
  profile: query(['memory', 'memory_source'], ofCharacter, z.array(memory)),
  map: query(['memory'], ofCharacter, z.strictObject({ nodes: z.array(mapNode), links: z.array(mapLink) })),
  health: query(['memory', 'memory_source', 'memory_job', 'message', 'digest'], ofCharacter, memoryHealth),
  /** "Why did you remember that?": what a reply was given, the likeliest to have mattered first. */
  trace: query(
    ['recall_trace', 'memory', 'memory_source', 'message', 'message_revision', 'conversation'],
    z.strictObject({ messageId }),
    z.array(traceItem),
  ),
  /** Which of these replies were given something to remember. */
  traced: query(['recall_trace'], z.strictObject({ messageIds: z.array(messageId).max(500) }), z.array(messageId)),
  /** Whether what is said in a conversation is remembered. */
  status: query(
    ['setting', 'memory_pause'],
    z.strictObject({ conversationId }),
    z.strictObject({
      /** The person's setting `memory`. */
      on: z.boolean(),
      paused: z.boolean(),
    }),
  ),

  /** Changes what is there. A text the person wrote is not rewritten by later tellings. */
  edit: command(
    z.strictObject({
      memoryId,
      changes: z
        .strictObject({
          text: z.string().trim().min(1).max(MAX_MEMORY_LENGTH),
          kind: z.enum(MEMORY_KINDS),
          subject: z.string().trim().min(1).max(80),
          importance: z.number().min(0).max(1),
          tags: z.array(z.string().trim().min(1).max(40)).max(20),
          validFromMs: z.number().nullable(),
          validToMs: z.number().nullable(),
        })
        .partial(),
    }),
    nothing,
  ),
  /** "That is no longer so" or "that was never so": another memory takes its place, with the same sources. */
  correct: command(z.strictObject({ memoryId, text: z.string().trim().min(1).max(MAX_MEMORY_LENGTH) }), byId),
  /** A pinned memory neither fades nor expires. */
  pin: command(z.strictObject({ memoryId, pinned: z.boolean() }), nothing),
  /** Brings an expired memory back, to stay for another year. */
  keep: command(byId, nothing),
  /**
   * Forgets memories, and the messages they were said in too if asked: out of use at once, wiped from the file when
   * `undoUntilMs` has passed. Snapshots made before still hold them until they make way or are removed
   * (`removeOldSnapshots`).
   */
  forget: command(
    z.strictObject({ memoryIds: z.array(memoryId).min(1).max(1000), messagesToo: z.boolean().default(false) }),
    z.strictObject({ undoUntilMs: z.number(), memories: z.number().int(), messages: z.number().int() }),
  ),
  /** Takes a `forget` back. `too_late` when it is wiped. */
  undoForget: command(
    z.strictObject({ memoryIds: z.array(memoryId).min(1).max(1000) }),
    z.strictObject({ kind: z.enum(['restored', 'too_late']) }),
  ),
  /** Takes a new snapshot and removes all that were made before, with whatever was forgotten since. */
  removeOldSnapshots: command(nothing, z.strictObject({ removed: z.number().int() })),
  /** "Remember this": the whole message, or the given part of it, in the person's own words when none others are given. */
  remember: command(
    z.strictObject({
      messageId,
      text: z.string().trim().min(1).max(MAX_MEMORY_LENGTH).optional(),
      start: z.number().int().min(0).optional(),
      end: z.number().int().min(1).optional(),
    }),
    byId,
  ),
  pause: command(z.strictObject({ conversationId, paused: z.boolean() }), nothing),
  /** Reads again what could not be read. */
  retry: command(nothing, z.strictObject({ messages: z.number().int() })),
};
