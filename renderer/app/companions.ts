import { useCallback, useMemo } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import type { Conversation } from '#shared/chat/contract.ts';
import { useLiveQuery } from '../data/live-query.ts';
import { useNavigation } from '../data/navigation.ts';
import { useCommand } from '../data/use-command.ts';

/** A companion with their conversations, newest first, pinned before the rest. */
export interface Companion {
  readonly character: Character;
  readonly conversations: readonly Conversation[];
  readonly unreadCount: number;
}

const NO_CONVERSATIONS: readonly Conversation[] = [];

/** Everyone, in the order of the list. */
export function useCompanions() {
  const characters = useLiveQuery((client) => client.characters.list, {});
  const conversations = useLiveQuery((client) => client.chat.conversations, {});
  const companions = useMemo(
    () => (characters.data ?? []).map((character) => companionOf(character, conversations.data ?? NO_CONVERSATIONS)),
    [characters.data, conversations.data],
  );
  return { characters, conversations, companions };
}

/** Goes to where the two last talked, or begins their first conversation. */
export function useTalk(): (companion: Pick<Companion, 'character' | 'conversations'>, anew?: boolean) => void {
  const { go } = useNavigation();
  const { run: create } = useCommand((client) => client.chat.createConversation);
  return useCallback(
    ({ character, conversations }, anew = false) => {
      const last = anew ? undefined : latest(conversations);
      if (last) return go({ place: 'conversation', id: last.id });
      void create({ characterId: character.id }).then((made) => {
        if (made) go({ place: 'conversation', id: made.conversationId });
      });
    },
    [create, go],
  );
}

export function latest(conversations: readonly Conversation[]): Conversation | undefined {
  return conversations.reduce<Conversation | undefined>(
    (newest, one) => (newest === undefined || one.lastMessageAtMs > newest.lastMessageAtMs ? one : newest),
    undefined,
  );
}

function companionOf(character: Character, all: readonly Conversation[]): Companion {
  const conversations = all
    .filter((conversation) => conversation.characterId === character.id)
    .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.lastMessageAtMs - a.lastMessageAtMs);
  return {
    character,
    conversations,
    unreadCount: conversations.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
  };
}
