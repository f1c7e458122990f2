import type { CSSProperties, ReactElement } from 'react';
import { knownPuppetId, puppetUrl } from '#shared/avatar/puppets.ts';

interface PuppetPortraitProps {
  readonly puppetId: string;
  /** `head` is a square that can be read at 40 px, `bust` shows shoulders and chest (8 × 11.5). */
  readonly crop: 'head' | 'bust';
  /** Empty when the name stands beside the picture. */
  readonly alt: string;
  readonly base?: string;
  readonly className?: string;
  readonly style?: CSSProperties;
}

/** A still picture of a puppet, for rails, cards and messages. */
export function PuppetPortrait({ puppetId, crop, alt, base, className, style }: PuppetPortraitProps): ReactElement {
  const file = crop === 'head' ? 'portrait-small.svg' : 'portrait.svg';
  return (
    <img
      src={puppetUrl(knownPuppetId(puppetId), file, base)}
      alt={alt}
      className={className}
      style={style}
      draggable={false}
      decoding="async"
    />
  );
}
