import { expect, test } from 'vitest';
import type { BranchNode } from '#shared/chat/contract.ts';
import { newId, type MessageId } from '#shared/entities.ts';
import { seededRandom } from '#shared/base/random.ts';
import { branchLines } from './branch-tree.ts';

const random = seededRandom(3);
const node = (changes: Partial<BranchNode>): BranchNode => ({
  messageId: newId<MessageId>(1, random),
  forkId: null,
  author: 'person',
  preview: '',
  createdAtMs: 0,
  depth: 0,
  runLength: 1,
  active: false,
  ...changes,
});

test('each way stands under its fork, older ones first, and rails go on past those that have younger siblings', () => {
  const root = node({ preview: 'root' });
  const a = node({ preview: 'a', forkId: root.messageId, depth: 2, createdAtMs: 1 });
  const b = node({ preview: 'b', forkId: root.messageId, depth: 2, createdAtMs: 5 });
  const a1 = node({ preview: 'a1', forkId: a.messageId, depth: 4, createdAtMs: 2 });
  const a2 = node({ preview: 'a2', forkId: a.messageId, depth: 4, createdAtMs: 3 });
  const lines = branchLines([a2, b, root, a1, a]);
  expect(lines.map((line) => [line.node.preview, line.level, line.rails, line.last])).toEqual([
    ['root', 0, [], true],
    ['a', 1, [], false],
    ['a1', 2, [true], false],
    ['a2', 2, [true], true],
    ['b', 1, [], true],
  ]);
});

test('a very deep tree and one whose fork is missing are drawn all the same', () => {
  const chain: BranchNode[] = [];
  for (let depth = 0; depth < 20_000; depth += 1) chain.push(node({ depth, forkId: chain.at(-1)?.messageId ?? null }));
  expect(branchLines(chain.slice(1))).toHaveLength(19_999);
});
