export const chatJa = {
  'chat.label': '{name}との会話',
} as const;
