import { setImmediate } from 'node:timers/promises';
import type { Expression } from '#shared/avatar/expression.ts';
import { present } from '#shared/base/assert.ts';
import type { Random } from '#shared/base/random.ts';
import type { Clock } from '#shared/base/time.ts';
import type { TokenUsage } from '#shared/chat/contract.ts';
import { endTags, readTags, TAG_READING_START, type TaggedPart } from '#shared/chat/expression-tag.ts';
import type { ReplyFault } from '#shared/chat/guard/fault.ts';
import type { ReplyGuard } from '#shared/chat/guard/guard.ts';
import type { CoreEmit } from '#shared/contract.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import { newId, type ConversationId, type MessageId, type RevisionId } from '#shared/entities.ts';
import type { Log } from '../core-deps.ts';
import type { Db, WriteTx } from '../db/db.ts';
import { LlmFailure } from '../llm/llm.ts';
import type { Ladder, LadderItem, LadderRequest } from '../llm/llm.ts';
import { guardedAnswer } from './guarded.ts';
import { findConversation, setActiveLeaf, touchConversation } from './conversation-store.ts';
import {
  addUsage,
  insertMessage,
  insertRevision,
  savePartialRevision,
  savePartialText,
  setAnswerer,
  setState,
  type StoredMessage,
} from './message-store.ts';
import { indexMessage } from './search-store.ts';

/** How long new words may wait before they are saved. */
const SAVE_EVERY_MS = 400;

/** What a reply answers or goes on from. */
export interface ReplyTask {
  readonly conversationId: ConversationId;
  /** The message it stands under; null for a first greeting. */
  readonly parentId: MessageId | null;
  /** The companion's message to go on with. */
  readonly continues: StoredMessage | null;
  /** Where the visible thread ended before; it goes back there when nothing comes. */
  readonly returnTo: MessageId | null;
  /** Why the reply at `returnTo` is said anew; it stays as a variant, and in sight until the new one has begun. */
  readonly faults?: readonly ReplyFault[];
}

export interface Replies {
  /** Begins a reply unless one is being made in this conversation. */
  start(task: ReplyTask): void;
  /** Ends the reply in the making, keeping what was said. Resolves when it is saved. */
  stop(conversationId: ConversationId): Promise<void>;
  /** In this conversation, or in any. */
  isReplying(conversationId?: ConversationId): boolean;
  /** The words of a message being written that may not be saved yet. */
  liveText(messageId: MessageId): string | undefined;
  close(): Promise<void>;
}

/** What the minds are asked, and what is to be noted with the reply once there is one. */
export interface ReplyRequest {
  readonly ladder: LadderRequest;
  /** Judges what is said; null for words that must not be held back or said again. */
  readonly guard: ReplyGuard | null;
  note(tx: WriteTx, replyId: MessageId): void;
}

type Answering = Extract<LadderItem, { kind: 'answering' }>;

interface Writing {
  readonly task: ReplyTask;
  readonly stopping: AbortController;
  finished: Promise<void>;
  messageId: MessageId | null;
  revisionId: RevisionId | null;
  text: string;
  request: ReplyRequest | null;
  expression: Expression | null;
  answering: Answering | null;
  usage: TokenUsage | null;
  /** Of a reply that was refused before it was shown. */
  refused: TokenUsage | null;
  saveTimer: NodeJS.Timeout | null;
}

/**
 * Writes replies: streams words to the listeners at once, saves them as they come, and never stores a reply in which
 * nothing was said. One reply a conversation at a time.
 */
