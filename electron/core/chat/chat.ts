import type { Random } from '#shared/base/random.ts';
import { MS_PER_DAY, type Clock } from '#shared/base/time.ts';
import { MAX_MESSAGE_LENGTH } from '#shared/chat/contract.ts';
import { guardOf } from '#shared/chat/guard/guard.ts';
import type { CoreEmit, CoreHandlers } from '#shared/contract.ts';
import { newId, type MessageId, type RevisionId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Locale, SettingValues } from '#shared/settings/contract.ts';
import type { Characters } from '../characters/characters.ts';
import type { Log } from '../core-deps.ts';
import type { Db, ReadTx, WriteTx } from '../db/db.ts';
import type { Ladder, Llm } from '../llm/llm.ts';
import type { Lorebooks } from '../lorebook/lorebook.ts';
import type { Memories } from '../memory/memory.ts';
import { bindAttachments, eraseAttachments, removeUnbound, unboundAttachments } from './attachment-store.ts';
import { createAttachments } from './attachments.ts';
import type { BlobFiles } from './blob-files.ts';
import { setActiveLeaf, setDraft, touchConversation } from './conversation-store.ts';
import { createConversationHandlers, existingConversation } from './conversations.ts';
import { createHelplines } from './helplines.ts';
import {
  ancestorAt,
  branchStarts,
  eraseWords,
  findMessage,
  firstOnPathSince,
  insertMessage,
  insertRevision,
  setDeleted,
  setState,
  sumUsage,
  unfinishedMessages,
  type StoredMessage,
} from './message-store.ts';
import { createReplies } from './reply.ts';
import { readScene } from './scene.ts';
import { indexMessage, searchMessages, sweepIndex } from './search-store.ts';
import { createSummaries } from './summaries.ts';
import { wantSummaries } from './summary-store.ts';
import { branchTree, endThreadAt, readThread, showBranch } from './thread.ts';

/** The most a reply may be, in tokens. */
const MAX_REPLY_TOKENS = 800;
const REPLY_TEMPERATURE = 0.9;
/** How much of a prompt memories may take. */
const MEMORY_SHARE = 0.15;

/** What a person is called who has not said their name. */
const NAMELESS: Record<Locale, string> = { ja: 'あなた', en: 'you' };

