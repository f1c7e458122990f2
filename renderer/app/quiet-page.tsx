import { type ReactNode, useEffect } from 'react';
import { useWords } from '../data/words.ts';
import { Lamp } from '../ui/lamp.tsx';

export interface QuietPageProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** A page with nothing but one thing to read or do: before the file is open, and when it cannot be. */
export function QuietPage({ title, children }: QuietPageProps) {
  const { t } = useWords();
  useEffect(() => {
    document.title = t('app.name');
  }, [t]);
  return (
    <main className="grid h-full place-items-center overflow-y-auto bg-[radial-gradient(60rem_40rem_at_50%_20%,var(--glow),transparent_70%)] p-6">
      <div className="flex w-full max-w-lg animate-arrive flex-col gap-5">
        <Lamp size={56} className="-ml-2" />
        <h1 className="font-story text-title">{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** What is seen while the app opens. */
export function Starting({ label }: { readonly label: string }) {
  return (
    <div role="status" className="grid h-full place-items-center">
      <div className="flex animate-arrive flex-col items-center gap-3 text-ink-faint [animation-delay:300ms]">
        <Lamp size={72} className="animate-breathe" />
        {label}
      </div>
    </div>
  );
}
