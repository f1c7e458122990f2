import { BookmarkPlus, Copy, Info, LibraryBig, Pencil, RotateCw, Split, Trash2 } from 'lucide-react';
import type { Message } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import type { MenuEntries } from '../../ui/menu.tsx';
import { useChat } from './chat-context.ts';

/** What can be done with one message: for the context menu, the long press and the "more" button. */
export function useMessageMenu(message: Message | null, isLeaf: boolean): MenuEntries {
  const { t } = useWords();
  const { actions, edit, branchFrom, showDetails, showWhy } = useChat();
  if (!message) return [];
  const writing = message.state === 'partial';
  const speaks = message.author === 'person' || message.author === 'character';
  return [
    { label: t('chat.copy'), icon: <Copy />, disabled: message.text === '', onSelect: () => actions.copy(message) },
    { label: t('chat.edit'), icon: <Pencil />, disabled: writing || !speaks, onSelect: () => edit(message.id) },
    ...(message.author === 'character' && message.parentId !== null
      ? [{ label: t('chat.regenerate'), icon: <RotateCw />, onSelect: () => actions.regenerate(message) }]
      : []),
    { label: t('chat.branch'), icon: <Split />, disabled: writing || isLeaf, onSelect: () => branchFrom(message) },
    {
      label: t('chat.remember'),
      icon: <BookmarkPlus />,
      disabled: writing || !speaks || message.text === '',
      onSelect: () => actions.remember(message),
    },
    ...(message.author === 'character'
      ? [{ label: t('chat.why'), icon: <LibraryBig />, onSelect: () => showWhy(message) }]
      : []),
    { label: t('chat.details'), icon: <Info />, onSelect: () => showDetails(message) },
    'separator',
    {
      label: t('chat.delete'),
      icon: <Trash2 />,
      danger: true,
      disabled: writing,
      onSelect: () => actions.remove(message),
    },
  ];
}
