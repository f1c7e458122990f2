import { useDeferredValue, useState } from 'react';
import { type LoreBook, type LoreTest, MAX_TEST_LENGTH } from '#shared/lorebook/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { hrefOf, useNavigation } from '../../data/navigation.ts';
import { type Words, useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Card, Section } from '../../ui/card.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { TextArea } from '../../ui/field.tsx';

/** Shows what of a book would be told for a text, and why; and what was found and yet would not be. */
export function Tester({ book }: { readonly book: LoreBook }) {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.slice(0, MAX_TEST_LENGTH).toWellFormed());
  const result = useLiveQuery((client) => client.lorebook.test, {
    characterId: book.characterId,
    lorebookId: book.id,
    text: wanted,
  });
  return (
    <div className="flex flex-col gap-8">
      <Section title={t('lorebook.test')} help={t('lorebook.testHelp')}>
        <TextArea
          label={t('lorebook.testText')}
          placeholder={t('lorebook.testPlaceholder')}
          rows={4}
          maxLength={MAX_TEST_LENGTH}
          value={text}
          onChange={setText}
        />
      </Section>
      {result.status === 'failed' && <ErrorState words={failureWords(result.error, t)} onRetry={result.retry} />}
      {result.status === 'ready' && <Result book={book} result={result.data} />}
    </div>
  );
}

function Result({ book, result }: { readonly book: LoreBook; readonly result: LoreTest }) {
  const words = useWords();
  const { t, format } = words;
  const titles = new Map([...result.fired, ...result.held].map(({ entryId, title }) => [entryId as string, title]));
  return (
    <>
      <section className="flex flex-col gap-3">
        <div className="flex flex-wrap items-baseline justify-between gap-3">
          <div role="status">
            <h2 className="text-large font-bold">
              {result.fired.length === 0
                ? t('lorebook.testEmpty')
                : t('lorebook.testFired', { count: result.fired.length })}
            </h2>
          </div>
          {result.fired.length > 0 && (
            <span className="text-small text-ink-faint tabular-nums">
              {t('lorebook.testRoom', { tokens: result.tokens, budget: result.budget })}
            </span>
          )}
        </div>
        <ol className="flex flex-col gap-3">
          {result.fired.map((fired) => (
            <li key={fired.entryId}>
              <Card className="flex flex-col gap-2 p-4">
                <div className="flex flex-wrap items-center gap-2">
                  <EntryLink book={book} entryId={fired.entryId} title={fired.title} />
                  <Badge tone="lamp">{t('lorebook.step', { count: fired.step + 1 })}</Badge>
                  <Badge>{t(`lorebook.position.${fired.position}`)}</Badge>
                  {fired.probability < 100 && (
                    <Badge tone="warn">{t('lorebook.chance', { value: fired.probability })}</Badge>
                  )}
                  {fired.group !== '' && <Badge tone="warn">{t('lorebook.oneOf', { group: fired.group })}</Badge>}
                  <span className="ml-auto text-small text-ink-faint tabular-nums">
                    {t('lorebook.tokens', { count: fired.tokens })}
                  </span>
                </div>
                <p className="text-small text-ink-soft">{reasonWords(fired.by, titles, words)}</p>
                <p dir="auto" className="line-clamp-6 whitespace-pre-wrap">
                  {fired.text}
                </p>
              </Card>
            </li>
          ))}
        </ol>
      </section>
      {result.held.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="text-large font-bold">{t('lorebook.testHeld')}</h2>
          <ul className="flex flex-col gap-2">
            {result.held.map((held) => (
              <li key={held.entryId} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <EntryLink book={book} entryId={held.entryId} title={held.title} />
                <span className="text-small text-ink-soft">
                  {format.list([
                    t(`lorebook.held.${held.reason}`),
                    ...(held.by === null ? [] : [reasonWords(held.by, titles, words)]),
                  ])}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface EntryLinkProps {
  readonly book: LoreBook;
  readonly entryId: string;
  readonly title: string;
}

function EntryLink({ book, entryId, title }: EntryLinkProps) {
  const { t } = useWords();
  const { go } = useNavigation();
  const place = { place: 'lorebook', id: book.id, view: entryId } as const;
  return (
    <a
      dir="auto"
      href={hrefOf(place)}
      onClick={(event) => {
        event.preventDefault();
        go(place);
      }}
      className="font-medium"
    >
      {title || t('lorebook.untitled')}
    </a>
  );
}

function reasonWords(by: LoreTest['fired'][number]['by'], titles: ReadonlyMap<string, string>, { t }: Words): string {
  if (by.kind !== 'key') return t(`lorebook.by.${by.kind}`);
  const { key } = by;
  if ('entryId' in by.in) {
    const entry = titles.get(by.in.entryId) ?? '';
    return t('lorebook.by.entry', { key, entry: entry === '' ? t('lorebook.untitled') : entry });
  }
  const count = by.in.message;
  return count === 0 ? t('lorebook.by.newest', { key }) : t('lorebook.by.message', { key, count });
}
