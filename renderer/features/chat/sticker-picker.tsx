import { Sticker as StickerIcon } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../data/words.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Popover } from '../../ui/popover.tsx';
import { type Sticker, stickerFile, stickerName, STICKERS } from './stickers.ts';

/** A few drawings that say what words are too long for. */
export function StickerPicker({ onPick }: { readonly onPick: (file: File) => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const pick = async (sticker: Sticker): Promise<void> => {
    setOpen(false);
    onPick(await stickerFile(sticker));
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      side="top"
      align="start"
      title={t('chat.sticker')}
      trigger={<IconButton size="small" label={t('chat.sticker')} icon={<StickerIcon />} />}
    >
      <div className="grid grid-cols-4 gap-1">
        {STICKERS.map((sticker) => (
          <button
            key={sticker.id}
            type="button"
            aria-label={stickerName(sticker.id, t)}
            className="rounded-base p-1 transition-colors hover:bg-lamp-wash"
            onClick={() => void pick(sticker)}
          >
            <img src={sticker.url} alt="" width={66} height={66} draggable={false} />
          </button>
        ))}
      </div>
    </Popover>
  );
}
