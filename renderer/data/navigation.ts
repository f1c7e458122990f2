import { createContext, use, useEffect } from 'react';
import { present } from '#shared/base/assert.ts';

export const SETTINGS_PAGES = ['minds', 'memory', 'appearance', 'language', 'privacy', 'backups', 'about'] as const;
export type SettingsPage = (typeof SETTINGS_PAGES)[number];

/** A place in the app. */
export type Route =
  | { readonly place: 'home' }
  | { readonly place: 'conversation'; readonly id: string }
  | { readonly place: 'companions' }
  | { readonly place: 'companion'; readonly id: string }
  | { readonly place: 'newCompanion' }
  /** `characterId`: whose memories; null leaves it to the room. */
  | { readonly place: 'memory'; readonly characterId: string | null }
  | { readonly place: 'lorebooks' }
  /** `view`: an entry's id, `new` for one to be written, `test`, `about`, or nothing. */
  | { readonly place: 'lorebook'; readonly id: string; readonly view: string }
  | { readonly place: 'search'; readonly text: string }
  | { readonly place: 'settings'; readonly page: SettingsPage };

export interface Navigation {
  readonly route: Route;
  /** Goes there, unless a guard holds the person back; then they are asked first. */
  readonly go: (route: Route) => void;
  /** While a guard is held, leaving the page asks first. Returns the release. */
  readonly hold: () => () => void;
}

export const NavigationContext = createContext<Navigation | null>(null);

export function useNavigation(): Navigation {
  return present(use(NavigationContext), 'navigation');
}

/** Asks before leaving while there is something unsaved. */
export function useLeaveGuard(unsaved: boolean): void {
  const { hold } = useNavigation();
  useEffect(() => (unsaved ? hold() : undefined), [unsaved, hold]);
}

/** A route as the address after `#`. */
export function hrefOf(route: Route): string {
  switch (route.place) {
    case 'home':
      return '#/';
    case 'conversation':
      return `#/conversation/${encodeURIComponent(route.id)}`;
    case 'companions':
      return '#/companions';
    case 'companion':
      return `#/companions/${encodeURIComponent(route.id)}`;
    case 'newCompanion':
      return '#/companions/new';
    case 'memory':
      return route.characterId === null ? '#/memory' : `#/memory/${encodeURIComponent(route.characterId)}`;
    case 'lorebooks':
      return '#/lorebooks';
    case 'lorebook':
      return `#/lorebooks/${encodeURIComponent(route.id)}${route.view === '' ? '' : `/${encodeURIComponent(route.view)}`}`;
    case 'search':
      return route.text ? `#/search/${encodeURIComponent(route.text)}` : '#/search';
    case 'settings':
      return `#/settings/${route.page}`;
  }
}

/** Reads an address; one that leads nowhere leads home. */
export function parseRoute(hash: string): Route {
  const [place = '', rest = '', view = ''] = hash.replace(/^#\/?/, '').split('/').map(decode);
  switch (place) {
    case 'conversation':
      return rest ? { place, id: rest } : { place: 'home' };
    case 'companions':
      if (rest === 'new') return { place: 'newCompanion' };
      return rest ? { place: 'companion', id: rest } : { place };
    case 'memory':
      return { place, characterId: rest === '' ? null : rest };
    case 'lorebooks':
      return rest ? { place: 'lorebook', id: rest, view } : { place };
    case 'search':
      return { place, text: rest };
    case 'settings':
      return { place, page: SETTINGS_PAGES.find((page) => page === rest) ?? 'minds' };
    default:
      return { place: 'home' };
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
