import type { ReactNode } from 'react';

export interface EmptyStateProps {
  readonly title: ReactNode;
  /** What would be here, and how it comes to be. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
}

/** Nothing here yet: says what belongs here and offers the first step. */
export function EmptyState({ title, children, action, icon }: EmptyStateProps) {
  return (
    <div className="mx-auto flex max-w-md animate-arrive flex-col items-center gap-3 px-6 py-12 text-center">
      <div
        className="relative mb-1 grid size-20 place-items-center rounded-full text-lamp-ink [&_svg]:size-7"
        aria-hidden="true"
      >
        <span className="absolute inset-0 rounded-full bg-[radial-gradient(closest-side,var(--glow),transparent)]" />
        {icon}
      </div>
      <h2 className="text-large font-bold">{title}</h2>
      {children && <div className="text-ink-soft">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
