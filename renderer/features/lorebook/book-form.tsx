import { useState } from 'react';
import type { LoreBook } from '#shared/lorebook/contract.ts';
import { LORE_LIMITS, MAX_SCAN_DEPTH } from '#shared/lorebook/entry.ts';
import { useLeaveGuard } from '../../data/navigation.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { digits } from './entry-draft.ts';
import { OwnerSelect } from './owner-select.tsx';

const MAX_BUDGET = 1_000_000;

/** What a book is called, whose it is and how it is searched. */
export function BookForm({ book }: { readonly book: LoreBook }) {
  const { t } = useWords();
  const [saved, setSaved] = useState(() => draftOf(book));
  const [draft, setDraft] = useState(saved);
  const update = useCommand((client) => client.lorebook.updateBook, {
    done: () => ({ text: t('lorebook.bookSaved') }),
  });
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  useLeaveGuard(changed);
  const change = (changes: Partial<typeof draft>): void => setDraft((old) => ({ ...old, ...changes }));
  const problems = {
    name:
      draft.name.trim() === ''
        ? t('lorebook.problem.nameless')
        : draft.name.length > LORE_LIMITS.name
          ? t('lorebook.problem.tooLong', { limit: LORE_LIMITS.name })
          : null,
    description:
      draft.description.length > LORE_LIMITS.description
        ? t('lorebook.problem.tooLong', { limit: LORE_LIMITS.description })
        : null,
    scanDepth: isWhole(draft.scanDepth, MAX_SCAN_DEPTH)
      ? null
      : t('lorebook.problem.number', { limit: MAX_SCAN_DEPTH }),
    tokenBudget: isWhole(draft.tokenBudget, MAX_BUDGET) ? null : t('lorebook.problem.number', { limit: MAX_BUDGET }),
  };
  const save = async (): Promise<void> => {
    if (Object.values(problems).some((problem) => problem !== null)) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('#lore-book [aria-invalid="true"]')?.focus());
      return;
    }
    const { scanDepth, tokenBudget, name, ...rest } = draft;
    const written = { ...draft, name: name.trim() };
    const done = await update.run({
      lorebookId: book.id,
      changes: { ...rest, name: name.trim(), scanDepth: numberOf(scanDepth), tokenBudget: numberOf(tokenBudget) },
    });
    if (!done) return;
    setSaved(written);
    setDraft(written);
  };
  return (
    <form
      id="lore-book"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Card className="flex flex-col gap-6">
        <TextField
          label={t('lorebook.name')}
          required
          value={draft.name}
          onChange={(name) => change({ name })}
          problem={problems.name}
        />
        <OwnerSelect owner={draft.characterId} onChange={(characterId) => change({ characterId })} />
        <Switch label={t('lorebook.enabled')} checked={draft.enabled} onChange={(enabled) => change({ enabled })} />
        <TextArea
          label={t('lorebook.description')}
          help={t('lorebook.descriptionHelp')}
          aside={t('ui.optional')}
          value={draft.description}
          onChange={(description) => change({ description })}
          problem={problems.description}
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <TextField
            label={t('lorebook.scanDepth')}
            help={t('lorebook.scanDepthHelp')}
            inputMode="numeric"
            value={draft.scanDepth}
            onChange={(scanDepth) => change({ scanDepth })}
            problem={problems.scanDepth}
          />
          <TextField
            label={t('lorebook.tokenBudget')}
            help={t('lorebook.tokenBudgetHelp')}
            inputMode="numeric"
            value={draft.tokenBudget}
            onChange={(tokenBudget) => change({ tokenBudget })}
            problem={problems.tokenBudget}
          />
        </div>
        <Switch
          label={t('lorebook.recursive')}
          help={t('lorebook.recursiveHelp')}
          checked={draft.recursive}
          onChange={(recursive) => change({ recursive })}
        />
        <Switch
          label={t('lorebook.caseSensitive')}
          checked={draft.caseSensitive}
          onChange={(caseSensitive) => change({ caseSensitive })}
        />
        <Select
          label={t('lorebook.words')}
          help={t('lorebook.wordsHelp')}
          value={draft.wholeWords === null ? 'auto' : draft.wholeWords ? 'whole' : 'part'}
          onChange={(value) => change({ wholeWords: value === 'auto' ? null : value === 'whole' })}
          choices={(['auto', 'whole', 'part'] as const).map((value) => ({
            value,
            label: t(`lorebook.words.${value}`),
          }))}
        />
        <div className="flex items-center justify-between gap-4">
          <div role="status" className="text-small text-ink-faint">
            {changed ? t('lorebook.unsaved') : ''}
          </div>
          <Button type="submit" look="primary" busy={update.pending} disabled={!changed}>
            {t('ui.save')}
          </Button>
        </div>
      </Card>
    </form>
  );
}

function draftOf({ id: _id, entryCount: _count, createdAtMs: _at, ...fields }: LoreBook) {
  return {
    ...fields,
    scanDepth: fields.scanDepth === null ? '' : String(fields.scanDepth),
    tokenBudget: fields.tokenBudget === null ? '' : String(fields.tokenBudget),
  };
}

function isWhole(text: string, most: number): boolean {
  const read = digits(text);
  return read === '' || (/^\d{1,7}$/.test(read) && Number(read) <= most);
}

function numberOf(text: string): number | null {
  const read = digits(text);
  return read === '' ? null : Number(read);
}
