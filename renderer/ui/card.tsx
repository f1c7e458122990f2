import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

/** A sheet of paper on the table. */
export function Card({ className, ...props }: ComponentProps<'div'>) {
  return <div {...props} className={cx('rounded-large border border-line bg-paper p-5', className)} />;
}

/** A titled group of controls on a page, with a sentence that says what it is for. */
export function Section({ title, help, aside, children }: SectionProps) {
  return (
    <section className="flex flex-col gap-4">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="text-large font-bold">{title}</h2>
          {help && <p className="text-small text-ink-faint">{help}</p>}
        </div>
        {aside && <div className="shrink-0">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

interface SectionProps {
  readonly title: ReactNode;
  readonly help?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}
