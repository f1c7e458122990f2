import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createThinkingFilter } from './thinking.ts';

const fragment = fc.constantFrom(
  '<think>',
  '</think>',
  '<thinking>',
  '</thinking>',
  '<thi',
  'nk>',
  '</',
  '<',
  '>',
  'おかえり',
  ' ',
  '\n',
  '<happy>',
  'hmm',
  '<THINK>',
  '</Think>',
  '<3',
);
const text = fc.array(fragment, { maxLength: 14 }).map((parts) => parts.join(''));

function filtered(pieces: readonly string[]): string {
  const filter = createThinkingFilter();
  return pieces.map((piece) => filter.push(piece)).join('') + filter.end();
}

test('however a reply is cut into pieces, what is shown is the same', () => {
  fc.assert(
    fc.property(text, (whole) => {
      expect(filtered(whole.split(''))).toBe(filtered([whole]));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['<think>a</think>b', 'b'],
  ['<think>\na <b> </thinking>\n</think>\n\nおかえり', 'おかえり'],
  ['うん<thinking>x</thinking> ね', 'うんね'],
  ['<think>never closed', ''],
  ['lost</think>found', 'lostfound'],
  ['<thinker>a', '<thinker>a'],
  ['<thin', '<thin'],
  ['a < b <3', 'a < b <3'],
])('%j shows %j', (whole, shown) => {
  expect(filtered([whole])).toBe(shown);
});
