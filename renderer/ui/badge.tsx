import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export type Tone = 'plain' | 'lamp' | 'good' | 'warn' | 'bad';

/** A word or two about a thing's state. The words carry the meaning, the colour only repeats it. */
export function Badge({ tone = 'plain', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1 rounded-full px-2.5 text-small whitespace-nowrap [&_svg]:size-3.5',
        TONES[tone],
      )}
    >
      {children}
    </span>
  );
}

const TONES: Readonly<Record<Tone, string>> = {
  plain: 'bg-sunken text-ink-soft',
  lamp: 'bg-lamp-wash text-lamp-ink',
  good: 'bg-good-wash text-good',
  warn: 'bg-warn-wash text-warn',
  bad: 'bg-bad-wash text-bad',
};
