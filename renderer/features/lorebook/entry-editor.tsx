import { Copy, Ellipsis, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { LorebookId, LoreEntryId } from '#shared/entities.ts';
import type { LoreBook } from '#shared/lorebook/contract.ts';
import { LORE_LIMITS, type LoreEntryFields } from '#shared/lorebook/entry.ts';
import { useClient } from '../../data/connection.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useLeaveGuard, useNavigation } from '../../data/navigation.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { Switch } from '../../ui/switch.tsx';
import { TagField } from '../../ui/tag-field.tsx';
import {
  emptyEntryDraft,
  entryDraft,
  type EntryDraft,
  entryFields,
  entryProblems,
  type Problem,
} from './entry-draft.ts';
import { EntryRules } from './entry-rules.tsx';

/** Writes a new entry (null) or changes one. */
export function EntryEditor({ book, entryId }: { readonly book: LoreBook; readonly entryId: LoreEntryId | null }) {
  const { t } = useWords();
  const entry = useLiveQuery((client) => client.lorebook.entry, entryId === null ? null : { entryId });
  if (entryId === null) return <Editor lorebookId={book.id} entryId={null} start={emptyEntryDraft()} />;
  if (entry.status === 'failed') {
    return entry.error.code === 'not_found' ? (
      <EmptyState title={failureWords(entry.error, t).title}>{failureWords(entry.error, t).advice}</EmptyState>
    ) : (
      <ErrorState words={failureWords(entry.error, t)} onRetry={entry.retry} />
    );
  }
  if (entry.status === 'loading') {
    return (
      <div className="p-6">
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={4} />
        </Loading>
      </div>
    );
  }
  const { id: _id, lorebookId: _book, ...fields } = entry.data;
  return <Editor lorebookId={book.id} entryId={entryId} start={entryDraft(fields)} />;
}

interface EditorProps {
  readonly lorebookId: LorebookId;
  readonly entryId: LoreEntryId | null;
  readonly start: EntryDraft;
}

function Editor({ lorebookId, entryId, start }: EditorProps) {
  const { t } = useWords();
  const { go } = useNavigation();
  const [saved, setSaved] = useState(start);
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const create = useCommand((client) => client.lorebook.createEntry, {
    done: () => ({ text: t('lorebook.saved') }),
  });
  const update = useCommand((client) => client.lorebook.updateEntry, { done: () => ({ text: t('lorebook.saved') }) });
  const problems = entryProblems(draft);
  const changed = JSON.stringify(draft) !== JSON.stringify(saved);
  useLeaveGuard(changed && !create.pending);
  const change = (changes: Partial<EntryDraft>): void => setDraft((old) => ({ ...old, ...changes }));
  const say = (name: keyof LoreEntryFields): string | null => {
    const problem: Problem | undefined = problems[name];
    if (problem === undefined) return null;
    return 'limit' in problem ? t(problem.key, { limit: problem.limit }) : t(problem.key);
  };

  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(problems).length > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('#lore-entry [aria-invalid="true"]')?.focus());
      return;
    }
    const written = draft;
    if (entryId !== null) {
      if (await update.run({ entryId, changes: entryFields(written) })) setSaved(written);
      return;
    }
    const made = await create.run({ lorebookId, fields: entryFields(written) });
    if (!made) return;
    setSaved(written);
    // After the guard has seen that all is saved.
    setTimeout(() => go({ place: 'lorebook', id: lorebookId, view: made.entryId }));
  };

  return (
    <form
      id="lore-entry"
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || !(event.ctrlKey || event.metaKey)) return;
        if (event.key !== 's' && event.key !== 'Enter') return;
        event.preventDefault();
        void save();
      }}
    >
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-2xl animate-arrive flex-col gap-6 px-6 py-6">
          <div className="flex items-center justify-between gap-4">
            <h2 className="text-large font-bold">{entryId === null ? t('lorebook.newEntry') : t('lorebook.entry')}</h2>
            {entryId !== null && <EntryMenu lorebookId={lorebookId} entryId={entryId} />}
          </div>
          <TextField
            label={t('lorebook.entryTitle')}
            help={t('lorebook.entryTitleHelp')}
            aside={t('ui.optional')}
            value={draft.title}
            onChange={(title) => change({ title })}
            problem={say('title')}
          />
          <TagField
            label={t('lorebook.keys')}
            help={t('lorebook.keysHelp', { example: '/…/i' })}
            look="code"
            tags={draft.keys}
            onChange={(keys) => change({ keys })}
            problem={say('keys')}
          />
          <TextArea
            label={t('lorebook.content')}
            help={t('lorebook.contentHelp', { char: '{{char}}', user: '{{user}}' })}
            aside={t('ui.countOf', { count: draft.content.length, limit: LORE_LIMITS.content })}
            rows={6}
            value={draft.content}
            onChange={(content) => change({ content })}
            problem={say('content')}
          />
          <Switch
            label={t('lorebook.entryEnabled')}
            checked={draft.enabled}
            onChange={(enabled) => change({ enabled })}
          />
          <Switch
            label={t('lorebook.always')}
            help={t('lorebook.alwaysHelp')}
            checked={draft.constant}
            onChange={(constant) => change({ constant })}
          />
          <details open={tried && Object.keys(problems).length > 0 ? true : undefined} className="group">
            <summary className="cursor-pointer rounded-small py-2 font-medium">{t('lorebook.more')}</summary>
            <EntryRules draft={draft} change={change} say={say} />
          </details>
        </div>
      </div>
      <footer className="flex items-center justify-between gap-4 border-t border-line bg-paper px-6 py-3">
        <div role="status" className="text-small text-ink-faint">
          {changed ? t('lorebook.unsaved') : ''}
        </div>
        <div className="flex gap-2">
          {changed && (
            <Button look="ghost" onClick={() => setDraft(saved)}>
              {t('editor.discard')}
            </Button>
          )}
          <Button
            type="submit"
            look="primary"
            busy={create.pending || update.pending}
            disabled={entryId !== null && !changed}
          >
            {t('ui.save')}
          </Button>
        </div>
      </footer>
    </form>
  );
}

function EntryMenu({ lorebookId, entryId }: { readonly lorebookId: LorebookId; readonly entryId: LoreEntryId }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const client = useClient();
  const duplicate = useCommand((c) => c.lorebook.duplicateEntry, {
    done: () => ({ text: t('lorebook.entryDuplicated') }),
  });
  const remove = useCommand((c) => c.lorebook.removeEntry, {
    done: (_, input) => ({ text: t('lorebook.entryRemoved'), undo: () => client.lorebook.restoreEntry(input) }),
  });
  return (
    <Menu
      entries={[
        {
          label: t('ui.duplicate'),
          icon: <Copy />,
          onSelect: () =>
            void duplicate.run({ entryId }).then((made) => {
              if (made) go({ place: 'lorebook', id: lorebookId, view: made.entryId });
            }),
        },
        'separator',
        {
          label: t('ui.delete'),
          icon: <Trash2 />,
          danger: true,
          onSelect: () =>
            void remove.run({ entryId }).then((done) => {
              if (done) go({ place: 'lorebook', id: lorebookId, view: '' });
            }),
        },
      ]}
    >
      <IconButton size="small" label={t('lorebook.actions', { name: t('lorebook.entry') })} icon={<Ellipsis />} />
    </Menu>
  );
}
