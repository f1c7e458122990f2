import type { BranchNode } from '#shared/chat/contract.ts';
import type { MessageId } from '#shared/entities.ts';

/** A line of the drawn map. */
export interface BranchLine {
  readonly node: BranchNode;
  /** How many forks stand above it. */
  readonly level: number;
  /** For each level to its left, whether the line of that level goes on below; of the first 16 levels. */
  readonly rails: readonly boolean[];
  readonly last: boolean;
}

/** Rails further right are not drawn, and copying thousands of them for every line would take seconds. */
const MOST_RAILS = 16;

/**
 * The tree of ways as lines from top to bottom, each under its fork, older ways first. A node whose fork is not among those given
 * stands at the top. Works for any depth: it does not call itself.
 */
export function branchLines(nodes: readonly BranchNode[]): BranchLine[] {
  const known = new Set(nodes.map((node) => node.messageId));
  const children = new Map<MessageId | null, BranchNode[]>();
  for (const node of nodes) {
    const fork = node.forkId !== null && known.has(node.forkId) && node.forkId !== node.messageId ? node.forkId : null;
    const siblings = children.get(fork) ?? [];
    siblings.push(node);
    children.set(fork, siblings);
  }
  for (const siblings of children.values())
    siblings.sort((one, other) => one.depth - other.depth || one.createdAtMs - other.createdAtMs);
  const lines: BranchLine[] = [];
  const waiting: BranchLine[] = toLines(children.get(null) ?? [], 0, []);
  for (let line = waiting.shift(); line; line = waiting.shift()) {
    lines.push(line);
    const below = children.get(line.node.messageId) ?? [];
    children.delete(line.node.messageId);
    waiting.unshift(
      ...toLines(below, line.level + 1, line.level === 0 ? [] : [...line.rails, !line.last].slice(0, MOST_RAILS)),
    );
  }
  return lines;
}

function toLines(nodes: readonly BranchNode[], level: number, rails: readonly boolean[]): BranchLine[] {
  return nodes.map((node, index) => ({ node, level, rails, last: index === nodes.length - 1 }));
}
