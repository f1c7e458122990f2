import { ChevronLeft, Download, Ellipsis, FlaskConical, ListTree, SlidersHorizontal, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { LoreBook } from '#shared/lorebook/contract.ts';
import type { LoreFormat } from '#shared/lorebook/write-lorebook.ts';
import { loreEntryId, lorebookId as lorebookIdSchema } from '#shared/entities.ts';
import { useClient } from '../../data/connection.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { hrefOf, useNavigation } from '../../data/navigation.ts';
import { tellFailure, useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';
import { BookForm } from './book-form.tsx';
import { EntryEditor } from './entry-editor.tsx';
import { EntryList } from './entry-list.tsx';
import { exportBook } from './import-file.ts';
import { Tester } from './tester.tsx';

/** One book: its entries at the left, and what is done with them at the right. */
export function LorebookPage({ lorebookId, view }: { readonly lorebookId: string; readonly view: string }) {
  const { t } = useWords();
  const id = lorebookIdSchema.safeParse(lorebookId);
  const book = useLiveQuery((client) => client.lorebook.book, id.success ? { lorebookId: id.data } : null);
  if (!id.success || (book.status === 'failed' && book.error.code === 'not_found')) {
    return (
      <EmptyState title={t('lorebook.gone.title')} action={<BackLink />}>
        {t('lorebook.gone.body')}
      </EmptyState>
    );
  }
  if (book.status === 'failed') return <ErrorState words={failureWords(book.error, t)} onRetry={book.retry} />;
  if (book.status === 'loading') {
    return (
      <div className="mx-auto w-full max-w-3xl px-6 py-12">
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={5} />
        </Loading>
      </div>
    );
  }
  return <Book book={book.data} view={view} />;
}

function Book({ book, view }: { readonly book: LoreBook; readonly view: string }) {
  const { t } = useWords();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 border-b border-line px-6 pt-5 pb-3">
        <div className="min-w-0 flex-1 basis-60">
          <BackLink />
          <h1 dir="auto" className="truncate font-story text-title">
            {book.name}
          </h1>
        </div>
        <div className="flex items-center gap-2">
          <nav aria-label={t('lorebook.title')} className="inline-flex flex-wrap gap-1 rounded-base bg-sunken p-1">
            <Tab book={book} view="" current={view !== 'test' && view !== 'about'} icon={<ListTree />}>
              {t('lorebook.entries')}
            </Tab>
            <Tab book={book} view="test" current={view === 'test'} icon={<FlaskConical />}>
              {t('lorebook.test')}
            </Tab>
            <Tab book={book} view="about" current={view === 'about'} icon={<SlidersHorizontal />}>
              {t('lorebook.settings')}
            </Tab>
          </nav>
          <BookMenu book={book} />
        </div>
      </header>
      {view === 'test' || view === 'about' ? (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto max-w-3xl animate-arrive px-6 py-8">
            {view === 'test' ? <Tester book={book} /> : <BookForm key={book.id} book={book} />}
          </div>
        </div>
      ) : (
        <Entries book={book} view={view} />
      )}
    </div>
  );
}

function Entries({ book, view }: { readonly book: LoreBook; readonly view: string }) {
  const { t } = useWords();
  const entryId = loreEntryId.safeParse(view);
  const shown = view === 'new' || entryId.success;
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex w-[38%] max-w-sm min-w-60 flex-col border-r border-line">
        <EntryList book={book} chosen={entryId.success ? entryId.data : null} />
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {shown ? (
          <EntryEditor key={view} book={book} entryId={entryId.success ? entryId.data : null} />
        ) : (
          <EmptyState icon={<ListTree />} title={t('lorebook.chooseEntry')} />
        )}
      </div>
    </div>
  );
}

interface TabProps {
  readonly book: LoreBook;
  readonly view: string;
  readonly current: boolean;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

function Tab({ book, view, current, icon, children }: TabProps) {
  const { go } = useNavigation();
  const place = { place: 'lorebook', id: book.id, view } as const;
  return (
    <a
      href={hrefOf(place)}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        event.preventDefault();
        go(place);
      }}
      className={cx(
        'flex min-h-8 items-center gap-2 rounded-small px-3 py-1 no-underline transition-colors [&_svg]:size-4',
        current ? 'bg-raised text-ink shadow-lift' : 'text-ink-soft hover:text-ink',
      )}
    >
      {icon}
      {children}
    </a>
  );
}

function BookMenu({ book }: { readonly book: LoreBook }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const client = useClient();
  const [exporting, setExporting] = useState(false);
  const remove = useCommand((c) => c.lorebook.removeBook, {
    done: (_, { lorebookId }) => ({
      text: t('lorebook.removed', { name: book.name }),
      undo: () => client.lorebook.restoreBook({ lorebookId }),
    }),
  });
  const write = async (format: LoreFormat): Promise<void> => {
    setExporting(true);
    try {
      await exportBook(client, book.id, book.name, format);
      showToast({ text: t('lorebook.exported', { name: book.name }) });
    } catch (thrown) {
      tellFailure(thrown, t);
    } finally {
      setExporting(false);
    }
  };
  return (
    <Menu
      entries={[
        {
          label: t('lorebook.exportWorld'),
          icon: <Download />,
          disabled: exporting,
          onSelect: () => void write('world'),
        },
        {
          label: t('lorebook.exportCard'),
          icon: <Download />,
          disabled: exporting,
          onSelect: () => void write('card'),
        },
        'separator',
        {
          label: t('ui.delete'),
          icon: <Trash2 />,
          danger: true,
          onSelect: () =>
            void remove.run({ lorebookId: book.id }).then((done) => {
              if (done) go({ place: 'lorebooks' });
            }),
        },
      ]}
    >
      <IconButton label={t('lorebook.actions', { name: book.name })} icon={<Ellipsis />} />
    </Menu>
  );
}

function BackLink() {
  const { t } = useWords();
  const { go } = useNavigation();
  return (
    <a
      href={hrefOf({ place: 'lorebooks' })}
      onClick={(event) => {
        event.preventDefault();
        go({ place: 'lorebooks' });
      }}
      className="inline-flex w-fit items-center gap-1 text-small no-underline hover:underline"
    >
      <ChevronLeft className="size-4" aria-hidden="true" />
      {t('lorebook.all')}
    </a>
  );
}
