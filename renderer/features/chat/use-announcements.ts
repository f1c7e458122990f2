import { useEffect, useRef, useState } from 'react';
import { useWords } from '../../data/words.ts';
import { parseMarkdown, plainText } from './markdown.ts';
import type { ThreadRows } from './thread-rows.ts';

/** What those who listen are told: a reply once it is finished, never its pieces. */
export function useAnnouncements(
  { reply, at, count }: ThreadRows,
  name: string,
  words: (id: string) => string | undefined,
): string {
  const { t } = useWords();
  const [said, setSaid] = useState('');
  const wasWriting = useRef(false);
  useEffect(() => {
    if (reply.phase === 'writing') {
      wasWriting.current = true;
      return;
    }
    if (reply.phase !== 'ended' || !wasWriting.current) return;
    wasWriting.current = false;
    const { messageId } = reply;
    if (messageId === null) return;
    let text = words(messageId);
    for (let row = count - 1; text === undefined && row >= 0 && row > count - 4; row -= 1) {
      const { message } = at(row);
      if (message?.id === messageId) text = message.text;
    }
    if (text !== undefined) setSaid(t('chat.finished', { name, text: plainText(parseMarkdown(text)) }));
  }, [reply, at, count, name, words, t]);
  return said;
}
