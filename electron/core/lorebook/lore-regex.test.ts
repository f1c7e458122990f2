import { expect, it } from 'vitest';
import { compileRegex } from './lore-regex.ts';

const match = (source: string, flags: string, text: string): boolean | undefined =>
  compileRegex({ source, flags })?.(text);

it.each([
  ['gr[ae]y', 'i', 'GREY', true],
  ['^b', '', 'a\nb', false],
  ['^b', 'm', 'a\nb', true],
  ['a.b', '', 'a\nb', false],
  ['a.b', 's', 'a\nb', true],
  ['\\u3042', '', 'あ', true],
  ['\\p{Script=Han}{2}', 'u', '東京', true],
  ['(?<name>猫)', '', '黒猫', true],
  ['(?<=黒)猫', '', '白猫', false],
  ['(.)\\1', '', 'noon', true],
])('/%s/%s on %j: %s', (source, flags, text, expected) => {
  expect(match(source, flags, text)).toBe(expected);
});

it('what only a backtracking engine would choke on is linear', () => {
  const before = performance.now();
  expect(match('^(a+)+$', '', `${'a'.repeat(20_000)}b`)).toBe(false);
  expect(match('(x+x+)+y', '', 'x'.repeat(5000))).toBe(false);
  expect(performance.now() - before).toBeLessThan(3000);
});

it('what is no expression is none', () => {
  expect(compileRegex({ source: '(', flags: '' })).toBeNull();
  expect(compileRegex({ source: '(?<=', flags: '' })).toBeNull();
});
