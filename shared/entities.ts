import { z } from 'zod';
import type { Random } from './base/random.ts';
import type { EpochMs } from './base/time.ts';

/** Every stored entity. The name is its table and the key by which live queries learn that it changed. */
export const ENTITIES = [
  'character',
  'conversation',
  'message',
  'message_revision',
  'attachment',
  'read_mark',
  'setting',
  'llm_provider',
  'snapshot',
  'memory',
  'memory_source',
  'memory_pause',
  'memory_job',
  'digest',
  'digest_source',
  'recall_trace',
  'embedding_model',
  'lorebook',
  'lorebook_entry',
] as const;

export type Entity = (typeof ENTITIES)[number];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const id = <Brand extends string>() => z.string().regex(UUID).brand<Brand>();

export const characterId = id<'CharacterId'>();
export const conversationId = id<'ConversationId'>();
export const messageId = id<'MessageId'>();
export const revisionId = id<'RevisionId'>();
export const attachmentId = id<'AttachmentId'>();
export const providerId = id<'ProviderId'>();
export const memoryId = id<'MemoryId'>();
export const digestId = id<'DigestId'>();
export const lorebookId = id<'LorebookId'>();
export const loreEntryId = id<'LoreEntryId'>();

export type CharacterId = z.infer<typeof characterId>;
export type ConversationId = z.infer<typeof conversationId>;
export type MessageId = z.infer<typeof messageId>;
export type RevisionId = z.infer<typeof revisionId>;
export type AttachmentId = z.infer<typeof attachmentId>;
export type ProviderId = z.infer<typeof providerId>;
export type MemoryId = z.infer<typeof memoryId>;
export type DigestId = z.infer<typeof digestId>;
export type LorebookId = z.infer<typeof lorebookId>;
export type LoreEntryId = z.infer<typeof loreEntryId>;

type EntityId =
  | CharacterId
  | ConversationId
  | MessageId
  | RevisionId
  | AttachmentId
  | ProviderId
  | MemoryId
  | DigestId
  | LorebookId
  | LoreEntryId;

/** A UUIDv7 (RFC 9562): its text order is the order of making, to the millisecond. */
export function newId<Id extends EntityId>(now: EpochMs, random: Random): Id {
  const time = Math.max(0, Math.floor(now)).toString(16).padStart(12, '0').slice(-12);
  const hex = (digits: number): string => {
    let text = '';
    while (text.length < digits) text += Math.floor(random() * 16).toString(16);
    return text;
  };
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(12)}` as Id;
}
