import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Attachment, Message } from '#shared/chat/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import { newId } from '#shared/entities.ts';
import { failureWords, toAppError } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useRevealed } from '../../data/revealed.ts';
import { useWords } from '../../data/words.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { IS_MAC } from '../../ui/keys.tsx';
import './chat.css';
import { ChatContext, type ChatContextValue } from './chat-context.ts';
import { ChatDialogs, type ChatDialog } from './chat-dialogs.tsx';
import { useChatSession } from './chat-session.ts';
import { Composer } from './composer.tsx';
import { Helplines } from './helplines.tsx';
import { createListScroll } from './list-scroll.ts';
import { useMessageActions } from './message-actions.ts';
import { MessageList } from './message-list.tsx';
import { SearchPanel } from './search-panel.tsx';
import { strongRandom } from './strong-random.ts';
import { ThreadSkeleton } from './thread-skeleton.tsx';
import { type ThreadRows, useThreadRows } from './thread-rows.ts';
import { useAnnouncements } from './use-announcements.ts';
import { useMarkRead } from './use-mark-read.ts';
import { openTool, useTool } from './tool-store.ts';

export interface ChatViewProps {
  /** Give the view this as its key too: a conversation's view does not turn into another's. */
  readonly conversationId: ConversationId;
}

/** How long a place that was looked for stays lit. */
const LIT_MS = 2_600;

