import type { MessageKey, Translate } from '#shared/i18n/translate.ts';
import cat from './stickers/cat.svg';
import cheer from './stickers/cheer.svg';
import heart from './stickers/heart.svg';
import lantern from './stickers/lantern.svg';
import sleep from './stickers/sleep.svg';
import tea from './stickers/tea.svg';
import tears from './stickers/tears.svg';
import thanks from './stickers/thanks.svg';

export interface Sticker {
  readonly id: string;
  readonly url: string;
}

/** Our own drawings. They are sent as pictures, so that a message stays as it was when the set changes. */
export const STICKERS: readonly Sticker[] = [
  { id: 'lantern', url: lantern },
  { id: 'tea', url: tea },
  { id: 'thanks', url: thanks },
  { id: 'heart', url: heart },
  { id: 'cheer', url: cheer },
  { id: 'sleep', url: sleep },
  { id: 'tears', url: tears },
  { id: 'cat', url: cat },
];

/** Pixels of a sent sticker. */
const SIZE = 396;

/** What a sticker is called, from the name of its file. */
export function stickerName(fileName: string, t: Translate): string {
  const id = fileName.replace(/\.\w+$/, '');
  return STICKERS.some((sticker) => sticker.id === id) ? t(`chat.sticker.${id}` as StickerKey) : id;
}

/** Draws a sticker as a PNG file. */
export async function stickerFile(sticker: Sticker): Promise<File> {
  const image = new Image();
  image.src = sticker.url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, SIZE, SIZE);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the sticker could not be drawn');
  return new File([blob], `${sticker.id}.png`, { type: 'image/png' });
}

type StickerKey = Extract<MessageKey, `chat.sticker.${string}`> & 'chat.sticker.cat';
