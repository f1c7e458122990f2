import { useEffect, useRef } from 'react';
import { useWords } from '../data/words.ts';
import { Dialog } from '../ui/dialog.tsx';
import { IS_MAC, Keys } from '../ui/keys.tsx';

/** What a shortcut does; the keys are in SHORTCUTS. */
export type Shortcut =
  'palette' | 'search' | 'newConversation' | 'companions' | 'settings' | 'stage' | 'help' | 'composer';

/** Written as `Keys` shows them. Chosen so that no browser keeps them for itself. */
export const SHORTCUTS: Readonly<Record<Shortcut, string>> = {
  palette: 'Mod+K',
  search: 'Mod+Shift+F',
  newConversation: 'Mod+Shift+O',
  companions: 'Mod+Shift+P',
  settings: 'Mod+,',
  stage: 'Mod+Shift+H',
  composer: 'Mod+J',
  help: 'Mod+/',
};

const ORDER = ['palette', 'search', 'newConversation', 'companions', 'settings', 'stage', 'composer', 'help'] as const;

/** Listens everywhere on the page, but not to keys of an input method at work. */
export function useShortcuts(act: (shortcut: Shortcut) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.repeat) return;
      const shortcut = ORDER.find((name) => matches(SHORTCUTS[name], event));
      if (shortcut === undefined) return;
      event.preventDefault();
      latest.current(shortcut);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

export function ShortcutsDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useWords();
  const inConversation = [
    [t('shortcuts.send'), 'Enter'],
    [t('shortcuts.newLine'), 'Shift+Enter'],
    [t('shortcuts.editLast'), 'Up'],
  ] as const;
  return (
    <Dialog open={open} onClose={onClose} title={t('shortcuts.title')}>
      <Group
        title={t('shortcuts.group.anywhere')}
        rows={ORDER.map((name) => [t(`shortcuts.${name}`), SHORTCUTS[name]] as const)}
      />
      <Group title={t('shortcuts.group.conversation')} rows={inConversation} />
    </Dialog>
  );
}

function Group({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (readonly [what: string, keys: string])[];
}) {
  return (
    <section className="mb-6 last:mb-0">
      <h3 className="mb-1 text-small text-ink-faint">{title}</h3>
      <dl className="divide-y divide-line">
        {rows.map(([what, keys]) => (
          <div key={what} className="flex items-center justify-between gap-6 py-2">
            <dt>{what}</dt>
            <dd>
              <Keys keys={keys} />
              <span className="sr-only">{keys}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function matches(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split('+');
  const key = parts.at(-1)?.toLowerCase() ?? '';
  const mod = IS_MAC ? event.metaKey : event.ctrlKey;
  const pressed = event.key.toLowerCase() === key || event.code.toLowerCase() === `key${key}`;
  // `/` and `,` are typed with Shift on some layouts.
  const shift = /[a-z]/.test(key) ? event.shiftKey === parts.includes('Shift') : true;
  return pressed && mod === parts.includes('Mod') && shift && !event.altKey;
}
