import { HardDriveDownload } from 'lucide-react';
import { useState } from 'react';
import type { Snapshot } from '#shared/host/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card, Section } from '../../ui/card.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';

export function BackupsPage() {
  const { t, format } = useWords();
  const snapshots = useLiveQuery((client) => client.host.snapshots, {});
  const take = useCommand((client) => client.host.takeSnapshot, {
    done: () => ({ text: t('settings.backups.taken') }),
  });
  const [asked, setAsked] = useState<Snapshot | null>(null);
  const restore = useCommand((client) => client.host.restoreSnapshot, {
    done: () => ({ text: t('settings.backups.restored', { day: asked ? format.dayAndTime(asked.takenAtMs) : '' }) }),
  });
  if (snapshots.status === 'loading') {
    return (
      <Loading label={t('ui.loading')}>
        <SkeletonRows />
      </Loading>
    );
  }
  if (snapshots.status === 'failed')
    return <ErrorState words={failureWords(snapshots.error, t)} onRetry={snapshots.retry} />;

  const all = [...snapshots.data].sort((a, b) => b.takenAtMs - a.takenAtMs);
  const lastGood = all.find((snapshot) => snapshot.good);
  const takeButton = (
    <Button look="primary" icon={<HardDriveDownload />} busy={take.pending} onClick={() => void take.run({})}>
      {t('settings.backups.take')}
    </Button>
  );
  if (all.length === 0) {
    return (
      <EmptyState icon={<HardDriveDownload />} title={t('settings.backups.none.title')} action={takeButton}>
        {t('settings.backups.none.body')}
      </EmptyState>
    );
  }
  return (
    <>
      <Card className="flex flex-wrap items-center justify-between gap-4">
        <div>
          <div className="text-small text-ink-faint">{t('settings.backups.last')}</div>
          <div className="text-large">
            {lastGood ? format.dayAndTime(lastGood.takenAtMs) : t('settings.backups.never')}
          </div>
          {lastGood && <div className="text-small text-ink-faint">{format.ago(lastGood.takenAtMs, Date.now())}</div>}
        </div>
        {takeButton}
      </Card>
      <Section title={t('settings.backups.all')}>
        <List>
          {all.map((snapshot) => (
            <ListRow key={snapshot.name} className="flex-wrap">
              <div className="min-w-0 flex-1">
                <div>{format.dayAndTime(snapshot.takenAtMs)}</div>
                <div className="text-small text-ink-faint">{format.bytes(snapshot.sizeBytes)}</div>
              </div>
              <Badge tone={snapshot.good ? 'good' : 'bad'}>
                {t(snapshot.good ? 'settings.backups.good' : 'settings.backups.bad')}
              </Badge>
              {snapshot.good && (
                <Button
                  size="small"
                  aria-label={t('settings.backups.restoreOf', { day: format.dayAndTime(snapshot.takenAtMs) })}
                  onClick={() => setAsked(snapshot)}
                >
                  {t('settings.backups.restore')}
                </Button>
              )}
            </ListRow>
          ))}
        </List>
      </Section>
      <Confirm
        open={asked !== null}
        danger={false}
        title={t('settings.backups.restoreTitle', { day: asked ? format.dayAndTime(asked.takenAtMs) : '' })}
        description={t('settings.backups.restoreBody')}
        confirmLabel={t('settings.backups.restore')}
        busy={restore.pending}
        onCancel={() => setAsked(null)}
        onConfirm={() => {
          if (asked) void restore.run({ name: asked.name }).then(() => setAsked(null));
        }}
      />
    </>
  );
}
