import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../data/words.ts';
import { Field, type FieldFrame } from './field.tsx';

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** A second line, in the open list only. */
  readonly hint?: string;
  readonly icon?: ReactNode;
}

export interface SelectProps<Value extends string> extends FieldFrame {
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
  readonly disabled?: boolean;
}

/** One of a list. For two to four short choices that should all be seen, use Segmented. */
export function Select<Value extends string>({
  value,
  choices,
  onChange,
  disabled = false,
  ...frame
}: SelectProps<Value>) {
  const { t } = useWords();
  return (
    <Field {...frame}>
      <Base.Root
        items={choices}
        value={value}
        disabled={disabled}
        onValueChange={(next: Value | null) => {
          if (next !== null) onChange(next);
        }}
      >
        <Base.Trigger className="control flex items-center justify-between gap-3 text-left">
          <Base.Value className="truncate" />
          <Base.Icon className="text-ink-faint">
            <ChevronDown className="size-4" />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal role="region" aria-label={t('ui.menu')}>
          <Base.Positioner className="z-50" sideOffset={6} alignItemWithTrigger={false}>
            <Base.Popup className="popup min-w-(--anchor-width) p-1.5">
              <Base.List className="max-h-[min(var(--available-height),22rem)] overflow-y-auto">
                {choices.map((choice) => (
                  <Base.Item key={choice.value} value={choice.value} className="option">
                    {choice.icon}
                    <span className="min-w-0 flex-1">
                      <Base.ItemText>{choice.label}</Base.ItemText>
                      {choice.hint && <span className="block text-small text-ink-faint">{choice.hint}</span>}
                    </span>
                    <Base.ItemIndicator className="text-lamp-ink">
                      <Check className="size-4" />
                    </Base.ItemIndicator>
                  </Base.Item>
                ))}
              </Base.List>
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
    </Field>
  );
}