/** A conversation: the thread, what stands below it, and the composer. Fills what its flex parent leaves. */
export const ChatView = memo(function ChatView({ conversationId }: ChatViewProps) {
  const { t } = useWords();
  const session = useChatSession();
  const query = useLiveQuery((client) => client.chat.conversation, { conversationId });
  const conversation = query.data;
  const { data: character } = useLiveQuery(
    (client) => client.characters.get,
    conversation ? { characterId: conversation.characterId } : null,
  );
  const rows = useThreadRows(session, conversationId);
  const { thread, state, reply } = rows;
  const actions = useMessageActions(session, thread, conversationId);
  const [scroll] = useState(createListScroll);
  const [editingId, setEditingId] = useState<MessageId | null>(null);
  const [litId, setLitId] = useState<MessageId | null>(null);
  const [dialog, setDialog] = useState<ChatDialog | null>(null);
  const [offered, setOffered] = useState<{ readonly text: string } | null>(null);
  const [branch, setBranch] = useState<Branch | null>(null);
  const tool = useTool(conversationId);

  const replying = reply.phase === 'writing' || (conversation?.replying === true && reply.phase !== 'ended');
  const newest = newestOf(rows);

  // A branch that was begun is over when the thread ends elsewhere: something was sent, or another way was chosen.
  const branching = branch !== null && branch.at === state.leafId;
  const startBranch = useCallback(
    (message: Message) => {
      const depth = thread.depthOf(message.id);
      const next = depth === undefined ? undefined : thread.at(depth + 1)?.id;
      void actions.branchFrom(message).then((done) => {
        if (!done) return;
        setBranch({ at: message.id, next: next ?? null });
        document.getElementById('composer')?.focus();
      });
    },
    [thread, actions],
  );
  const cancelBranch = useCallback(() => {
    if (branch?.next) void actions.select(branch.next);
    setBranch(null);
  }, [branch, actions]);

  const show = useCallback(
    (depth: number, id: MessageId | null) => {
      scroll.toRow(depth);
      setLitId(id);
    },
    [scroll],
  );
  useEffect(() => {
    if (litId === null) return undefined;
    const timer = setTimeout(() => setLitId(null), LIT_MS);
    return () => clearTimeout(timer);
  }, [litId]);
  const revealed = useRevealed(conversationId);
  const lastRevealed = useRef<typeof revealed>(null);
  useEffect(() => {
    if (!revealed || revealed === lastRevealed.current || state.status !== 'ready') return;
    lastRevealed.current = revealed;
    thread.invalidate();
    show(revealed.depth, revealed.messageId);
  }, [revealed, state.status, thread, show]);

  const edit = useCallback((id: MessageId | null) => {
    setEditingId(id);
    if (id === null) document.getElementById('composer')?.focus();
  }, []);
  const newestRows = useRef(rows);
  useEffect(() => {
    newestRows.current = rows;
  });
  const editLast = useCallback(() => {
    const { count, at } = newestRows.current;
    for (let row = count - 1; row >= 0; row -= 1) {
      const { message, sending } = at(row);
      if (!message) return;
      if (message.author === 'person' && !message.deleted && sending === null) {
        setEditingId(message.id);
        return;
      }
    }
  }, []);
  const offer = useCallback((text: string) => setOffered({ text }), []);
  const send = useCallback(
    (text: string, attachments: readonly Attachment[]) => {
      const createdAtMs = Date.now();
      session.replies.expect(conversationId);
      session.outbox.send({
        id: newId<MessageId>(createdAtMs, strongRandom),
        conversationId,
        text,
        attachments,
        createdAtMs,
      });
      setBranch(null);
      scroll.toEnd();
    },
    [session, conversationId, scroll],
  );

  const context = useMemo<ChatContextValue>(
    () => ({
      conversationId,
      character,
      session,
      actions,
      edit,
      branchFrom: startBranch,
      showDetails: (message) => setDialog({ kind: 'details', message }),
      showWhy: (message) => setDialog({ kind: 'why', message }),
      showMap: () => setDialog({ kind: 'map' }),
      openLink: (url) => setDialog({ kind: 'link', url }),
      openImage: (attachment) => setDialog({ kind: 'image', attachment }),
    }),
    [conversationId, character, session, actions, edit, startBranch],
  );

  // The browser's own search would find only what is rendered.
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (
        event.key.toLowerCase() !== 'f' ||
        event.shiftKey ||
        event.altKey ||
        !(IS_MAC ? event.metaKey : event.ctrlKey)
      )
        return;
      event.preventDefault();
      openTool(conversationId, 'search');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [conversationId]);

  const { jump } = tool;
  useEffect(() => {
    if (jump) show(jump.depth, thread.at(jump.depth)?.id ?? null);
  }, [jump, thread, show]);

  useMarkRead(conversationId, conversation, newest, scroll);
  const announcement = useAnnouncements(rows, character?.name ?? '', session.replies.words);

  if (state.status === 'failed') {
    return (
      <div className="grid min-h-0 flex-1 place-items-center">
        <ErrorState words={failureWords(state.error ?? toAppError(null), t)} onRetry={thread.retry} />
      </div>
    );
  }
  return (
    <ChatContext value={context}>
      <div className="relative flex min-h-0 flex-1 flex-col">
        {state.status === 'loading' && rows.count === 0 ? (
          <ThreadSkeleton />
        ) : (
          <MessageList
            rows={rows}
            scroll={scroll}
            editingId={editingId}
            litId={litId}
            newest={newest}
            replying={replying}
            onStarter={offer}
          />
        )}
        <Helplines conversationId={conversationId} />
        {/* A lost connection is told by the status line, and cures itself. */}
        {state.error && state.error.reason !== 'connection_closed' && (
          <div className="mx-auto w-full max-w-[776px] px-4 pb-2">
            <Banner
              live
              tone="warn"
              title={t('chat.stale')}
              actions={
                <Button size="small" onClick={thread.retry}>
                  {t('ui.retry')}
                </Button>
              }
            >
              {failureWords(state.error, t).title}
            </Banner>
          </div>
        )}
        <Composer
          draft={conversation?.draft}
          replying={replying}
          branching={branching}
          onCancelBranch={cancelBranch}
          onSend={send}
          onEditLast={editLast}
          offered={offered}
        />
        {tool.open === 'search' && <SearchPanel onClose={tool.close} onShow={show} />}
        <div role="status" aria-live="polite" className="sr-only">
          {announcement}
        </div>
        <ChatDialogs
          dialog={tool.open === 'map' ? { kind: 'map' } : dialog}
          onClose={() => (tool.open === 'map' ? tool.close() : setDialog(null))}
          onShow={show}
        />
      </div>
    </ChatContext>
  );
});

/** The place of a branch that is about to begin: its first message comes after `at`; `next` is where the thread went before. */
interface Branch {
  readonly at: MessageId;
  readonly next: MessageId | null;
}

function newestOf(rows: ThreadRows): Message | null {
  for (let row = rows.count - 1; row >= 0; row -= 1) {
    const { message } = rows.at(row);
    if (!message) return null;
    if (!message.deleted) return message;
  }
  return null;
}
