import { useLayoutEffect, useRef, useState } from 'react';
import { type Message, MAX_MESSAGE_LENGTH } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { useChat } from './chat-context.ts';

/** A message's words in a field of their own place. Esc leaves them as they were, Ctrl+Enter (⌘ Enter) saves. */
export function MessageEditor({ message }: { readonly message: Message }) {
  const { t } = useWords();
  const { actions, edit } = useChat();
  const [text, setText] = useState(message.text);
  const [saving, setSaving] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, []);
  const sayable = text.trim() !== '' && text.length <= MAX_MESSAGE_LENGTH;
  const save = async (): Promise<void> => {
    if (!sayable || saving) return;
    setSaving(true);
    if (text === message.text || (await actions.save(message, text))) edit(null);
    else setSaving(false);
  };
  return (
    <div className="w-full">
      <textarea
        ref={field}
        dir="auto"
        aria-label={t('chat.editLabel')}
        value={text}
        className="control field-sizing-content max-h-[50vh] resize-none"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          event.stopPropagation();
          if (event.key === 'Escape') edit(null);
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          else return;
          event.preventDefault();
        }}
      />
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        <span className="mr-auto text-small text-ink-faint">
          {text.length > MAX_MESSAGE_LENGTH ? (
            <span role="alert" className="text-bad">
              {t('chat.tooLong', { limit: MAX_MESSAGE_LENGTH, over: text.length - MAX_MESSAGE_LENGTH })}
            </span>
          ) : (
            t('chat.editHint')
          )}
        </span>
        <Button size="small" look="ghost" onClick={() => edit(null)}>
          {t('ui.cancel')}
        </Button>
        <Button size="small" look="primary" busy={saving} disabled={!sayable} onClick={() => void save()}>
          {t('chat.editSave')}
        </Button>
      </div>
    </div>
  );
}
