import type { Clock } from '#shared/base/time.ts';
import { isFriendMode } from '#shared/settings/age.ts';
import type { SettingValues } from '#shared/settings/contract.ts';
import { estimateTokens } from '#shared/llm/tokens.ts';
import type { CharacterId, ConversationId, MessageId } from '#shared/entities.ts';
import { AppError } from '#shared/rpc/errors.ts';
import type { Characters } from '../characters/characters.ts';
import type { ReadTx } from '../db/db.ts';
import type { Scene, SceneTurn } from '../llm/llm.ts';
import { attachmentsOf } from './attachment-store.ts';
import { findConversation } from './conversation-store.ts';
import { ancestorAt, childrenOf, findMessage, pathEndingAt, type StoredMessage } from './message-store.ts';
import type { ReplyTask } from './reply.ts';
import { STRETCH } from './summaries.ts';
import { findSummaries } from './summary-store.ts';

/** Messages read at a time while filling the window. */
const PAGE = 100;
/** No window is longer than this many UTF-16 units a token: what is read beyond it could not fit. */
const MAX_UNITS_PER_TOKEN = 5;

/** A history is cut when it has at least this share of the allowed tokens behind the cut: nearer stretches are told word for word. */
const NEAREST_CUT = 0.3;
/** So many stretches before the nearest cut are told of in short. */
const MOST_STRETCHES = 12;

/** What memory is asked with. */
export interface Asked {
  readonly characterId: CharacterId;
  readonly conversationId: ConversationId;
  readonly text: string;
  readonly previousText: string;
  /** Messages that are in the scene anyway. */
  readonly shown: ReadonlySet<MessageId>;
}

/** The thread that is answered, as lore is looked for in it. */
export interface Told {
  /** Its last message; null in an empty conversation. */
  readonly lastId: MessageId | null;
  /** The newest first; as many as the window holds. */
  readonly messages: readonly string[];
  /** Of the whole thread; replies before the window are taken to be half of what is there. */
  readonly messageCount: number;
  readonly replyCount: number;
  /** What the companion began the conversation with; null when that is not in the window. */
  readonly opening: string | null;
}

/** Everything a mind may know to write this reply, but what it remembers and lore; and what to find those by. */
export function readScene(
  tx: ReadTx,
  task: ReplyTask,
  deps: {
    readonly characters: Characters;
    readonly settings: SettingValues;
    readonly clock: Clock;
    readonly utcOffsetMinutes: (atMs: number) => number;
  },
): {
  readonly scene: Scene;
  readonly asked: Asked;
  readonly told: Told;
  /** Stretches, by their last messages, of which a summary should be written. */
  readonly unsummed: readonly MessageId[];
} {
  const conversation = findConversation(tx, task.conversationId);
  if (!conversation) throw new AppError('not_found', 'conversation_gone');
  const nowMs = deps.clock();
  const utcOffsetMinutes = deps.utcOffsetMinutes(nowMs);
  const lastId = task.continues?.id ?? task.parentId;
  const path = lastId === null ? [] : readWindow(tx, lastId, deps.settings.contextTokens * MAX_UNITS_PER_TOKEN);
  const attachments = attachmentsOf(
    tx,
    path.map((message) => message.id),
  );
  const variants = task.continues
    ? []
    : (childrenOf(tx, task.conversationId, [task.parentId]).get(task.parentId) ?? []);
  const living = path.filter((message) => !message.deleted);
  const asked = living.findLastIndex((message) => message.author === 'person');
  const stretches = stretchesBefore(tx, path, deps.settings.contextTokens * NEAREST_CUT);
  const summed = findSummaries(
    tx,
    stretches.map(({ endId }) => endId),
  );
  const scene: Scene = {
    character: deps.characters.get(tx, conversation.characterId),
    personName: deps.settings.personName,
    locale: deps.settings.locale ?? 'ja',
    friendMode: isFriendMode(deps.settings.birthDate, nowMs, utcOffsetMinutes),
    nowMs,
    utcOffsetMinutes,
    turns: living.map((message): SceneTurn => ({
      author: message.author,
      text: message.text,
      expression: message.expression,
      atMs: message.createdAtMs,
      attachments: (attachments.get(message.id) ?? []).map((attachment) => attachment.kind),
    })),
    continuing: task.continues !== null,
    rejected: variants
      .map((id) => findMessage(tx, id))
      .filter((message) => message?.author === 'character')
      .map((message) => message?.text ?? ''),
    summaries: stretches.flatMap(({ endId, depth }) => {
      const lines = summed.written.get(endId);
      const from = depth < (path[0]?.depth ?? 0) ? -1 : living.findIndex((message) => message.depth >= depth);
      return lines === undefined ? [] : [{ from, lines }];
    }),
  };
  return {
    scene,
    unsummed: summed.unknown,
    asked: {
      characterId: conversation.characterId,
      conversationId: task.conversationId,
      text: living[asked]?.text ?? '',
      previousText: living[asked - 1]?.text ?? '',
      shown: new Set(living.map((message) => message.id)),
    },
    told: {
      lastId,
      messages: living.map((message) => message.text).reverse(),
      messageCount: (path.at(-1)?.depth ?? -1) + 1,
      replyCount:
        living.filter((message) => message.author === 'character').length + Math.floor((path[0]?.depth ?? 0) / 2),
      opening: path[0]?.depth === 0 && path[0].author === 'character' ? path[0].text : null,
    },
  };
}

/** The stretches of a path that a prompt of the allowed size may cut off, oldest first: where each begins, and its last message. */
function stretchesBefore(
  tx: ReadTx,
  path: readonly StoredMessage[],
  tokens: number,
): { readonly depth: number; readonly endId: MessageId }[] {
  const [first] = path;
  let at = path.length - 1;
  for (let behind = 0; at >= 0 && behind < tokens; at -= 1) behind += estimateTokens(path[at]?.text ?? '');
  if (first === undefined || at < 0) return [];
  const last = Math.floor((first.depth + at) / STRETCH);
  const stretches: { depth: number; endId: MessageId }[] = [];
  for (let index = Math.max(0, last - MOST_STRETCHES + 1); index <= last; index += 1) {
    const end = (index + 1) * STRETCH - 1;
    const endId = end < first.depth ? ancestorAt(tx, first.id, end).id : path[end - first.depth]?.id;
    if (endId !== undefined) stretches.push({ depth: index * STRETCH, endId });
  }
  return stretches;
}

/** The end of a path that holds at least `units` of text, or all of it. */
function readWindow(tx: ReadTx, lastId: MessageId, units: number): StoredMessage[] {
  let window: StoredMessage[] = [];
  let next: MessageId | null = lastId;
  let held = 0;
  while (next !== null && held < units) {
    const page = pathEndingAt(tx, next, PAGE);
    window = [...page, ...window];
    held += page.reduce((sum, message) => sum + message.text.length, 0);
    next = page[0]?.parentId ?? null;
  }
  return window;
}
