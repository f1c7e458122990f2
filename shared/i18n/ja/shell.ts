export const shellJa = {
  'shell.open': 'ともしびを開く',
  'shell.alwaysOnTop': '常に手前に表示',
  'shell.quit': '終了',
  'shell.cut': '切り取り',
  'shell.copy': 'コピー',
  'shell.paste': '貼り付け',
  'shell.selectAll': 'すべて選択',
  'shell.learnWord': '辞書に追加',
  'shell.noSuggestions': '候補はありません',
} as const;
