import { RotateCw, Trash2 } from 'lucide-react';
import type { Character } from '#shared/characters/contract.ts';
import { MEMORY_KINDS } from '#shared/memory/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Section } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { KIND_ICONS } from './memory-words.tsx';

/** How much is kept, how well, and what is still being read. */
export function MemoryHealth({ character }: { readonly character: Character }) {
  const { t, format } = useWords();
  const health = useLiveQuery((client) => client.memory.health, { characterId: character.id });
  const retry = useCommand((client) => client.memory.retry, {
    done: ({ messages }) => ({ text: t('memory.retried', { count: messages }) }),
  });
  const clean = useCommand((client) => client.memory.removeOldSnapshots, {
    done: ({ removed }) => ({ text: t('memory.snapshotsRemoved', { count: removed }) }),
  });
  if (health.status === 'failed') return <ErrorState words={failureWords(health.error, t)} onRetry={health.retry} />;
  if (health.status === 'loading') {
    return (
      <Loading label={t('ui.loading')}>
        <SkeletonRows count={4} />
      </Loading>
    );
  }
  const { byKind, queue, ...counts } = health.data;
  const most = Math.max(1, ...MEMORY_KINDS.map((kind) => byKind[kind]));
  const facts = ['current', 'pinned', 'superseded', 'expired', 'digests', 'duplicates', 'orphans'] as const;
  return (
    <div className="flex flex-col gap-8">
      {queue.failed > 0 && (
        <Banner
          tone="warn"
          title={t('memory.queueFailed', { count: queue.failed })}
          actions={
            <Button size="small" icon={<RotateCw />} busy={retry.pending} onClick={() => void retry.run({})}>
              {t('ui.retry')}
            </Button>
          }
        >
          {t('memory.queueFailedBody')}
        </Banner>
      )}
      <Section title={t('memory.health.kinds')} help={t('memory.health.kindsHelp', { name: character.name })}>
        <Card>
          <ul className="flex flex-col gap-3">
            {MEMORY_KINDS.map((kind) => {
              const Icon = KIND_ICONS[kind];
              return (
                <li key={kind} className="grid grid-cols-[9.5rem_minmax(0,1fr)_3rem] items-center gap-3">
                  <span className="flex items-center gap-2 text-ink-soft">
                    <Icon className="size-4 text-lamp-ink" aria-hidden="true" />
                    {t(`memory.kind.${kind}`)}
                  </span>
                  <span className="h-2.5 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
                    <span
                      className="block h-full rounded-full bg-lamp"
                      style={{ width: `${(100 * byKind[kind]) / most}%` }}
                    />
                  </span>
                  <span className="text-right tabular-nums">{format.number(byKind[kind])}</span>
                </li>
              );
            })}
          </ul>
        </Card>
      </Section>
      <Section title={t('memory.health.state')} help={t('memory.health.stateHelp')}>
        <Card>
          <dl className="grid grid-cols-2 gap-x-6 gap-y-4 middle:grid-cols-4">
            {facts.map((fact) => (
              <div key={fact} className="flex flex-col-reverse">
                <dt className="text-small text-ink-faint">{t(`memory.health.${fact}`)}</dt>
                <dd className="text-large tabular-nums">{format.number(counts[fact])}</dd>
              </div>
            ))}
            <div className="flex flex-col-reverse">
              <dt className="text-small text-ink-faint">{t('memory.health.waiting')}</dt>
              <dd className="text-large tabular-nums">{format.number(queue.waiting + queue.digestsDue)}</dd>
            </div>
          </dl>
        </Card>
      </Section>
      <Section title={t('memory.forgotten.title')} help={t('memory.forgotten.help')}>
        <div className="flex flex-wrap items-center gap-4">
          <Button icon={<Trash2 />} busy={clean.pending} onClick={() => void clean.run({})}>
            {t('memory.forgotten.clean')}
          </Button>
          {queue.erasuresWaiting > 0 && (
            <span role="status" className="text-small text-ink-faint">
              {t('memory.forgotten.waiting', { count: queue.erasuresWaiting })}
            </span>
          )}
        </div>
      </Section>
    </div>
  );
}
