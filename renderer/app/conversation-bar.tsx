import {
  Archive,
  ArchiveRestore,
  Bookmark,
  BookmarkX,
  ChevronDown,
  Ellipsis,
  Eye,
  Pencil,
  Pin,
  PinOff,
  SquarePen,
  Trash2,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Conversation } from '#shared/chat/contract.ts';
import { useLiveQuery } from '../data/live-query.ts';
import { useClient } from '../data/connection.ts';
import { useNavigation } from '../data/navigation.ts';
import { useCommand } from '../data/use-command.ts';
import { useWords, type Words } from '../data/words.ts';
import { Button } from '../ui/button.tsx';
import { cx } from '../ui/cx.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/field.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu } from '../ui/menu.tsx';
import { Popover } from '../ui/popover.tsx';
import { Portrait } from '../ui/portrait.tsx';
import { type Companion, useTalk } from './companions.ts';
import { SHORTCUTS } from './shortcuts.tsx';

export interface ConversationBarProps {
  readonly companion: Companion;
  readonly conversation: Conversation;
  /** Given when the stage is hidden. */
  readonly onShowStage: (() => void) | null;
  /** The tools of the conversation's view. */
  readonly children?: ReactNode;
}

/** Whose conversation this is, the others with them, and what can be done with it. */
export function ConversationBar({ companion, conversation, onShowStage, children }: ConversationBarProps) {
  const words = useWords();
  const { t } = words;
  const { name, avatar } = companion.character;
  const talk = useTalk();
  const [switching, setSwitching] = useState(false);
  const [renaming, setRenaming] = useState(false);
  const entries = useConversationMenu(conversation, () => setRenaming(true));
  return (
    <header className="mx-auto flex min-h-15 w-full max-w-[792px] items-center gap-2 px-4 py-2">
      <h1 className="sr-only">{t('conversation.with', { name })}</h1>
      <Popover
        open={switching}
        onOpenChange={setSwitching}
        align="start"
        title={t('conversation.switch', { name })}
        trigger={
          <button
            type="button"
            className="flex min-w-0 items-center gap-3 rounded-base px-2 py-1 text-left transition-colors hover:bg-lamp-wash data-popup-open:bg-lamp-wash"
          >
            <Portrait avatar={avatar} name={name} size={36} />
            <span className="min-w-0">
              <span className="block truncate leading-tight font-bold">{name}</span>
              <span className="block truncate text-small text-ink-faint">{titleOf(conversation, words)}</span>
            </span>
            <ChevronDown className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
          </button>
        }
      >
        <Switcher companion={companion} currentId={conversation.id} onDone={() => setSwitching(false)} />
      </Popover>
      <span className="flex-1" />
      {children}
      {onShowStage && (
        <IconButton
          size="small"
          label={t('stage.show', { name })}
          keys={SHORTCUTS.stage}
          icon={<Eye />}
          onClick={onShowStage}
        />
      )}
      <IconButton
        size="small"
        label={t('conversation.new')}
        keys={SHORTCUTS.newConversation}
        icon={<SquarePen />}
        onClick={() => talk(companion, true)}
      />
      <Menu entries={entries}>
        <IconButton size="small" label={t('conversation.actions')} icon={<Ellipsis />} />
      </Menu>
      {renaming && <Rename conversation={conversation} onClose={() => setRenaming(false)} />}
    </header>
  );
}

/** The name given to a conversation, else its day. */
export function titleOf(conversation: Conversation, { t, format }: Words): string {
  return conversation.title || t('conversation.untitled', { day: format.shortDay(conversation.createdAtMs) });
}

