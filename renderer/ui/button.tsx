import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';
import { Spinner } from './spinner.tsx';

export type ButtonLook = 'primary' | 'soft' | 'ghost' | 'danger';

export interface ButtonProps extends ComponentProps<'button'> {
  /** `primary`: the one thing to do here; `soft`: another; `ghost`: by the way; `danger`: takes something away. */
  readonly look?: ButtonLook;
  readonly size?: 'small' | 'base' | 'large';
  /** Stands before the words; decorative. */
  readonly icon?: ReactNode;
  /** Under way: shows a spinner and ignores presses, but keeps the focus. */
  readonly busy?: boolean;
}

export function Button({
  look = 'soft',
  size = 'base',
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...props
}: ButtonProps) {
  return (
    <button
      type="button"
      {...props}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={cx(BASE, LOOKS[look], SIZES[size], className)}
    >
      {busy ? <Spinner /> : icon}
      <span className="min-w-0">{children}</span>
    </button>
  );
}

const BASE =
  'inline-flex items-center justify-center gap-2 rounded-base font-medium text-center transition-colors select-none ' +
  'disabled:cursor-not-allowed aria-busy:cursor-progress [&_svg]:size-[1.2em] [&_svg]:shrink-0';

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary:
    'bg-lamp text-on-lamp hover:bg-lamp-deep active:bg-lamp disabled:bg-sunken disabled:text-ink-faint disabled:shadow-[inset_0_0_0_1px_var(--line)]',
  soft: 'bg-raised text-ink border border-line shadow-lift hover:bg-lamp-wash active:bg-sunken disabled:opacity-55',
  ghost: 'text-ink-soft hover:bg-lamp-wash hover:text-ink active:bg-sunken disabled:opacity-55',
  danger: 'bg-bad-fill text-on-bad hover:brightness-110 disabled:opacity-55',
};

const SIZES = {
  small: 'min-h-8 px-3 py-1 text-small rounded-small',
  base: 'min-h-10 px-4 py-1.5',
  large: 'min-h-12 px-6 py-2.5',
} as const;
