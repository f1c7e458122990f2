import { CalendarDays, HeartPulse, LibraryBig, Orbit } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import type { MapNode, Memory } from '#shared/memory/contract.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useNavigation } from '../../data/navigation.ts';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import type { MemoryDeed } from './memory-card.tsx';
import { MemoryDialogs } from './memory-dialogs.tsx';
import { MemoryHealth } from './memory-health.tsx';
import { MemoryMap } from './memory-map.tsx';
import { MemoryShelf, type MemoryShelfProps } from './memory-shelf.tsx';
import { MemoryTimeline } from './memory-timeline.tsx';

const VIEWS = ['shelf', 'timeline', 'map', 'health'] as const;
type View = (typeof VIEWS)[number];

/** Where everything that is remembered can be seen, put right and forgotten. `characterId`: whose; the first companion's when null. */
export function MemoryRoom({ characterId }: { readonly characterId: string | null }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const characters = useLiveQuery((client) => client.characters.list, {});
  const all = characters.data ?? [];
  const character = all.find(({ id }) => id === characterId) ?? all[0] ?? null;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-5xl animate-arrive flex-col gap-6 px-6 py-8 middle:py-12">
        <header className="flex flex-wrap items-end justify-between gap-4">
          <div className="min-w-0 flex-1 basis-80">
            <h1 className="font-story text-title">{t('memory.title')}</h1>
            <p className="max-w-[44em] text-ink-soft">{t('memory.help')}</p>
          </div>
          {all.length > 1 && character && (
            <Select
              label={t('memory.with')}
              className="w-48"
              value={character.id}
              choices={all.map(({ id, name, avatar }) => ({
                value: id as string,
                label: name,
                icon: <Portrait avatar={avatar} name={name} size={24} />,
              }))}
              onChange={(id) => go({ place: 'memory', characterId: id })}
            />
          )}
        </header>
        {characters.status === 'loading' ? (
          <Loading label={t('ui.loading')}>
            <SkeletonRows count={4} />
          </Loading>
        ) : character ? (
          <Room key={character.id} character={character} />
        ) : (
          <EmptyState
            icon={<LibraryBig />}
            title={t('memory.nobody.title')}
            action={
              <Button look="primary" onClick={() => go({ place: 'companions' })}>
                {t('conversation.none.action')}
              </Button>
            }
          />
        )}
      </div>
    </div>
  );
}

function Room({ character }: { readonly character: Character }) {
  const { t } = useWords();
  const { values, set } = useSettings();
  const [view, setView] = useState<View>('shelf');
  const [about, setAbout] = useState<MemoryShelfProps['about']>(null);
  const [deed, setDeed] = useState<{ readonly deed: MemoryDeed; readonly memory: Memory } | null>(null);
  const onDeed = useCallback((name: MemoryDeed, memory: Memory) => setDeed({ deed: name, memory }), []);
  const onStar = (node: MapNode): void => {
    setAbout(aboutOf(node));
    setView('shelf');
  };
  return (
    <>
      {!values.memory && (
        <Banner
          tone="info"
          title={t('memory.off.title')}
          actions={
            <Button size="small" onClick={() => void set({ memory: true })}>
              {t('memory.off.turnOn')}
            </Button>
          }
        >
          {t('memory.off.body', { name: character.name })}
        </Banner>
      )}
      <Segmented
        label={t('memory.view')}
        hideLabel
        value={view}
        choices={VIEWS.map((value) => ({ value, label: t(`memory.view.${value}`), icon: ICONS[value] }))}
        onChange={setView}
      />
      {view === 'shelf' ? (
        <MemoryShelf character={character} about={about} onAbout={setAbout} onDeed={onDeed} />
      ) : view === 'timeline' ? (
        <MemoryTimeline character={character} onDeed={onDeed} />
      ) : view === 'map' ? (
        <MemoryMap character={character} onAbout={onStar} />
      ) : (
        <MemoryHealth character={character} />
      )}
      <MemoryDialogs character={character} deed={deed} onDeed={onDeed} onClose={() => setDeed(null)} />
    </>
  );
}

const ICONS = {
  shelf: <LibraryBig />,
  timeline: <CalendarDays />,
  map: <Orbit />,
  health: <HeartPulse />,
} as const;

/** What the shelf shows for a star of the map. */
function aboutOf({ group, label }: MapNode): MemoryShelfProps['about'] {
  if (group === 'person') return { subject: 'person', label };
  if (group === 'companion') return { subject: 'companion', label };
  return group === 'people' ? { subject: label, label } : { tag: label, label };
}
