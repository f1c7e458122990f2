import { Brain, Plus, Sprout } from 'lucide-react';
import { useState } from 'react';
import type { Provider } from '#shared/settings/contract.ts';
import { failureWords } from '../../../data/failure.ts';
import { useLiveQuery } from '../../../data/live-query.ts';
import { useCommand } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { Card, Section } from '../../../ui/card.tsx';
import { Confirm } from '../../../ui/dialog.tsx';
import { ErrorState } from '../../../ui/error-state.tsx';
import { List, ListRow } from '../../../ui/list.tsx';
import { Loading, SkeletonRows } from '../../../ui/skeleton.tsx';
import { EmbedderSection } from './embedder-section.tsx';
import { MindDialog } from './mind-dialog.tsx';
import { useRemoveMind, useStaying } from './leaving.ts';
import { MindRow } from './mind-row.tsx';
import { Spending } from './spending.tsx';

type Open = { readonly kind: 'add' } | { readonly kind: 'edit' | 'remove'; readonly provider: Provider };

const NONE: readonly Provider[] = [];

export function MindsPage() {
  const { t } = useWords();
  const providers = useLiveQuery((client) => client.settings.providers, {});
  const [open, setOpen] = useState<Open | null>(null);
  const remove = useRemoveMind();
  const staying = useStaying(providers.data ?? NONE);
  const close = (): void => setOpen(null);
  if (providers.status === 'loading') {
    return (
      <Loading label={t('ui.loading')}>
        <SkeletonRows />
      </Loading>
    );
  }
  if (providers.status === 'failed')
    return <ErrorState words={failureWords(providers.error, t)} onRetry={providers.retry} />;
  return (
    <>
      {staying.length === 0 ? (
        <Card className="flex flex-wrap items-center gap-5">
          <Brain className="size-8 shrink-0 text-lamp-ink" aria-hidden="true" />
          <div className="min-w-0 flex-1 basis-60">
            <h2 className="font-medium">{t('minds.none.title')}</h2>
            <p className="text-ink-soft">{t('minds.none.body')}</p>
          </div>
          <Button look="primary" icon={<Plus />} onClick={() => setOpen({ kind: 'add' })}>
            {t('minds.add')}
          </Button>
        </Card>
      ) : (
        <Section
          title={t('minds.list')}
          help={t('minds.listHelp')}
          aside={
            <Button look="primary" icon={<Plus />} onClick={() => setOpen({ kind: 'add' })}>
              {t('minds.add')}
            </Button>
          }
        >
          <Ladder
            providers={staying}
            all={providers.data}
            onEdit={(provider) => setOpen({ kind: 'edit', provider })}
            onRemove={(provider) => setOpen({ kind: 'remove', provider })}
          />
        </Section>
      )}
      <EmbedderSection providers={providers.data} />
      <Spending />
      <MindDialog open={open?.kind === 'add'} onClose={close} />
      {open?.kind === 'edit' && <MindDialog open provider={open.provider} onClose={close} />}
      <Confirm
        open={open?.kind === 'remove'}
        title={t('minds.removeTitle', { name: open?.kind === 'remove' ? open.provider.name : '' })}
        description={t('minds.removeBody')}
        confirmLabel={t('ui.delete')}
        onCancel={close}
        onConfirm={() => {
          if (open?.kind === 'remove') void remove(open.provider).then(close);
        }}
      />
    </>
  );
}

interface LadderProps {
  readonly providers: readonly Provider[];
  /** With those being deleted, which keep their place at the end. */
  readonly all: readonly Provider[];
  readonly onEdit: (provider: Provider) => void;
  readonly onRemove: (provider: Provider) => void;
}

/** Minds in the order they are asked, and beneath them the one that is always there. */
function Ladder({ providers, all, onEdit, onRemove }: LadderProps) {
  const { t } = useWords();
  const order = useCommand((client) => client.settings.orderProviders);
  const [dragged, setDragged] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const move = (from: number, to: number): void => {
    const moved = providers[from];
    if (moved === undefined || to < 0 || to >= providers.length || from === to) return;
    const next = providers.filter((provider) => provider !== moved);
    next.splice(to, 0, moved);
    const hidden = all.filter((provider) => !providers.includes(provider));
    void order.run({ providerIds: [...next, ...hidden].map((provider) => provider.id) });
    setSaid(t('minds.moved', { name: moved.name, position: to + 1 }));
  };
  return (
    <>
      <List>
        {providers.map((provider, index) => (
          <MindRow
            key={provider.id}
            provider={provider}
            rung={rungOf(provider, providers)}
            dragged={dragged === provider.id}
            onDrag={setDragged}
            onDropHere={() =>
              move(
                providers.findIndex(({ id }) => id === dragged),
                index,
              )
            }
            onUp={index === 0 ? null : () => move(index, index - 1)}
            onDown={index === providers.length - 1 ? null : () => move(index, index + 1)}
            onEdit={() => onEdit(provider)}
            onRemove={() => onRemove(provider)}
          />
        ))}
        <ListRow>
          <span className="grid size-8 shrink-0 place-items-center text-good">
            <Sprout className="size-5" aria-hidden="true" />
          </span>
          <div className="min-w-0 flex-1">
            <div>{t('minds.bank')}</div>
            <div className="text-small text-ink-faint">{t('minds.bankHelp')}</div>
          </div>
          <Badge>{t('minds.rung.last')}</Badge>
        </ListRow>
      </List>
      <div role="status" className="sr-only">
        {said}
      </div>
    </>
  );
}

function rungOf(
  provider: Provider,
  providers: readonly Provider[],
): 'off' | 'device' | 'primary' | 'secondary' | 'later' {
  if (!provider.enabled) return 'off';
  if (provider.kind === 'gguf') return 'device';
  const place = providers.filter(({ enabled, kind }) => enabled && kind === 'openai').indexOf(provider);
  return place === 0 ? 'primary' : place === 1 ? 'secondary' : 'later';
}
