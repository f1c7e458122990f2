import type { Translate } from '#shared/i18n/translate.ts';
import type { ContextMenuParameters, MenuItem } from './electron-api.ts';

export interface TrayActions {
  readonly open: () => void;
  readonly setAlwaysOnTop: (on: boolean) => void;
  readonly quit: () => void;
}

/** The menu of the tray icon. */
export function trayMenu(t: Translate, alwaysOnTop: boolean, actions: TrayActions): MenuItem[] {
  return [
    { label: t('shell.open'), click: actions.open },
    {
      label: t('shell.alwaysOnTop'),
      type: 'checkbox',
      checked: alwaysOnTop,
      click: () => actions.setAlwaysOnTop(!alwaysOnTop),
    },
    { type: 'separator' },
    { label: t('shell.quit'), click: actions.quit },
  ];
}

export interface SpellingActions {
  readonly replace: (word: string) => void;
  readonly learn: (word: string) => void;
}

/** The menu over text: spelling first, then the clipboard. Empty where there is neither text nor a field. */
export function contextMenu(t: Translate, parameters: ContextMenuParameters, actions: SpellingActions): MenuItem[] {
  const { isEditable, selectionText, misspelledWord, dictionarySuggestions, editFlags } = parameters;
  const spelling: MenuItem[] = [];
  if (isEditable && misspelledWord !== '') {
    for (const word of dictionarySuggestions) spelling.push({ label: word, click: () => actions.replace(word) });
    if (dictionarySuggestions.length === 0) spelling.push({ label: t('shell.noSuggestions'), enabled: false });
    spelling.push({ label: t('shell.learnWord'), click: () => actions.learn(misspelledWord) }, { type: 'separator' });
  }
  const copy: MenuItem = { role: 'copy', label: t('shell.copy'), enabled: editFlags.canCopy };
  if (!isEditable) return selectionText.trim() === '' ? [] : [copy];
  return [
    ...spelling,
    { role: 'cut', label: t('shell.cut'), enabled: editFlags.canCut },
    copy,
    { role: 'paste', label: t('shell.paste'), enabled: editFlags.canPaste },
    { type: 'separator' },
    { role: 'selectAll', label: t('shell.selectAll'), enabled: editFlags.canSelectAll },
  ];
}

/** macOS needs a menu for its shortcuts to work; elsewhere the window has none. */
export function applicationMenu(platform: NodeJS.Platform): MenuItem[] | null {
  return platform === 'darwin' ? [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }] : null;
}
