import { CircleCheck, Sparkles } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ProviderFailure, ProviderFields } from '#shared/settings/contract.ts';
import type { ProviderId } from '#shared/entities.ts';
import { useCommand } from '../../../data/use-command.ts';
import { useWords } from '../../../data/words.ts';
import { Banner } from '../../../ui/banner.tsx';
import { FailureBanner } from '../../../ui/failure-banner.tsx';
import { Button } from '../../../ui/button.tsx';

export interface TestRequest {
  readonly providerId?: ProviderId;
  readonly fields?: ProviderFields;
}

export interface TestLineProps {
  /** What to try; null while what is written is not sound. */
  readonly request: TestRequest | null;
  readonly onAsked?: () => void;
}

type Outcome =
  | { readonly kind: 'works'; readonly model: string; readonly seconds: string; readonly sample: string }
  | { readonly kind: 'failed'; readonly reason: ProviderFailure; readonly detail: string };

/** Asks a mind for a few words and shows them, or says in words why it could not. */
export function TestLine({ request, onAsked }: TestLineProps) {
  const { t, format } = useWords();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const answer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome !== null) answer.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  const test = useCommand((client) => client.settings.testProvider, { quiet: true });
  const run = async (): Promise<void> => {
    onAsked?.();
    setOutcome(null);
    if (request === null) return;
    const told = await test.run(request);
    if (told?.kind === 'failed') setOutcome(told);
    if (told?.kind === 'works') {
      const seconds = format.number(Math.round(told.firstTokenMs / 100) / 10);
      setOutcome({ kind: 'works', model: told.model, seconds, sample: told.sample });
    }
  };
  return (
    <div className="flex flex-col items-start gap-3">
      <Button icon={<Sparkles />} busy={test.pending} onClick={() => void run()}>
        {test.pending ? t('minds.testing') : t('minds.test')}
      </Button>
      <div ref={answer} aria-live="polite" className="w-full">
        {test.error && <FailureBanner error={test.error} />}
        {outcome?.kind === 'works' && (
          <div className="flex gap-3 rounded-base bg-good-wash px-4 py-3 text-good">
            <CircleCheck className="mt-1 size-4 shrink-0" aria-hidden="true" />
            <div className="min-w-0">
              <div>{t('minds.works', { model: outcome.model, seconds: outcome.seconds })}</div>
              <blockquote className="mt-1 text-ink-soft">{outcome.sample}</blockquote>
            </div>
          </div>
        )}
        {outcome?.kind === 'failed' && (
          <Banner tone="bad" title={t(`provider.failure.${outcome.reason}`)}>
            <code className="font-mono text-small break-words">
              {[outcome.reason, outcome.detail].filter(Boolean).join(': ')}
            </code>
          </Banner>
        )}
      </div>
    </div>
  );
}
