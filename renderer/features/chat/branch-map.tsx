import { useRef } from 'react';
import { useLiveQuery } from '../../data/live-query.ts';
import { failureWords } from '../../data/failure.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { type BranchLine, branchLines } from './branch-tree.ts';
import { useChat } from './chat-context.ts';
import { parseMarkdown, plainText } from './markdown.ts';

export interface BranchMapProps {
  readonly onClose: () => void;
  readonly onShow: (depth: number, id: BranchLine['node']['messageId']) => void;
}

/** The ways a conversation went, drawn as a tree; the way shown now is lit. */
export function BranchMap({ onClose, onShow }: BranchMapProps) {
  const { t } = useWords();
  const { conversationId } = useChat();
  const answer = useLiveQuery((client) => client.chat.branches, { conversationId });
  const { run: reveal } = useCommand((client) => client.chat.reveal);
  const list = useRef<HTMLUListElement>(null);
  const go = async (line: BranchLine): Promise<void> => {
    const { messageId } = line.node;
    const found = await reveal({ messageId });
    if (!found) return;
    onClose();
    onShow(found.depth, messageId);
  };
  const lines = answer.data ? branchLines(answer.data) : [];
  return (
    <Dialog
      open
      onClose={onClose}
      width="wide"
      title={t('chat.map')}
      description={lines.length > 1 ? t('chat.mapHelp') : t('chat.mapNone')}
    >
      {answer.status === 'loading' && (
        <Loading label={t('ui.loading')}>
          <SkeletonRows />
        </Loading>
      )}
      {answer.status === 'failed' && <ErrorState words={failureWords(answer.error, t)} onRetry={answer.retry} />}
      <ul
        ref={list}
        className="flex flex-col"
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
          const next = buttons[buttons.findIndex((button) => button === document.activeElement) + step];
          if (step === 0 || !next) return;
          event.preventDefault();
          next.focus();
        }}
      >
        {lines.map((line) => (
          <Line key={line.node.messageId} line={line} onGo={() => void go(line)} />
        ))}
      </ul>
    </Dialog>
  );
}

const INDENT_PX = 22;
/** Deeper forks are drawn no further to the right: there would be no room for words. */
const MOST_LEVELS = 10;

function Line({ line, onGo }: { readonly line: BranchLine; readonly onGo: () => void }) {
  const { t, format } = useWords();
  const { character } = useChat();
  const { node, rails, last } = line;
  const level = Math.min(line.level, MOST_LEVELS);
  const who = node.author === 'person' ? t('chat.you') : (character?.name ?? '');
  return (
    <li className="flex">
      {level > 0 && (
        <span className="relative shrink-0" style={{ width: level * INDENT_PX }} aria-hidden="true">
          {rails.slice(0, level - 1).map((goesOn, index) => goesOn && <Rail key={index} at={index} />)}
          {!last && <Rail at={level - 1} />}
          <span
            className={cx(
              'absolute top-0 h-1/2 rounded-bl-base border-b-[1.5px] border-l-[1.5px]',
              node.active ? 'border-lamp-ink' : 'border-line-strong',
            )}
            style={{ left: railAt(level - 1), width: INDENT_PX - 4 }}
          />
        </span>
      )}
      <button
        type="button"
        aria-current={node.active || undefined}
        onClick={onGo}
        className={cx(
          'my-0.5 flex min-w-0 flex-1 items-center gap-3 rounded-base px-2.5 py-1.5 text-left transition-colors hover:bg-lamp-wash',
          node.active && 'font-medium',
        )}
      >
        <span
          className={cx(
            'size-3 shrink-0 rounded-full border-2',
            node.active ? 'border-lamp-ink bg-lamp shadow-[0_0_10px_2px_var(--glow)]' : 'border-line-strong',
          )}
          aria-hidden="true"
        />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="block truncate">
            {plainText(parseMarkdown(node.preview)) || '…'}
          </span>
          <span className="block truncate text-small font-normal text-ink-faint">
            {who} · {format.dayAndTime(node.createdAtMs)} · {t('chat.mapRun', { count: node.runLength })}
          </span>
        </span>
        {node.active && <Badge tone="lamp">{t('chat.mapActive')}</Badge>}
      </button>
    </li>
  );
}

function Rail({ at }: { readonly at: number }) {
  return <span className="absolute inset-y-0 border-l-[1.5px] border-line-strong" style={{ left: railAt(at) }} />;
}

function railAt(level: number): number {
  return level * INDENT_PX + 15;
}
