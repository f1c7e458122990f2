import { useCallback, useEffect, useRef, useState } from 'react';
import type { Attachment } from '#shared/chat/contract.ts';
import type { ConversationId } from '#shared/entities.ts';
import { useClient } from '../../data/connection.ts';
import type { ChatSession } from './chat-session.ts';

/** How long writing may pause before it is saved, in ms. */
const SAVE_AFTER_MS = 500;
/** The contract's most; more than any message may have. */
const LONGEST_DRAFT = 20_000;

export interface DraftText {
  readonly text: string;
  readonly setText: (text: string) => void;
}

/**
 * What is being written, kept per conversation: on this page at once, in the core when writing pauses, the field loses the focus,
 * the page is left or hidden. While a message is on its way the stored draft is left alone: the core clears it in the same
 * transaction that takes the message in, so that a crash leaves the words in one of the two places and never in both.
 */
export function useDraft(
  session: ChatSession,
  conversationId: ConversationId,
  stored: string | undefined,
  attachments: readonly Attachment[],
): DraftText {
  const client = useClient();
  const [text, show] = useState(() => session.drafts.get(conversationId)?.text ?? stored ?? '');
  const touched = useRef(session.drafts.has(conversationId));
  const saved = useRef<string | null>(stored ?? null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  // The stored draft may be known only after the field is shown; by then something may have been written.
  useEffect(() => {
    if (stored === undefined || touched.current) return;
    saved.current = stored;
    show(stored);
    touched.current = true;
  }, [stored]);

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const draft = session.drafts.get(conversationId);
    if (!draft || session.outbox.unsent(conversationId).some((entry) => entry.state !== 'sent')) return;
    const next = draft.text.slice(0, LONGEST_DRAFT).toWellFormed();
    if (next === saved.current) return;
    saved.current = next;
    client.chat.saveDraft({ conversationId, text: next }).catch(() => {
      // It is still here; the next pause, or the next time there is a connection, saves it.
      saved.current = null;
    });
  }, [client, session, conversationId]);

  const setText = useCallback(
    (next: string) => {
      touched.current = true;
      show(next);
      session.drafts.set(conversationId, {
        text: next,
        attachments: session.drafts.get(conversationId)?.attachments ?? [],
      });
      clearTimeout(timer.current);
      timer.current = setTimeout(flush, SAVE_AFTER_MS);
    },
    [session, conversationId, flush],
  );

  useEffect(() => {
    if (attachments.length === 0 && !session.drafts.has(conversationId)) return;
    session.drafts.set(conversationId, { text: session.drafts.get(conversationId)?.text ?? text, attachments });
  }, [session, conversationId, attachments, text]);

  useEffect(() => {
    const onHide = (): void => {
      if (document.hidden) flush();
    };
    const offOutbox = session.outbox.subscribe(() => {
      timer.current ??= setTimeout(flush, SAVE_AFTER_MS);
    });
    document.addEventListener('visibilitychange', onHide);
    addEventListener('pagehide', flush);
    addEventListener('blur', flush);
    return () => {
      offOutbox();
      document.removeEventListener('visibilitychange', onHide);
      removeEventListener('pagehide', flush);
      removeEventListener('blur', flush);
      flush();
    };
  }, [session, flush]);

  return { text, setText };
}
