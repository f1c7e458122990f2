/** What Electron's shell says outside the page: the tray and the menu over text. */
export const shellEn = {
  'shell.open': 'Open Tomoshibi',
  'shell.alwaysOnTop': 'Keep on top',
  'shell.quit': 'Quit',
  'shell.cut': 'Cut',
  'shell.copy': 'Copy',
  'shell.paste': 'Paste',
  'shell.selectAll': 'Select all',
  'shell.learnWord': 'Add to dictionary',
  'shell.noSuggestions': 'No suggestions',
} as const;
