import { expect, test } from 'vitest';
import { hrefOf, parseRoute, type Route, SETTINGS_PAGES } from './navigation.ts';

const routes: readonly Route[] = [
  { place: 'home' },
  { place: 'conversation', id: '01a203fc-320b-74b3-9d4f-b396432a5881' },
  { place: 'companions' },
  { place: 'newCompanion' },
  { place: 'companion', id: '01a203fc-320b-74b3-9d4f-b396432a5881' },
  { place: 'search', text: '' },
  { place: 'search', text: '紅茶 / 100% #1' },
  ...SETTINGS_PAGES.map((page) => ({ place: 'settings', page }) as const),
];

test.each(routes)('$place survives its address', (route) => {
  expect(parseRoute(hrefOf(route))).toEqual(route);
});

test.each(['', '#', '#/', '#/nowhere', '#/conversation', '#/conversation/', '#/%', '#token=abc'])(
  '%s leads home',
  (hash) => {
    expect(parseRoute(hash)).toEqual({ place: 'home' });
  },
);

test('an unknown page of settings leads to the first', () => {
  expect(parseRoute('#/settings/nothing')).toEqual({ place: 'settings', page: 'minds' });
});
