import { Search, SearchX, Sparkles } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import { MEMORY_KINDS, type Memory, type MemoryKind } from '#shared/memory/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Select } from '../../ui/select.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { MemoryCard, type MemoryCardProps } from './memory-card.tsx';
import { KIND_ICONS, subjectWords } from './memory-words.tsx';

export interface MemoryShelfProps {
  readonly character: Character;
  /** A person or thing chosen on the map; null: all. */
  readonly about: { readonly subject?: string; readonly tag?: string; readonly label: string } | null;
  readonly onAbout: (about: MemoryShelfProps['about']) => void;
  readonly onDeed: MemoryCardProps['onDeed'];
}

const PAGE = 48;
const ALL = '';
const STATES = ['current', 'pinned', 'superseded', 'expired', 'all'] as const;
const ORDERS = ['newest', 'oldest', 'importance', 'recalled'] as const;

/** Everything that is remembered with one companion, as cards: searched, narrowed down, put in order. */
export function MemoryShelf({ character, about, onAbout, onDeed }: MemoryShelfProps) {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState('');
  const [kinds, setKinds] = useState<readonly MemoryKind[]>([]);
  const [state, setState] = useState<(typeof STATES)[number]>('current');
  const [order, setOrder] = useState<(typeof ORDERS)[number]>('newest');
  const [shown, setShown] = useState(PAGE);
  const asked = useDeferredValue(text.trim());
  const facets = useLiveQuery((client) => client.memory.facets, { characterId: character.id });
  const page = useLiveQuery((client) => client.memory.list, {
    characterId: character.id,
    text: asked,
    kinds: [...kinds],
    ...(about?.subject === undefined ? {} : { subject: about.subject }),
    ...(about?.tag === undefined ? {} : { tag: about.tag }),
    ...(state === 'pinned' ? { pinned: true, state: 'current' as const } : { state }),
    order,
    offset: 0,
    limit: Math.min(200, shown),
  });
  const narrowed = asked !== '' || kinds.length > 0 || about !== null || state !== 'current';
  const subjects = [
    { value: ALL, label: t('memory.everyone') },
    ...(facets.data?.subjects ?? []).slice(0, 30).map(({ value, count }) => ({
      value,
      label: subjectWords(value, character.name, words),
      hint: t('memory.count', { count }),
    })),
  ];
  return (
    <div className="flex flex-col gap-5">
      <search className="flex flex-col gap-3">
        <div className="flex flex-wrap items-end gap-3">
          <div className="relative min-w-0 flex-1 basis-72">
            <Search
              className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-ink-faint"
              aria-hidden="true"
            />
            <input
              type="search"
              aria-label={t('memory.search')}
              placeholder={t('memory.searchPlaceholder')}
              maxLength={200}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="control min-h-11 pl-12 [&::-webkit-search-cancel-button]:hidden"
            />
          </div>
          <Select
            label={t('memory.about')}
            className="w-40"
            value={about?.subject ?? ALL}
            choices={subjects}
            onChange={(value) =>
              onAbout(value === ALL ? null : { subject: value, label: subjectWords(value, character.name, words) })
            }
          />
          <Select
            label={t('memory.state')}
            className="w-40"
            value={state}
            choices={STATES.map((value) => ({ value, label: t(`memory.state.${value}`) }))}
            onChange={setState}
          />
          <Select
            label={t('memory.order')}
            className="w-40"
            value={order}
            choices={ORDERS.map((value) => ({ value, label: t(`memory.order.${value}`) }))}
            onChange={setOrder}
          />
        </div>
        <div role="group" aria-label={t('memory.kinds')} className="flex flex-wrap gap-2">
          {MEMORY_KINDS.map((kind) => {
            const Icon = KIND_ICONS[kind];
            const on = kinds.includes(kind);
            return (
              <button
                key={kind}
                type="button"
                aria-pressed={on}
                onClick={() => setKinds(on ? kinds.filter((other) => other !== kind) : [...kinds, kind])}
                className={cx(
                  'flex min-h-8 items-center gap-2 rounded-full border px-3.5 text-small transition-colors',
                  on
                    ? 'border-lamp bg-lamp-wash text-lamp-ink'
                    : 'border-line bg-paper text-ink-soft hover:bg-lamp-wash hover:text-ink',
                )}
              >
                <Icon className="size-4" aria-hidden="true" />
                {t(`memory.kind.${kind}`)}
              </button>
            );
          })}
          {about?.tag !== undefined && (
            <button
              type="button"
              onClick={() => onAbout(null)}
              className="flex min-h-8 items-center gap-2 rounded-full border border-lamp bg-lamp-wash px-3.5 text-small text-lamp-ink"
            >
              {t('memory.onlyAbout', { label: about.label })}
            </button>
          )}
        </div>
      </search>
      {page.status === 'failed' ? (
        <ErrorState words={failureWords(page.error, t)} onRetry={page.retry} />
      ) : page.status === 'loading' ? (
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={4} />
        </Loading>
      ) : page.data.memories.length === 0 ? (
        narrowed ? (
          <EmptyState icon={<SearchX />} title={t('memory.none.title')}>
            {t('memory.none.body')}
          </EmptyState>
        ) : (
          <EmptyState icon={<Sparkles />} title={t('memory.empty.title', { name: character.name })}>
            {t('memory.empty.body')}
          </EmptyState>
        )
      ) : (
        <Cards
          memories={page.data.memories}
          total={page.data.total}
          companion={character.name}
          onDeed={onDeed}
          onMore={shown < 200 ? () => setShown((count) => count + PAGE) : null}
        />
      )}
    </div>
  );
}

interface CardsProps {
  readonly memories: readonly Memory[];
  readonly total: number;
  readonly companion: string;
  readonly onDeed: MemoryCardProps['onDeed'];
  readonly onMore: (() => void) | null;
}

function Cards({ memories, total, companion, onDeed, onMore }: CardsProps) {
  const { t } = useWords();
  return (
    <>
      <p role="status" className="text-small text-ink-faint">
        {t('memory.count', { count: total })}
      </p>
      <ul className="grid gap-3 sm:grid-cols-2 wide:grid-cols-3">
        {memories.map((memory) => (
          <li key={memory.id}>
            <MemoryCard memory={memory} companion={companion} onDeed={onDeed} />
          </li>
        ))}
      </ul>
      {memories.length < total &&
        (onMore ? (
          <div className="flex justify-center pt-2">
            <Button onClick={onMore}>{t('memory.showMore')}</Button>
          </div>
        ) : (
          <p className="text-center text-small text-ink-faint">{t('memory.narrow')}</p>
        ))}
    </>
  );
}
