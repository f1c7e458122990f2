import { Slider as Base } from '@base-ui/react/slider';
import type { ReactNode } from 'react';

export interface SliderProps {
  readonly label: ReactNode;
  readonly help?: ReactNode;
  /** What the value means, in words; shown beside the label and spoken. */
  readonly inWords: string;
  readonly value: number;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** Words at the two ends. */
  readonly ends?: readonly [string, string];
  readonly onChange: (value: number) => void;
}

export function Slider({ label, help, inWords, value, min = 0, max = 100, step = 1, ends, onChange }: SliderProps) {
  return (
    <Base.Root
      value={value}
      min={min}
      max={max}
      step={step}
      onValueChange={(next: number | readonly number[]) => {
        if (typeof next === 'number') onChange(next);
      }}
      className="flex flex-col"
    >
      <div className="flex items-baseline justify-between gap-4">
        <Base.Label className="font-medium">{label}</Base.Label>
        <span className="text-small text-ink-soft" aria-hidden="true">
          {inWords}
        </span>
      </div>
      {help && <p className="text-small text-ink-faint">{help}</p>}
      <Base.Control className="flex touch-none items-center py-3 select-none">
        <Base.Track className="h-1.5 w-full rounded-full border border-line-strong bg-sunken">
          <Base.Indicator className="rounded-full bg-lamp" />
          <Base.Thumb
            getAriaValueText={() => inWords}
            className="size-5 rounded-full border-2 border-lamp-ink bg-raised shadow-lift transition-shadow hover:shadow-[0_0_0_6px_var(--glow)] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
          />
        </Base.Track>
      </Base.Control>
      {ends && (
        <div className="-mt-1 flex justify-between text-small text-ink-faint" aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </div>
      )}
    </Base.Root>
  );
}
