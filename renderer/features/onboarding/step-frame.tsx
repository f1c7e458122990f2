import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';

export interface StepFrameProps {
  readonly title: ReactNode;
  readonly body: ReactNode;
  readonly children: ReactNode;
  readonly onBack: (() => void) | null;
  /** The button that goes on, and what stands beside it. */
  readonly actions?: ReactNode;
  readonly onSubmit?: () => void;
}

/** One step: a question, its answer, and the way on. Enter goes on. */
export function StepFrame({ title, body, children, onBack, actions, onSubmit }: StepFrameProps) {
  const { t } = useWords();
  return (
    <form
      noValidate
      className="flex flex-col gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit?.();
      }}
    >
      <header className="flex flex-col gap-2">
        <h1 className="font-story text-title">{title}</h1>
        <p className="max-w-[40em] text-ink-soft">{body}</p>
      </header>
      {children}
      <footer className="flex items-center gap-3">
        {onBack && (
          <Button look="ghost" size="large" icon={<ChevronLeft />} onClick={onBack} className="-ml-4">
            {t('ui.back')}
          </Button>
        )}
        <span className="flex-1" />
        {actions}
      </footer>
    </form>
  );
}
