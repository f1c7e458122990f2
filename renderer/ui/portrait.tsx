import { useState } from 'react';
import { knownPuppetId, puppetUrl } from '#shared/avatar/puppets.ts';
import { cx } from './cx.ts';

export interface PortraitProps {
  /** A puppet's id. */
  readonly avatar: string;
  /** Whose portrait it is. Empty when the name stands beside it. */
  readonly name: string;
  /** Pixels: the diameter, or a card's width (its height follows: the picture is 8 × 11.5). */
  readonly size?: number;
  readonly shape?: 'round' | 'card';
  readonly className?: string;
  readonly decorative?: boolean;
}

/** A companion's face in a small frame, or the first letter of the name where there is no picture. */
export function Portrait({ avatar, name, size = 40, shape = 'round', className, decorative = true }: PortraitProps) {
  const [missing, setMissing] = useState<string | null>(null);
  const source = puppetUrl(knownPuppetId(avatar), shape === 'round' ? 'portrait-small.svg' : 'portrait.svg');
  return (
    <span
      role={decorative ? undefined : 'img'}
      aria-label={decorative ? undefined : name}
      aria-hidden={decorative || undefined}
      style={{ width: size, height: shape === 'round' ? size : Math.round((size * 11.5) / 8) }}
      className={cx(
        'relative grid shrink-0 place-items-center overflow-hidden bg-lamp-wash font-story text-lamp-ink select-none',
        shape === 'round' ? 'rounded-full' : 'rounded-base',
        className,
      )}
    >
      {missing === source ? (
        <span style={{ fontSize: size * 0.42 }} className="leading-none">
          {[...name][0]}
        </span>
      ) : (
        <img
          src={source}
          alt=""
          draggable={false}
          onError={() => setMissing(source)}
          className="size-full object-cover"
        />
      )}
    </span>
  );
}
