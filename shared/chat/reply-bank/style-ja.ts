import type { Register } from '../../characters/contract.ts';

type Rule = readonly [RegExp, string];

/**
 * A written line in another Japanese register: `kansai`, `cool` and `lively` are made of casual lines, `ojousama` of
 * polite ones. Slots pass through untouched; what no rule knows stays as it was.
 */
export function restyleJa(line: string, register: Exclude<Register, 'polite' | 'casual'>): string {
  const styled = RULES[register].reduce((text, [pattern, into]) => text.replaceAll(pattern, into), line);
  return register === 'cool'
    ? styled.replaceAll(/([^。！？]*)？/gu, (_question, body: string) => askedCoolly(body))
    : styled;
}

const ASKS_WHAT = /何|なに|どこ|いつ|だれ|誰|どう|どの|どん|どっち|どれ|いくつ|なんて|なん歳/u;

/** A question as one puts it who says little: どこ行ったの → どこ行ったんだ。, 食べた → 食べたか。 */
function askedCoolly(body: string): string {
  const what = ASKS_WHAT.test(body);
  if (body.endsWith('なの')) return `${body.slice(0, -2)}${what ? 'なんだ' : 'なのか'}。`;
  if (/[るたいうくす]の$/u.test(body)) return `${body.slice(0, -1)}${what ? 'んだ' : 'のか'}。`;
  if (/[るたいう]$/u.test(body)) return `${body}${what ? '' : 'か'}。`;
  if (/(?:てくれ|聞かせ)て?$/u.test(body)) return `${body}。`;
  return what ? `${body}。` : `${body}か。`;
}

/** A sentence ends here, or pauses. */
const END = String.raw`(?=[。、！？!?…♪」\s]|$)`;
const rule = (pattern: string, into: string): Rule => [new RegExp(pattern, 'gu'), into];

const KANSAI: readonly Rule[] = [
  // Whole words first: those whose parts later rules would take apart.
  rule('ありがとう', 'おおきに'),
  rule('ほんとうに|本当に|ほんとに', 'ほんまに'),
  rule('ほんとう|本当|ほんと', 'ほんま'),
  rule('おつかれさま|お疲れさま|お疲れ様', 'おつかれさん'),
  rule('(?<!に)(?:すごく|すっごく|とても|とっても|かなり)', 'めっちゃ'),
  rule('だめ|ダメ', 'あかん'),
  rule('(?<=^|[。、！？…\\s])じゃあ?、', 'ほな、'),
  rule('なんだか', 'なんや'),
  rule('(?<=^|[。、！？…\\s])そうなんだ(ね)?', 'そうなんや$1'),
  rule('(?<=^|[。、！？…\\s])そうだね', 'せやな'),
  rule('(?<=^|[。、！？…\\s])そうだよね?', 'せやで'),
  rule('(?<=^|[。、！？…\\s])そっかあ', 'そうかあ'),
  rule('どうして', 'なんで'),
  rule('たくさん', 'ようさん'),
  // Negatives, by the verb's class.
  rule('ないでおく', 'んとく'),
  rule('(?<=[わかさたなばまらべえけれてめせげ])ないで(?=ね|。|$)', 'んといて'),
  rule('しないで(?=ね|。|、|$)', 'せんといて'),
  rule('しなくて', 'せんで'),
  rule('しなくなる', 'せんようになる'),
  rule('しない', 'せえへん'),
  rule('できない', 'でけへん'),
  rule('(?<![ぁ-ん])来ない|こない(?=よ|ね|。)', 'けえへん'),
  rule('(?<=て|で)い?ない', 'へん'),
  rule('(?<=[わかさたなばまら])ない(?!か)(?=[。、！？…でよねかんのけしとな]|$)', 'へん'),
  rule('(?<=[べえけれてめせげ])ない(?!か)(?=[。、！？…でよねかんのけしとな]|$)', 'へん'),
  rule('(?<=[わかさたなばまらが])なくて', 'んで'),
  rule('(?<=[べえけれてめせげ])なくて', 'んで'),
  rule('じゃない(?=[？?])', 'ちゃう'),
  rule('(?:じゃ|では)なく', 'やなく'),
  rule('じゃない', 'やない'),
  // The copula and the particles at the end.
  rule('だねえ', 'やなあ'),
  rule('(?<=[ぁ-ん])ねえ(?=。|$)', 'なあ'),
  rule('(?<=ん|の)だよね', 'やんな'),
  rule('(?<=き|キ)だって', 'やって'),
  rule('だよね', 'やんな'),
  rule('んだよ', 'んや'),
  rule('だよ(?!り|う)', 'やで'),
  rule('んだね', 'んやな'),
  rule('だね', 'やね'),
  rule('だな(?!ん)', 'やな'),
  rule('(?<![ま間未甚])だった', 'やった'),
  rule('だろう?', 'やろ'),
  rule('でしょう?', 'やろ'),
  rule('(?<=[^ま])だから', 'やから'),
  rule('だけど', 'やけど'),
  rule('だし(?=[、。])', 'やし'),
  rule('だもん', 'やもん'),
  rule('(?<=[るたいうくすむな}])んだ(?=[。、！…]|っけ|$)', 'んや'),
  rule('へんんや', 'へんねん'),
  rule(`(?<=[ぁ-んァ-ヶ一-龠ー}])(?<![んいまくた未])だ${END}`, 'や'),
  rule('どうだ', 'どうや'),
  rule('ちゃっ(?=た|て)', 'てもう'),
  rule('じゃっ(?=た|て)', 'でもう'),
  rule('ちゃ(?=う|お)', 'てま'),
  rule('なければ|なきゃ(?!い)', 'んと'),
  rule('よね(?=[。、！？…]|$)', 'よな'),
  rule('(?<=[るたくすむうんい])よ(?=[。！、]|$)', 'で'),
  rule('(?<=[ぁ-ん])ね(?=[。！…]|$)(?<!ばね|ごめんね)', 'な'),
  rule('のかな', 'んかな'),
  rule('なの(?=[？?])', 'なん'),
  rule('(?<=[るたいすくむう])の(?=[？?])', 'ん'),
  rule(
    `(?<![なわしかさたやくきまっずぐ]|かっこ|うれし|たのし)いい(?=よ|ね|な|で|の|し|、|。|！|？|か|と|や|$)`,
    'ええ',
  ),
  rule('(?<=て)いる', 'る'),
  rule('(?<=[にがはも])いる(?=[で。！からよね、]|$)', 'おる'),
];

