import { Field as Base } from '@base-ui/react/field';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

export interface FieldFrame {
  readonly label: ReactNode;
  /** A sentence of help under the label. */
  readonly help?: ReactNode;
  /** What is wrong, and how to put it right; null or absent when all is well. */
  readonly problem?: string | null;
  /** Stands at the end of the label's line, e.g. a count. */
  readonly aside?: ReactNode;
  readonly className?: string;
}

/** A label, its help, a control and what is wrong with it, tied together for those who listen. */
export function Field({
  label,
  help,
  problem,
  aside,
  className,
  children,
}: FieldFrame & { readonly children: ReactNode }) {
  return (
    <Base.Root invalid={Boolean(problem)} className={cx('flex flex-col gap-1.5', className)}>
      <div className="flex items-baseline justify-between gap-3">
        <Base.Label className="font-medium">{label}</Base.Label>
        {aside && <span className="text-small text-ink-faint tabular-nums">{aside}</span>}
      </div>
      {help && <Base.Description className="-mt-1 text-small text-ink-faint">{help}</Base.Description>}
      {children}
      {problem && (
        <Base.Error match className="text-small text-bad">
          {problem}
        </Base.Error>
      )}
    </Base.Root>
  );
}

type Inner<Tag extends 'input' | 'textarea'> = Omit<
  ComponentProps<Tag>,
  'onChange' | 'value' | 'defaultValue' | 'className' | 'ref'
> & {
  readonly value: string;
  readonly onChange: (value: string) => void;
};

export type TextFieldProps = FieldFrame & Inner<'input'>;

export function TextField({ label, help, problem, aside, className, onChange, ...input }: TextFieldProps) {
  return (
    <Field {...frame({ label, help, problem, aside, className })}>
      <Base.Control {...input} className="control" onValueChange={onChange} />
    </Field>
  );
}

export type TextAreaProps = FieldFrame & Inner<'textarea'>;

/** Grows with what is written, from `rows` up to half the window. */
export function TextArea({
  label,
  help,
  problem,
  aside,
  className,
  onChange,
  rows = 3,
  value,
  ...area
}: TextAreaProps) {
  return (
    <Field {...frame({ label, help, problem, aside, className })}>
      <Base.Control
        value={value}
        onValueChange={onChange}
        render={<textarea rows={rows} {...area} />}
        className="control field-sizing-content max-h-[50vh] resize-none"
      />
    </Field>
  );
}

function frame(given: { [K in keyof FieldFrame]: FieldFrame[K] | undefined }): FieldFrame {
  const { label, help, problem, aside, className } = given;
  return {
    label,
    ...(help === undefined ? {} : { help }),
    ...(problem === undefined ? {} : { problem }),
    ...(aside === undefined ? {} : { aside }),
    ...(className === undefined ? {} : { className }),
  };
}
