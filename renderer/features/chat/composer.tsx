import { ArrowUp, Mic, Paperclip, Square, Trash2 } from 'lucide-react';
import { type ClipboardEvent, type DragEvent, type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { MAX_MESSAGE_LENGTH } from '#shared/chat/contract.ts';
import { useSettings } from '../../data/settings.ts';
import { tellFailure } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { showToast } from '../../ui/toast.tsx';
import { clock } from './audio-player.tsx';
import { useChat } from './chat-context.ts';
import { deedOf } from './composer-keys.ts';
import { StickerPicker } from './sticker-picker.tsx';
import { UploadTray } from './upload-tray.tsx';
import { useDraft } from './use-draft.ts';
import { useUploads } from './use-uploads.ts';
import { canRecord, useVoiceNote } from './voice-note.ts';

export interface ComposerProps {
  /** The stored draft; undefined until it is loaded. */
  readonly draft: string | undefined;
  readonly replying: boolean;
  /** What is sent next begins a branch. */
  readonly branching: boolean;
  readonly onCancelBranch: () => void;
  readonly onSend: (text: string, attachments: ReturnType<typeof useUploads>['attachments']) => void;
  readonly onEditLast: () => void;
  /** Words to put in from outside (a starter); each is a new object. */
  readonly offered: { readonly text: string } | null;
}

/** The counter appears when this much is left. */
const COUNT_FROM = MAX_MESSAGE_LENGTH - 500;

/** Where the person writes. Its text is theirs: nothing but sending or their own hand takes it away. */
export const Composer = memo(function Composer({
  draft,
  replying,
  branching,
  onCancelBranch,
  onSend,
  onEditLast,
  offered,
}: ComposerProps) {
  const words = useWords();
  const { t } = words;
  const { values: settings } = useSettings();
  const { session, conversationId, character, actions } = useChat();
  const uploads = useUploads(session.drafts.get(conversationId)?.attachments ?? []);
  const { text, setText } = useDraft(session, conversationId, draft, uploads.attachments);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const compositionEndedAtMs = useRef(-Infinity);
  const [dragging, setDragging] = useState(false);
  const latest = useRef({ text, setText, setAll: uploads.setAll, attachments: uploads.attachments, words });
  useEffect(() => {
    latest.current = { text, setText, setAll: uploads.setAll, attachments: uploads.attachments, words };
  });

  useEffect(() => {
    if (!offered) return;
    latest.current.setText(offered.text);
    focusAtEnd(field.current);
  }, [offered]);

  // What was not taken comes back, before anything written meanwhile.
  useEffect(() => {
    const take = (): void => {
      const back = session.outbox.takeReturned(conversationId);
      if (!back) return;
      const now = latest.current;
      now.setText(now.text === '' ? back.text : `${back.text}\n${now.text}`);
      now.setAll([...back.attachments, ...now.attachments]);
      if (back.why?.kind === 'failed') tellFailure(back.why.error, now.words.t);
      else if (back.why) showToast({ tone: 'bad', text: now.words.t('chat.returned') });
    };
    take();
    return session.outbox.subscribe(take);
  }, [session, conversationId]);

  const voice = useVoiceNote(
    (note, ending) =>
      void uploads.add(new File([note], `${t('chat.voiceName')}.${ending}`, { type: note.type }), 'voice'),
    () => showToast({ tone: 'bad', text: t('chat.voiceDenied'), detail: t('chat.voiceDeniedDetail') }),
  );

  const over = text.length - MAX_MESSAGE_LENGTH;
  const empty = text.trim() === '' && uploads.attachments.length === 0;
  const sendable = over <= 0 && (!empty || uploads.busy);
  // Sent while a file is on its way: it goes when the file is there. Another word, or another file, takes that back.
  const [waiting, setWaiting] = useState<string | null>(null);
  const waits = waiting !== null && waiting === text && uploads.busy;
  const send = (): void => {
    if (!sendable) return;
    if (uploads.busy) {
      setWaiting(text);
      return;
    }
    if (empty) return;
    setWaiting(null);
    onSend(text, uploads.attachments);
    setText('');
    uploads.setAll([]);
    field.current?.focus();
  };
  const arrived = useRef(send);
  useEffect(() => {
    arrived.current = send;
  });
  useEffect(() => {
    if (uploads.busy || waiting === null) return;
    if (waiting === latest.current.text) arrived.current();
    else setWaiting(null);
  }, [uploads.busy, waiting]);
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { key, shiftKey, ctrlKey, metaKey, altKey, keyCode } = event;
    const deed = deedOf(
      { key, shiftKey, ctrlKey, metaKey, altKey, keyCode, isComposing: event.nativeEvent.isComposing },
      {
        sendWithEnter: settings.sendWithEnter,
        sinceCompositionMs: event.timeStamp - compositionEndedAtMs.current,
        empty: text === '',
        replying,
      },
    );
    if (deed === null) return;
    event.preventDefault();
    if (deed === 'send') send();
    else if (deed === 'edit-last') onEditLast();
    else if (deed === 'stop') actions.stop();
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    // Copied from a text program, the clipboard also holds a picture of the text.
    if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    uploads.addAll(files);
  };
  const onDrop = (event: DragEvent): void => {
    setDragging(false);
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    uploads.addAll(event.dataTransfer.files);
  };

  const name = character?.name ?? '';
  return (
    <div className="px-4 pb-2">
      <div
        className={cx(
          'relative mx-auto max-w-[744px] rounded-large border bg-raised shadow-lift transition-[border-color,box-shadow] has-[textarea:focus-visible]:border-focus has-[textarea:focus-visible]:shadow-[0_0_0_1px_var(--focus)]',
          over > 0 ? 'border-bad' : 'border-line-strong',
        )}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes('Files')) return;
          event.preventDefault();
          setDragging(true);
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false);
        }}
        onDrop={onDrop}
      >
        {branching && (
          <div className="flex items-center gap-2 border-b border-line px-4 py-1 text-small text-lamp-ink">
            <span className="flex-1">{t('chat.branching')}</span>
            <Button size="small" look="ghost" onClick={onCancelBranch}>
              {t('chat.branchCancel')}
            </Button>
          </div>
        )}
        <UploadTray uploads={uploads} />
        <textarea
          ref={field}
          id="composer"
          dir="auto"
          rows={1}
          value={text}
          spellCheck={settings.spellCheck}
          aria-label={t('chat.compose', { name })}
          aria-describedby={over > 0 ? 'composer-problem' : undefined}
          aria-invalid={over > 0 || undefined}
          placeholder={t('chat.composePlaceholder', { name })}
          className="block field-sizing-content max-h-[calc(8lh+20px)] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 outline-none"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onCompositionEnd={(event) => {
            compositionEndedAtMs.current = event.timeStamp;
          }}
        />
        <div className="flex items-center gap-0.5 px-2 pb-2">
          {voice.seconds === null ? (
            <>
              <IconButton
                size="small"
                label={t('chat.attach')}
                icon={<Paperclip />}
                onClick={() => picker.current?.click()}
              />
              <StickerPicker
                onPick={(file) =>
                  uploads.add(file, 'sticker').then((attachment) => attachment && onSticker(attachment))
                }
              />
              {canRecord() && (
                <IconButton size="small" label={t('chat.voice')} icon={<Mic />} onClick={() => void voice.start()} />
              )}
            </>
          ) : (
            <div role="status" className="flex items-center gap-2 pl-2 text-small text-ink-soft">
              <span className="size-2.5 animate-breathe rounded-full bg-bad" aria-hidden="true" />
              {t('chat.recording', { time: clock(voice.seconds) })}
              <Button size="small" look="soft" icon={<Square />} onClick={voice.finish}>
                {t('chat.voiceStop')}
              </Button>
              <IconButton size="small" label={t('chat.voiceCancel')} icon={<Trash2 />} onClick={voice.cancel} />
            </div>
          )}
          <span className="min-w-0 flex-1 px-2 text-right text-small">
            {over > 0 ? (
              <span id="composer-problem" role="alert" className="text-bad">
                {t('chat.tooLong', { limit: MAX_MESSAGE_LENGTH, over })}
              </span>
            ) : waits ? (
              <span role="status" className="text-ink-soft">
                {t('chat.sendsAfterUpload')}
              </span>
            ) : text.length >= COUNT_FROM ? (
              <span className="text-ink-faint tabular-nums">
                {t('chat.counter', { count: text.length, limit: MAX_MESSAGE_LENGTH })}
              </span>
            ) : null}
          </span>
          {replying && empty ? (
            <IconButton
              label={t('chat.stop')}
              keys="Escape"
              look="soft"
              className="rounded-full!"
              icon={<Square className="fill-current" />}
              onClick={actions.stop}
            />
          ) : (
            <IconButton
              label={t('chat.send')}
              look="lamp"
              className="rounded-full!"
              icon={<ArrowUp />}
              disabled={!sendable}
              onClick={send}
            />
          )}
        </div>
        {dragging && (
          <div className="pointer-events-none absolute inset-0 grid place-items-center rounded-large border-2 border-dashed border-focus bg-raised text-ink-soft">
            {t('chat.dropHere')}
          </div>
        )}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={t('chat.attach')}
          accept="image/png,image/jpeg,image/gif,image/webp,image/avif,audio/*"
          onChange={(event) => {
            uploads.addAll(event.target.files ?? []);
            event.target.value = '';
            field.current?.focus();
          }}
        />
      </div>
    </div>
  );

  /** A sticker says everything by itself: with nothing written, it is sent at once. */
  function onSticker(attachment: (typeof uploads.attachments)[number]): void {
    const { text: written, attachments } = latest.current;
    if (written.trim() !== '' || attachments.some((other) => other.id !== attachment.id)) return;
    onSend('', [attachment]);
    uploads.setAll([]);
  }
});

function focusAtEnd(field: HTMLTextAreaElement | null): void {
  field?.focus();
  requestAnimationFrame(() => field?.setSelectionRange(field.value.length, field.value.length));
}
