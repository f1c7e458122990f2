import type { ReactNode } from 'react';
import { LORE_LOGICS, LORE_POSITIONS, LORE_ROLES, type LoreEntryFields } from '#shared/lorebook/entry.ts';
import { useWords } from '../../data/words.ts';
import { TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import type { EntryDraft, NumberName } from './entry-draft.ts';

export interface EntryRulesProps {
  readonly draft: EntryDraft;
  readonly change: (changes: Partial<EntryDraft>) => void;
  /** What is wrong with a field, in words. */
  readonly say: (name: keyof LoreEntryFields) => string | null;
}

/** What most entries do without: when exactly one is told, and where. */
export function EntryRules({ draft, change, say }: EntryRulesProps) {
  const { t } = useWords();
  const number = (name: NumberName | 'order', label: string, help: string) => (
    <TextField
      label={label}
      help={help}
      inputMode="numeric"
      value={draft[name]}
      onChange={(value) => change({ [name]: value })}
      problem={say(name)}
    />
  );
  return (
    <div className="flex flex-col gap-6 pt-4">
      <TagField
        label={t('lorebook.secondary')}
        help={t('lorebook.secondaryHelp')}
        look="code"
        tags={draft.secondaryKeys}
        onChange={(secondaryKeys) => change({ secondaryKeys, selective: true })}
        problem={say('secondaryKeys')}
      />
      <Grid>
        <Select
          label={t('lorebook.logic')}
          value={draft.logic}
          disabled={draft.secondaryKeys.length === 0}
          onChange={(logic) => change({ logic })}
          choices={LORE_LOGICS.map((value) => ({ value, label: t(`lorebook.logic.${value}`) }))}
        />
        <Select
          label={t('lorebook.position')}
          value={draft.position}
          onChange={(position) => change({ position })}
          choices={LORE_POSITIONS.map((value) => ({ value, label: t(`lorebook.position.${value}`) }))}
        />
        {draft.position === 'depth' && (
          <>
            <TextField
              label={t('lorebook.depth')}
              inputMode="numeric"
              value={draft.depth}
              onChange={(depth) => change({ depth })}
              problem={say('depth')}
            />
            <Select
              label={t('lorebook.role')}
              value={draft.role}
              onChange={(role) => change({ role })}
              choices={LORE_ROLES.map((value) => ({ value, label: t(`lorebook.role.${value}`) }))}
            />
          </>
        )}
        {number('order', t('lorebook.order'), t('lorebook.orderHelp'))}
        {number('scanDepth', t('lorebook.entryScanDepth'), t('lorebook.asBook'))}
      </Grid>
      <Slider
        label={t('lorebook.probability')}
        value={draft.probability}
        inWords={t('lorebook.percent', { value: draft.probability })}
        onChange={(probability) => change({ probability })}
      />
      <Grid>
        <Select
          label={t('lorebook.words')}
          value={wordsOf(draft.wholeWords)}
          onChange={(value) => change({ wholeWords: value === 'inherit' ? null : value === 'whole' })}
          choices={(['inherit', 'whole', 'part'] as const).map((value) => ({
            value,
            label: t(`lorebook.words.${value}`),
          }))}
        />
        <Select
          label={t('lorebook.caseSensitiveOf')}
          value={draft.caseSensitive === null ? 'inherit' : draft.caseSensitive ? 'on' : 'off'}
          onChange={(value) => change({ caseSensitive: value === 'inherit' ? null : value === 'on' })}
          choices={(['inherit', 'on', 'off'] as const).map((value) => ({ value, label: t(`lorebook.case.${value}`) }))}
        />
      </Grid>
      <Switch label={t('lorebook.regex')} checked={draft.regex} onChange={(regex) => change({ regex })} />
      <Switch
        label={t('lorebook.excludeRecursion')}
        checked={draft.excludeRecursion}
        onChange={(excludeRecursion) => change({ excludeRecursion })}
      />
      <Switch
        label={t('lorebook.preventRecursion')}
        checked={draft.preventRecursion}
        onChange={(preventRecursion) => change({ preventRecursion })}
      />
      <Grid>
        {number('delayUntilRecursion', t('lorebook.delayUntilRecursion'), t('lorebook.delayUntilRecursionHelp'))}
        <TextField
          label={t('lorebook.group')}
          help={t('lorebook.groupHelp')}
          value={draft.group}
          onChange={(group) => change({ group })}
          problem={say('group')}
        />
      </Grid>
      {draft.group.trim() !== '' && (
        <>
          <TextField
            label={t('lorebook.groupWeight')}
            inputMode="numeric"
            value={draft.groupWeight}
            onChange={(groupWeight) => change({ groupWeight })}
            problem={say('groupWeight')}
          />
          <Switch
            label={t('lorebook.groupOverride')}
            checked={draft.groupOverride}
            onChange={(groupOverride) => change({ groupOverride })}
          />
        </>
      )}
      <div className="grid gap-5 sm:grid-cols-3">
        {number('sticky', t('lorebook.sticky'), t('lorebook.timesHelp'))}
        {number('cooldown', t('lorebook.cooldown'), t('lorebook.timesHelp'))}
        {number('delay', t('lorebook.delay'), t('lorebook.timesHelp'))}
      </div>
    </div>
  );
}

function Grid({ children }: { readonly children: ReactNode }) {
  return <div className="grid gap-5 sm:grid-cols-2">{children}</div>;
}

function wordsOf(wholeWords: boolean | null): 'inherit' | 'whole' | 'part' {
  return wholeWords === null ? 'inherit' : wholeWords ? 'whole' : 'part';
}
