import { ArrowDown } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Message } from '#shared/chat/contract.ts';
import type { MessageId } from '#shared/entities.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { ContextMenu } from '../../ui/menu.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useChat } from './chat-context.ts';
import { dayName, isOtherDay } from './days.ts';
import type { ListScroll } from './list-scroll.ts';
import { useMessageMenu } from './message-menu.tsx';
import { MessageRow } from './message-row.tsx';
import type { ThreadRows } from './thread-rows.ts';
import { ThreadTail } from './thread-tail.tsx';

export interface MessageListProps {
  readonly rows: ThreadRows;
  readonly scroll: ListScroll;
  readonly editingId: MessageId | null;
  readonly litId: MessageId | null;
  /** The newest message that is not deleted. */
  readonly newest: Message | null;
  readonly replying: boolean;
  readonly onStarter: (text: string) => void;
}

/** Rows loaded ahead of those that are rendered, on each side. */
const LOAD_AHEAD = 60;

/** The thread: only the rows near the view exist. See list-scroll.ts for how it stays still. */
export const MessageList = memo(function MessageList({
  rows,
  scroll,
  editingId,
  litId,
  newest,
  replying,
  onStarter,
}: MessageListProps) {
  const { t } = useWords();
  const { character, actions } = useChat();
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [currentId, setCurrentId] = useState<MessageId | null>(null);
  const [menuFor, setMenuFor] = useState<Message | null>(null);
  const { thread, count } = rows;

  scroll.setCount(count);
  const shown = useSyncExternalStore(scroll.subscribe, scroll.window);
  const from = Math.min(shown.from, count);
  const to = Math.min(shown.to, count);

  useLayoutEffect(() => {
    if (!view.current || !content.current || !list.current) return undefined;
    return scroll.attach(view.current, content.current, list.current);
  }, [scroll]);
  useLayoutEffect(() => scroll.settle());
  useEffect(() => thread.need({ from: from - LOAD_AHEAD, to: to + LOAD_AHEAD }), [thread, from, to]);

  const visible: { row: number; message: Message | undefined }[] = [];
  for (let row = from; row < to; row += 1) visible.push({ row, message: rows.at(row).message });
  const currentIsShown = visible.some(({ message }) => message?.id === currentId);
  const lastShown = visible.findLast(({ message }) => message && !message.deleted)?.message?.id ?? null;
  const tabId = currentIsShown ? currentId : lastShown;
  const ends = rows.at(count - 1);
  const entries = useMessageMenu(menuFor, menuFor?.id === rows.state.leafId);

  const messageAt = (target: EventTarget): Message | null => {
    const id =
      target instanceof Element ? target.closest<HTMLElement>('[data-message]')?.dataset['message'] : undefined;
    return visible.find(({ message }) => message?.id === id)?.message ?? null;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['message'] === undefined) return;
    const message = messageAt(event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || !message) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown')
      focusNeighbour(event.target, event.key === 'ArrowUp' ? -1 : 1);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const sibling = message.siblingIds[message.siblingIds.indexOf(message.id) + (event.key === 'ArrowLeft' ? -1 : 1)];
      if (sibling === undefined) return;
      void actions.select(sibling);
    } else return;
    event.preventDefault();
  };

  return (
    <div className="relative min-h-0 flex-1">
      <ContextMenu entries={entries}>
        <div
          ref={view}
          role="log"
          aria-live="off"
          aria-label={t('chat.label', { name: character?.name ?? '' })}
          tabIndex={0}
          className="h-full overflow-x-clip overflow-y-auto overscroll-contain px-4 outline-offset-[-2px] [overflow-anchor:none]"
          onKeyDown={onKeyDown}
          onFocus={(event) => {
            const message = messageAt(event.target);
            if (message) setCurrentId(message.id);
          }}
          onContextMenuCapture={(event) => {
            const message = messageAt(event.target);
            // Outside messages, and on selected words or links, the menu of the browser is the useful one.
            if (!message || selectsWords() || isLink(event.target)) event.stopPropagation();
            else setMenuFor(message);
          }}
          onTouchStartCapture={(event) => setMenuFor(messageAt(event.target))}
        >
          <div ref={content} className="mx-auto flex min-h-full max-w-[720px] flex-col justify-end pt-4">
            <div ref={list} style={{ paddingTop: shown.spaceBefore, paddingBottom: shown.spaceAfter }}>
              {visible.map(({ row, message }) => {
                const before = row > 0 ? rows.at(row - 1).message : undefined;
                return (
                  <div key={row} data-row={row}>
                    {message ? (
                      message.deleted ? null : (
                        <>
                          {(row === 0 || (before && isOtherDay(before.createdAtMs, message.createdAtMs))) && (
                            <Day atMs={message.createdAtMs} />
                          )}
                          <MessageRow
                            message={message}
                            follows={
                              before?.author === message.author &&
                              !before.deleted &&
                              !isOtherDay(before.createdAtMs, message.createdAtMs)
                            }
                            editing={message.id === editingId}
                            lit={message.id === litId}
                            sending={rows.at(row).sending}
                            current={message.id === tabId}
                            newest={message.id === newest?.id && message.author === 'character'}
                          />
                        </>
                      )
                    ) : (
                      <Unloaded row={row} />
                    )}
                  </div>
                );
              })}
            </div>
            <ThreadTail
              reply={rows.reply}
              newest={newest}
              isLeaf={newest !== null && newest.id === rows.state.leafId}
              replying={replying}
              sending={ends.sending !== null && ends.sending !== 'sent'}
              opening={count === 1 && newest?.author === 'character'}
              onStarter={onStarter}
            />
          </div>
        </div>
      </ContextMenu>
      {!shown.atEnd && count > 0 && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button
            size="small"
            className="pointer-events-auto animate-arrive rounded-full shadow-float"
            icon={<ArrowDown />}
            onClick={() => scroll.toEnd()}
          >
            {t('chat.toNewest')}
          </Button>
        </div>
      )}
    </div>
  );
});

function Day({ atMs }: { readonly atMs: number }) {
  const { locale } = useWords();
  return (
    <div role="separator" className="flex items-center gap-4 pt-6 pb-1 text-small text-ink-faint">
      <span className="h-px flex-1 bg-line" aria-hidden="true" />
      <time dateTime={new Date(atMs).toISOString()}>{dayName(atMs, Date.now(), locale)}</time>
      <span className="h-px flex-1 bg-line" aria-hidden="true" />
    </div>
  );
}

/** The shape of a message whose page is on its way. */
function Unloaded({ row }: { readonly row: number }) {
  const mine = row % 2 === 1;
  return (
    <div aria-hidden="true" className={mine ? 'flex h-24 items-center justify-end' : 'flex h-24 items-center gap-3'}>
      {!mine && <Skeleton className="size-10 shrink-0 rounded-full" />}
      <Skeleton className={mine ? 'h-10 w-2/5 rounded-large' : 'h-12 w-3/5'} />
    </div>
  );
}

function focusNeighbour(from: HTMLElement, step: 1 | -1): void {
  const all = [...(from.closest('[role="log"]')?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
  const next = all[all.indexOf(from) + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
}

function selectsWords(): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed;
}

function isLink(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, textarea, input') !== null;
}
