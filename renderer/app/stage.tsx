import { useCallback, useEffect, useState } from 'react';
import { EyeOff } from 'lucide-react';
import type { Expression } from '#shared/avatar/expression.ts';
import type { Character } from '#shared/characters/contract.ts';
import type { ConversationId } from '#shared/entities.ts';
import { AvatarView } from '../avatar/avatar-view.tsx';
import { RoomBackground } from '../avatar/room-background.tsx';
import { useClient } from '../data/connection.ts';
import { useLiveQuery } from '../data/live-query.ts';
import { useSettings } from '../data/settings.ts';
import { useWords } from '../data/words.ts';
import { IconButton } from '../ui/icon-button.tsx';

export interface StageProps {
  readonly character: Character;
  readonly conversationId: ConversationId;
  /** Kept, but neither drawn nor computed: another page is shown. */
  readonly away: boolean;
  readonly onHide: () => void;
}

/** The companion in their room. Edgeless: the room fades into the page. */
export function Stage({ character, conversationId, away, onHide }: StageProps) {
  const face = useFace(conversationId);
  const { t } = useWords();
  const { reduceMotion } = useSettings().values;
  const { name } = character;
  return (
    <aside
      aria-label={t('stage.label')}
      hidden={away}
      className="stage group relative min-h-0 overflow-hidden [grid-area:stage]"
    >
      <div className="stage-room absolute inset-0">
        <RoomBackground />
      </div>
      <div className="stage-figure absolute inset-0">
        <AvatarView
          puppetId={character.avatar}
          label={t('stage.of', { name, expression: t(`stage.expression.${face.expression}`) })}
          expression={face.expression}
          onSpeech={face.onSpeech}
          paused={away}
          {...(reduceMotion === 'system' ? {} : { reducedMotion: reduceMotion === 'on' })}
        />
      </div>
      <div className="absolute top-3 right-3 opacity-0 transition-opacity group-hover:opacity-100 focus-within:opacity-100">
        <IconButton
          look="soft"
          label={t('stage.hide', { name })}
          keys="Mod+Shift+H"
          tipSide="left"
          icon={<EyeOff />}
          onClick={onHide}
        />
      </div>
    </aside>
  );
}

interface Face {
  readonly expression: Expression;
  /** Hears each piece of a reply's text. */
  readonly onSpeech: (listener: (text: string) => void) => () => void;
}

/** The companion's face in a conversation: that of their newest words, then each change as it is spoken. */
function useFace(conversationId: ConversationId): Face {
  const client = useClient();
  const newest = useLiveQuery((c) => c.chat.thread, { conversationId, limit: 1 });
  const written = newest.data?.messages.find((message) => message.author === 'character')?.expression ?? null;
  const [spoken, setSpoken] = useState<{ readonly in: string; readonly expression: Expression } | null>(null);
  useEffect(
    () => client.chat.onReplyExpression(({ conversationId: id, expression }) => setSpoken({ in: id, expression })),
    [client],
  );
  const onSpeech = useCallback(
    (listener: (text: string) => void) =>
      client.chat.onReplyDelta((delta) => {
        if (delta.conversationId === conversationId) listener(delta.text);
      }),
    [client, conversationId],
  );
  const heard = spoken !== null && spoken.in === conversationId ? spoken.expression : null;
  return { expression: heard ?? written ?? 'neutral', onSpeech };
}
