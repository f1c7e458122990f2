import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { SearchHit } from '#shared/chat/contract.ts';
import type { MessageId } from '#shared/entities.ts';
import type { AppError } from '#shared/rpc/errors.ts';
import { useClient } from '../../data/connection.ts';
import { failureWords, toAppError } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useNavigation } from '../../data/navigation.ts';
import { reveal as revealElsewhere } from '../../data/revealed.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { useChat } from './chat-context.ts';

export interface SearchPanelProps {
  readonly onClose: () => void;
  readonly onShow: (depth: number, id: MessageId) => void;
}

interface Found {
  readonly text: string;
  readonly hits: readonly SearchHit[];
  readonly nextCursor: string | null;
}

/** How long typing may pause before it is looked for, in ms. */
const ASK_AFTER_MS = 160;

/** Looks through this conversation, or all of them, without leaving the place: the panel stays while hits are opened. */
export function SearchPanel({ onClose, onShow }: SearchPanelProps) {
  const { t } = useWords();
  const { conversationId } = useChat();
  const { go } = useNavigation();
  const { data: characters } = useLiveQuery((client) => client.characters.list, {});
  const { run: revealMessage } = useCommand((c) => c.chat.reveal);
  const [text, setText] = useState('');
  const [scope, setScope] = useState<'here' | 'everywhere'>('here');
  const { found, error, asking, more } = useHits(text.trim(), scope === 'here' ? conversationId : null);
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => setChosen(0), [text, scope]);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const hits = found?.hits ?? [];
  const open = async (hit: SearchHit): Promise<void> => {
    const place = await revealMessage({ messageId: hit.messageId });
    if (!place) return;
    if (place.conversationId === conversationId) {
      onShow(place.depth, hit.messageId);
      return;
    }
    onClose();
    go({ place: 'conversation', id: place.conversationId });
    revealElsewhere({ conversationId: place.conversationId, messageId: hit.messageId, depth: place.depth });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const hit = hits[chosen];
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, hits.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, 0));
    else if (event.key === 'Enter' && hit) void open(hit);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'ArrowDown' && chosen >= hits.length - 2) more?.();
  };
  const count =
    found &&
    (found.nextCursor === null
      ? t('chat.searchFound', { count: hits.length })
      : t('chat.searchFoundMore', { count: hits.length }));
  return (
    <section
      aria-label={t('chat.search')}
      className="absolute inset-x-0 top-0 z-20 mx-auto flex max-h-[min(70%,560px)] w-[min(100%-32px,744px)] animate-arrive flex-col rounded-large border border-line bg-raised shadow-float"
    >
      <div className="mx-3 mt-3 flex items-center gap-2 rounded-base border border-line-strong bg-paper pr-1 pl-3 has-[input:focus-visible]:border-focus has-[input:focus-visible]:shadow-[0_0_0_1px_var(--focus)]">
        <Search className="size-5 shrink-0 text-ink-faint" aria-hidden="true" />
        <input
          ref={field}
          type="search"
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls="chat-search-hits"
          aria-activedescendant={hits[chosen] ? `hit-${hits[chosen].messageId}` : undefined}
          aria-label={t('chat.searchLabel')}
          placeholder={t('chat.searchPlaceholder')}
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="min-h-10 min-w-0 flex-1 bg-transparent px-1 outline-none [&::-webkit-search-cancel-button]:hidden"
        />
        {asking && <Spinner className="text-ink-faint" />}
        <IconButton size="small" label={t('ui.close')} keys="Escape" icon={<X />} onClick={onClose} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-2">
        <Segmented
          label={t('chat.searchScope')}
          hideLabel
          value={scope}
          choices={[
            { value: 'here', label: t('chat.searchHere') },
            { value: 'everywhere', label: t('chat.searchEverywhere') },
          ]}
          onChange={setScope}
        />
        <span role="status" className="text-small text-ink-faint">
          {found && hits.length > 0 ? count : found ? t('chat.searchNone', { text: found.text }) : t('chat.searchHint')}
        </span>
      </div>
      {error && <ErrorState words={failureWords(error, t)} />}
      <div
        ref={list}
        id="chat-search-hits"
        role="listbox"
        aria-label={t('chat.search')}
        className={cx('min-h-0 overflow-y-auto px-2', hits.length > 0 && 'pb-2')}
      >
        {hits.map((hit, index) => (
          <Hit
            key={hit.messageId}
            hit={hit}
            name={
              hit.author === 'person'
                ? t('chat.you')
                : (characters?.find(({ id }) => id === hit.characterId)?.name ?? '')
            }
            selected={index === chosen}
            onOpen={() => {
              setChosen(index);
              void open(hit);
            }}
          />
        ))}
      </div>
      {more && (
        <div className="flex justify-center border-t border-line p-2">
          <Button size="small" look="ghost" busy={asking} onClick={more}>
            {t('chat.searchMore')}
          </Button>
        </div>
      )}
    </section>
  );
}