function useConversationMenu(conversation: Conversation, onRename: () => void) {
  const { t } = useWords();
  const client = useClient();
  const { go } = useNavigation();
  const { id: conversationId, pinned, archived } = conversation;
  const update = useCommand((c) => c.chat.updateConversation);
  const archive = useCommand((c) => c.chat.updateConversation, {
    done: () => ({
      text: t('conversation.archivedDone'),
      undo: () =>
        client.chat
          .updateConversation({ conversationId, archived: false })
          .then(() => go({ place: 'conversation', id: conversationId })),
    }),
  });
  const remove = useCommand((c) => c.chat.removeConversation, {
    done: () => ({
      text: t('conversation.deleted'),
      undo: () =>
        client.chat
          .restoreConversation({ conversationId })
          .then(() => go({ place: 'conversation', id: conversationId })),
    }),
  });
  const memory = useLiveQuery((c) => c.memory.status, { conversationId });
  const pause = useCommand((c) => c.memory.pause, {
    done: (_output, { paused }) => ({
      text: paused ? t('conversation.memoryPaused') : t('conversation.memoryResumed'),
      undo: () => client.memory.pause({ conversationId, paused: !paused }),
    }),
  });
  const leave = (done: object | undefined): void => {
    if (done) go({ place: 'home' });
  };
  return [
    { label: t('ui.rename'), icon: <Pencil />, onSelect: onRename },
    {
      label: pinned ? t('conversation.unpin') : t('conversation.pin'),
      icon: pinned ? <PinOff /> : <Pin />,
      onSelect: () => void update.run({ conversationId, pinned: !pinned }),
    },
    archived
      ? {
          label: t('conversation.unarchive'),
          icon: <ArchiveRestore />,
          onSelect: () => void update.run({ conversationId, archived: false }),
        }
      : {
          label: t('conversation.archive'),
          icon: <Archive />,
          onSelect: () => void archive.run({ conversationId, archived: true }).then(leave),
        },
    ...(memory.data?.on === true
      ? [
          {
            label: memory.data.paused ? t('conversation.memoryResume') : t('conversation.memoryPause'),
            icon: memory.data.paused ? <Bookmark /> : <BookmarkX />,
            onSelect: () => void pause.run({ conversationId, paused: memory.data?.paused !== true }),
          },
        ]
      : []),
    'separator' as const,
    {
      label: t('ui.delete'),
      icon: <Trash2 />,
      danger: true,
      onSelect: () => void remove.run({ conversationId }).then(leave),
    },
  ];
}

interface SwitcherProps {
  readonly companion: Companion;
  readonly currentId: string;
  readonly onDone: () => void;
}

function Switcher({ companion, currentId, onDone }: SwitcherProps) {
  const words = useWords();
  const { t } = words;
  const talk = useTalk();
  const [archivedShown, setArchivedShown] = useState(false);
  const archived = useLiveQuery(
    (client) => client.chat.conversations,
    archivedShown ? { characterId: companion.character.id, archived: true } : null,
  );
  return (
    <div className="flex flex-col gap-2">
      <ul className="-mx-2 flex max-h-[44vh] flex-col overflow-y-auto">
        {[...companion.conversations, ...(archived.data ?? [])].map((conversation) => (
          <Line
            key={conversation.id}
            conversation={conversation}
            current={conversation.id === currentId}
            onDone={onDone}
          />
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          icon={<SquarePen />}
          onClick={() => {
            onDone();
            talk(companion, true);
          }}
        >
          {t('conversation.new')}
        </Button>
        {!archivedShown && (
          <Button size="small" look="ghost" icon={<Archive />} onClick={() => setArchivedShown(true)}>
            {t('conversation.showArchived')}
          </Button>
        )}
      </div>
    </div>
  );
}

interface LineProps {
  readonly conversation: Conversation;
  readonly current: boolean;
  readonly onDone: () => void;
}

function Line({ conversation, current, onDone }: LineProps) {
  const words = useWords();
  const { go } = useNavigation();
  return (
    <li>
      <button
        type="button"
        aria-current={current || undefined}
        onClick={() => {
          onDone();
          go({ place: 'conversation', id: conversation.id });
        }}
        className={cx(
          'flex w-full items-center gap-2 rounded-small px-2 py-1.5 text-left hover:bg-lamp-wash',
          current && 'bg-lamp-wash',
        )}
      >
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-1.5">
            {conversation.pinned && <Pin className="size-3 shrink-0 text-lamp-ink" aria-hidden="true" />}
            {conversation.archived && <Archive className="size-3 shrink-0 text-ink-faint" aria-hidden="true" />}
            <span className="truncate">{titleOf(conversation, words)}</span>
          </span>
          {conversation.preview && (
            <span className="block truncate text-small text-ink-faint">{conversation.preview}</span>
          )}
        </span>
        {conversation.unreadCount > 0 && (
          <span className="rounded-full bg-lamp px-1.5 text-small leading-5 text-on-lamp tabular-nums">
            {words.format.number(conversation.unreadCount)}
          </span>
        )}
      </button>
    </li>
  );
}

function Rename({ conversation, onClose }: { readonly conversation: Conversation; readonly onClose: () => void }) {
  const { t } = useWords();
  const [title, setTitle] = useState(conversation.title);
  const rename = useCommand((client) => client.chat.updateConversation);
  const save = (): void => {
    void rename.run({ conversationId: conversation.id, title }).then((done) => {
      if (done) onClose();
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title={t('conversation.renameTitle')}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button look="primary" busy={rename.pending} onClick={save}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label={t('conversation.renameLabel')}
          help={t('conversation.renameHelp')}
          maxLength={120}
          autoFocus
          value={title}
          onChange={setTitle}
        />
      </form>
    </Dialog>
  );
}
