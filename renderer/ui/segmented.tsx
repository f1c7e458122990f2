import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { type ReactNode, useId } from 'react';
import type { Choice } from './select.tsx';

export interface SegmentedProps<Value extends string> {
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly hideLabel?: boolean;
}

/** One of two to four, all seen at once. A radio group: arrows move, Tab passes. */
export function Segmented<Value extends string>({
  label,
  help,
  value,
  choices,
  onChange,
  hideLabel = false,
}: SegmentedProps<Value>) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <div id={id} className={hideLabel ? 'sr-only' : 'font-medium'}>
        {label}
      </div>
      {help && <p className="-mt-1 text-small text-ink-faint">{help}</p>}
      <RadioGroup
        aria-labelledby={id}
        value={value}
        onValueChange={(next: Value) => onChange(next)}
        className="inline-flex w-fit max-w-full flex-wrap gap-1 rounded-base bg-sunken p-1"
      >
        {choices.map((choice) => (
          <Radio.Root
            key={choice.value}
            value={choice.value}
            aria-label={choice.label}
            className="flex min-h-8 cursor-pointer items-center gap-2 rounded-small px-3.5 py-1 text-ink-soft transition-colors select-none hover:text-ink data-checked:bg-raised data-checked:text-ink data-checked:shadow-lift [&_svg]:size-4"
          >
            {choice.icon}
            {choice.label}
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  );
}
