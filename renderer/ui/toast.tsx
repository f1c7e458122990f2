import { Toast as Base } from '@base-ui/react/toast';
import { CircleAlert, X } from 'lucide-react';
import { useWords } from '../data/words.ts';
import { cx } from './cx.ts';
import { IconButton } from './icon-button.tsx';

export interface ToastContent {
  readonly text: string;
  readonly detail?: string;
  readonly tone?: 'plain' | 'bad';
  /** One thing to do about it, most often to undo it. */
  readonly action?: { readonly label: string; readonly onPress: () => void };
  /** It is gone, and the action was not taken. */
  readonly onExpire?: () => void;
}

/** Says what the person's deed did. Stays 6 s, 10 s with an action, until closed when something went wrong. */
export function showToast({ text, detail, tone = 'plain', action, onExpire }: ToastContent): void {
  let taken = false;
  const id = manager.add({
    title: text,
    type: tone,
    timeout: tone === 'bad' ? 0 : action ? 10_000 : 6000,
    // Base UI hides a toast of high priority from screen readers while its buttons can still be reached (axe: aria-hidden-focus).
    priority: 'low',
    ...(detail ? { description: detail } : {}),
    onClose: () => {
      if (!taken) onExpire?.();
    },
    ...(action
      ? {
          actionProps: {
            children: action.label,
            onClick: () => {
              taken = true;
              manager.close(id);
              action.onPress();
            },
          },
        }
      : {}),
  });
}

/**
 * Where toasts appear: at the foot of the window, or of what `--toasts-rise` on the root keeps free there (the composer). Once, at
 * the top of the app. F6 moves the focus there.
 */
export function Toasts() {
  const { t } = useWords();
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport
          aria-label={t('ui.notices')}
          className="pointer-events-none fixed bottom-(--toasts-rise,20px) left-1/2 z-50 flex w-[min(92vw,440px)] -translate-x-1/2 flex-col-reverse gap-2 outline-none"
        >
          <ToastList />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

const manager = Base.createToastManager();

function ToastList() {
  const { t } = useWords();
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root
      key={toast.id}
      toast={toast}
      swipeDirection={['down', 'left', 'right']}
      // The library hides an urgent one, and every close button, from assistive technology until the focus is there, though both
      // can be reached.
      aria-hidden={false}
      className={cx(
        'pointer-events-auto rounded-base border border-line bg-raised text-ink shadow-float transition-[opacity,translate] duration-200 ease-out',
        'data-starting-style:translate-y-[calc(12px*var(--move))] data-starting-style:opacity-0 data-ending-style:opacity-0 data-limited:hidden',
      )}
    >
      <Base.Content className="flex items-center gap-3 py-2.5 pr-2 pl-4">
        {toast.type === 'bad' && <CircleAlert className="size-5 shrink-0 text-bad" aria-hidden="true" />}
        <div className="min-w-0 flex-1">
          <Base.Title render={<div />} />
          <Base.Description render={<div />} className="text-small text-ink-faint" />
        </div>
        <Base.Action className="shrink-0 rounded-small px-3 py-1 font-medium text-lamp-ink hover:bg-lamp-wash" />
        <Base.Close aria-hidden={false} render={<IconButton size="small" label={t('ui.close')} icon={<X />} />} />
      </Base.Content>
    </Base.Root>
  ));
}
