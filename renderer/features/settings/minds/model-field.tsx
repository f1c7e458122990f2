import { List } from 'lucide-react';
import { useState } from 'react';
import type { Provider } from '#shared/settings/contract.ts';
import { useCommand } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { Button } from '../../../ui/button.tsx';
import { FailureBanner } from '../../../ui/failure-banner.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { fieldsOf, type MindDraft, problemsOf } from './mind-draft.ts';

export interface ModelFieldProps {
  readonly draft: MindDraft;
  readonly provider: Provider | undefined;
  readonly onChange: (model: string) => void;
}

/** Which model of a server. Written by hand, or chosen once the server has been asked what it has. */
export function ModelField({ draft, provider, onChange }: ModelFieldProps) {
  const { t } = useWords();
  const [models, setModels] = useState<readonly string[]>([]);
  const [told, setTold] = useState<{ readonly good: boolean; readonly text: string } | null>(null);
  const list = useCommand((client) => client.settings.listModels, { quiet: true });

  const ask = async (): Promise<void> => {
    setTold(null);
    const answer = await list.run({ fields: fieldsOf(draft), ...(provider ? { providerId: provider.id } : {}) });
    if (answer?.kind === 'failed') {
      setModels([]);
      setTold({ good: false, text: t(`provider.failure.${answer.reason}`) });
    } else if (answer?.kind === 'models') {
      setModels(answer.models);
      setTold({
        good: true,
        text: answer.models.length > 0 ? t('mind.modelsFound', { count: answer.models.length }) : t('mind.modelsNone'),
      });
      if (!answer.models.includes(draft.model)) onChange(answer.models[0] ?? draft.model);
    }
  };

  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-end gap-2">
        {models.length > 0 ? (
          <Select
            label={t('mind.model')}
            value={draft.model}
            choices={models.map((model) => ({ value: model, label: model }))}
            onChange={onChange}
            className="min-w-0 flex-1"
          />
        ) : (
          <TextField
            label={t('mind.model')}
            help={t('mind.modelHelp')}
            spellCheck={false}
            value={draft.model}
            onChange={onChange}
            className="min-w-0 flex-1"
          />
        )}
        <Button
          icon={<List />}
          busy={list.pending}
          disabled={problemsOf(draft).baseUrl !== undefined}
          onClick={() => void ask()}
          className="min-h-[42px]"
        >
          {t('mind.findModels')}
        </Button>
      </div>
      <div role="status" className={told?.good === false ? 'text-small text-bad' : 'text-small text-ink-faint'}>
        {told?.text}
      </div>
      {list.error && <FailureBanner error={list.error} />}
    </div>
  );
}
