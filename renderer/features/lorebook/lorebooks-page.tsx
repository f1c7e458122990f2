import { BookOpen, Ellipsis, FileUp, Map as World, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { LoreBook } from '#shared/lorebook/contract.ts';
import { useClient } from '../../data/connection.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { hrefOf, useNavigation } from '../../data/navigation.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { ImportDialog } from './import-dialog.tsx';

/** All books: each companion's own, and those they share. */
export function LorebooksPage() {
  const { t } = useWords();
  const { go } = useNavigation();
  const [importing, setImporting] = useState(false);
  const books = useLiveQuery((client) => client.lorebook.books, {});
  const create = useCommand((client) => client.lorebook.createBook, { done: () => ({ text: t('lorebook.created') }) });
  const make = async (): Promise<void> => {
    const made = await create.run({ name: t('lorebook.newName'), characterId: null });
    if (made) go({ place: 'lorebook', id: made.lorebookId, view: 'about' });
  };
  const buttons = (
    <>
      <Button icon={<FileUp />} onClick={() => setImporting(true)}>
        {t('lorebook.import')}
      </Button>
      <Button look="primary" icon={<Plus />} busy={create.pending} onClick={() => void make()}>
        {t('lorebook.new')}
      </Button>
    </>
  );
  const none = books.status === 'ready' && books.data.length === 0;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-3xl animate-arrive flex-col gap-8 px-6 py-8 middle:px-10 middle:py-12">
        <header className="flex flex-wrap items-end justify-between gap-4">
          <div className="min-w-0 flex-1 basis-72">
            <h1 className="font-story text-title">{t('lorebook.title')}</h1>
            <p className="text-ink-soft">{t('lorebook.help')}</p>
          </div>
          {!none && <div className="flex flex-wrap gap-2">{buttons}</div>}
        </header>
        {books.status === 'loading' && (
          <Loading label={t('ui.loading')}>
            <SkeletonRows />
          </Loading>
        )}
        {books.status === 'failed' && <ErrorState words={failureWords(books.error, t)} onRetry={books.retry} />}
        {none && (
          <EmptyState icon={<World />} title={t('lorebook.none.title')} action={buttons}>
            {t('lorebook.none.body')}
          </EmptyState>
        )}
        {books.status === 'ready' && books.data.length > 0 && (
          <List>
            {books.data.map((book) => (
              <BookRow key={book.id} book={book} />
            ))}
          </List>
        )}
      </div>
      <ImportDialog open={importing} onClose={() => setImporting(false)} />
    </div>
  );
}

function BookRow({ book }: { readonly book: LoreBook }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const client = useClient();
  const characters = useLiveQuery((c) => c.characters.list, {});
  const remove = useCommand((c) => c.lorebook.removeBook, {
    done: (_, { lorebookId }) => ({
      text: t('lorebook.removed', { name: book.name }),
      undo: () => client.lorebook.restoreBook({ lorebookId }),
    }),
  });
  const owner = characters.data?.find(({ id }) => id === book.characterId);
  const place = { place: 'lorebook', id: book.id, view: '' } as const;
  return (
    <ListRow className="hover:bg-lamp-wash">
      <BookOpen className="size-5 shrink-0 text-ink-faint" aria-hidden="true" />
      <a
        href={hrefOf(place)}
        onClick={(event) => {
          event.preventDefault();
          go(place);
        }}
        className="min-w-0 flex-1 text-ink no-underline"
      >
        <span dir="auto" className="block truncate font-medium">
          {book.name}
        </span>
        <span className="block text-small text-ink-faint">
          {book.characterId === null
            ? t('lorebook.shared')
            : owner
              ? t('lorebook.of', { name: owner.name })
              : t('lorebook.ofUnknown')}
        </span>
      </a>
      {!book.enabled && <Badge>{t('lorebook.off')}</Badge>}
      <span className="shrink-0 text-small text-ink-soft tabular-nums">
        {t('lorebook.entryCount', { count: book.entryCount })}
      </span>
      <Menu
        entries={[
          {
            label: t('ui.delete'),
            icon: <Trash2 />,
            danger: true,
            onSelect: () => void remove.run({ lorebookId: book.id }),
          },
        ]}
      >
        <IconButton size="small" label={t('lorebook.actions', { name: book.name })} icon={<Ellipsis />} />
      </Menu>
    </ListRow>
  );
}
