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
    <Dialog open onClose={onClose} width="wide" title={t('chat.map')} description={lines.length > 1 ? t('chat.mapHelp') : t('chat.mapNone')}>
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

const INDENT = 22;

function Line({ line, onGo }: { readonly line: BranchLine; readonly onGo: () => void }) {
  const { t, format } = useWords();
  const { character } = useChat();
  const { node, level, rails, last } = line;
  const who = node.author === 'person' ? t('chat.you') : (character?.name ?? '');
  const stroke = node.active ? 'var(--lamp)' : 'var(--line-strong)';
  return (
    <li className="flex">
      {level > 0 && (
        <svg width={level * INDENT} className="shrink-0 self-stretch overflow-visible" height="100%" aria-hidden="true" preserveAspectRatio="none">
          {rails.map((goesOn, index) =>
            goesOn ? <line key={index} x1={index * INDENT + 11} x2={index * INDENT + 11} y1="0" y2="100%" stroke="var(--line-strong)" strokeWidth="1.5" /> : null,
          )}
          <g transform={`translate(${(level - 1) * INDENT + 11} 0)`}>
            {!last && <line x1="0" x2="0" y1="0" y2="100%" stroke="var(--line-strong)" strokeWidth="1.5" />}
            <path d="M0 0 V14 Q0 24 10 24" fill="none" stroke={stroke} strokeWidth={node.active ? 2.5 : 1.5} />
          </g>
        </svg>
      )}
      <button
        type="button"
        aria-current={node.active || undefined}
        onClick={onGo}
        className={cx('my-0.5 flex min-w-0 flex-1 items-center gap-3 rounded-base px-2.5 py-1.5 text-left transition-colors hover:bg-lamp-wash', node.active && 'font-medium')}
      >
        <span className={cx('size-3 shrink-0 rounded-full border-2', node.active ? 'border-lamp-ink bg-lamp shadow-[0_0_10px_2px_var(--glow)]' : 'border-line-strong')} aria-hidden="true" />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="block truncate">
            {node.preview || '…'}
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
