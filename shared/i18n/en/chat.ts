/** The conversation view. */
export const chatEn = {
  'chat.label': 'Conversation with {name}',
} as const;
