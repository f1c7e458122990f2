import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

/** A named region that scrolls by itself, by keyboard too. */
export function ScrollArea({ label, className, ...props }: ComponentProps<'div'> & { readonly label: string }) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      {...props}
      className={cx('min-h-0 overflow-y-auto overscroll-contain outline-offset-[-2px]', className)}
    />
  );
}