interface HitProps {
  readonly hit: SearchHit;
  readonly name: string;
  readonly selected: boolean;
  readonly onOpen: () => void;
}

function Hit({ hit, name, selected, onOpen }: HitProps) {
  const { format } = useWords();
  return (
    // Keys are handled by the field, which keeps the focus (ARIA combobox).
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={`hit-${hit.messageId}`}
      role="option"
      aria-selected={selected}
      onClick={onOpen}
      className={cx('cursor-pointer rounded-base px-3 py-2', selected ? 'bg-lamp-wash' : 'hover:bg-sunken')}
    >
      <div className="flex justify-between gap-3 text-small text-ink-faint">
        <span className="truncate">{name}</span>
        <time dateTime={new Date(hit.createdAtMs).toISOString()} className="shrink-0">
          {format.dayAndTime(hit.createdAtMs)}
        </time>
      </div>
      <div dir="auto" className="line-clamp-2 wrap-anywhere">
        {pieces(hit).map(({ text, match }, index) =>
          match ? (
            <mark key={index} className="rounded-[3px] bg-lamp px-px text-on-lamp">
              {text}
            </mark>
          ) : (
            text
          ),
        )}
      </div>
    </div>
  );
}

function pieces({ excerpt, matches }: SearchHit): { text: string; match: boolean }[] {
  const made: { text: string; match: boolean }[] = [];
  let at = 0;
  for (const [start, end] of matches) {
    if (start < at || end <= start) continue;
    made.push(
      { text: withoutMarks(excerpt.slice(at, start)), match: false },
      { text: excerpt.slice(start, end), match: true },
    );
    at = end;
  }
  made.push({ text: withoutMarks(excerpt.slice(at)), match: false });
  return made;
}

/** An excerpt is cut anywhere, so its Markdown cannot be read; the marks only disturb. */
function withoutMarks(text: string): string {
  return text.replaceAll(/[*`]+/g, '');
}

/** The hits for a text, newest first; asked when typing pauses, and only the answer to the newest question is shown. */
function useHits(text: string, conversationId: SearchHit['conversationId'] | null) {
  const client = useClient();
  const [found, setFound] = useState<Found | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [asking, setAsking] = useState(false);
  const question = useRef(0);
  const ask = async (mine: number, cursor: string | null): Promise<void> => {
    setAsking(true);
    try {
      const answer = await client.chat.search({
        text,
        ...(conversationId === null ? {} : { conversationId }),
        ...(cursor === null ? {} : { cursor }),
        limit: 30,
      });
      if (mine !== question.current) return;
      setError(null);
      setFound((before) => ({
        text,
        hits: cursor === null ? answer.hits : [...(before?.hits ?? []), ...answer.hits],
        nextCursor: answer.nextCursor,
      }));
    } catch (thrown) {
      if (mine === question.current) setError(toAppError(thrown));
    } finally {
      if (mine === question.current) setAsking(false);
    }
  };
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    const mine = (question.current += 1);
    if (text === '') {
      setFound(null);
      setAsking(false);
      return undefined;
    }
    const timer = setTimeout(() => void latest.current(mine, null), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text, conversationId]);
  const cursor = found?.nextCursor ?? null;
  return { found, error, asking, more: cursor === null ? null : () => void (asking || ask(question.current, cursor)) };
}
