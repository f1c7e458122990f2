import { useEffect } from 'react';
import { type Conversation } from '#shared/chat/contract.ts';
import { conversationId as conversationIdSchema } from '#shared/entities.ts';
import { useLiveQuery } from '../data/live-query.ts';
import { useNavigation } from '../data/navigation.ts';
import { useSettings } from '../data/settings.ts';
import { type Companion, latest } from './companions.ts';

type Shown =
  | { readonly kind: 'loading'; readonly conversation: null; readonly companion: null }
  | { readonly kind: 'shown'; readonly conversation: Conversation; readonly companion: Companion }
  /** There is none to show. */
  | { readonly kind: 'none'; readonly conversation: null; readonly companion: null }
  /** The address names one that is not there. */
  | { readonly kind: 'gone'; readonly conversation: null; readonly companion: null };

const NONE = { conversation: null, companion: null } as const;

/**
 * The conversation the page is about: the address's own, else the one shown last, else the newest there is. It stays the same
 * while another page is shown, so that the companion does not leave the stage.
 */
export function useShownConversation(companions: readonly Companion[], ready: boolean): Shown {
  const { route } = useNavigation();
  const { values, set } = useSettings();
  const all = companions.flatMap(({ conversations }) => conversations);
  const asked = route.place === 'conversation' ? route.id : null;
  const listed =
    all.find(({ id }) => id === (asked ?? values.activeConversationId)) ?? (asked === null ? latest(all) : undefined);
  // Archived conversations are not in the list, but can be opened.
  const askedId = conversationIdSchema.safeParse(asked);
  const single = useLiveQuery(
    (client) => client.chat.conversation,
    ready && listed === undefined && askedId.success ? { conversationId: askedId.data } : null,
  );
  const conversation = listed ?? single.data;
  const companion = companions.find(({ character }) => character.id === conversation?.characterId);

  const id = conversation?.id ?? null;
  useEffect(() => {
    if (id !== null && companion && id !== values.activeConversationId) {
      void set({ activeConversationId: id, activeCharacterId: companion.character.id });
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- remembered when another is shown, not when the settings change
  }, [id]);

  if (conversation && companion) return { kind: 'shown', conversation, companion };
  if (!ready) return { kind: 'loading', ...NONE };
  if (asked === null) return { kind: 'none', ...NONE };
  const looking = askedId.success && single.status === 'loading';
  return { kind: looking ? 'loading' : 'gone', ...NONE };
}
