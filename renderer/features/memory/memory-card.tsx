import { Ellipsis, MessageCircle, Pencil, Pin, PinOff, Replace, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import type { Memory } from '#shared/memory/contract.ts';
import { useClient } from '../../data/connection.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, type MenuEntries } from '../../ui/menu.tsx';
import { KIND_ICONS, subjectWords } from './memory-words.tsx';

/** What a card asks the room to open. */
export type MemoryDeed = 'open' | 'edit' | 'correct' | 'forget';

export interface MemoryCardProps {
  readonly memory: Memory;
  readonly companion: string;
  readonly onDeed: (deed: MemoryDeed, memory: Memory) => void;
}

/** One thing that is remembered, as a slip of paper: what, about whom, and when it was told. A press shows where it came from. */
export function MemoryCard({ memory, companion, onDeed }: MemoryCardProps) {
  const words = useWords();
  const { t, format } = words;
  const entries = useMemoryMenu(memory, onDeed);
  const Icon = KIND_ICONS[memory.kind];
  const past = memory.supersededBy !== null || memory.validToMs !== null;
  return (
    <article
      className={cx(
        'group/card relative flex h-full flex-col gap-3 rounded-large border border-line bg-paper p-4 transition-colors focus-within:bg-lamp-wash hover:bg-lamp-wash',
        memory.pinned && 'shadow-[inset_3px_0_0_var(--lamp)]',
      )}
    >
      <header className="flex items-start gap-2 text-small text-ink-faint">
        <Icon className="mt-1 size-4 shrink-0 text-lamp-ink" aria-hidden="true" />
        <span className="min-w-0 flex-1 truncate">
          {t(`memory.kind.${memory.kind}`)} · {subjectWords(memory.subject, companion, words)}
        </span>
        {memory.pinned && (
          <Pin className="mt-1 size-4 shrink-0 fill-current text-lamp-ink" aria-label={t('memory.pinned')} />
        )}
      </header>
      <h2 className={cx('flex-1 font-story break-words', past && 'text-ink-soft')}>
        <button
          type="button"
          onClick={() => onDeed('open', memory)}
          className="text-left outline-none before:absolute before:inset-0 before:rounded-large focus-visible:before:outline-2 focus-visible:before:outline-focus"
        >
          {memory.text}
        </button>
      </h2>
      <footer className="flex items-center gap-2 text-small text-ink-faint">
        <time dateTime={new Date(memory.toldAtMs).toISOString()} className="min-w-0 flex-1 truncate">
          {format.day(memory.toldAtMs)}
        </time>
        {memory.supersededBy !== null && <Badge>{t('memory.past')}</Badge>}
        {memory.origin === 'person' && <Badge tone="lamp">{t('memory.byYou')}</Badge>}
        <span className="relative z-10">
          <Menu entries={entries}>
            <IconButton size="small" label={t('memory.more', { text: short(memory.text) })} icon={<Ellipsis />} />
          </Menu>
        </span>
      </footer>
    </article>
  );
}

/** What can be done with a memory, each in one step. */
export function useMemoryMenu(memory: Memory, onDeed: MemoryCardProps['onDeed']): MenuEntries {
  const { t } = useWords();
  const client = useClient();
  const pin = useCommand((c) => c.memory.pin, {
    done: (_output, { memoryId, pinned }) => ({
      text: pinned ? t('memory.pinnedDone') : t('memory.unpinnedDone'),
      undo: () => client.memory.pin({ memoryId, pinned: !pinned }),
    }),
  });
  return useMemo(
    () => [
      { label: t('memory.open'), icon: <MessageCircle />, onSelect: () => onDeed('open', memory) },
      {
        label: memory.pinned ? t('memory.unpin') : t('memory.pin'),
        icon: memory.pinned ? <PinOff /> : <Pin />,
        onSelect: () => void pin.run({ memoryId: memory.id, pinned: !memory.pinned }),
      },
      { label: t('memory.edit'), icon: <Pencil />, onSelect: () => onDeed('edit', memory) },
      { label: t('memory.correct'), icon: <Replace />, onSelect: () => onDeed('correct', memory) },
      'separator' as const,
      { label: t('memory.forget'), icon: <Trash2 />, danger: true, onSelect: () => onDeed('forget', memory) },
    ],
    [t, memory, onDeed, pin],
  );
}

function short(text: string): string {
  return text.length > 24 ? `${text.slice(0, 24).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}
