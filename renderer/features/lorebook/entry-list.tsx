import { ChevronLeft, ChevronRight, Plus } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useState } from 'react';
import type { LoreEntryId } from '#shared/entities.ts';
import type { LoreBook, LoreEntryLine } from '#shared/lorebook/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { hrefOf, useNavigation } from '../../data/navigation.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { TextField } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';

const PAGE = 100;

/** The entries of a book, a page at a time; the arrow keys go from one to the next. */
export function EntryList({ book, chosen }: { readonly book: LoreBook; readonly chosen: LoreEntryId | null }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const [text, setText] = useState('');
  const [offset, setOffset] = useState(0);
  const wanted = useDeferredValue(text);
  const page = useLiveQuery((client) => client.lorebook.entries, {
    lorebookId: book.id,
    text: wanted.slice(0, 200).toWellFormed(),
    offset,
    limit: PAGE,
  });
  const { data } = page;
  return (
    <>
      <div className="flex flex-col gap-3 border-b border-line p-4">
        <Button look="primary" icon={<Plus />} onClick={() => go({ place: 'lorebook', id: book.id, view: 'new' })}>
          {t('lorebook.newEntry')}
        </Button>
        <TextField
          label={t('lorebook.search')}
          type="search"
          value={text}
          onChange={(next) => {
            setText(next);
            setOffset(0);
          }}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {page.status === 'loading' && (
          <div className="p-4">
            <Loading label={t('ui.loading')}>
              <SkeletonRows />
            </Loading>
          </div>
        )}
        {page.status === 'failed' && <ErrorState words={failureWords(page.error, t)} onRetry={page.retry} />}
        {data && data.total === 0 && wanted.trim() !== '' && (
          <p role="status" className="p-4 text-ink-soft">
            {t('lorebook.nothingFound', { text: wanted })}
          </p>
        )}
        {data && data.total === 0 && wanted.trim() === '' && (
          <EmptyState title={t('lorebook.noEntries.title')}>{t('lorebook.noEntries.body')}</EmptyState>
        )}
        {data && data.total > 0 && (
          <ul className="divide-y divide-line" onKeyDown={moveByArrows}>
            {data.entries.map((entry) => (
              <li key={entry.id}>
                <Line book={book} entry={entry} chosen={entry.id === chosen} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {data && data.total > PAGE && (
        <div className="flex items-center justify-between border-t border-line px-3 py-2">
          <IconButton
            size="small"
            label={t('lorebook.earlier')}
            icon={<ChevronLeft />}
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - PAGE))}
          />
          <span role="status" className="text-small text-ink-faint tabular-nums">
            {t('lorebook.page', {
              from: offset + 1,
              to: Math.min(data.total, offset + PAGE),
              total: data.total,
            })}
          </span>
          <IconButton
            size="small"
            label={t('lorebook.later')}
            icon={<ChevronRight />}
            disabled={offset + PAGE >= data.total}
            onClick={() => setOffset(offset + PAGE)}
          />
        </div>
      )}
    </>
  );
}

interface LineProps {
  readonly book: LoreBook;
  readonly entry: LoreEntryLine;
  readonly chosen: boolean;
}

function Line({ book, entry, chosen }: LineProps) {
  const { t } = useWords();
  const { go } = useNavigation();
  const place = { place: 'lorebook', id: book.id, view: entry.id } as const;
  const more = entry.keyCount - entry.keys.length;
  return (
    <a
      href={hrefOf(place)}
      aria-current={chosen || undefined}
      onClick={(event) => {
        event.preventDefault();
        go(place);
      }}
      className={cx(
        'block px-4 py-3 text-ink no-underline outline-offset-[-2px] transition-colors',
        chosen ? 'bg-lamp-wash' : 'hover:bg-lamp-wash',
      )}
    >
      <span className="flex items-center gap-2">
        <span
          dir="auto"
          className={cx('min-w-0 flex-1 truncate font-medium', !entry.enabled && 'text-ink-soft line-through')}
        >
          {entry.title || entry.keys[0] || t('lorebook.untitled')}
        </span>
        {entry.constant && <Badge tone="lamp">{t('lorebook.constant')}</Badge>}
        {!entry.enabled && <Badge>{t('lorebook.off')}</Badge>}
      </span>
      {entry.keys.length > 0 && (
        <span dir="auto" className="block truncate text-small text-ink-soft">
          {entry.keys.join(' · ')}
          {more > 0 && ` ${t('lorebook.moreKeys', { count: more })}`}
        </span>
      )}
      <span dir="auto" className="block truncate text-small text-ink-faint">
        {entry.preview}
      </span>
    </a>
  );
}

function moveByArrows(event: KeyboardEvent<HTMLUListElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('a')];
  const at = links.findIndex((link) => link === document.activeElement);
  if (at < 0) return;
  event.preventDefault();
  links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
