import type { Random } from '#shared/base/random.ts';
import { pick } from '#shared/base/random.ts';
import { MS_PER_MINUTE, type Clock } from '#shared/base/time.ts';
import type { Conversation } from '#shared/chat/contract.ts';
import type { CoreHandlers } from '#shared/contract.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import { fittingGreetings } from '#shared/chat/greeting.ts';
import { cleanName, expandMacros } from '#shared/chat/prompt-text.ts';
import type { Characters } from '../characters/characters.ts';
import type { Db, ReadTx } from '../db/db.ts';
import {
  findConversation,
  hasMet,
  insertConversation,
  listConversations,
  markReadThrough,
  setActiveLeaf,
  setArchived,
  setConversationDeleted,
  setDraft,
  setPinned,
  setTitle,
  type StoredConversation,
} from './conversation-store.ts';
import { insertMessage } from './message-store.ts';
import { indexMessage } from './search-store.ts';

type ConversationHandlers = Pick<
  CoreHandlers['chat'],
  | 'conversations'
  | 'conversation'
  | 'createConversation'
  | 'updateConversation'
  | 'removeConversation'
  | 'restoreConversation'
  | 'saveDraft'
  | 'markRead'
>;

export function existingConversation(tx: ReadTx, id: ConversationId): StoredConversation {
  const conversation = findConversation(tx, id);
  if (!conversation) throw new AppError('not_found', 'conversation_gone');
  return conversation;
}

export function createConversationHandlers(deps: {
  readonly db: Db;
  readonly characters: Characters;
  /** What the person is called; never empty. */
  readonly personName: () => string;
  readonly isReplying: (id: ConversationId) => boolean;
  readonly stopReply: (id: ConversationId) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly utcOffsetMinutes: (atMs: number) => number;
}): ConversationHandlers {
  const complete = (stored: StoredConversation): Conversation => ({ ...stored, replying: deps.isReplying(stored.id) });
  return {
    conversations: ({ characterId, archived }) =>
      deps.db.read((tx) => listConversations(tx, { characterId, archived }).map(complete)),
    conversation: ({ conversationId }) => deps.db.read((tx) => complete(existingConversation(tx, conversationId))),
    /** The companion speaks first: one of its greetings is the first message. */
    createConversation({ characterId }) {
      const user = deps.personName();
      return deps.db.write((tx) => {
        const character = deps.characters.get(tx, characterId);
        const now = deps.clock();
        const hlc = tx.hlc();
        const conversationId = newId<ConversationId>(now, deps.random);
        insertConversation(tx, { id: conversationId, characterId, createdAtMs: now }, hlc);
        if (character.greetings.length > 0) {
          const id = newId<MessageId>(now, deps.random);
          const names = { char: cleanName(character.nickname || character.name, '…'), user: cleanName(user, '…') };
          const fitting = fittingGreetings(character.greetings, {
            hour: new Date(now + deps.utcOffsetMinutes(now) * MS_PER_MINUTE).getUTCHours(),
            name: character.name,
            firstMeeting: !hasMet(tx, characterId, conversationId),
          });
          const greeting = expandMacros(pick(deps.random, fitting), names);
          insertMessage(
            tx,
            {
              id,
              conversationId,
              parentId: null,
              author: 'character',
              kind: 'text',
              text: greeting,
              state: 'complete',
              expression: 'happy',
              rung: null,
              model: null,
              createdAtMs: now,
            },
            hlc,
          );
          indexMessage(tx, id);
          setActiveLeaf(tx, conversationId, id, hlc);
          markReadThrough(tx, conversationId, id);
        }
        return { conversationId };
      });
    },
    updateConversation: ({ conversationId, title, pinned, archived }) =>
      deps.db.write((tx) => {
        existingConversation(tx, conversationId);
        const hlc = tx.hlc();
        if (title !== undefined) setTitle(tx, conversationId, title, hlc);
        if (pinned !== undefined) setPinned(tx, conversationId, pinned, hlc);
        if (archived !== undefined) setArchived(tx, conversationId, archived, hlc);
        return {};
      }),
    async removeConversation({ conversationId }) {
      await deps.stopReply(conversationId);
      return deps.db.write((tx) => {
        existingConversation(tx, conversationId);
        setConversationDeleted(tx, conversationId, true, tx.hlc());
        return {};
      });
    },
    restoreConversation: ({ conversationId }) =>
      deps.db.write((tx) => {
        setConversationDeleted(tx, conversationId, false, tx.hlc());
        return {};
      }),
    saveDraft: ({ conversationId, text }) =>
      deps.db.write((tx) => {
        if (existingConversation(tx, conversationId).draft !== text) setDraft(tx, conversationId, text, tx.hlc());
        return {};
      }),
    markRead: ({ conversationId, messageId }) =>
      deps.db.write((tx) => {
        existingConversation(tx, conversationId);
        markReadThrough(tx, conversationId, messageId);
        return {};
      }),
  };
}
