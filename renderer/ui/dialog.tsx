import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useWords } from '../data/words.ts';
import { Button } from './button.tsx';
import { cx } from './cx.ts';

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the main one last. */
  readonly actions?: ReactNode;
  readonly width?: 'narrow' | 'base' | 'wide';
  /** False keeps a press outside from closing it, for work that would be lost. */
  readonly dismissible?: boolean;
}

/** A floating page. Focus stays inside and returns where it was; Escape closes. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  width = 'base',
  dismissible = true,
}: DialogProps) {
  const { t } = useWords();
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={open}
      disablePointerDismissal={!dismissible}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup ref={popup} initialFocus={() => firstFocus(popup.current)} className={cx(POPUP, WIDTHS[width])}>
          <header className="px-6 pt-5 pr-16">
            <Base.Title className="text-large font-bold">{title}</Base.Title>
            {description && <Base.Description className="mt-1 text-ink-soft">{description}</Base.Description>}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-6 py-5">{children}</div>
          {actions && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-6 py-4">{actions}</footer>
          )}
          {/* Last, so that the focus begins in the content; without a tooltip, whose Escape would come before the dialog's. */}
          <Base.Close
            aria-label={t('ui.close')}
            className="absolute top-4 right-4 grid size-9 place-items-center rounded-small text-ink-soft transition-colors hover:bg-lamp-wash hover:text-ink"
          >
            <X className="size-5" aria-hidden="true" />
          </Base.Close>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** Where the library would have it; the page itself, rather than its ✕, when there is nothing but that to focus. */
function firstFocus(popup: HTMLElement | null): HTMLElement | true {
  return popup !== null && popup.querySelectorAll('a[href], button, input, textarea, select, [tabindex="0"]').length < 2
    ? popup
    : true;
}

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: ReactNode;
  /** What will happen, and whether it can be taken back. */
  readonly description: ReactNode;
  /** The deed itself as a verb; never "OK". */
  readonly confirmLabel: string;
  readonly cancelLabel?: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks once before something that takes away. */
export function Confirm({
  open,
  title,
  description,
  confirmLabel,
  cancelLabel,
  danger = true,
  busy = false,
  onConfirm,
  onCancel,
}: ConfirmProps) {
  const { t } = useWords();
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onCancel();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP} />
        <AlertDialog.Popup className={cx(POPUP, WIDTHS.narrow, 'p-6')}>
          <AlertDialog.Title className="text-large font-bold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-ink-soft">{description}</AlertDialog.Description>
          <div className="mt-6 flex flex-wrap justify-end gap-2">
            <AlertDialog.Close render={<Button look="ghost">{cancelLabel ?? t('ui.cancel')}</Button>} />
            <Button look={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

export const BACKDROP =
  'fixed inset-0 z-40 bg-veil transition-opacity duration-200 data-starting-style:opacity-0 data-ending-style:opacity-0';

const POPUP =
  'popup fixed top-1/2 left-1/2 z-40 flex max-h-[min(88vh,760px)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-large';

const WIDTHS = {
  narrow: 'w-[min(92vw,440px)]',
  base: 'w-[min(92vw,560px)]',
  wide: 'w-[min(94vw,760px)]',
} as const;
