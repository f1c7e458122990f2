export const careJa = {
  'care.notice': 'この会話について',
  'care.ai': '{name}は人ではなくAIです。ここでの言葉は、プログラムが書いています。',
  'care.aiHours': {
    other: '{count}時間ほど続けて使っています。{name}は人ではなくAIです。このあたりでひと休みしませんか。',
  },
  'care.pause': {
    other: '{count}時間がたちました。お水を一杯、窓の外をひと目、いかがですか。会話はこのまま残ります。',
  },
  'care.read': 'わかりました',
};
