import { expect, test } from 'vitest';
import { judgeBirthDate } from './birth-date.ts';

const now = new Date(2026, 10, 22, 12);
const judge = (text: string) => {
  const [year = '', month = '', day = ''] = text.split('-');
  return judgeBirthDate({ year, month, day }, now);
};

test.each([
  ['2008-11-22', { kind: 'adult', iso: '2008-11-22' }],
  ['2008-11-23', { kind: 'minor', iso: '2008-11-23' }],
  ['2013-11-22', { kind: 'minor', iso: '2013-11-22' }],
  ['2013-11-23', { kind: 'too_young' }],
  ['1990-2-3', { kind: 'adult', iso: '1990-02-03' }],
  ['１９９０-２-３', { kind: 'adult', iso: '1990-02-03' }],
  ['2000-2-29', { kind: 'adult', iso: '2000-02-29' }],
  ['2001-2-29', { kind: 'no_date', complete: true }],
  ['1990-13-1', { kind: 'no_date', complete: true }],
  ['1890-1-1', { kind: 'no_date', complete: true }],
  ['2027-1-1', { kind: 'future' }],
  ['90-1-1', { kind: 'no_date', complete: false }],
  ['1990--', { kind: 'no_date', complete: false }],
])('%s', (text, expected) => {
  expect(judge(text)).toEqual(expected);
});
