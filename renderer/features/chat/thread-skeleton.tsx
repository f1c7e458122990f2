import { useWords } from '../../data/words.ts';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';

/** The shape of a conversation that is on its way. */
export function ThreadSkeleton() {
  const { t } = useWords();
  return (
    <div className="flex min-h-0 flex-1 flex-col justify-end overflow-hidden px-4 pb-10">
      <div className="mx-auto w-full max-w-[720px]">
        <Loading label={t('chat.loading')}>
          <div className="flex flex-col gap-7">
            <Companion lines={['w-4/5', 'w-3/5']} />
            <Skeleton className="h-11 w-2/5 self-end rounded-large" />
            <Companion lines={['w-3/5', 'w-4/5', 'w-2/5']} />
            <Skeleton className="h-11 w-1/3 self-end rounded-large" />
            <Companion lines={['w-2/3']} />
          </div>
        </Loading>
      </div>
    </div>
  );
}

function Companion({ lines }: { readonly lines: readonly string[] }) {
  return (
    <div className="flex gap-3">
      <Skeleton className="size-10 shrink-0 rounded-full" />
      <div className="flex flex-1 flex-col gap-2 pt-2">
        {lines.map((width, index) => (
          <Skeleton key={index} className={`h-4 ${width}`} />
        ))}
      </div>
    </div>
  );
}
