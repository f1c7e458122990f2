import type { Hlc } from '#shared/base/time.ts';
import type { BranchNode, Message, ThreadPage } from '#shared/chat/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import type { ReadTx, WriteTx } from '../db/db.ts';
import { attachmentsOf } from './attachment-store.ts';
import { setActiveLeaf, type StoredConversation } from './conversation-store.ts';
import {
  ancestorAt,
  childrenOf,
  completeMessages,
  findBranchEnd,
  findMessage,
  findNode,
  pathEndingAt,
  rememberBranchEnd,
  type StoredMessage,
} from './message-store.ts';

/** Where a message stands: enough to find paths through it. */
type Place = Pick<StoredMessage, 'id' | 'depth'>;

/** A stretch of the visible thread that ends before depth `before`. */
export function readThread(
  tx: ReadTx,
  conversation: StoredConversation,
  before: number | undefined,
  limit: number,
): ThreadPage {
  const leaf = conversation.activeLeafId === null ? undefined : findNode(tx, conversation.activeLeafId);
  if (!leaf) return { leafId: null, length: 0, from: 0, messages: [] };
  const length = leaf.depth + 1;
  const end = Math.min(before ?? length, length);
  if (end === 0) return { leafId: leaf.id, length, from: 0, messages: [] };
  const last = end === length ? leaf : ancestorAt(tx, leaf.id, end - 1);
  const stored = pathEndingAt(tx, last.id, limit);
  return { leafId: leaf.id, length, from: end - stored.length, messages: withDetails(tx, stored) };
}

export function withDetails(tx: ReadTx, stored: readonly StoredMessage[]): Message[] {
  return completeMessages(
    tx,
    stored,
    attachmentsOf(
      tx,
      stored.map((message) => message.id),
    ),
  );
}

export function isOnPath(tx: ReadTx, leafId: MessageId | null, node: Place): boolean {
  if (leafId === null) return false;
  const leaf = findNode(tx, leafId);
  return leaf !== undefined && leaf.depth >= node.depth && ancestorAt(tx, leafId, node.depth).id === node.id;
}

/** Makes the visible thread run through `target`, down to where it was last seen to end. */
export function showBranch(tx: WriteTx, conversation: StoredConversation, target: Place, hlc: Hlc): MessageId {
  if (isOnPath(tx, conversation.activeLeafId, target)) return conversation.activeLeafId ?? target.id;
  rememberLeft(tx, conversation, target);
  const leafId = branchEnd(tx, conversation.id, target.id);
  setActiveLeaf(tx, conversation.id, leafId, hlc);
  return leafId;
}

/** Makes `target` itself the end of the visible thread; the branch left behind is remembered below it. */
export function endThreadAt(tx: WriteTx, conversation: StoredConversation, target: Place, hlc: Hlc): void {
  if (conversation.activeLeafId !== null && conversation.activeLeafId !== target.id) {
    rememberLeft(tx, conversation, target);
  }
  setActiveLeaf(tx, conversation.id, target.id, hlc);
}

/** The end of the thread below a message: where it was left, or else the newest child all the way down. */
export function branchEnd(tx: ReadTx, conversationId: ConversationId, messageId: MessageId): MessageId {
  let end = findBranchEnd(tx, messageId) ?? messageId;
  for (;;) {
    const child = childrenOf(tx, conversationId, [end]).get(end)?.at(-1);
    if (child === undefined) return end;
    end = findBranchEnd(tx, child) ?? child;
  }
}

/**
 * The forks of a conversation as a tree of branch starts (messages with siblings, and the root).
 * `startIds` are those messages; the shape comes from the jump pointers.
 */
export function branchTree(tx: ReadTx, conversation: StoredConversation, startIds: readonly MessageId[]): BranchNode[] {
  const starts = startIds
    .map((id) => findMessage(tx, id))
    .filter((message) => message !== undefined)
    .sort((one, other) => one.depth - other.depth);
  return starts.map((start) => {
    const fork = starts
      .filter((candidate) => candidate.depth < start.depth)
      .findLast((candidate) => ancestorAt(tx, start.id, candidate.depth).id === candidate.id);
    const nextFork = starts.find(
      (candidate) => candidate.depth > start.depth && ancestorAt(tx, candidate.id, start.depth).id === start.id,
    );
    const active = isOnPath(tx, conversation.activeLeafId, start);
    const endDepth = nextFork
      ? nextFork.depth
      : (findNode(
          tx,
          active && conversation.activeLeafId ? conversation.activeLeafId : branchEnd(tx, conversation.id, start.id),
        )?.depth ?? start.depth) + 1;
    return {
      messageId: start.id,
      forkId: fork?.id ?? null,
      author: start.author,
      preview: start.text.replace(/\s+/gu, ' ').trim().slice(0, 80),
      createdAtMs: start.createdAtMs,
      depth: start.depth,
      runLength: endDepth - start.depth,
      active,
    };
  });
}

/** Remembers, at the place where the visible thread parts from the way to `target`, where it ended. */
function rememberLeft(tx: WriteTx, conversation: StoredConversation, target: Place): void {
  const leaf = conversation.activeLeafId === null ? undefined : findNode(tx, conversation.activeLeafId);
  if (!leaf) return;
  let shared = 0;
  let different = Math.min(leaf.depth, target.depth) + 1;
  // Depths below `shared` are the same on both paths; from `different` on they are not.
  while (shared < different) {
    const middle = Math.floor((shared + different) / 2);
    if (ancestorAt(tx, leaf.id, middle).id === ancestorAt(tx, target.id, middle).id) shared = middle + 1;
    else different = middle;
  }
  if (different <= leaf.depth) rememberBranchEnd(tx, ancestorAt(tx, leaf.id, different).id, leaf.id);
}
