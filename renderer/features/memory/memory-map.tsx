import { Orbit } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import type { MapLink, MapNode } from '#shared/memory/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { cx } from '../../ui/cx.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { HEIGHT, layOutConstellation, type Star, WIDTH } from './constellation-layout.ts';

export interface MemoryMapProps {
  readonly character: Character;
  /** A star was chosen. */
  readonly onAbout: (node: MapNode) => void;
}

/** As many stars as a sky can hold and still be read; the rest is in the list below it. */
const MOST_STARS = 40;

/** People, places and things as a constellation around the two, with a list of the same for those who would rather read. */
export function MemoryMap({ character, onAbout }: MemoryMapProps) {
  const { t } = useWords();
  const map = useLiveQuery((client) => client.memory.map, { characterId: character.id });
  if (map.status === 'failed') return <ErrorState words={failureWords(map.error, t)} onRetry={map.retry} />;
  if (map.status === 'loading') {
    return (
      <Loading label={t('ui.loading')}>
        <SkeletonRows count={4} />
      </Loading>
    );
  }
  const others = map.data.nodes.filter(({ group }) => group !== 'person' && group !== 'companion');
  if (others.length === 0) {
    return (
      <EmptyState icon={<Orbit />} title={t('memory.noMap.title')}>
        {t('memory.noMap.body', { name: character.name })}
      </EmptyState>
    );
  }
  return <Sky character={character} nodes={map.data.nodes} links={map.data.links} onAbout={onAbout} />;
}

interface SkyProps extends MemoryMapProps {
  readonly nodes: readonly MapNode[];
  readonly links: readonly MapLink[];
}

function Sky({ character, nodes, links, onAbout }: SkyProps) {
  const { t } = useWords();
  const { personName } = useSettings().values;
  const [near, setNear] = useState<string | null>(null);
  const shown = useMemo(() => {
    const two = nodes.filter(({ group }) => group === 'person' || group === 'companion');
    const rest = nodes
      .filter(({ group }) => group !== 'person' && group !== 'companion')
      .toSorted((one, other) => other.memoryIds.length - one.memoryIds.length);
    return [...two, ...rest.slice(0, MOST_STARS)];
  }, [nodes]);
  const stars = useMemo(() => layOutConstellation(shown, links), [shown, links]);
  const at = useMemo(() => new Map(stars.map((star) => [star.node.id, star])), [stars]);
  const lit = useMemo(() => {
    if (near === null) return null;
    const ids = new Set([near]);
    for (const { from, to } of links) {
      if (from === near) ids.add(to);
      if (to === near) ids.add(from);
    }
    return ids;
  }, [links, near]);
  const nameOf = (node: MapNode): string => {
    if (node.group === 'person') return personName === '' ? t('memory.you') : personName;
    return node.group === 'companion' ? character.name : node.label;
  };
  return (
    <div className="flex flex-col gap-8">
      <figure className="overflow-hidden rounded-large border border-line bg-[radial-gradient(70%_80%_at_50%_50%,var(--glow),transparent)] bg-paper">
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="group"
          aria-label={t('memory.map.label', { name: character.name })}
          className="block w-full"
          onPointerLeave={() => setNear(null)}
        >
          {links.map((link) => (
            <Thread key={`${link.from} ${link.to}`} link={link} at={at} lit={lit} />
          ))}
          {stars.map((star) => (
            <StarView
              key={star.node.id}
              star={star}
              name={nameOf(star.node)}
              dim={lit !== null && !lit.has(star.node.id)}
              onNear={setNear}
              onPress={() => onAbout(star.node)}
            />
          ))}
        </svg>
      </figure>
      <dl className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {(['people', 'place', 'thing', 'topic'] as const).map((group) => {
          const own = nodes.filter((node) => node.group === group);
          if (own.length === 0) return null;
          return (
            <div key={group}>
              <dt className="mb-1.5 flex items-center gap-2 text-small text-ink-faint">
                <span aria-hidden="true" className={cx('size-2.5 rounded-full', DOTS[group])} />
                {t(`memory.group.${group}`)}
              </dt>
              <dd className="flex flex-wrap gap-1.5">
                {own.map((node) => (
                  <button
                    key={node.id}
                    type="button"
                    onClick={() => onAbout(node)}
                    className="rounded-full border border-line bg-paper px-3 text-small text-ink-soft transition-colors hover:bg-lamp-wash hover:text-ink"
                  >
                    {node.label} <span className="text-ink-faint tabular-nums">{node.memoryIds.length}</span>
                  </button>
                ))}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

interface ThreadProps {
  readonly link: MapLink;
  readonly at: ReadonlyMap<string, Star>;
  readonly lit: ReadonlySet<string> | null;
}

function Thread({ link, at, lit }: ThreadProps) {
  const [from, to] = [at.get(link.from), at.get(link.to)];
  if (from === undefined || to === undefined) return null;
  const shown = lit === null || (lit.has(link.from) && lit.has(link.to));
  return (
    <line
      x1={from.x}
      y1={from.y}
      x2={to.x}
      y2={to.y}
      className={cx(
        'stroke-line-strong transition-opacity',
        lit === null ? 'opacity-25' : shown ? 'opacity-80' : 'opacity-10',
      )}
      strokeWidth={Math.min(2.5, 0.8 + 0.3 * link.memoryIds.length)}
    />
  );
}

interface StarViewProps {
  readonly star: Star;
  readonly name: string;
  readonly dim: boolean;
  readonly onNear: (id: string | null) => void;
  readonly onPress: () => void;
}

function StarView({ star: { node, x, y, radius }, name, dim, onNear, onPress }: StarViewProps) {
  const { t } = useWords();
  const centre = node.group === 'person' || node.group === 'companion';
  return (
    <g
      role="button"
      tabIndex={0}
      aria-label={t('memory.star', { name, count: node.memoryIds.length })}
      transform={`translate(${x} ${y})`}
      onPointerEnter={() => onNear(node.id)}
      onFocus={() => onNear(node.id)}
      onBlur={() => onNear(null)}
      onClick={onPress}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onPress();
      }}
      className={cx('group/star cursor-pointer outline-none transition-opacity', dim && 'opacity-30')}
    >
      <circle r={radius * 2.6} className={cx('opacity-15', FILLS[node.group])} />
      <circle
        r={centre ? 13 : radius}
        className={cx(
          'stroke-2 transition-[stroke]',
          FILLS[node.group],
          'stroke-paper group-hover/star:stroke-ink group-focus-visible/star:stroke-focus group-focus-visible/star:stroke-[4px]',
        )}
      />
      <text
        y={(centre ? 13 : radius) + 19}
        textAnchor="middle"
        className={cx('fill-ink text-[15px]', centre && 'font-bold')}
      >
        {name.length > 12 ? `${name.slice(0, 11).replace(/[\uD800-\uDBFF]$/, '')}…` : name}
      </text>
    </g>
  );
}

const FILLS: Readonly<Record<MapNode['group'], string>> = {
  person: 'fill-lamp',
  companion: 'fill-lamp-deep',
  people: 'fill-lamp',
  place: 'fill-link',
  thing: 'fill-good',
  topic: 'fill-line-strong',
};

const DOTS = {
  people: 'bg-lamp',
  place: 'bg-link',
  thing: 'bg-good',
  topic: 'bg-line-strong',
} as const;
