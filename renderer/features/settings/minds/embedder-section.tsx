import { useState } from 'react';
import type { EmbeddingStatus } from '#shared/embedding/contract.ts';
import type { Provider } from '#shared/settings/contract.ts';
import { useLiveQuery } from '../../../data/live-query.ts';
import { useSettings } from '../../../data/settings.ts';
import { useCommand } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { Button } from '../../../ui/button.tsx';
import { Card, Section } from '../../../ui/card.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { Select } from '../../../ui/select.tsx';

const BUNDLED = 'bundled';

/** What makes vectors of what is said, and how far it has come. */
export function EmbedderSection({ providers }: { readonly providers: readonly Provider[] }) {
  const { t } = useWords();
  const { values, set } = useSettings();
  const status = useLiveQuery((client) => client.embedding.status, {});
  const servers = providers.filter(({ kind, enabled }) => kind === 'openai' && enabled);
  const stored = servers.find(({ id }) => id === values.embedderProviderId)?.id ?? BUNDLED;
  const [chosen, setChosen] = useState<string | null>(null);
  const [model, setModel] = useState(values.embedderModel);
  const shown = chosen ?? stored;
  const name = model.trim();
  const isNew = shown !== stored || name !== values.embedderModel;
  return (
    <Section title={t('embedder.title')} help={t('embedder.help')}>
      <Card className="flex flex-col gap-5">
        <Select
          label={t('embedder.label')}
          className="max-w-md"
          value={shown}
          choices={[
            { value: BUNDLED, label: t('embedder.bundled'), hint: t('embedder.bundledHint') },
            ...servers.map((server) => ({ value: server.id as string, label: server.name })),
          ]}
          onChange={(next) => {
            setChosen(next);
            if (next === BUNDLED) void set({ embedderProviderId: null });
          }}
        />
        {shown !== BUNDLED && (
          <div className="flex flex-wrap items-end gap-3">
            <TextField
              label={t('embedder.model')}
              help={t('embedder.modelHelp')}
              value={model}
              onChange={setModel}
              className="max-w-md flex-1 basis-60"
            />
            {isNew && name !== '' && (
              <Button onClick={() => void set({ embedderProviderId: shown, embedderModel: name })}>
                {t('embedder.apply')}
              </Button>
            )}
          </div>
        )}
        {status.data && <HowFar status={status.data} />}
      </Card>
    </Section>
  );
}

function HowFar({ status }: { readonly status: EmbeddingStatus }) {
  const { t, locale } = useWords();
  const retry = useCommand((client) => client.embedding.retry);
  const { building, failure, failed } = status;
  const ratio = building === null || building.total === 0 ? 1 : Math.min(1, building.done / building.total);
  const percent = new Intl.NumberFormat(locale, { style: 'percent' }).format(ratio);
  const words =
    building?.model === status.searched ? t('embedder.first', { percent }) : t('embedder.building', { percent });
  return (
    <div className="flex flex-col gap-3">
      {building === null ? (
        <p className="text-small text-ink-faint">{t('embedder.ready')}</p>
      ) : (
        <Progress label={words} ratio={ratio} />
      )}
      {(failure !== null || failed > 0) && (
        <div className="flex flex-wrap items-center gap-3 text-small">
          <p className="text-bad">
            {failure === null ? t('embedder.failed', { count: failed }) : t(`embedder.failure.${failure}`)}
          </p>
          <Button size="small" disabled={retry.pending} onClick={() => void retry.run({})}>
            {t('embedder.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}
