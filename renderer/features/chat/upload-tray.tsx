import { Music, X } from 'lucide-react';
import type { Attachment } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { useBlobUrl } from './blob-urls.ts';
import type { Uploads } from './use-uploads.ts';

/** The attachments of the message being written, each removable, under way or stored. */
export function UploadTray({ uploads: { uploads, remove } }: { readonly uploads: Uploads }) {
  const { t } = useWords();
  if (uploads.length === 0) return null;
  return (
    <ul aria-label={t('chat.uploads')} className="flex flex-wrap gap-2 px-3 pt-3">
      {uploads.map(({ key, name, ratio, attachment }) => (
        <li key={key} className="flex items-center gap-2 rounded-base border border-line bg-paper p-1.5 pr-0.5">
          {attachment ? <Thumbnail attachment={attachment} /> : null}
          <div className="w-32 min-w-0">
            <div className="truncate text-small text-ink-soft">{name}</div>
            {!attachment && <Progress label={t('chat.uploading', { name })} hideLabel ratio={ratio} />}
          </div>
          <IconButton size="small" label={t('ui.remove', { name })} icon={<X />} onClick={() => remove(key)} />
        </li>
      ))}
    </ul>
  );
}

function Thumbnail({ attachment }: { readonly attachment: Attachment }) {
  const { url } = useBlobUrl(attachment);
  return (
    <span className="grid size-11 shrink-0 place-items-center overflow-hidden rounded-small bg-sunken text-ink-faint">
      {attachment.kind === 'audio' ? (
        <Music className="size-5" aria-hidden="true" />
      ) : (
        url && <img src={url} alt="" className="size-full object-cover" />
      )}
    </span>
  );
}
