import { useMemo } from 'react';
import type { Message } from '#shared/chat/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import { useClient } from '../../data/connection.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { showToast } from '../../ui/toast.tsx';
import type { ChatSession } from './chat-session.ts';
import type { ThreadStore } from './thread-store.ts';

/** What can be done with messages. Each tells the person itself when it fails. */
export interface MessageActions {
  copy(message: Message): void;
  remove(message: Message): void;
  /** Keeps its words as a memory. */
  remember(message: Message): void;
  /** Ends the thread here; resolves to whether it does. */
  branchFrom(message: Message): Promise<boolean>;
  select(id: MessageId): Promise<boolean>;
  regenerate(message: Message): void;
  continue(message: Message): void;
  /** Asks for a reply to the last message of the person. */
  ask(): void;
  stop(): void;
  save(message: Message, text: string): Promise<boolean>;
}

export function useMessageActions(
  session: ChatSession,
  thread: ThreadStore,
  conversationId: ConversationId,
): MessageActions {
  const client = useClient();
  const { t } = useWords();
  const { run: regenerate } = useCommand((c) => c.chat.regenerate);
  const { run: goOn } = useCommand((c) => c.chat.continueReply);
  const { run: retry } = useCommand((c) => c.chat.retryReply);
  const { run: stop } = useCommand((c) => c.chat.stopReply);
  const { run: edit } = useCommand((c) => c.chat.editMessage);
  const { run: branchFrom } = useCommand((c) => c.chat.branchFrom);
  const { run: select } = useCommand((c) => c.chat.selectVariant);
  const { run: remove } = useCommand((c) => c.chat.deleteMessage, {
    done: (_output, { messageId }) => ({
      text: t('chat.deleted'),
      undo: async () => {
        await client.chat.restoreMessage({ messageId });
        await client.chat.selectVariant({ messageId });
      },
    }),
  });
  const { run: remember } = useCommand((c) => c.memory.remember, {
    done: ({ memoryId }) => ({
      text: t('chat.remembered'),
      undo: () => client.memory.forget({ memoryIds: [memoryId], messagesToo: false }),
    }),
  });
  return useMemo(() => {
    const asking = (): void => session.replies.expect(conversationId);
    /** Shows at once what a deed changed. */
    const after = async (deed: Promise<unknown>): Promise<boolean> => {
      const done = (await deed) !== undefined;
      thread.invalidate();
      return done;
    };
    return {
      copy(message) {
        navigator.clipboard.writeText(message.text).then(
          () => showToast({ text: t('ui.copied') }),
          () => showToast({ tone: 'bad', text: t('chat.copyFailed') }),
        );
      },
      remove(message) {
        // Without it another variant takes its place, when there is one.
        const others = message.siblingIds.filter((id) => id !== message.id);
        const next = others.at(Math.max(0, message.siblingIds.indexOf(message.id) - 1));
        void after(remove({ messageId: message.id })).then((done) =>
          done && next !== undefined ? after(select({ messageId: next })) : undefined,
        );
      },
      remember: (message) => void remember({ messageId: message.id }),
      branchFrom: (message) => after(branchFrom({ messageId: message.id })),
      select: (messageId) => after(select({ messageId })),
      regenerate(message) {
        asking();
        void regenerate({ messageId: message.id });
      },
      continue(message) {
        asking();
        void goOn({ messageId: message.id });
      },
      ask() {
        asking();
        void retry({ conversationId });
      },
      stop: () => void stop({ conversationId }),
      save: (message, text) => after(edit({ messageId: message.id, text })),
    };
  }, [session, thread, conversationId, t, regenerate, goOn, retry, stop, edit, branchFrom, select, remove, remember]);
}
