import type { Expression } from '../../avatar/expression.ts';

const MOODS: readonly (readonly [Expression, RegExp])[] = [
  [
    'sad',
    /悲し|寂し|さびし|つら|辛(?=い|くて|かった)|泣|亡くな|死|別れ|失恋|落ち込|\b(?:sad|cried|crying|heartbroken|grief|miss (?:him|her|them)|passed away|died|broke up|lonely|devastated)\b/iu,
  ],
  ['angry', /怒|むかつ|ムカつ|腹が立|イライラ|最悪|けんか|喧嘩|\b(?:angry|furious|annoyed|hate|fight|pissed)\b/iu],
  ['surprised', /びっくり|驚|まさか|\b(?:surprised|shocked|can't believe|unbelievable)\b/iu],
  ['shy', /恥ずかし|照れ|好きな人|緊張|\b(?:embarrassed|shy|crush|nervous|blush\w*)\b/iu],
  [
    'happy',
    /嬉し|うれし|楽し|幸せ|最高|やった|受かっ|合格|生まれた|取れた|！！|\b(?:happy|excited|thrilled|glad|love|amazing|awesome|proud|finally|passed my|got promoted|engaged)\b/iu,
  ],
];

/** The feeling a quote plainly shows; null when it shows none. */
export function emotionOf(quote: string): Expression | null {
  return MOODS.find(([, pattern]) => pattern.test(quote))?.[0] ?? null;
}