export interface Chat {
  readonly handlers: CoreHandlers['chat'];
  /** Whether any reply is being made. */
  isReplying(): boolean;
  /** Sets or lifts a message's tombstone; false when there is no such message or nothing to change. */
  setMessageDeleted(tx: WriteTx, id: MessageId, deleted: boolean): boolean;
  /** Takes everything a deleted message said out of the file: words, earlier words, attachments. Ids and clocks stay. */
  eraseMessage(tx: WriteTx, id: MessageId): void;
  /** Rewrites the search index, in steps between which others may write, until nothing deleted is left in it. */
  sweepIndex(): Promise<void>;
  /** Marks what an earlier run left half-written; call once the database is ready. */
  recover(): void;
  /** Resolves when nothing is left to sum up just now. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function createChat(deps: {
  readonly db: Db;
  readonly blobs: BlobFiles;
  readonly characters: Characters;
  readonly settings: () => SettingValues;
  readonly ladder: Ladder;
  /** A mind that may be asked without the person's doing; null when there is none. */
  readonly freeMind: () => Llm | null;
  readonly memories: Pick<Memories, 'rememberFor' | 'noteRemembered'>;
  readonly lorebooks: Pick<Lorebooks, 'loreFor'>;
  readonly resourcesDir: string;
  /** Whether a text speaks of ending one's life or of harming oneself. */
  readonly speaksOfCrisis: (text: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly random: Random;
  readonly utcOffsetMinutes: (atMs: number) => number;
  readonly emit: CoreEmit;
  readonly log: Log;
}): Chat {
  const { db, clock, random } = deps;
  const attachments = createAttachments({ db, blobs: deps.blobs, clock, random });
  const replies = createReplies({
    ...deps,
    async requestFor(task, signal) {
      const settings = deps.settings();
      summaries.standAside();
      const { scene, asked, told, unsummed } = db.read((tx) => readScene(tx, task, { ...deps, settings }));
      if (unsummed.length > 0) db.write((tx) => wantSummaries(tx, unsummed));
      const [remembered, found, grave] = await Promise.all([
        deps.memories.rememberFor({ ...asked, tokenBudget: Math.floor(settings.contextTokens * MEMORY_SHARE) }, signal),
        deps.lorebooks.loreFor({
          ...asked,
          ...told,
          character: scene.character,
          personName: scene.personName,
          isOnPath: (tx, messageId, depth) =>
            told.lastId !== null && depth < told.messageCount && ancestorAt(tx, told.lastId, depth).id === messageId,
          contextTokens: settings.contextTokens,
        }),
        deps.speaksOfCrisis(asked.text),
      ]);
      const { memories, recalled } = remembered;
      return {
        ladder: {
          scene: {
            ...scene,
            memories,
            recalled,
            lore: found.lore,
            ...(task.faults === undefined ? {} : { faults: task.faults }),
          },
          maxTokens: MAX_REPLY_TOKENS,
          temperature: REPLY_TEMPERATURE,
          signal,
        },
        // Who is in danger is answered at once, and without a part to keep.
        guard: grave || task.continues !== null || task.faults !== undefined ? null : guardOf(scene),
        note(tx, replyId) {
          deps.memories.noteRemembered(tx, replyId, remembered);
          found.note(tx);
        },
      };
    },
  });
  const summaries = createSummaries({ ...deps, isReplying: replies.isReplying });
  const conversations = createConversationHandlers({
    db,
    clock,
    random,
    utcOffsetMinutes: deps.utcOffsetMinutes,
    characters: deps.characters,
    personName() {
      const { personName, locale } = deps.settings();
      return personName || NAMELESS[locale ?? 'ja'];
    },
    isReplying: replies.isReplying,
    stopReply: replies.stop,
  });

  const helplines = createHelplines({ ...deps, locale: () => deps.settings().locale ?? 'ja' });

  const settled = (tx: ReadTx, id: MessageId): StoredMessage => {
    const message = existingMessage(tx, id);
    if (replies.liveText(id) !== undefined) throw new AppError('conflict', 'reply_in_progress');
    return message;
  };

  /** A failure leaves a file that nothing refers to. */
  const removeBlobs = (hashes: readonly string[]): void => {
    for (const hash of hashes) void deps.blobs.remove(hash).catch(() => deps.log('warn', 'blobs.orphan_left'));
  };

  return {
    handlers: {
      ...conversations,
      ...attachments.handlers,
      thread: ({ conversationId, before, limit }) => {
        const page = db.read((tx) => readThread(tx, existingConversation(tx, conversationId), before, limit));
        const messages = page.messages.map((message) => {
          const text = message.state === 'partial' ? replies.liveText(message.id) : undefined;
          return text === undefined ? message : { ...message, text };
        });
        return { ...page, messages };
      },
      depthAtTime: ({ conversationId, atMs }) =>
        db.read((tx) => {
          const { activeLeafId } = existingConversation(tx, conversationId);
          return activeLeafId === null ? null : firstOnPathSince(tx, activeLeafId, atMs).depth;
        }),
      reveal: ({ messageId }) =>
        db.write((tx) => {
          const message = existingMessage(tx, messageId);
          showBranch(tx, existingConversation(tx, message.conversationId), message, tx.hlc());
          return { conversationId: message.conversationId, depth: message.depth };
        }),
      async branches({ conversationId }) {
        const starts = await db.readAside(branchStarts(conversationId));
        return db.read((tx) =>
          branchTree(
            tx,
            existingConversation(tx, conversationId),
            starts.map((row) => row['id'] as MessageId),
          ),
        );
      },

      async sendMessage({ conversationId, messageId, text, attachmentIds }) {
        const words = text.toWellFormed();
        if (words.length > MAX_MESSAGE_LENGTH)
          return { kind: 'too_long', length: words.length, limit: MAX_MESSAGE_LENGTH };
        if (words.trim() === '' && attachmentIds.length === 0) return { kind: 'empty' };
        if (db.read((tx) => findMessage(tx, messageId)) !== undefined) return { kind: 'sent', messageId };
        await replies.stop(conversationId);
        const returnTo = db.write((tx) => {
          const conversation = existingConversation(tx, conversationId);
          if (findMessage(tx, messageId)) return null;
          const files = unboundAttachments(tx, attachmentIds);
          if (files.length < attachmentIds.length) throw new AppError('not_found', 'attachment_gone');
          const hlc = tx.hlc();
          const now = clock();
          insertMessage(
            tx,
            {
              id: messageId,
              conversationId,
              parentId: conversation.activeLeafId,
              author: 'person',
              kind: words.trim() === '' ? (files[0]?.kind ?? 'text') : 'text',
              text: words,
              state: 'complete',
              expression: null,
              rung: null,
              model: null,
              createdAtMs: now,
            },
            hlc,
          );
          bindAttachments(tx, attachmentIds, messageId, hlc);
          indexMessage(tx, messageId);
          setActiveLeaf(tx, conversationId, messageId, hlc);
          if (conversation.draft !== '') setDraft(tx, conversationId, '', hlc);
          touchConversation(tx, conversationId, now);
          return messageId;
        });
        if (returnTo !== null) replies.start({ conversationId, parentId: messageId, continues: null, returnTo });
        return { kind: 'sent', messageId };
      },
      async stopReply({ conversationId }) {
        await replies.stop(conversationId);
        return {};
      },
      async regenerate({ messageId }) {
        const { conversationId } = db.read((tx) => existingMessage(tx, messageId));
        await replies.stop(conversationId);
        const task = db.write((tx) => {
          const message = existingMessage(tx, messageId);
          if (message.author !== 'character') throw new AppError('invalid', 'not_a_reply');
          const conversation = existingConversation(tx, conversationId);
          const returnTo = showBranch(tx, conversation, message, tx.hlc());
          const current = { ...conversation, activeLeafId: returnTo };
          if (message.parentId === null) setActiveLeaf(tx, conversationId, null, tx.hlc());
          else endThreadAt(tx, current, existingMessage(tx, message.parentId), tx.hlc());
          return { conversationId, parentId: message.parentId, continues: null, returnTo };
        });
        replies.start(task);
        return {};
      },
      async continueReply({ messageId }) {
        const { conversationId } = db.read((tx) => existingMessage(tx, messageId));
        await replies.stop(conversationId);
        const continues = db.read((tx) => existingMessage(tx, messageId));
        if (continues.author !== 'character') throw new AppError('invalid', 'not_a_reply');
        replies.start({ conversationId, parentId: continues.parentId, continues, returnTo: null });
        return {};
      },
      async retryReply({ conversationId }) {
        await replies.stop(conversationId);
        const leafId = db.read((tx) => existingConversation(tx, conversationId).activeLeafId);
        if (leafId === null) throw new AppError('invalid', 'nothing_to_answer');
        replies.start({ conversationId, parentId: leafId, continues: null, returnTo: leafId });
        return {};
      },
      editMessage: ({ messageId, text }) =>
        db.write((tx) => {
          const message = settled(tx, messageId);
          const words = text.toWellFormed();
          if (words.trim() === '') throw new AppError('invalid', 'message_empty');
          if (words !== message.text) {
            const revision = { id: newId<RevisionId>(clock(), random), messageId, text: words, createdAtMs: clock() };
            insertRevision(tx, revision, tx.hlc());
            indexMessage(tx, messageId);
          }
          return {};
        }),
      deleteMessage: ({ messageId }) => db.write((tx) => setMessageDeleted(tx, settled(tx, messageId), true)),
      restoreMessage: ({ messageId }) => db.write((tx) => setMessageDeleted(tx, settled(tx, messageId), false)),
      async branchFrom({ messageId }) {
        const { conversationId } = db.read((tx) => existingMessage(tx, messageId));
        await replies.stop(conversationId);
        return db.write((tx) => {
          const message = existingMessage(tx, messageId);
          const conversation = existingConversation(tx, conversationId);
          showBranch(tx, conversation, message, tx.hlc());
          endThreadAt(tx, existingConversation(tx, conversationId), message, tx.hlc());
          return {};
        });
      },
      selectVariant: ({ messageId }) =>
        db.write((tx) => {
          const message = existingMessage(tx, messageId);
          showBranch(tx, existingConversation(tx, message.conversationId), message, tx.hlc());
          return {};
        }),

      search: (input) => searchMessages(db, input),
      helplines: ({ conversationId }) => helplines(conversationId),
      usage: ({ conversationId }) => db.read((tx) => sumUsage(tx, conversationId)),
    },
    isReplying: () => replies.isReplying(),
    setMessageDeleted(tx, id, deleted) {
      const message = findMessage(tx, id);
      if (!message || message.deleted === deleted) return false;
      setMessageDeleted(tx, message, deleted);
      return true;
    },
    eraseMessage(tx, id) {
      const message = findMessage(tx, id);
      if (!message?.deleted) return;
      eraseWords(tx, id);
      const hashes = eraseAttachments(tx, id, tx.hlc());
      removeBlobs(hashes);
    },
    sweepIndex: () => sweepIndex(db),
    recover() {
      const orphans = db.write((tx) => {
        for (const message of unfinishedMessages(tx)) {
          setState(tx, message.id, 'interrupted', tx.hlc());
          indexMessage(tx, message.id);
        }
        return removeUnbound(tx, clock() - MS_PER_DAY);
      });
      // Files that nothing refers to any more; a failure leaves them for the next start.
      void deps.blobs.clearStaging().catch(() => deps.log('warn', 'blobs.staging_left'));
      removeBlobs(orphans);
      summaries.start();
    },
    settled: summaries.settled,
    async close() {
      await replies.close();
      await summaries.close();
      await attachments.close();
    },
  };
}

function existingMessage(tx: ReadTx, id: MessageId): StoredMessage {
  const message = findMessage(tx, id);
  if (!message) throw new AppError('not_found', 'message_gone');
  return message;
}

function setMessageDeleted(tx: WriteTx, message: StoredMessage, deleted: boolean): Record<string, never> {
  setDeleted(tx, message.id, deleted, tx.hlc());
  indexMessage(tx, message.id);
  return {};
}
