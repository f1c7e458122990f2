import { type ReactNode, useEffect, useState } from 'react';
import { cx } from './cx.ts';

/** The shape of what is coming. Sized by its class; decorative, so put it inside Loading. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden="true" className={cx('animate-breathe rounded-small bg-sunken', className)} />;
}

export interface LoadingProps {
  /** Said to those who listen. */
  readonly label: string;
  readonly children: ReactNode;
}

/** Holds skeletons. Shows nothing for the first 120 ms, so that a fast answer does not flash. */
export function Loading({ label, children }: LoadingProps) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 120);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-busy="true" className={cx('transition-opacity', !shown && 'opacity-0')}>
      <span className="sr-only">{label}</span>
      {children}
    </div>
  );
}

/** Some lines of a list that is on its way. */
export function SkeletonRows({ count = 3 }: { readonly count?: number }) {
  return (
    <div className="flex flex-col gap-3">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} className="flex items-center gap-4 rounded-large border border-line bg-paper px-5 py-4">
          <Skeleton className="size-11 rounded-full" />
          <div className="flex flex-1 flex-col gap-2">
            <Skeleton className="h-4 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
