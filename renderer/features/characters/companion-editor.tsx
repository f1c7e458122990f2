import { ChevronLeft } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { characterId as characterIdSchema } from '#shared/entities.ts';
import type { Character } from '#shared/characters/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { hrefOf, useLeaveGuard, useNavigation } from '../../data/navigation.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { differs, draftFrom, type EditorDraft, emptyDraft, fieldsOf, problemsOf } from './editor-draft.ts';
import { LinesSection, LookSection, NatureSection, SpeechSection, WhoSection } from './editor-sections.tsx';

/** Writes a new companion (null) or changes one. */
export function CompanionEditor({ characterId }: { readonly characterId: string | null }) {
  const { t, locale } = useWords();
  const id = characterIdSchema.safeParse(characterId);
  const character = useLiveQuery((client) => client.characters.get, id.success ? { characterId: id.data } : null);
  if (characterId === null) return <Editor character={null} start={emptyDraft(locale)} />;
  if (!id.success || (character.status === 'failed' && character.error.code === 'not_found')) {
    return (
      <EmptyState title={t('characters.gone.title')} action={<BackLink />}>
        {t('characters.gone.body')}
      </EmptyState>
    );
  }
  if (character.status === 'failed')
    return <ErrorState words={failureWords(character.error, t)} onRetry={character.retry} />;
  if (character.status === 'loading') {
    return (
      <div className="mx-auto w-full max-w-3xl px-6 py-12">
        <Loading label={t('ui.loading')}>
          <SkeletonRows count={5} />
        </Loading>
      </div>
    );
  }
  return <Editor character={character.data} start={draftFrom(character.data)} />;
}

function Editor({ character, start }: { readonly character: Character | null; readonly start: EditorDraft }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const [saved, setSaved] = useState(start);
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const create = useCommand((client) => client.characters.create, {
    done: (_, { name }) => ({ text: t('characters.created', { name }) }),
  });
  const update = useCommand((client) => client.characters.update, {
    done: () => ({ text: t('characters.saved', { name: draft.name.trim() }) }),
  });
  const problems = problemsOf(draft);
  const count = Object.keys(problems).length;
  const changed = differs(draft, saved);
  useLeaveGuard(changed && !create.pending);

  const save = async (): Promise<void> => {
    setTried(true);
    if (count > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('#editor [aria-invalid="true"]')?.focus());
      return;
    }
    if (character) {
      const done = await update.run({ characterId: character.id, changes: fieldsOf(draft) });
      if (done) setSaved(draft);
      return;
    }
    const made = await create.run(fieldsOf(draft));
    if (!made) return;
    setSaved(draft);
    // After the guard has seen that all is saved.
    setTimeout(() => go({ place: 'companions' }));
  };

  const sections = {
    draft,
    problems: tried || character !== null ? problems : {},
    change: (changes: Partial<EditorDraft>) => setDraft((old) => ({ ...old, ...changes })),
  };
  return (
    <form
      id="editor"
      noValidate
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex max-w-3xl animate-arrive flex-col gap-10 px-6 py-8 middle:py-10">
          <header className="flex flex-col gap-2">
            <BackLink />
            <h1 className="font-story text-title">
              {character ? t('editor.title', { name: character.name }) : t('editor.newTitle')}
            </h1>
          </header>
          <LookSection {...sections} />
          <WhoSection {...sections} />
          <NatureSection {...sections} />
          <SpeechSection {...sections} />
          <LinesSection {...sections} />
        </div>
      </div>
      <footer data-page-foot="" className="border-t border-line bg-paper px-6 py-3">
        <div className="mx-auto flex max-w-3xl items-center justify-between gap-4">
          <div role="status" className={tried && count > 0 ? 'text-small text-bad' : 'text-small text-ink-faint'}>
            {tried && count > 0 ? t('editor.problems', { count }) : changed ? t('editor.saveHint') : ''}
          </div>
          <div className="flex gap-2">
            {changed && character && (
              <Button look="ghost" onClick={() => setDraft(saved)}>
                {t('editor.discard')}
              </Button>
            )}
            <Button
              type="submit"
              look="primary"
              busy={create.pending || update.pending}
              disabled={character !== null && !changed}
            >
              {saveLabel(character !== null, draft.name.trim(), t)}
            </Button>
          </div>
        </div>
      </footer>
    </form>
  );
}

function saveLabel(existing: boolean, name: string, t: ReturnType<typeof useWords>['t']): ReactNode {
  if (existing) return t('ui.save');
  return name ? t('editor.create', { name }) : t('editor.createNameless');
}

function BackLink() {
  const { t } = useWords();
  const { go } = useNavigation();
  return (
    <a
      href={hrefOf({ place: 'companions' })}
      onClick={(event) => {
        event.preventDefault();
        go({ place: 'companions' });
      }}
      className="inline-flex w-fit items-center gap-1 text-small no-underline hover:underline"
    >
      <ChevronLeft className="size-4" aria-hidden="true" />
      {t('characters.all')}
    </a>
  );
}
