import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepLinkIn, hashOf, parseDeepLink } from './deep-link.ts';

const ID = '0190a5b0-1234-7abc-8def-0123456789ab';

test.each([
  ['tomoshibi://home', { place: 'home' }],
  ['tomoshibi://home/', { place: 'home' }],
  ['TOMOSHIBI://Home', { place: 'home' }],
  [`tomoshibi://conversation/${ID}`, { place: 'conversation', id: ID }],
  [`tomoshibi://conversation/${ID.toUpperCase()}`, { place: 'conversation', id: ID }],
  ['tomoshibi://settings', { place: 'settings', page: 'minds' }],
  ['tomoshibi://settings/backups', { place: 'settings', page: 'backups' }],
])('%s names a place', (text, link) => {
  expect(parseDeepLink(text)).toEqual(link);
});

test.each([
  '',
  'tomoshibi:',
  'tomoshibi://',
  'tomoshibi:home',
  'tomoshibi:/home',
  'https://home',
  'javascript://home',
  ' tomoshibi://home',
  'tomoshibi://home\n',
  'tomoshibi://home/extra',
  'tomoshibi://conversation',
  'tomoshibi://conversation/1',
  `tomoshibi://conversation/${ID}/delete`,
  `tomoshibi://conversation/${ID}?send=hello`,
  `tomoshibi://conversation/${ID}#x`,
  'tomoshibi://conversation/../settings',
  'tomoshibi://conversation/%30190a5b0-1234-7abc-8def-0123456789ab',
  'tomoshibi://settings/Backups',
  'tomoshibi://settings/__proto__',
  'tomoshibi://settings/<script>',
  'tomoshibi://user@home',
  'tomoshibi://home:80',
  'tomoshibi://__proto__',
  'tomoshibi://constructor',
  `tomoshibi://settings/${'a'.repeat(1_000_000)}`,
])('%.60s leads nowhere', (text) => {
  expect(parseDeepLink(text)).toBeNull();
});

test('whatever is thrown at it, it answers with a known place or null', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string().map((rest) => `tomoshibi://${rest}`),
    fc.webUrl(),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const link = parseDeepLink(text);
      expect(link === null || ['home', 'conversation', 'settings'].includes(link.place)).toBe(true);
    }),
  );
});

test('it is found among a program’s arguments', () => {
  expect(
    deepLinkIn([
      '/usr/bin/tomoshibi',
      '--flag',
      'tomoshibi://nowhere',
      'tomoshibi://settings/backups',
      'tomoshibi://home',
    ]),
  ).toEqual({
    place: 'settings',
    page: 'backups',
  });
  expect(deepLinkIn(['/usr/bin/tomoshibi'])).toBeNull();
});

test('a fresh page can begin at the place', () => {
  expect(hashOf({ place: 'home' })).toBe('#/');
  expect(hashOf({ place: 'conversation', id: ID })).toBe(`#/conversation/${ID}`);
  expect(hashOf({ place: 'settings', page: 'backups' })).toBe('#/settings/backups');
});
