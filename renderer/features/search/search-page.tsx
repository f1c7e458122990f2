import { Search, SearchX } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import type { SearchHit } from '#shared/chat/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { hrefOf, useNavigation } from '../../data/navigation.ts';
import { reveal } from '../../data/revealed.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { Select } from '../../ui/select.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { Marked } from './marked.tsx';

const PAGE = 30;
const EVERYONE = '';

/** Looks through all conversations as one types, and opens them where the words stand. */
export function SearchPage({ text: asked }: { readonly text: string }) {
  const { t } = useWords();
  const [text, setText] = useState(asked);
  const [withWhom, setWithWhom] = useState(EVERYONE);
  const characters = useLiveQuery((client) => client.characters.list, {});
  const words = useDeferredValue(text.trim());
  useEffect(() => setText(asked), [asked]);
  // Kept in the address, so that going back finds the same search.
  useEffect(() => history.replaceState(null, '', hrefOf({ place: 'search', text: words })), [words]);
  const everyone = { value: EVERYONE, label: t('search.everyone') };
  const people = (characters.data ?? []).map(({ id, name, avatar }) => ({
    value: id as string,
    label: name,
    icon: <Portrait avatar={avatar} name={name} size={24} />,
  }));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-3xl animate-arrive flex-col gap-6 px-6 py-8 middle:py-12">
        <header>
          <h1 className="font-story text-title">{t('search.title')}</h1>
          <p className="text-ink-soft">{t('search.help')}</p>
        </header>
        <search className="flex flex-wrap items-end gap-3">
          <div className="relative min-w-0 flex-1 basis-72">
            <Search
              className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-ink-faint"
              aria-hidden="true"
            />
            <input
              type="search"
              aria-label={t('search.label')}
              placeholder={t('search.placeholder')}
              maxLength={200}
              autoFocus
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="control min-h-12 pl-12 text-large [&::-webkit-search-cancel-button]:hidden"
            />
          </div>
          {people.length > 1 && (
            <Select
              label={t('search.with')}
              value={withWhom}
              choices={[everyone, ...people]}
              onChange={setWithWhom}
              className="w-44"
            />
          )}
        </search>
        {words === '' ? (
          <EmptyState icon={<Search />} title={t('search.idle.title')}>
            {t('search.idle.body')}
          </EmptyState>
        ) : (
          <Results
            key={`${words}\n${withWhom}`}
            text={words}
            withWhom={(characters.data ?? []).find(({ id }) => id === withWhom) ?? null}
            characters={characters.data ?? []}
          />
        )}
      </div>
    </div>
  );
}

interface ResultsProps {
  readonly text: string;
  readonly withWhom: Character | null;
  readonly characters: readonly Character[];
}

function Results({ text, withWhom, characters }: ResultsProps) {
  const { t } = useWords();
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const scope = useMemo(
    () => ({ text, limit: PAGE, ...(withWhom ? { characterId: withWhom.id } : {}) }),
    [text, withWhom],
  );
  const first = useLiveQuery((client) => client.chat.search, scope);
  if (first.status === 'failed') return <ErrorState words={failureWords(first.error, t)} onRetry={first.retry} />;
  if (first.status === 'loading') {
    return (
      <Loading label={t('ui.loading')}>
        <SkeletonRows count={4} />
      </Loading>
    );
  }
  if (first.data.hits.length === 0) {
    return (
      <EmptyState icon={<SearchX />} title={t('search.none.title', { text })}>
        {t('search.none.body')}
      </EmptyState>
    );
  }
  const count = first.data.hits.length;
  return (
    <>
      <p role="status" className="text-small text-ink-faint">
        {first.data.nextCursor === null
          ? t('search.found', { count })
          : t('search.foundMore', { count: count * cursors.length })}
      </p>
      <ul className="flex flex-col gap-2">
        {cursors.map((cursor, index) => (
          <Hits
            key={cursor ?? 'first'}
            scope={cursor === null ? scope : { ...scope, cursor }}
            last={index === cursors.length - 1}
            characters={characters}
            onMore={(next) => setCursors((all) => [...all, next])}
          />
        ))}
      </ul>
    </>
  );
}

interface HitsProps {
  readonly scope: {
    readonly text: string;
    readonly limit: number;
    readonly characterId?: Character['id'];
    readonly cursor?: string;
  };
  readonly last: boolean;
  readonly characters: readonly Character[];
  readonly onMore: (cursor: string) => void;
}

function Hits({ scope, last, characters, onMore }: HitsProps) {
  const { t } = useWords();
  const page = useLiveQuery((client) => client.chat.search, scope);
  const next = page.data?.nextCursor ?? null;
  return (
    <>
      {page.data?.hits.map((hit) => (
        <li key={hit.messageId}>
          <Hit hit={hit} character={characters.find(({ id }) => id === hit.characterId) ?? null} />
        </li>
      ))}
      {last && (page.status === 'loading' || next !== null) && (
        <li className="flex justify-center pt-3">
          <Button busy={page.status === 'loading'} onClick={() => next !== null && onMore(next)}>
            {t('search.more')}
          </Button>
        </li>
      )}
    </>
  );
}

function Hit({ hit, character }: { readonly hit: SearchHit; readonly character: Character | null }) {
  const { t, format } = useWords();
  const { go } = useNavigation();
  const show = useCommand((client) => client.chat.reveal);
  const open = async (): Promise<void> => {
    const shown = await show.run({ messageId: hit.messageId });
    if (!shown) return;
    go({ place: 'conversation', id: shown.conversationId });
    reveal({ conversationId: shown.conversationId, messageId: hit.messageId, depth: shown.depth });
  };
  const name = character?.name ?? '';
  return (
    <button
      type="button"
      onClick={() => void open()}
      className="flex w-full items-start gap-4 rounded-large border border-line bg-paper px-4 py-3 text-left transition-colors hover:bg-lamp-wash"
    >
      <Portrait avatar={character?.avatar ?? ''} name={name} size={40} />
      <span className="min-w-0 flex-1">
        <span className="flex justify-between gap-3 text-small text-ink-faint">
          <span className="truncate">{hit.author === 'person' ? t('search.youTo', { name }) : name}</span>
          <time dateTime={new Date(hit.createdAtMs).toISOString()} className="shrink-0">
            {format.dayAndTime(hit.createdAtMs)}
          </time>
        </span>
        <span className="line-clamp-3 break-words">
          <Marked text={hit.excerpt} ranges={hit.matches} />
        </span>
        <span className="sr-only">{t('search.open')}</span>
      </span>
    </button>
  );
}
