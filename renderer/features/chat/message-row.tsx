import { Clock, GitBranch, RotateCw, StepForward } from 'lucide-react';
import { memo } from 'react';
import type { Message } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { MessageAttachments } from './attachment-view.tsx';
import { useChat } from './chat-context.ts';
import { MessageEditor } from './message-editor.tsx';
import { MessageWords } from './message-words.tsx';
import type { Unsent } from './outbox.ts';
import { VariantArrows } from './variant-arrows.tsx';

export interface MessageRowProps {
  readonly message: Message;
  /** The one before was said by the same. */
  readonly follows: boolean;
  readonly editing: boolean;
  /** Was looked for: lit for a moment. */
  readonly lit: boolean;
  readonly sending: Unsent['state'] | null;
  /** The row the keyboard is on. */
  readonly current: boolean;
  /** The newest reply has its own controls below it. */
  readonly newest: boolean;
}

/** One message: the person's in a bubble, the companion's free beside a portrait, as in a novel. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, follows, editing, lit, sending, current, newest } = props;
  const { t, format } = useWords();
  const { character, session, openLink } = useChat();
  const mine = message.author === 'person';
  const name = mine ? t('chat.you') : (character?.name ?? '');
  const time = format.time(message.createdAtMs);
  const words = <MessageWords message={message} replies={session.replies} onLink={openLink} />;
  return (
    <article
      aria-label={
        sending === null || sending === 'sent'
          ? t('chat.messageBy', { name, time })
          : t('chat.messageBySending', { name })
      }
      data-message={message.id}
      tabIndex={current ? 0 : -1}
      className={cx(
        'group/row relative rounded-base outline-offset-4',
        follows ? 'pt-1' : 'pt-5',
        newest ? 'pb-1' : 'pb-5',
        mine && 'flex flex-col items-end',
      )}
    >
      {editing ? (
        <MessageEditor message={message} />
      ) : mine ? (
        <div className={cx('flex max-w-[min(82%,560px)] flex-col items-end gap-1.5', lit && 'lamplight')}>
          <MessageAttachments message={message} />
          {message.text !== '' && (
            <div
              className={cx(
                'max-w-full rounded-large rounded-br-[6px] bg-bubble px-4 py-2.5 transition-opacity',
                sending !== null && sending !== 'sent' && 'opacity-70',
              )}
            >
              {words}
            </div>
          )}
        </div>
      ) : (
        <div className="grid grid-cols-[40px_minmax(0,1fr)] gap-x-3">
          <div>{!follows && character && <Portrait avatar={character.avatar} name={character.name} size={40} />}</div>
          <div className={cx('min-w-0 pt-1.5', lit && 'lamplight')}>
            {words}
            <MessageAttachments message={message} />
            {message.state === 'interrupted' && <Interrupted message={message} />}
          </div>
        </div>
      )}
      {!editing && <Aside message={message} sending={sending} time={time} mine={mine} newest={newest} />}
    </article>
  );
});

function Interrupted({ message }: { readonly message: Message }) {
  const { t } = useWords();
  const { actions } = useChat();
  return (
    <div className="mt-2 flex flex-wrap items-center gap-1 text-small text-ink-faint">
      <span className="mr-1 border-l-2 border-line-strong pl-2">{t('chat.stopped')}</span>
      <Button size="small" look="ghost" icon={<StepForward />} onClick={() => actions.continue(message)}>
        {t('chat.continue')}
      </Button>
      {message.parentId !== null && (
        <Button size="small" look="ghost" icon={<RotateCw />} onClick={() => actions.regenerate(message)}>
          {t('chat.retry')}
        </Button>
      )}
    </div>
  );
}

interface AsideProps {
  readonly message: Message;
  readonly sending: Unsent['state'] | null;
  readonly time: string;
  readonly mine: boolean;
  readonly newest: boolean;
}

/** Time and details, in the space between messages: on hover and focus, except where something is forked or on its way. */
function Aside({ message, sending, time, mine, newest }: AsideProps) {
  const { t, format } = useWords();
  const { showMap } = useChat();
  const { usage, siblingIds } = message;
  const details = [
    time,
    message.edited ? t('chat.edited') : null,
    message.model,
    message.rung === 'reply-bank' ? t('chat.rung.reply-bank') : null,
    usage ? t('chat.tokens', { count: usage.promptTokens + usage.completionTokens }) : null,
    usage?.costMicroUsd ? format.cost(usage.costMicroUsd) : null,
  ].filter((detail) => detail !== null && detail !== '');
  const onTheWay = sending === 'waiting' || sending === 'sending';
  if (newest && !mine) return null;
  return (
    <div
      className={cx(
        'absolute bottom-0 flex h-5 items-center gap-2 text-small whitespace-nowrap text-ink-faint',
        mine ? 'right-1' : 'left-13',
      )}
    >
      {sending === 'waiting' && (
        <span className="flex items-center gap-1">
          <Clock className="size-3.5" aria-hidden="true" />
          {t('chat.waiting')}
        </span>
      )}
      {!onTheWay && (
        <span className="opacity-0 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100 group-focus/row:opacity-100">
          {details.join(' · ')}
        </span>
      )}
      {siblingIds.length > 1 && (
        <div className="h-6 opacity-0 transition-opacity group-focus-within/row:opacity-100 group-hover/row:opacity-100 *:h-6 [&_button]:size-6">
          <VariantArrows message={message} />
        </div>
      )}
      {siblingIds.length > 1 && mine && (
        <IconButton
          size="small"
          className="size-6"
          label={t('chat.forked', { count: siblingIds.length })}
          icon={<GitBranch />}
          onClick={showMap}
        />
      )}
    </div>
  );
}
