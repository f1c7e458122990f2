import { ContextMenu as BaseContext } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { useWords } from '../data/words.ts';
import { cx } from './cx.ts';
import { Keys } from './keys.tsx';

export interface MenuEntry {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

/** Entries in order; `separator` draws a line between groups. */
export type MenuEntries = readonly (MenuEntry | 'separator')[];

export interface MenuProps {
  readonly entries: MenuEntries;
  /** The button that opens it; it needs its own accessible name. */
  readonly children: ReactElement;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly align?: 'start' | 'center' | 'end';
}

export function Menu({ entries, children, side = 'bottom', align = 'end' }: MenuProps) {
  const { t } = useWords();
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal role="region" aria-label={t('ui.menu')}>
        <Base.Positioner side={side} align={align} sideOffset={6} className="z-50">
          <Base.Popup className={POPUP}>{entries.map(line)}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** The same entries on right click, long press and the context-menu key. */
export function ContextMenu({ entries, children }: { readonly entries: MenuEntries; readonly children: ReactElement }) {
  const { t } = useWords();
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal role="region" aria-label={t('ui.menu')}>
        <BaseContext.Positioner className="z-50">
          <BaseContext.Popup className={POPUP}>{entries.map(line)}</BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}

const POPUP = 'popup min-w-48 p-1.5';

function line(entry: MenuEntry | 'separator', index: number) {
  if (entry === 'separator') return <Base.Separator key={`separator-${index}`} className="mx-2 my-1.5 h-px bg-line" />;
  return (
    <Base.Item
      key={entry.label}
      disabled={entry.disabled ?? false}
      onClick={entry.onSelect}
      className={cx('option [&_svg]:size-4 [&_svg]:text-ink-faint', entry.danger && 'text-bad [&_svg]:text-bad')}
    >
      {entry.icon}
      <span className="flex-1">{entry.label}</span>
      {entry.keys && <Keys keys={entry.keys} />}
    </Base.Item>
  );
}
