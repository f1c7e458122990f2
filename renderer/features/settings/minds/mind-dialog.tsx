import { useState } from 'react';
import type { Provider } from '#shared/settings/contract.ts';
import { useCommand } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { FailureBanner } from '../../../ui/failure-banner.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import {
  changePreset,
  draftFrom,
  draftOf,
  fieldsOf,
  type MindDraft,
  PRESETS,
  type Preset,
  type PriceName,
  problemsOf,
} from './mind-draft.ts';
import { ModelField } from './model-field.tsx';
import { TestLine } from './test-line.tsx';

export interface MindDialogProps {
  readonly open: boolean;
  /** What is added; with `provider` what is changed. */
  readonly preset?: Preset;
  readonly provider?: Provider;
  readonly onClose: () => void;
  /** Stored, under this name. */
  readonly onSaved?: (name: string) => void;
}

/** Adds a mind or changes one. It can be tried before it is kept. */
export function MindDialog({ open, ...props }: MindDialogProps) {
  return open ? <MindForm {...props} /> : null;
}

function MindForm({ preset = 'openai', provider, onClose, onSaved }: Omit<MindDialogProps, 'open'>) {
  const { t } = useWords();
  const [draft, setDraft] = useState<MindDraft>(() => (provider ? draftFrom(provider) : draftOf(preset)));
  const [tried, setTried] = useState(false);
  const add = useCommand((client) => client.settings.addProvider, {
    quiet: true,
    done: () => ({ text: t('minds.added', { name: fieldsOf(draft).name }) }),
  });
  const update = useCommand((client) => client.settings.updateProvider, {
    quiet: true,
    done: () => ({ text: t('minds.saved', { name: fieldsOf(draft).name }) }),
  });
  const failure = add.error ?? update.error;
  const problems = problemsOf(draft);
  const sound = Object.keys(problems).length === 0;
  const change = (changes: Partial<MindDraft>): void => setDraft((old) => ({ ...old, ...changes }));
  const problem = (name: keyof typeof problems): string | null => {
    const key = problems[name];
    return tried && key ? t(key) : null;
  };

  const save = async (): Promise<void> => {
    setTried(true);
    if (!sound) return;
    const fields = fieldsOf(draft);
    const done = provider
      ? await update.run({ providerId: provider.id, changes: { ...fields, enabled: provider.enabled } })
      : await add.run(fields);
    if (!done) return;
    onSaved?.(fields.name);
    onClose();
  };

  return (
    <Dialog
      open
      dismissible={false}
      onClose={onClose}
      title={provider ? t('mind.editTitle', { name: provider.name }) : t('mind.addTitle')}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" form="mind-form" look="primary" busy={add.pending || update.pending}>
            {provider ? t('ui.save') : t('ui.add')}
          </Button>
        </>
      }
    >
      <form
        id="mind-form"
        noValidate
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!provider && (
          <Select
            label={t('mind.kind')}
            value={draft.preset}
            onChange={(next) => setDraft((old) => changePreset(old, next))}
            choices={PRESETS.map((value) => ({
              value,
              label: t(`mind.preset.${value}`),
              hint: t(`mind.preset.${value}.hint`),
            }))}
          />
        )}
        {draft.preset === 'gguf' ? (
          <TextField
            label={t('mind.modelPath')}
            help={t('mind.modelPathHelp')}
            placeholder={t('mind.modelPathPlaceholder')}
            spellCheck={false}
            value={draft.modelPath}
            onChange={(modelPath) => change({ modelPath })}
            problem={problem('modelPath')}
          />
        ) : (
          <Endpoint draft={draft} provider={provider} change={change} problem={problem('baseUrl')} />
        )}
        <TextField
          label={t('mind.name')}
          aside={draft.preset === 'gguf' ? t('ui.optional') : undefined}
          maxLength={80}
          value={draft.name}
          onChange={(name) => change({ name })}
          problem={draft.preset === 'gguf' ? null : problem('name')}
        />
        {draft.preset !== 'gguf' && <Prices draft={draft} change={change} problem={problem} />}
        {failure && <FailureBanner error={failure} />}
        <TestLine
          request={sound ? { fields: fieldsOf(draft), ...(provider ? { providerId: provider.id } : {}) } : null}
          onAsked={() => setTried(true)}
        />
      </form>
    </Dialog>
  );
}

interface EndpointProps {
  readonly draft: MindDraft;
  readonly provider: Provider | undefined;
  readonly change: (changes: Partial<MindDraft>) => void;
  readonly problem: string | null;
}

function Endpoint({ draft, provider, change, problem }: EndpointProps) {
  const { t } = useWords();
  const keyKept = provider?.hasKey === true && !draft.removeKey;
  const keyWanted = draft.preset === 'openai' || draft.preset === 'other' || provider?.hasKey === true;
  return (
    <>
      <TextField
        label={t('mind.baseUrl')}
        help={t('mind.baseUrlHelp')}
        type="url"
        spellCheck={false}
        value={draft.baseUrl}
        onChange={(baseUrl) => change({ baseUrl })}
        problem={problem}
      />
      {keyWanted && (
        <div className="flex flex-col items-start gap-1">
          <TextField
            label={t('mind.apiKey')}
            help={draft.removeKey ? t('mind.apiKeyWillGo') : keyKept ? t('mind.apiKeyKept') : t('mind.apiKeyHelp')}
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder={keyKept ? '••••••••' : ''}
            value={draft.apiKey}
            onChange={(apiKey) => change({ apiKey, removeKey: false })}
            className="w-full"
          />
          {keyKept && (
            <Button size="small" look="ghost" onClick={() => change({ apiKey: '', removeKey: true })}>
              {t('mind.apiKeyRemove')}
            </Button>
          )}
        </div>
      )}
      <ModelField draft={draft} provider={provider} onChange={(model) => change({ model })} />
      {draft.preset === 'openai' && <Banner tone="info">{t('mind.sent')}</Banner>}
    </>
  );
}

interface PricesProps {
  readonly draft: MindDraft;
  readonly change: (changes: Partial<MindDraft>) => void;
  readonly problem: (name: PriceName) => string | null;
}

function Prices({ draft, change, problem }: PricesProps) {
  const { t } = useWords();
  const names: readonly PriceName[] = ['inputPrice', 'cachedInputPrice', 'outputPrice'];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="font-medium">{t('mind.prices')}</legend>
      <p className="text-small text-ink-faint">{t('mind.pricesHelp')}</p>
      <div className="grid grid-cols-3 gap-3">
        {names.map((name) => (
          <TextField
            key={name}
            label={t(`mind.${name}`)}
            inputMode="decimal"
            value={draft[name]}
            onChange={(value) => change({ [name]: value })}
            problem={problem(name)}
          />
        ))}
      </div>
    </fieldset>
  );
}
