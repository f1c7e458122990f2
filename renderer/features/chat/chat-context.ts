import { createContext, use } from 'react';
import { present } from '#shared/base/assert.ts';
import type { Attachment, Message } from '#shared/chat/contract.ts';
import type { Character } from '#shared/characters/contract.ts';
import type { ConversationId, MessageId } from '#shared/entities.ts';
import type { ChatSession } from './chat-session.ts';
import type { MessageActions } from './message-actions.ts';

/** What every part of a conversation's view needs. Stable while the conversation is shown, so that rows do not render anew. */
export interface ChatContextValue {
  readonly conversationId: ConversationId;
  /** Undefined until it is loaded. */
  readonly character: Character | undefined;
  readonly session: ChatSession;
  readonly actions: MessageActions;
  /** Opens the editor in place of a message; null closes it. */
  readonly edit: (id: MessageId | null) => void;
  readonly branchFrom: (message: Message) => void;
  readonly showDetails: (message: Message) => void;
  readonly showWhy: (message: Message) => void;
  readonly showMap: () => void;
  readonly openLink: (url: string) => void;
  readonly openImage: (attachment: Attachment) => void;
}

export const ChatContext = createContext<ChatContextValue | null>(null);

export function useChat(): ChatContextValue {
  return present(use(ChatContext), 'the conversation');
}
