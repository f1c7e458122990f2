import { z } from 'zod';
import { EXPRESSIONS } from '../avatar/expression.ts';
import { attachmentId, characterId, conversationId, messageId } from '../entities.ts';
import { command, event, query } from '../rpc/contract.ts';

/** The longest message a person may send, in UTF-16 units. */
export const MAX_MESSAGE_LENGTH = 8000;
/** The largest file that may be attached, in bytes. */
export const MAX_ATTACHMENT_BYTES = 50 * 1024 * 1024;
/** How much of a file travels in one frame, in bytes before base64. */
export const ATTACHMENT_CHUNK_BYTES = 512 * 1024;

export const RUNGS = ['primary', 'secondary', 'on-device', 'reply-bank'] as const;
export const AUTHORS = ['person', 'character', 'system', 'narrator'] as const;
export const MESSAGE_KINDS = ['text', 'image', 'audio', 'sticker'] as const;
export const MESSAGE_STATES = ['complete', 'partial', 'interrupted'] as const;

export const attachment = z.strictObject({
  id: attachmentId,
  kind: z.enum(['image', 'audio', 'sticker']),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  name: z.string(),
  /** Pixels; null for audio. */
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
});

export const tokenUsage = z.strictObject({
  promptTokens: z.number().int().min(0),
  cachedTokens: z.number().int().min(0),
  completionTokens: z.number().int().min(0),
  /** Millionths of a US dollar; null when the price is not known. */
  costMicroUsd: z.number().int().min(0).nullable(),
});

export const message = z.strictObject({
  id: messageId,
  conversationId,
  parentId: messageId.nullable(),
  author: z.enum(AUTHORS),
  kind: z.enum(MESSAGE_KINDS),
  /** The newest revision. */
  text: z.string(),
  state: z.enum(MESSAGE_STATES),
  expression: z.enum(EXPRESSIONS).nullable(),
  /** What wrote it, when a companion did. */
  rung: z.enum(RUNGS).nullable(),
  model: z.string().nullable(),
  usage: tokenUsage.nullable(),
  attachments: z.array(attachment),
  edited: z.boolean(),
  deleted: z.boolean(),
  createdAtMs: z.number(),
  /** How many messages stand before it on its own path from the root. */
  depth: z.number().int().min(0),
  /** Living siblings by age, itself among them: the variants to swipe between, or the branches of a fork. */
  siblingIds: z.array(messageId),
});

export const conversation = z.strictObject({
  id: conversationId,
  characterId,
  title: z.string(),
  activeLeafId: messageId.nullable(),
  draft: z.string(),
  pinned: z.boolean(),
  archived: z.boolean(),
  createdAtMs: z.number(),
  lastMessageAtMs: z.number(),
  /** The beginning of the newest message, one line; empty when there is none. */
  preview: z.string(),
  unreadCount: z.number().int().min(0),
  /** True while a reply is being made. */
  replying: z.boolean(),
});

/** A stretch of the visible thread: depths `from` … `from + messages.length - 1` of `length`. */
export const threadPage = z.strictObject({
  leafId: messageId.nullable(),
  /** Messages on the visible path, deleted ones included. */
  length: z.number().int().min(0),
  from: z.number().int().min(0),
  messages: z.array(message),
});

export const searchHit = z.strictObject({
  messageId,
  conversationId,
  characterId,
  author: z.enum(AUTHORS),
  createdAtMs: z.number(),
  /** An excerpt around the first match. */
  excerpt: z.string(),
  /** Matches within the excerpt: [start, end) in UTF-16 units. */
  matches: z.array(z.tuple([z.number().int(), z.number().int()])),
});

/** One place where the conversation forks, or an end of a branch, for the branch map. */
export const branchNode = z.strictObject({
  messageId,
  /** The fork above it (the nearest ancestor that has siblings or children to choose from), or null at the root. */
  forkId: messageId.nullable(),
  author: z.enum(AUTHORS),
  preview: z.string(),
  createdAtMs: z.number(),
  depth: z.number().int(),
  /** Messages from here down to the next fork or the end. */
  runLength: z.number().int(),
  active: z.boolean(),
});

export const helpline = z.strictObject({ name: z.string(), number: z.string() });

export type Attachment = z.infer<typeof attachment>;
export type TokenUsage = z.infer<typeof tokenUsage>;
export type Message = z.infer<typeof message>;
export type Conversation = z.infer<typeof conversation>;
export type ThreadPage = z.infer<typeof threadPage>;
export type SearchHit = z.infer<typeof searchHit>;
export type BranchNode = z.infer<typeof branchNode>;
export type Helpline = z.infer<typeof helpline>;
export type Rung = (typeof RUNGS)[number];
export type Author = (typeof AUTHORS)[number];

const nothing = z.strictObject({});
const inConversation = z.strictObject({ conversationId });
const ofMessage = z.strictObject({ messageId });

