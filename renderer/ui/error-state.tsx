import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../data/words.ts';
import { Button } from './button.tsx';

export interface ErrorWords {
  /** What happened. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
  /** Can be searched for, e.g. `unavailable/closed`. */
  readonly code: string;
}

export interface ErrorStateProps {
  readonly words: ErrorWords;
  readonly onRetry?: () => void;
  readonly children?: ReactNode;
}

/** Something did not work: what happened, what to do, a code to search for, and another try. */
export function ErrorState({ words, onRetry, children }: ErrorStateProps) {
  const { t } = useWords();
  return (
    <div role="alert" className="mx-auto flex max-w-md flex-col items-center gap-3 px-6 py-12 text-center">
      <h2 className="text-large font-bold">{words.title}</h2>
      <p className="text-ink-soft">{words.advice}</p>
      <div className="mt-1 flex flex-wrap justify-center gap-2">
        {onRetry && (
          <Button icon={<RotateCw />} onClick={onRetry}>
            {t('ui.retry')}
          </Button>
        )}
        {children}
      </div>
      <p className="text-small text-ink-faint">
        {t('ui.errorCode')} <code className="font-mono select-all">{words.code}</code>
      </p>
    </div>
  );
}
