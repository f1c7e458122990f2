import { ArrowUpRight, LibraryBig, MessageCircle } from 'lucide-react';
import type { Message } from '#shared/chat/contract.ts';
import type { MemorySource, TraceItem } from '#shared/memory/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useNavigation } from '../../data/navigation.ts';
import { reveal } from '../../data/revealed.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { useChat } from './chat-context.ts';

/** "Why did you remember that?": the memories a reply was given, and the messages behind them. */
export function WhyDialog({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const { t } = useWords();
  const { character } = useChat();
  const trace = useLiveQuery((client) => client.memory.trace, { messageId: message.id });
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={t('chat.whyTitle', { name: character?.name ?? '' })}
      description={t('chat.whyHelp')}
    >
      {trace.status === 'failed' ? (
        <ErrorState words={failureWords(trace.error, t)} onRetry={trace.retry} />
      ) : trace.status === 'loading' ? (
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={3} />
        </Loading>
      ) : trace.data.length === 0 ? (
        <p className="text-ink-soft">{t('chat.whyNothing')}</p>
      ) : (
        <ul className="flex flex-col gap-3">
          {trace.data.map((item) => (
            <li key={keyOf(item)}>
              <Recalled item={item} onLeave={onClose} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

/** Whether a reply was given something to remember. */
export function useTraced(message: Message): boolean {
  const traced = useLiveQuery((client) => client.memory.traced, { messageIds: [message.id] });
  return (traced.data?.length ?? 0) > 0;
}

interface RecalledProps {
  readonly item: TraceItem;
  readonly onLeave: () => void;
}

function Recalled({ item: { source, score }, onLeave }: RecalledProps) {
  const { t } = useWords();
  const said = source.kind === 'memory' ? source.sources : [source.said];
  return (
    <article className="rounded-base border border-line bg-paper px-4 py-3">
      <header className="mb-1 flex items-center gap-3">
        {source.kind === 'memory' ? (
          <Badge tone="lamp">
            <LibraryBig aria-hidden="true" />
            {t('chat.whyMemory')}
          </Badge>
        ) : (
          <Badge>
            <MessageCircle aria-hidden="true" />
            {t('chat.whyMessage')}
          </Badge>
        )}
        <span aria-hidden="true" className="h-1.5 w-16 overflow-hidden rounded-full bg-sunken">
          <span
            className="block h-full rounded-full bg-lamp"
            style={{ width: `${Math.round(100 * Math.min(1, Math.max(0.05, score)))}%` }}
          />
        </span>
      </header>
      {source.kind === 'memory' && <p className="font-story">{source.memory.text}</p>}
      <ul className="mt-1 flex flex-col gap-1.5">
        {said.map((one) => (
          <li key={`${one.messageId} ${one.quote}`}>
            <Said said={one} onLeave={onLeave} />
          </li>
        ))}
      </ul>
    </article>
  );
}

function Said({ said, onLeave }: { readonly said: MemorySource; readonly onLeave: () => void }) {
  const { t, format } = useWords();
  const { character } = useChat();
  const { go } = useNavigation();
  const show = useCommand((client) => client.chat.reveal);
  const open = async (): Promise<void> => {
    const shown = await show.run({ messageId: said.messageId });
    if (!shown) return;
    onLeave();
    go({ place: 'conversation', id: shown.conversationId });
    reveal({ conversationId: shown.conversationId, messageId: said.messageId, depth: shown.depth });
  };
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 text-small text-ink-soft">
      <span className="min-w-0 flex-1 basis-64 break-words">
        {said.author === 'person' ? t('chat.you') : (character?.name ?? '')} ·{' '}
        <time dateTime={new Date(said.atMs).toISOString()}>{format.dayAndTime(said.atMs)}</time>
        {said.quote !== '' && <span className="block">{said.quote}</span>}
      </span>
      {!said.gone && (
        <Button size="small" look="ghost" icon={<ArrowUpRight />} onClick={() => void open()}>
          {t('memory.openThere')}
        </Button>
      )}
    </div>
  );
}

function keyOf({ source }: TraceItem): string {
  return source.kind === 'memory' ? source.memory.id : source.said.messageId;
}
