import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useWords } from '../data/words.ts';
import { cx } from '../ui/cx.ts';
import { BACKDROP } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import { foldText } from './fold-text.ts';

/** Something the palette can do. `words` are further words it is found by. */
export interface PaletteItem {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly detail?: string;
  readonly words?: string;
  readonly icon?: ReactNode;
  readonly keys?: string;
  readonly run: () => void;
}

export interface CommandPaletteProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** What there is to find; asked only while open. `text` is what is typed. */
  readonly items: (text: string) => readonly PaletteItem[];
}

/** Everything in the app by name: type a part of it, go through the list with arrows, Enter does it. */
export function CommandPalette({ open, onClose, items }: CommandPaletteProps) {
  const { t } = useWords();
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={BACKDROP} />
        <Dialog.Popup className="popup fixed top-[14vh] left-1/2 z-40 flex max-h-[64vh] w-[min(92vw,600px)] -translate-x-1/2 flex-col overflow-hidden rounded-large">
          <Dialog.Title className="sr-only">{t('palette.title')}</Dialog.Title>
          <Palette items={items} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ items, onClose }: Omit<CommandPaletteProps, 'open'>) {
  const { t } = useWords();
  const id = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const found = useMemo(() => find(items(text.trim()), text), [items, text]);
  const chosen = found[Math.min(at, found.length - 1)];

  useEffect(() => {
    listRef.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  const run = (item: PaletteItem): void => {
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || found.length === 0) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((Math.min(at, found.length - 1) + step + found.length) % found.length);
    } else if (event.key === 'Enter' && chosen) {
      event.preventDefault();
      run(chosen);
    }
  };

  return (
    <>
      <div className="flex items-center gap-3 border-b border-line px-5">
        <Search className="size-5 shrink-0 text-ink-faint" aria-hidden="true" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen ? `${id}-${chosen.id}` : undefined}
          aria-autocomplete="list"
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          autoFocus
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          className="min-h-14 flex-1 bg-transparent text-large outline-none"
        />
      </div>
      <div
        ref={listRef}
        id={`${id}-list`}
        role="listbox"
        aria-label={t('palette.title')}
        className="min-h-0 overflow-y-auto p-2"
      >
        {found.map((item, index) => (
          <div key={item.id}>
            {item.group !== found[index - 1]?.group && (
              <div role="presentation" className="px-2.5 pt-2 pb-1 text-small text-ink-faint">
                {item.group}
              </div>
            )}
            <div
              id={`${id}-${item.id}`}
              role="option"
              aria-selected={item === chosen}
              data-highlighted={item === chosen ? '' : undefined}
              onPointerMove={() => setAt(index)}
              onClick={() => run(item)}
              className={cx('option cursor-pointer [&>svg]:size-5 [&>svg]:shrink-0 [&>svg]:text-ink-faint')}
            >
              {item.icon}
              <span className="min-w-0 flex-1 truncate">
                {item.label}
                {item.detail && <span className="ml-2 text-small text-ink-faint">{item.detail}</span>}
              </span>
              {item.keys && <Keys keys={item.keys} />}
            </div>
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-6 text-center text-ink-soft">{t('palette.none')}</p>}
      </div>
      <div role="status" className="sr-only">
        {t('palette.found', { count: found.length })}
      </div>
    </>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

/** Items that hold every word typed, somewhere. */
function find(items: readonly PaletteItem[], text: string): readonly PaletteItem[] {
  const words = foldText(text).split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const own = foldText([item.label, item.detail, item.words, item.group].filter(Boolean).join(' '));
    return words.every((word) => own.includes(word));
  });
}
