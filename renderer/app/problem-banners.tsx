import { useState } from 'react';
import type { Problem } from '#shared/host/contract.ts';
import { useNavigation } from '../data/navigation.ts';
import { useWords } from '../data/words.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';

/** Things that stay on the page until they are settled or the person says they have seen them. */
export function ProblemBanners({ problems }: { readonly problems: readonly Problem[] }) {
  const { t } = useWords();
  const { go } = useNavigation();
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  // A full disk is why there is no backup, and "saved as always" would not be true then.
  const full = problems.some(({ kind }) => kind === 'disk_full');
  const open = problems.filter((problem) => !seen.has(keyOf(problem)) && !(full && problem.kind === 'snapshot_failed'));
  if (open.length === 0) return null;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-2 px-4 pt-3">
      {open.map((problem) => (
        <Banner
          key={keyOf(problem)}
          live
          tone={problem.kind === 'clock_set_back' || problem.kind === 'snapshot_failed' ? 'warn' : 'bad'}
          title={t(`problem.${problem.kind}.title`)}
          actions={
            <>
              {(problem.kind === 'integrity' || problem.kind === 'snapshot_failed') && (
                <Button size="small" onClick={() => go({ place: 'settings', page: 'backups' })}>
                  {t('problem.toBackups')}
                </Button>
              )}
              <Button size="small" look="ghost" onClick={() => setSeen((all) => new Set(all).add(keyOf(problem)))}>
                {t('problem.seen')}
              </Button>
            </>
          }
        >
          {t(`problem.${problem.kind}`)}
        </Banner>
      ))}
    </div>
  );
}

function keyOf(problem: Problem): string {
  return `${problem.kind}@${problem.sinceMs}`;
}