export function createReplies(deps: {
  readonly db: Db;
  readonly ladder: Ladder;
  readonly requestFor: (task: ReplyTask, signal: AbortSignal) => Promise<ReplyRequest>;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: CoreEmit;
  readonly log: Log;
}): Replies {
  const writings = new Map<ConversationId, Writing>();
  let closed = false;

  const save = (writing: Writing): void => {
    if (writing.saveTimer) clearTimeout(writing.saveTimer);
    writing.saveTimer = null;
    const { messageId, revisionId, text, expression } = writing;
    if (messageId === null) return;
    deps.db.write((tx) => {
      if (revisionId === null) savePartialText(tx, messageId, text, expression);
      else savePartialRevision(tx, revisionId, text);
    });
  };

  /** Makes the row, once there is something to keep. */
  const begin = (writing: Writing): MessageId => {
    const { task, text, expression, answering } = writing;
    const messageId = deps.db.write((tx) => {
      const hlc = tx.hlc();
      const now = deps.clock();
      if (task.continues) {
        if (task.continues.state === 'complete' || task.continues.edited) {
          writing.revisionId = newId<RevisionId>(now, deps.random);
          const revision = { id: writing.revisionId, messageId: task.continues.id, text, createdAtMs: now };
          insertRevision(tx, revision, hlc);
        }
        setState(tx, task.continues.id, 'partial', hlc);
        writing.request?.note(tx, task.continues.id);
        return task.continues.id;
      }
      const id = newId<MessageId>(now, deps.random);
      insertMessage(
        tx,
        {
          id,
          conversationId: task.conversationId,
          parentId: task.parentId,
          author: 'character',
          kind: 'text',
          text,
          state: 'partial',
          expression,
          rung: answering?.rung ?? null,
          model: answering?.model ?? null,
          createdAtMs: now,
        },
        hlc,
      );
      writing.request?.note(tx, id);
      // Unless the person has gone to another branch meanwhile, the visible thread ends with the reply.
      const leafId = findConversation(tx, task.conversationId)?.activeLeafId;
      if (leafId === task.parentId || (task.faults !== undefined && leafId === task.returnTo)) {
        setActiveLeaf(tx, task.conversationId, id, hlc);
      }
      touchConversation(tx, task.conversationId, now);
      return id;
    });
    writing.messageId = messageId;
    deps.emit('chat', 'onReplyStarted', { conversationId: task.conversationId, messageId });
    return messageId;
  };

  const say = (writing: Writing, words: string): void => {
    if (words === '') return;
    const { conversationId } = writing.task;
    const already = writing.text.length;
    writing.text += words;
    if (writing.messageId === null) {
      if (!saysSomething(writing.text.slice(writing.task.continues ? already : 0))) return;
      const messageId = begin(writing);
      const base = writing.task.continues ? present(writing.task.continues, 'continued message').text.length : 0;
      if (writing.expression) {
        deps.emit('chat', 'onReplyExpression', { conversationId, messageId, expression: writing.expression });
      }
      deps.emit('chat', 'onReplyDelta', { conversationId, messageId, at: base, text: writing.text.slice(base) });
    } else {
      deps.emit('chat', 'onReplyDelta', { conversationId, messageId: writing.messageId, at: already, text: words });
    }
    writing.saveTimer ??= setTimeout(() => {
      try {
        save(writing);
      } catch (error) {
        // The words stay in memory; the next save or the end of the reply writes them.
        deps.log('warn', 'reply.save_failed', { reason: error instanceof Error ? error.name : 'unknown' });
      }
    }, SAVE_EVERY_MS);
  };

  const express = (writing: Writing, expression: Expression): void => {
    writing.expression = expression;
    if (writing.messageId === null) return;
    const { conversationId } = writing.task;
    deps.emit('chat', 'onReplyExpression', { conversationId, messageId: writing.messageId, expression });
  };

  const finish = (writing: Writing, state: 'complete' | 'interrupted'): void => {
    const { messageId, answering, expression } = writing;
    if (writing.saveTimer) clearTimeout(writing.saveTimer);
    if (messageId === null) return;
    const trimmed = writing.text.trimEnd();
    const said = writing.text.slice(writing.task.continues?.text.length ?? 0);
    const usage = writing.usage ?? (answering && estimatedUsage(answering, said));
    deps.db.write((tx) => {
      const hlc = tx.hlc();
      if (writing.revisionId === null) savePartialText(tx, messageId, trimmed, expression);
      else savePartialRevision(tx, writing.revisionId, trimmed);
      if (usage) addUsage(tx, messageId, usage);
      if (writing.refused) addUsage(tx, messageId, writing.refused);
      if (answering) setAnswerer(tx, messageId, answering.rung, answering.model);
      setState(tx, messageId, state, hlc);
      indexMessage(tx, messageId);
    });
  };

  const goBack = (task: ReplyTask): void => {
    if (task.returnTo === task.parentId || task.continues) return;
    deps.db.write((tx) => {
      if (findConversation(tx, task.conversationId)?.activeLeafId !== task.parentId) return;
      setActiveLeaf(tx, task.conversationId, task.returnTo, tx.hlc());
    });
  };

  /** A whole reply that its guard refuses is said anew, once: the person keeps the first as a variant. */
  const sayAnew = ({ task, messageId, request, text, answering, refused, stopping }: Writing): void => {
    if (closed || stopping.signal.aborted || messageId === null || task.parentId === null || refused !== null) return;
    if (request === null || request.guard === null || answering?.rung === 'reply-bank') return;
    const faults = request.guard.judgeWhole(text);
    if (faults.length === 0) return;
    deps.log('info', 'reply.said_anew', { faults: faults.join(' ') });
    start({ ...task, returnTo: messageId, faults });
  };

  const write = async (writing: Writing): Promise<void> => {
    const { task, stopping } = writing;
    const { conversationId } = task;
    let reading = TAG_READING_START;
    const give = (parts: readonly TaggedPart[]): void => {
      for (const part of parts) {
        if (part.kind === 'text') say(writing, part.text);
        else express(writing, part.expression);
      }
    };
    let state: 'complete' | 'interrupted' | 'failed' = 'complete';
    let failure: string | null = null;
    try {
      // The one who sent hears that the message is safe before its history is read for a prompt.
      await setImmediate(undefined, { signal: stopping.signal });
      writing.request = await deps.requestFor(task, stopping.signal);
      const { ladder, guard } = writing.request;
      const answer = guard === null ? deps.ladder.answer(ladder) : guardedAnswer(deps.ladder, ladder, guard);
      for await (const chunk of answer) {
        if (stopping.signal.aborted) break;
        if (chunk.kind === 'answering') writing.answering = chunk;
        else if (chunk.kind === 'usage') writing.usage = usageOf(chunk);
        else if (chunk.kind === 'refused') {
          writing.refused = usageOf(chunk);
          deps.log('info', 'reply.refused', { faults: chunk.faults.join(' ') });
        } else if (chunk.kind === 'progress') {
          deps.emit('chat', 'onReplyProgress', { conversationId, ratio: chunk.ratio, model: chunk.model });
        } else {
          const read = readTags(reading, chunk.text);
          reading = read.reading;
          give(read.parts);
        }
      }
      give(endTags(reading));
      if (stopping.signal.aborted) state = 'interrupted';
    } catch (error) {
      state = 'interrupted';
      if (!stopping.signal.aborted) {
        failure = error instanceof LlmFailure ? error.reason : 'bad_answer';
        deps.log('warn', 'reply.failed', { reason: failure, at: error instanceof Error ? error.name : 'unknown' });
      }
    }
    if (writing.messageId === null) {
      failure ??= stopping.signal.aborted ? null : 'bad_answer';
      state = 'failed';
    }
    writings.delete(conversationId);
    try {
      if (state === 'failed') goBack(task);
      else finish(writing, state);
    } catch (error) {
      // What was saved before stays; the next start marks it interrupted.
      state = 'interrupted';
      deps.log('error', 'reply.finish_failed', { reason: error instanceof Error ? error.name : 'unknown' });
    }
    deps.emit('host', 'onDataChanged', { entities: ['conversation'] });
    deps.emit('chat', 'onReplyEnded', {
      conversationId,
      messageId: writing.messageId,
      state,
      rung: writing.answering?.rung ?? null,
      model: writing.answering?.model ?? null,
      fellBackBecause: failure ?? writing.answering?.fellBackBecause ?? null,
    });
    if (state === 'complete') sayAnew(writing);
  };

  const stop = async (conversationId: ConversationId): Promise<void> => {
    const writing = writings.get(conversationId);
    writing?.stopping.abort();
    await writing?.finished;
  };

  const start = (task: ReplyTask): void => {
    if (writings.has(task.conversationId)) return;
    const writing: Writing = {
      task,
      stopping: new AbortController(),
      finished: Promise.resolve(),
      messageId: null,
      revisionId: null,
      text: task.continues?.text ?? '',
      request: null,
      expression: task.continues?.expression ?? null,
      answering: null,
      usage: null,
      refused: null,
      saveTimer: null,
    };
    writings.set(task.conversationId, writing);
    writing.finished = write(writing);
  };

  return {
    start,
    stop,
    isReplying: (conversationId) => (conversationId === undefined ? writings.size > 0 : writings.has(conversationId)),
    liveText(messageId) {
      for (const writing of writings.values()) if (writing.messageId === messageId) return writing.text;
      return undefined;
    },
    async close() {
      closed = true;
      await Promise.all([...writings.keys()].map(stop));
    },
  };
}

/** Whether there is a word, a number or a picture in it: dots and spaces alone are not a reply. */
function saysSomething(text: string): boolean {
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text);
}

function usageOf(item: TokenUsage): TokenUsage {
  const { promptTokens, cachedTokens, completionTokens, costMicroUsd } = item;
  return { promptTokens, cachedTokens, completionTokens, costMicroUsd };
}

/** What a reply used that ended before its mind could say: an estimate, so that the day's cap holds. */
function estimatedUsage(answering: Answering, text: string): TokenUsage {
  const counts = { promptTokens: answering.promptTokens, cachedTokens: 0, completionTokens: estimateTokens(text) };
  return { ...counts, costMicroUsd: answering.costOf(counts) };
}
