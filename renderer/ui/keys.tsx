/** A keyboard shortcut, e.g. `Mod+K` (`Mod` is ⌘ on a Mac and Ctrl elsewhere), one keycap per key. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="inline-flex shrink-0 gap-1" aria-hidden="true">
      {keys.split('+').map((key) => (
        <kbd
          key={key}
          className="min-w-5 rounded-[5px] border border-line bg-paper px-1 text-center font-sans text-[0.75rem] leading-5 text-ink-soft"
        >
          {nameOfKey(key)}
        </kbd>
      ))}
    </span>
  );
}

export const IS_MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

function nameOfKey(key: string): string {
  if (key === 'Mod') return IS_MAC ? '⌘' : 'Ctrl';
  if (key === 'Alt') return IS_MAC ? '⌥' : 'Alt';
  return NAMES[key] ?? key;
}

const NAMES: Readonly<Record<string, string>> = {
  Up: '↑',
  Down: '↓',
  Left: '←',
  Right: '→',
  Enter: '↵',
  Escape: 'Esc',
};
