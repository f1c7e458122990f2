import { Ellipsis, LibraryBig, MessageCircleReply, RotateCw, StepForward } from 'lucide-react';
import { memo } from 'react';
import type { Message } from '#shared/chat/contract.ts';
import { isMessageKey, type Translate } from '#shared/i18n/translate.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useChat } from './chat-context.ts';
import { useMessageMenu } from './message-menu.tsx';
import type { Outcome, ReplyState } from './replies.ts';
import { VariantArrows } from './variant-arrows.tsx';
import { useTraced } from './why-dialog.tsx';

export interface ThreadTailProps {
  readonly reply: ReplyState;
  /** The newest message that is not deleted. */
  readonly newest: Message | null;
  /** Whether the thread ends with it. */
  readonly isLeaf: boolean;
  readonly replying: boolean;
  /** A message is on its way to the core. */
  readonly sending: boolean;
  /** There is only the companion's greeting so far. */
  readonly opening: boolean;
  readonly onStarter: (text: string) => void;
}

/** What stands below the last message: the controls of the newest reply, the companion's thinking, or what went wrong. */
export const ThreadTail = memo(function ThreadTail({
  reply,
  newest,
  isLeaf,
  replying,
  sending,
  opening,
  onStarter,
}: ThreadTailProps) {
  const settled = newest !== null && !replying;
  const waits = settled && newest.author === 'person' && !sending;
  return (
    <div className="pb-3">
      {replying && reply.phase !== 'writing' && <Thinking reply={reply} />}
      {/* Always as high as the controls, so that their coming moves nothing. */}
      <div className="min-h-9">
        {settled && newest.author === 'character' && <Controls message={newest} isLeaf={isLeaf} reply={reply} />}
        {waits && <NoReply reason={reply.outcome?.state === 'failed' ? failureReason(reply.outcome) : null} />}
      </div>
      {opening && settled && <Starters onStarter={onStarter} />}
    </div>
  );
});

function Controls({
  message,
  isLeaf,
  reply,
}: {
  readonly message: Message;
  readonly isLeaf: boolean;
  readonly reply: ReplyState;
}) {
  const { t, format } = useWords();
  const { actions, showWhy } = useChat();
  const traced = useTraced(message);
  const entries = useMessageMenu(message, isLeaf);
  const regenerable = message.parentId !== null;
  // An interrupted one offers the same two in words, beside what is left of it.
  const interrupted = message.state === 'interrupted';
  const { usage } = message;
  const outcome = reply.messageId === message.id ? reply.outcome : null;
  const details = [
    format.time(message.createdAtMs),
    message.edited ? t('chat.edited') : null,
    message.rung === 'reply-bank' ? t('chat.rung.reply-bank') : message.model,
    usage?.costMicroUsd ? format.cost(usage.costMicroUsd) : null,
  ].filter(Boolean);
  return (
    <div className="group/tail pl-13">
      <div className="-ml-2 flex flex-wrap items-center gap-x-0.5">
        <VariantArrows message={message} {...(regenerable ? { onBeyond: () => actions.regenerate(message) } : {})} />
        {regenerable && !interrupted && (
          <IconButton
            size="small"
            label={t('chat.regenerate')}
            icon={<RotateCw />}
            onClick={() => actions.regenerate(message)}
          />
        )}
        {regenerable && !interrupted && (
          <IconButton
            size="small"
            label={t('chat.continue')}
            icon={<StepForward />}
            onClick={() => actions.continue(message)}
          />
        )}
        {traced && (
          <IconButton size="small" label={t('chat.why')} icon={<LibraryBig />} onClick={() => showWhy(message)} />
        )}
        <Menu entries={entries} align="start">
          <IconButton size="small" label={t('ui.more')} icon={<Ellipsis />} />
        </Menu>
        <span className="ml-2 text-small text-ink-faint">{details.join(' · ')}</span>
      </div>
      {outcome?.fellBackBecause && (
        <p className="text-small text-ink-faint">{whyWords(outcome, outcome.fellBackBecause, t)}</p>
      )}
    </div>
  );
}

/** A small lantern breathes until the first word; a model that is being loaded shows how far it is. */
function Thinking({ reply }: { readonly reply: ReplyState }) {
  const { t } = useWords();
  const { character } = useChat();
  const name = character?.name ?? '';
  return (
    <div className="grid animate-arrive grid-cols-[40px_minmax(0,1fr)] gap-x-3 pt-5 pb-1">
      {character ? <Portrait avatar={character.avatar} name={name} size={40} /> : <span />}
      <div role="status" className="flex min-h-10 items-center gap-3 pl-1">
        <span className="lantern-dot" aria-hidden="true" />
        {reply.loading ? (
          <div className="w-60 max-w-full">
            <Progress label={t('chat.loadingModel', { model: reply.loading.model })} ratio={reply.loading.ratio} />
          </div>
        ) : (
          <span className="text-small text-ink-faint">{t('chat.thinking', { name })}</span>
        )}
      </div>
    </div>
  );
}

function NoReply({ reason }: { readonly reason: string | null }) {
  const { t } = useWords();
  const { actions } = useChat();
  return (
    <div
      role={reason === null ? undefined : 'alert'}
      className="flex flex-wrap items-center gap-3 pl-13 text-small text-ink-faint"
    >
      <span>
        {reason === null
          ? t('chat.noReply')
          : reason === ''
            ? t('chat.failedPlain')
            : t('chat.failed', { reason: reasonWords(reason, t) })}
      </span>
      <Button size="small" icon={<MessageCircleReply />} onClick={() => actions.ask()}>
        {t('chat.askAgain')}
      </Button>
    </div>
  );
}

function Starters({ onStarter }: { readonly onStarter: (text: string) => void }) {
  const { t } = useWords();
  const { character } = useChat();
  const starters = character?.starters.slice(0, 3) ?? [];
  if (starters.length === 0) return null;
  return (
    <div
      role="group"
      aria-label={t('chat.starters')}
      className="flex animate-arrive flex-col items-end gap-2 pt-2 pb-1"
    >
      <span className="text-small text-ink-faint">{t('chat.starters')}</span>
      {starters.map((text) => (
        <button
          key={text}
          type="button"
          dir="auto"
          className="max-w-[82%] rounded-large rounded-br-[6px] border border-dashed border-line-strong px-4 py-1.5 text-left text-ink-soft transition-colors hover:border-solid hover:bg-lamp-wash hover:text-ink"
          onClick={() => onStarter(text)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

function failureReason(outcome: Outcome): string {
  return outcome.fellBackBecause ?? '';
}

/** Another mind answered, or the one that did fell silent midway: which, and why. */
function whyWords({ state, rung, model }: Outcome, because: string, t: Translate): string {
  const reason = reasonWords(because, t);
  if (state === 'interrupted') return t('chat.cutOff', { reason });
  return rung === 'reply-bank' || !model ? t('chat.fellBackBank', { reason }) : t('chat.fellBack', { model, reason });
}

/** Why a mind did not answer, in the middle of a sentence. */
function reasonWords(reason: string, t: Translate): string {
  const key = `fallback.${reason}`;
  return isMessageKey(key) && isFallback(key) ? t(key) : t('chat.fellBackUnknown');
}

function isFallback(key: string): key is 'fallback.timeout' {
  return key.startsWith('fallback.');
}
