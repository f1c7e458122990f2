import { expect, test } from 'vitest';
import { present } from './base/assert.ts';
import { newId } from './entities.ts';
import type { ConversationId, MessageId } from './entities.ts';
import { eventMerges } from './event-merges.ts';

const conversationId = newId(1, () => 0) as ConversationId;
const messageId = newId(2, () => 0) as MessageId;
const otherMessage = newId(3, () => 0) as MessageId;

test('text that continues where the last text ended becomes one; a gap, an overlap or another message does not', () => {
  const merge = present(eventMerges.chat?.onReplyDelta, 'the merge');
  const first = { conversationId, messageId, at: 4, text: 'ただ' };
  expect(merge(first, { ...first, at: 6, text: 'いま' })).toEqual({ ...first, text: 'ただいま' });
  expect(merge(first, { ...first, at: 7, text: 'ま' })).toBeNull();
  expect(merge(first, { ...first, at: 5, text: 'だい' })).toBeNull();
  expect(merge(first, { ...first, messageId: otherMessage, at: 6, text: 'いま' })).toBeNull();
});

test('changed entities add up', () => {
  const merge = present(eventMerges.host?.onDataChanged, 'the merge');
  expect(merge({ entities: ['message', 'conversation'] }, { entities: ['message', 'setting'] })).toEqual({
    entities: ['message', 'conversation', 'setting'],
  });
});
