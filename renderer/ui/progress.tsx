import { Progress as Base } from '@base-ui/react/progress';

export interface ProgressProps {
  readonly label: string;
  /** [0,1]; null while it is not known how far it has come. */
  readonly ratio: number | null;
  readonly hideLabel?: boolean;
}

export function Progress({ label, ratio, hideLabel = false }: ProgressProps) {
  return (
    <Base.Root value={ratio === null ? null : Math.round(ratio * 100)} className="flex flex-col gap-1.5">
      <Base.Label className={hideLabel ? 'sr-only' : 'text-small text-ink-soft'}>{label}</Base.Label>
      <Base.Track className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <Base.Indicator className="h-full rounded-full bg-lamp transition-[width] data-indeterminate:w-full data-indeterminate:animate-breathe" />
      </Base.Track>
    </Base.Root>
  );
}