const OJOUSAMA: readonly Rule[] = [
  rule('ありがとうございます', 'ありがとう存じます'),
  rule('ありがとう(?!存|ご)', 'ありがとう存じますわ'),
  rule('ごめんなさい', 'ごめんあそばせ'),
  rule('おやすみなさい', 'おやすみなさいませ'),
  rule('おかえりなさい|お帰りなさい', 'おかえりなさいませ'),
  rule('さようなら', 'ごきげんよう'),
  rule('お疲れさまです|お疲れ様です', 'お疲れさまでございます'),
  rule('とても|すごく', 'たいへん'),
  rule('すごい', '素晴らしい'),
  rule('どうですか', 'いかがですか'),
  rule('どうでしたか', 'いかがでしたか'),
  rule('どうしますか', 'どうなさいますか'),
  rule('(?<=^|[。、！？…\\s])はい(?=[。、])', 'ええ'),
  rule('(?<![なわしかさたやくきま])いいですよ', 'よろしくてよ'),
  rule('(?<![なわしかさたやくきま])いいです', 'よろしいです'),
  rule('(?<![なわしかさたやくきま])いいでしょうか', 'よろしいかしら'),
  rule('構いません(?=[。、])', '構いませんことよ'),
  rule('ませんか(?=[。？])。?？?', 'ませんこと？'),
  rule('でしょうか[。？]?', 'かしら。'),
  rule('ですか。(?=.)', 'ですのね。'),
  rule('(?<=なの|の)ですか[。？]?', 'ですの？'),
  rule('ですか[。？]', 'ですの？'),
  rule('ですか(?=、)', 'ですのね'),
  rule('でしたか[。？]', 'でしたの？'),
  rule('(?<=ま|まし|ませ|ませんで)(す|た)か[。？]', '$1の？'),
  rule('ましたか(?=、)', 'ましたのね'),
  rule('(です|ます|でした|ました|ません)(ね|よ)', '$1わ$2'),
  rule('でしょうね', 'でしょうね'),
  rule('(でした|ました)(?=。|！|…|$|」)', '$1わ'),
  rule('(です|(?<!おはようござい|おめでとうござい)ます)(?=。|！|…|$|」)', '$1わ'),
  rule('ません(?=。|！|…|$|」)', 'ませんわ'),
  rule('(です|ます)けれど(?!も)', '$1けれども'),
  rule('(です|ます|でした|ました)が、', '$1けれど、'),
  rule('ください(?:ね|よ)?(?=。|！|…|$|、)', 'くださいませ'),
  rule('くださいませね?', 'くださいませ'),
  rule('そうです(?=か)', 'さようです'),
  rule('わわ', 'わ'),
  rule('ふむ', 'まあ'),
  rule('ほう(?=、|。)|おや(?=、)', 'あら'),
  rule('？(?=[^」？！\\s])', '？ '),
];

const COOL: readonly Rule[] = [
  rule('！+', '。'),
  rule('ありがとう?(?:ね)?', '助かる'),
  rule('なのかな[。？]?', 'なのか。'),
  rule('かな？', 'か。'),
  rule('んだよね', 'んだよな'),
  rule('だよね', 'だよな'),
  rule('んだね', 'んだな'),
  rule('だよ(?=[。、…]|$)', 'だ'),
  rule('だね', 'だな'),
  rule('でしょ[？。]?', 'だろ。'),
  rule('てくれる？', 'てくれ。'),
  rule('(?<=[るたいくすむうつ])よね', 'よな'),
  rule('(?<=[るたいくすむうつ])よ(?=[。、…]|$)', ''),
  rule('(?<=[るたい])ね(?=[。…]|$)', 'な'),
  rule('いいな[あぁー]', 'いいな'),
  rule('かあ(?=[。、…]|$)', 'か'),
  rule('なあ(?=[。、…]|$)', 'な'),
  rule('わあ、|うわあ、|えっ、|わ、', ''),
  rule('そっか', 'そうか'),
  rule('もうちょっと', 'もう少し'),
  rule('ちょっとは', '少しは'),
  rule('どう？', 'どうだ？'),
];

const LIVELY: readonly Rule[] = [
  rule('(?<!…)。', '！'),
  rule('そうなんだ！', 'そうなんだー！'),
  rule('いいな[あぁ]', 'いいなー'),
  rule('かあ！', 'かあー！'),
  rule('だった？', 'だった！？'),
];

const RULES: Readonly<Record<Exclude<Register, 'polite' | 'casual'>, readonly Rule[]>> = {
  kansai: KANSAI,
  ojousama: OJOUSAMA,
  cool: COOL,
  lively: LIVELY,
};
