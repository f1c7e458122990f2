import { ImageOff } from 'lucide-react';
import type { Attachment, Message } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import { cx } from '../../ui/cx.ts';
import { AudioPlayer } from './audio-player.tsx';
import { useBlobUrl } from './blob-urls.ts';
import { useChat } from './chat-context.ts';
import { stickerName } from './stickers.ts';

const MOST_WIDTH = 360;
const MOST_HEIGHT = 320;
const STICKER_SIZE = 132;

/** The pictures, stickers and sounds of a message. Their places have their size before they are loaded: nothing jumps. */
export function MessageAttachments({ message }: { readonly message: Message }) {
  if (message.attachments.length === 0) return null;
  return (
    <div className={cx('flex flex-wrap gap-2', message.author === 'person' ? 'justify-end' : 'mt-2')}>
      {message.attachments.map((attachment) =>
        attachment.kind === 'audio' ? (
          <AudioPlayer key={attachment.id} attachment={attachment} />
        ) : (
          <Picture key={attachment.id} attachment={attachment} />
        ),
      )}
    </div>
  );
}

function Picture({ attachment }: { readonly attachment: Attachment }) {
  const { t } = useWords();
  const { openImage } = useChat();
  const { url, failed } = useBlobUrl(attachment);
  const sticker = attachment.kind === 'sticker';
  const size = sticker ? { width: STICKER_SIZE, height: STICKER_SIZE } : shownSize(attachment);
  const alt = sticker
    ? t('chat.stickerAlt', { name: stickerName(attachment.name, t) })
    : t('chat.imageAlt', { name: attachment.name });
  const frame = cx(
    'grid max-w-full place-items-center overflow-hidden',
    !sticker && 'rounded-base border border-line bg-sunken',
  );
  const image = url && (
    <img
      src={url}
      alt={alt}
      width={size.width}
      height={size.height}
      draggable={false}
      className="size-full object-contain"
    />
  );
  if (failed) {
    return (
      <div style={size} className={cx(frame, 'p-3 text-center text-small text-ink-faint')}>
        <span>
          <ImageOff className="mx-auto mb-1 size-5" aria-hidden="true" />
          {t('chat.attachmentGone')}
        </span>
      </div>
    );
  }
  if (sticker) {
    return (
      <div style={size} className={frame}>
        {image}
      </div>
    );
  }
  return (
    <button
      type="button"
      style={{ width: size.width, aspectRatio: `${size.width} / ${size.height}` }}
      className={cx(frame, 'p-0 transition-[filter] hover:brightness-95')}
      aria-label={t('chat.openImage', { name: attachment.name })}
      onClick={() => openImage(attachment)}
    >
      {image}
    </button>
  );
}

/** The size of a picture in the thread: its own proportions within the bounds, never enlarged beyond them. */
export function shownSize({ width, height }: Pick<Attachment, 'width' | 'height'>): { width: number; height: number } {
  if (!width || !height) return { width: 240, height: 180 };
  const scale = Math.min(1, MOST_WIDTH / width, MOST_HEIGHT / height);
  // A sliver a pixel wide could not be pressed.
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}
