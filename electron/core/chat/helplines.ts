import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { helpline, type Helpline } from '#shared/chat/contract.ts';
import type { ConversationId } from '#shared/entities.ts';
import type { Locale } from '#shared/settings/contract.ts';
import type { Db } from '../db/db.ts';
import { existingConversation } from './conversations.ts';
import { pathEndingAt } from './message-store.ts';

/** How many of the last messages are listened to: the numbers stay in sight for a few turns, then make room. */
const LISTENED_TO = 12;

const file = z.object({ asOf: z.iso.date(), ja: z.array(helpline).min(1), en: z.array(helpline).min(1) });

/** Whom a person in danger can turn to, told by rules on this device before and beside any model. */
export function createHelplines(deps: {
  readonly db: Db;
  readonly resourcesDir: string;
  readonly locale: () => Locale;
  readonly speaksOfCrisis: (text: string) => Promise<boolean>;
}): (conversationId: ConversationId) => Promise<Helpline[]> {
  // Asked again with every piece of a reply that is saved, about the same few messages.
  const known = new LRUCache<string, boolean>({ max: 20 * LISTENED_TO });
  const speaksOfCrisis = async (text: string): Promise<boolean> => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const heard = await deps.speaksOfCrisis(text);
    known.set(text, heard);
    return heard;
  };
  return async (conversationId) => {
    const said = deps.db.read((tx) => {
      const { activeLeafId } = existingConversation(tx, conversationId);
      return activeLeafId === null ? [] : pathEndingAt(tx, activeLeafId, LISTENED_TO);
    });
    const own = said.filter((message) => message.author === 'person' && !message.deleted);
    const heard = await Promise.all(own.map((message) => speaksOfCrisis(message.text)));
    if (!heard.includes(true)) return [];
    const path = join(deps.resourcesDir, 'helplines.json');
    return file.parse(JSON.parse(await readFile(path, 'utf8')))[deps.locale()];
  };
}
