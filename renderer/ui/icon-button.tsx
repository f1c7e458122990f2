import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Tooltip } from './tooltip.tsx';

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'aria-label'> {
  /** What it does, in words: the accessible name and the tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  /** Keys that do the same, e.g. `Mod+K`. */
  readonly keys?: string;
  readonly look?: 'ghost' | 'soft' | 'lamp';
  readonly size?: 'small' | 'base';
  readonly tipSide?: 'top' | 'bottom' | 'left' | 'right';
}

export function IconButton({
  label,
  icon,
  keys,
  look = 'ghost',
  size = 'base',
  tipSide,
  className,
  ...props
}: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys ? { keys } : {})} {...(tipSide ? { side: tipSide } : {})}>
      <button
        type="button"
        {...props}
        aria-label={label}
        className={cx(
          'inline-grid shrink-0 place-items-center rounded-small transition-colors select-none',
          'disabled:cursor-not-allowed disabled:opacity-45 aria-pressed:bg-lamp-wash aria-pressed:text-lamp-ink',
          size === 'small' ? 'size-8 [&_svg]:size-4' : 'size-10 [&_svg]:size-5',
          LOOKS[look],
          className,
        )}
      >
        {icon}
      </button>
    </Tooltip>
  );
}

const LOOKS = {
  ghost: 'text-ink-soft hover:bg-lamp-wash hover:text-ink data-popup-open:bg-lamp-wash data-popup-open:text-ink',
  soft: 'bg-raised text-ink-soft border border-line shadow-lift hover:bg-lamp-wash hover:text-ink',
  lamp: 'bg-lamp text-on-lamp hover:bg-lamp-deep',
} as const;
