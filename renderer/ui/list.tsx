import type { ComponentProps } from 'react';
import { cx } from './cx.ts';

/** Rows with hairlines between, on one sheet. */
export function List({ className, ...props }: ComponentProps<'ul'>) {
  return <ul {...props} className={cx('divide-y divide-line rounded-large border border-line bg-paper', className)} />;
}

export function ListRow({ className, ...props }: ComponentProps<'li'>) {
  return <li {...props} className={cx('flex items-center gap-4 px-5 py-3.5', className)} />;
}
