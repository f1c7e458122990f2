export const careEn = {
  'care.notice': 'About this conversation',
  'care.ai': '{name} is an AI, not a person. What is said here is written by a program.',
  'care.aiHours': {
    one: 'You have been here for {count} hour. {name} is an AI, not a person. This may be a good moment for a pause.',
    other:
      'You have been here for {count} hours. {name} is an AI, not a person. This may be a good moment for a pause.',
  },
  'care.pause': {
    one: 'An hour has gone by. A glass of water, a look out of the window? Everything will still be here.',
    other: '{count} hours have gone by. A glass of water, a look out of the window? Everything will still be here.',
  },
  'care.read': 'I see',
} as const;