export const chatContract = {
  conversations: query(
    ['conversation', 'message', 'message_revision', 'read_mark'],
    z.strictObject({ characterId: characterId.optional(), archived: z.boolean().default(false) }),
    z.array(conversation),
  ),
  conversation: query(['conversation', 'message', 'message_revision', 'read_mark'], inConversation, conversation),
  createConversation: command(z.strictObject({ characterId }), inConversation),
  updateConversation: command(
    z.strictObject({
      conversationId,
      title: z.string().trim().max(120).optional(),
      pinned: z.boolean().optional(),
      archived: z.boolean().optional(),
    }),
    nothing,
  ),
  removeConversation: command(inConversation, nothing),
  restoreConversation: command(inConversation, nothing),

  /** Up to `limit` messages of the visible thread ending before depth `before` (its end when absent). */
  thread: query(
    ['conversation', 'message', 'message_revision', 'attachment'],
    z.strictObject({
      conversationId,
      before: z.number().int().min(0).optional(),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    threadPage,
  ),
  /** The depth of the first visible message at or after a time (the last one when all are earlier); null when empty. */
  depthAtTime: query(
    ['conversation', 'message'],
    z.strictObject({ conversationId, atMs: z.number() }),
    z.number().int().nullable(),
  ),
  /** Moves the visible thread so that it holds this message, and answers with its depth. */
  reveal: command(ofMessage, z.strictObject({ conversationId, depth: z.number().int() })),
  branches: query(['conversation', 'message', 'message_revision'], inConversation, z.array(branchNode)),

  /**
   * Commits the person's message, then begins a reply. `messageId` is made by the sender: sent again after a crash or a
   * lost answer, it is the same message.
   */
  sendMessage: command(
    z.strictObject({
      conversationId,
      messageId,
      text: z.string(),
      attachmentIds: z.array(attachmentId).max(10).default([]),
    }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('sent'), messageId }),
      z.strictObject({ kind: z.literal('too_long'), length: z.number(), limit: z.number() }),
      z.strictObject({ kind: z.literal('empty') }),
    ]),
  ),
  /** Stops the reply in the making; what was said so far stays. */
  stopReply: command(inConversation, nothing),
  /** Another variant of a companion's message. */
  regenerate: command(ofMessage, nothing),
  /** Goes on from where an interrupted or finished companion's message ends. */
  continueReply: command(ofMessage, nothing),
  /** Asks again for a reply to the last person's message (after an error or an interruption without text). */
  retryReply: command(inConversation, nothing),
  editMessage: command(z.strictObject({ messageId, text: z.string().max(MAX_MESSAGE_LENGTH) }), nothing),
  deleteMessage: command(ofMessage, nothing),
  restoreMessage: command(ofMessage, nothing),
  /** Makes this message the end of the visible thread; what is sent next begins a branch. */
  branchFrom: command(ofMessage, nothing),
  /** Shows this sibling, with the branch last seen below it. */
  selectVariant: command(ofMessage, nothing),

  search: query(
    ['message', 'message_revision'],
    z.strictObject({
      text: z.string().max(200),
      conversationId: conversationId.optional(),
      characterId: characterId.optional(),
      limit: z.number().int().min(1).max(100).default(30),
      /** Where an earlier answer's `nextCursor` left off. */
      cursor: z.string().optional(),
    }),
    z.strictObject({ hits: z.array(searchHit), nextCursor: z.string().nullable() }),
  ),

  /**
   * Whom to turn to, while the person's last words speak of ending their life or harming themselves; else nobody. Numbers of
   * one dated file, in the person's language. Told offline, whichever mind answers.
   */
  helplines: query(['message', 'message_revision', 'conversation', 'setting'], inConversation, z.array(helpline)),

  saveDraft: command(z.strictObject({ conversationId, text: z.string().max(20_000) }), nothing),
  markRead: command(z.strictObject({ conversationId, messageId }), nothing),
  /** Tokens and cost of all replies of a conversation. */
  usage: query(['message'], inConversation, tokenUsage),

  beginAttachment: command(
    z.strictObject({
      name: z.string().max(255),
      sizeBytes: z.number().int().min(0),
      purpose: z.enum(['file', 'sticker', 'voice']),
    }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('ready'), uploadId: z.string(), chunkBytes: z.number() }),
      z.strictObject({ kind: z.literal('too_large'), sizeBytes: z.number(), limitBytes: z.number() }),
    ]),
  ),
  attachmentChunk: command(z.strictObject({ uploadId: z.string(), base64: z.string().max(1_400_000) }), nothing),
  finishAttachment: command(
    z.strictObject({ uploadId: z.string() }),
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('stored'), attachment }),
      /** What the bytes are is not an image or sound we show, whatever the name says. */
      z.strictObject({ kind: z.literal('unsupported'), name: z.string() }),
      z.strictObject({ kind: z.literal('disk_full') }),
    ]),
  ),
  cancelAttachment: command(z.strictObject({ uploadId: z.string() }), nothing),
  /** A part of a stored file, from `offset`, at most ATTACHMENT_CHUNK_BYTES. */
  readAttachment: query(
    ['attachment'],
    z.strictObject({ attachmentId, offset: z.number().int().min(0) }),
    z.strictObject({ mediaType: z.string(), sizeBytes: z.number(), base64: z.string() }),
  ),

  /** A reply has begun: the row exists, empty, in state `partial`. */
  onReplyStarted: event(z.strictObject({ conversationId, messageId })),
  /** New text of the reply: `text` stands at UTF-16 unit `at` of the whole. */
  onReplyDelta: event(z.strictObject({ conversationId, messageId, at: z.number().int(), text: z.string() })),
  onReplyExpression: event(z.strictObject({ conversationId, messageId, expression: z.enum(EXPRESSIONS) })),
  /** How a model's loading goes, [0,1], before the first word. */
  onReplyProgress: event(z.strictObject({ conversationId, ratio: z.number(), model: z.string() })),
  onReplyEnded: event(
    z.strictObject({
      conversationId,
      messageId: messageId.nullable(),
      state: z.enum(['complete', 'interrupted', 'failed']),
      rung: z.enum(RUNGS).nullable(),
      model: z.string().nullable(),
      /** Why a better mind did not answer, when one was asked: message keys `fallback.<reason>`. */
      fellBackBecause: z.string().nullable(),
    }),
  ),
};
