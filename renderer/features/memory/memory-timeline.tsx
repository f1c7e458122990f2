import { CalendarDays } from 'lucide-react';
import { useState } from 'react';
import type { Character } from '#shared/characters/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import type { MemoryCardProps } from './memory-card.tsx';
import { KIND_ICONS } from './memory-words.tsx';

export interface MemoryTimelineProps {
  readonly character: Character;
  readonly onDeed: MemoryCardProps['onDeed'];
}

/** The days, newest first, along one line: what was said of each in short, and what was kept from it. */
export function MemoryTimeline({ character, onDeed }: MemoryTimelineProps) {
  const { t } = useWords();
  const [pages, setPages] = useState<readonly (string | null)[]>([null]);
  return (
    <ol aria-label={t('memory.view.timeline')} className="flex flex-col">
      {pages.map((before, index) => (
        <Days
          key={before ?? 'first'}
          character={character}
          before={before}
          last={index === pages.length - 1}
          onDeed={onDeed}
          onMore={(next) => setPages((all) => [...all, next])}
        />
      ))}
    </ol>
  );
}

interface DaysProps extends MemoryTimelineProps {
  readonly before: string | null;
  readonly last: boolean;
  readonly onMore: (before: string) => void;
}

function Days({ character, before, last, onDeed, onMore }: DaysProps) {
  const { t, format } = useWords();
  const page = useLiveQuery((client) => client.memory.timeline, {
    characterId: character.id,
    ...(before === null ? {} : { before }),
    limit: 20,
  });
  if (page.status === 'failed') {
    return (
      <li>
        <ErrorState words={failureWords(page.error, t)} onRetry={page.retry} />
      </li>
    );
  }
  if (page.status === 'loading') {
    return (
      <li>
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={4} />
        </Loading>
      </li>
    );
  }
  const { days, nextBefore } = page.data;
  if (before === null && days.length === 0) {
    return (
      <li>
        <EmptyState icon={<CalendarDays />} title={t('memory.noDays.title')}>
          {t('memory.noDays.body', { name: character.name })}
        </EmptyState>
      </li>
    );
  }
  return (
    <>
      {days.map(({ day, digest, memories }) => (
        <li key={day} className="relative grid grid-cols-[20px_minmax(0,1fr)] gap-x-4 pb-8 last:pb-2">
          <span aria-hidden="true" className="relative flex justify-center">
            <span className="absolute inset-y-0 top-3 w-px bg-line-strong opacity-50" />
            <span className="relative mt-2 size-3 rounded-full border-2 border-room bg-lamp shadow-[0_0_14px_4px_var(--glow)]" />
          </span>
          <section>
            <h2 className="font-bold">
              <time dateTime={day}>{format.day(Date.parse(`${day}T12:00:00`))}</time>
            </h2>
            {digest && <p className="mt-1 max-w-[44em] font-story text-ink-soft">{digest.text}</p>}
            {memories.length > 0 && (
              <ul className="mt-2 flex flex-col items-start gap-1">
                {memories.map((memory) => {
                  const Icon = KIND_ICONS[memory.kind];
                  return (
                    <li key={memory.id} className="max-w-full">
                      <button
                        type="button"
                        onClick={() => onDeed('open', memory)}
                        className="flex max-w-full items-baseline gap-2.5 rounded-small px-2 py-0.5 text-left transition-colors hover:bg-lamp-wash"
                      >
                        <Icon className="size-3.5 shrink-0 translate-y-0.5 text-lamp-ink" aria-hidden="true" />
                        <span className="min-w-0 break-words">{memory.text}</span>
                      </button>
                    </li>
                  );
                })}
              </ul>
            )}
          </section>
        </li>
      ))}
      {last && nextBefore !== null && (
        <li className="flex justify-center pt-2">
          <Button onClick={() => onMore(nextBefore)}>{t('memory.earlierDays')}</Button>
        </li>
      )}
    </>
  );
}
