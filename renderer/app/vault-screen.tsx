import { RotateCw, ShieldCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { unreachable } from '#shared/base/assert.ts';
import type { Snapshot, VaultStatus } from '#shared/host/contract.ts';
import { useCommand } from '../data/use-command.ts';
import { useWords } from '../data/words.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { List, ListRow } from '../ui/list.tsx';
import { QuietPage } from './quiet-page.tsx';

type Closed = Exclude<VaultStatus, { kind: 'ready' }>;

export interface VaultScreenProps {
  readonly vault: Closed;
  /** Where the file is. */
  readonly folder: string;
  readonly onRetry: () => void;
}

/** What the person sees while their file is not open: why, and what can be done. Nothing is ever begun anew silently. */
export function VaultScreen({ vault, folder, onRetry }: VaultScreenProps) {
  const { t } = useWords();
  switch (vault.kind) {
    case 'locked':
      return <Locked wrong={vault.wrongPassphrase} />;
    case 'damaged':
      return <Damaged setAsideAs={vault.setAsideAs} folder={folder} snapshots={vault.snapshots} />;
    case 'newer':
      return <Told title={t('vault.newer.title')} body={t('vault.newer.body', vault)} />;
    case 'migration_failed':
      return (
        <Told
          title={t('vault.migration_failed.title')}
          body={t('vault.migration_failed.body', vault)}
          onRetry={onRetry}
        >
          <Path label={t('vault.migration_failed.backup')} path={vault.backup} />
        </Told>
      );
    case 'read_only':
    case 'in_use':
    case 'disk_full':
    case 'no_key':
      return (
        <Told title={t(`vault.${vault.kind}.title`)} body={t(`vault.${vault.kind}.body`)} onRetry={onRetry}>
          <Path label={t('vault.path')} path={vault.path} />
        </Told>
      );
    default:
      return unreachable(vault);
  }
}

interface ToldProps {
  readonly title: string;
  readonly body: string;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

function Told({ title, body, onRetry, children }: ToldProps) {
  const { t } = useWords();
  return (
    <QuietPage title={title}>
      <p className="text-ink-soft">{body}</p>
      {children && <Card className="flex flex-col gap-2">{children}</Card>}
      <p className="flex items-center gap-2 text-small text-ink-soft">
        <ShieldCheck className="size-4 shrink-0 text-good" aria-hidden="true" />
        {t('vault.safe')}
      </p>
      {onRetry && (
        <Button look="primary" size="large" icon={<RotateCw />} onClick={onRetry}>
          {t('ui.retry')}
        </Button>
      )}
    </QuietPage>
  );
}

function Path({ label, path }: { readonly label: string; readonly path: string }) {
  return (
    <p className="text-small">
      <span className="block text-ink-faint">{label}</span>
      <code className="font-mono break-all text-ink-soft select-all">{path}</code>
    </p>
  );
}

function Locked({ wrong }: { readonly wrong: boolean }) {
  const { t } = useWords();
  const [passphrase, setPassphrase] = useState('');
  const unlock = useCommand((client) => client.host.unlock);
  return (
    <QuietPage title={t('vault.locked.title')}>
      <p className="text-ink-soft">{t('vault.locked.body')}</p>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void unlock.run({ passphrase });
        }}
      >
        <TextField
          label={t('vault.locked.label')}
          type="password"
          autoComplete="current-password"
          autoFocus
          value={passphrase}
          onChange={setPassphrase}
          problem={wrong && !unlock.pending ? t('vault.locked.wrong') : null}
        />
        <Button type="submit" look="primary" size="large" busy={unlock.pending} disabled={passphrase === ''}>
          {t('vault.locked.open')}
        </Button>
      </form>
      <p className="text-small text-ink-faint">{t('vault.locked.forgotten')}</p>
    </QuietPage>
  );
}

interface DamagedProps {
  readonly setAsideAs: string;
  readonly folder: string;
  readonly snapshots: readonly Snapshot[];
}

function Damaged({ setAsideAs, folder, snapshots }: DamagedProps) {
  const { t, format } = useWords();
  const [asking, setAsking] = useState(false);
  const restore = useCommand((client) => client.host.restoreSnapshot);
  const startEmpty = useCommand((client) => client.host.startEmpty);
  const [newest, ...older] = snapshots.filter((snapshot) => snapshot.good).sort((a, b) => b.takenAtMs - a.takenAtMs);
  return (
    <QuietPage title={t('vault.damaged.title')}>
      <p className="text-ink-soft">{t('vault.damaged.body')}</p>
      <div className="flex flex-col gap-2">
        <Path label={t('vault.damaged.setAside')} path={setAsideAs} />
        <Path label={t('vault.path')} path={folder} />
      </div>
      {newest ? (
        <Card className="flex flex-col gap-3">
          <div>
            <div className="text-small text-ink-faint">{t('vault.damaged.newest')}</div>
            <div className="text-large">{format.dayAndTime(newest.takenAtMs)}</div>
            <div className="text-small text-ink-faint">{format.bytes(newest.sizeBytes)}</div>
          </div>
          <Button
            look="primary"
            size="large"
            autoFocus
            busy={restore.pending}
            onClick={() => void restore.run({ name: newest.name })}
          >
            {t('vault.damaged.restore')}
          </Button>
        </Card>
      ) : (
        <p className="font-medium">{t('vault.damaged.none')}</p>
      )}
      {older.length > 0 && (
        <details>
          <summary className="py-1 text-ink-soft">{t('vault.damaged.others')}</summary>
          <List className="mt-2">
            {older.map((snapshot) => (
              <ListRow key={snapshot.name} className="justify-between">
                <span>{format.dayAndTime(snapshot.takenAtMs)}</span>
                <Button
                  size="small"
                  aria-label={t('settings.backups.restoreOf', { day: format.dayAndTime(snapshot.takenAtMs) })}
                  onClick={() => void restore.run({ name: snapshot.name })}
                >
                  {t('settings.backups.restore')}
                </Button>
              </ListRow>
            ))}
          </List>
        </details>
      )}
      <Button look="ghost" className="self-start" onClick={() => setAsking(true)}>
        {t('vault.damaged.startEmpty')}
      </Button>
      <Confirm
        open={asking}
        danger={false}
        title={t('vault.damaged.startEmptyTitle')}
        description={t('vault.damaged.startEmptyBody')}
        confirmLabel={t('vault.damaged.startEmpty')}
        busy={startEmpty.pending}
        onCancel={() => setAsking(false)}
        onConfirm={() => void startEmpty.run({}).then(() => setAsking(false))}
      />
    </QuietPage>
  );
}
