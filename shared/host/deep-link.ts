import { conversationId } from '../entities.ts';

/** A place in the app that a link may open. */
export type DeepLink =
  | { readonly place: 'home' }
  | { readonly place: 'conversation'; readonly id: string }
  | { readonly place: 'settings'; readonly page: string };

const MAX_LENGTH = 300;
const LINK = /^tomoshibi:\/\/([a-z]+)(?:\/([A-Za-z0-9-]{1,64}))?\/?$/i;
const PAGE = /^[a-z][a-z-]{0,39}$/;

/**
 * Reads `tomoshibi://home`, `tomoshibi://conversation/<id>` or `tomoshibi://settings/<page>`; null for anything else.
 * Links come from other programs and web pages: they name places, never do anything, and carry no query.
 */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > MAX_LENGTH) return null;
  const match = LINK.exec(text);
  if (match === null) return null;
  const place = match[1]?.toLowerCase();
  const rest = match[2];
  switch (place) {
    case 'home':
      return rest === undefined ? { place: 'home' } : null;
    case 'conversation': {
      const id = conversationId.safeParse(rest?.toLowerCase());
      return id.success ? { place: 'conversation', id: id.data } : null;
    }
    case 'settings':
      if (rest === undefined) return { place: 'settings', page: 'minds' };
      return PAGE.test(rest) ? { place: 'settings', page: rest } : null;
    default:
      return null;
  }
}

/** Where a fresh page begins so that it shows the place: the address after `#`, that sign included. */
export function hashOf(link: DeepLink): string {
  switch (link.place) {
    case 'home':
      return '#/';
    case 'conversation':
      return `#/conversation/${link.id}`;
    case 'settings':
      return `#/settings/${link.page}`;
  }
}

/** The first deep link among a program's arguments, as Windows and Linux hand them over. */
export function deepLinkIn(args: readonly string[]): DeepLink | null {
  for (const arg of args) {
    const link = parseDeepLink(arg);
    if (link !== null) return link;
  }
  return null;
}
