import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestThread } from './thread-digest.ts';

const message = fc.record({
  author: fc.constantFrom('person' as const, 'character' as const),
  text: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      '来週の金曜に面接があるんだ。',
      'うん',
      'I promise I will wait.',
      'ねえ、どう思う？',
      'My sister moved to Leeds in May.',
    ),
  ),
});

test('a digest says nothing that no message said, is short, and keeps the order', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 24 }), (messages) => {
      const lines = digestThread(messages);
      expect(lines.length).toBeLessThanOrEqual(4);
      let from = 0;
      for (const line of lines) {
        expect(line.text.length).toBeLessThanOrEqual(110);
        const at = messages.findIndex(
          ({ author, text }, index) =>
            index >= from && author === line.author && text.replaceAll(/\s+/gu, ' ').includes(line.text),
        );
        expect(at).toBeGreaterThanOrEqual(0);
        from = at;
      }
    }),
  );
});

test('plans, people and promises go before small talk', () => {
  expect(
    digestThread([
      { author: 'person', text: 'きょうはまあまあかな、なんとなく。' },
      { author: 'person', text: '来週の金曜、大阪で面接があるんだ。' },
      { author: 'character', text: '終わったら電話してね、待ってるよ。約束。' },
      { author: 'person', text: '来週の金曜、大阪で面接。' },
      { author: 'character', text: 'そうなんだ、緊張するね。それはどきどきする。' },
    ]).map(({ text }) => text),
  ).toEqual([
    'きょうはまあまあかな、なんとなく。',
    '来週の金曜、大阪で面接があるんだ。',
    '終わったら電話してね、待ってるよ。約束。',
  ]);
});
