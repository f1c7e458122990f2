/** Word lists of the Japanese rules. Plain data of our own. */

export interface Relation {
  /** In attributes: `sister:younger`. */
  readonly path: string;
  readonly family: boolean;
}

const RELATIONS: Readonly<Record<string, Relation>> = {};
const relate = (path: string, family: boolean, words: string): void => {
  for (const word of words.split(' ')) (RELATIONS as Record<string, Relation>)[word] = { path, family };
};
relate('mother', true, '母 お母さん 母さん ママ 母親 おふくろ おかん 母ちゃん');
relate('father', true, '父 お父さん 父さん パパ 父親 おやじ 親父 おとん 父ちゃん');
relate('parents', true, '両親 親');
relate('sister:elder', true, '姉 お姉ちゃん 姉ちゃん お姉さん 姉貴');
relate('sister:younger', true, '妹');
relate('brother:elder', true, '兄 お兄ちゃん 兄ちゃん お兄さん 兄貴');
relate('brother:younger', true, '弟');
relate('grandmother', true, '祖母 おばあちゃん ばあちゃん おばあさん');
relate('grandfather', true, '祖父 おじいちゃん じいちゃん おじいさん');
relate('aunt', true, '叔母 伯母 叔母さん 伯母さん');
relate('uncle', true, '叔父 伯父 叔父さん 伯父さん');
relate('son', true, '息子 長男 次男');
relate('daughter', true, '娘 長女 次女');
relate('child', true, '子ども 子供 うちの子');
relate('grandchild', true, '孫');
relate('nephew', true, '甥 甥っ子');
relate('niece', true, '姪 姪っ子');
relate('cousin', true, 'いとこ 従姉妹 従兄弟 従妹 従姉 従兄 従弟');
relate('husband', true, '夫 旦那 旦那さん 主人');
relate('wife', true, '妻 嫁 奥さん 嫁さん');
relate('partner', true, '彼氏 彼女 パートナー 婚約者 恋人');
relate('mother-in-law', true, '義母 義理の母 姑');
relate('father-in-law', true, '義父 義理の父');
relate('friend', false, '親友 友達 友だち 友人 幼なじみ 幼馴染');

const byLength = (words: readonly string[]): string => words.toSorted((a, b) => b.length - a.length).join('|');

/** Alternatives for a pattern, the longest first. */
export const RELATION = byLength(Object.keys(RELATIONS));

export function relationOf(word: string): Relation {
  return RELATIONS[word] ?? { path: 'friend', family: false };
}

const PETS: Readonly<Record<string, string>> = {
  猫: 'cat',
  ネコ: 'cat',
  ねこ: 'cat',
  子猫: 'cat',
  犬: 'dog',
  イヌ: 'dog',
  子犬: 'dog',
  柴犬: 'dog',
  愛犬: 'dog',
  愛猫: 'cat',
  保護猫: 'cat',
  保護犬: 'dog',
  飼い猫: 'cat',
  飼い犬: 'dog',
  老犬: 'dog',
  うさぎ: 'rabbit',
  ウサギ: 'rabbit',
  ハムスター: 'hamster',
  インコ: 'parakeet',
  文鳥: 'bird',
  小鳥: 'bird',
  鳥: 'bird',
  金魚: 'goldfish',
  熱帯魚: 'fish',
  亀: 'turtle',
  カメ: 'turtle',
  フェレット: 'ferret',
  モルモット: 'guinea-pig',
  トイプードル: 'dog',
  チワワ: 'dog',
  ダックス: 'dog',
  ダックスフント: 'dog',
  ゴールデンレトリバー: 'dog',
  ポメラニアン: 'dog',
  メダカ: 'fish',
  ハリネズミ: 'hedgehog',
};
export const PET = byLength(Object.keys(PETS));

export function petPath(word: string): string {
  return `pet:${PETS[word] ?? 'animal'}`;
}

/** What people are by trade; the endings catch the rest. */
export const OCCUPATION =
  '[\\p{sc=Han}\\p{sc=Katakana}ーA-Za-z・]{0,12}(?:看護師|医師|医者|教師|教員|講師|保育士|介護士|美容師|理容師|薬剤師|調理師|栄養士|弁護士|会計士|税理士|消防士|警察官|公務員|会社員|派遣社員|契約社員|司書|店長|店員|編集者|記者|研究者|研究員|漫画家|小説家|作家|画家|音楽家|写真家|建築家|翻訳家|農家|エンジニア|プログラマー|デザイナー|ライター|イラストレーター|カメラマン|コンサルタント|カウンセラー|セラピスト|パティシエ|バリスタ|シェフ|ダンサー|ミュージシャン|ディレクター|プロデューサー|アナウンサー|パイロット|運転手|大工|板前|料理人|秘書|経理|事務|営業|販売員|受付|自営業|フリーランス|フリーター|専業主婦|主婦|主夫|社長|部長|課長|助産師|理学療法士|歯科衛生士|歯科医|獣医|トリマー|声優|俳優|歌手|消防隊員|自衛官|船員|駅員|客室乗務員|整備士|溶接工|職人|トレーナー|インストラクター)';

export const ILLNESS =
  '(?:花粉症|喘息|ぜんそく|糖尿病|高血圧|低血圧|偏頭痛|片頭痛|うつ病|鬱病|適応障害|パニック障害|不眠症|貧血|腰痛|ヘルニア|アトピー|リウマチ|緑内障|白内障|痛風|てんかん|発達障害|ADHD|乱視|近視|メニエール病|バセドウ病|胃潰瘍|過敏性腸症候群|潰瘍性大腸炎|橋本病|膠原病|外反母趾|腱鞘炎|椎間板ヘルニア|[\\p{sc=Han}]{1,4}恐怖症)';

export const BODY =
  '(?:[左右両]?(?:膝|ひざ|足首|足|手首|手|腕|肩|肘|指|腰|首|股関節|アキレス腱|耳|目)|腰|背中|頭|胃|心臓|靭帯|鎖骨|肋骨)';

/** Proper given names often end so; a family member's word before it tells that a name is meant. */
export const GIVEN_NAME_END =
  '太斗人翔也哉介輔子美奈香穂菜花里恵江代樹希々海郎朗平吾真実月衣音莉愛咲葵蓮陽翼一二三司誠健優悠華結凛彩乃織佳絵帆夏';
export const NOT_NAMES = new Set([
  'こと',
  'ため',
  'ところ',
  'ほう',
  'とき',
  'うち',
  'せい',
  'おかげ',
  'ほか',
  'もの',
  'そば',
  'あと',
  'まえ',
  'なか',
  'みんな',
  'ひとり',
  'ふたり',
  'だれか',
  'それ',
  'これ',
  'あれ',
  'そっち',
  'どれ',
  'やつ',
  'まま',
  'ほど',
  'ように',
  'よう',
  'はず',
  'わけ',
  'つもり',
  'おみやげ',
  'おうち',
  'ごはん',
  'お弁当',
  'プレゼント',
  'アパート',
  'マンション',
  'スマホ',
  'ケーキ',
  'カレー',
  'アドバイス',
  'グループ',
  'メール',
  'ライン',
  'LINE',
  'ランチ',
  'バースデー',
  'ライブ',
  'バイト',
  '息子',
  '様子',
  '調子',
  '女子',
  '男子',
  '菓子',
  'お菓子',
  '帽子',
  '椅子',
  '世代',
  '時代',
  '趣味',
  '写真',
  '意味',
  '美人',
  '恋人',
  '友人',
  '他人',
  '二人',
  '一人',
  '三人',
  '病気',
  '料理',
  '実家',
  '手料理',
  '結婚',
  '紹介',
]);

/** Who else may be spoken of: their likes and jobs are not the person's. */
export const OTHERS =
  /(?:さん|ちゃん|くん|君|先生|先輩|後輩|上司|部下|同僚|部長|課長|社長|店長|店員|お客|客|大家|隣|隣人|近所|あの人|あの子|この人|その人|やつ|奴|みんな|人々|彼ら|彼女ら|世間|日本人|外国人|子どもたち|子供たち|知り合い|君|きみ|あなた|お前|そっち|主人公|あいつ|こいつ|彼|彼女|クラスメイト|ルームメイト|チーム)$/u;

/** Cannot be what somebody likes, does or is. */
export const NOT_THINGS =
  /^(?:それ|これ|あれ|どれ|そっち|こっち|そこ|ここ|あそこ|どこ|こと|もの|の|ん|方|ほう|やつ|人|好き|何|なに|なん|誰|いつ|私|わたし|あたし|僕|ぼく|俺|おれ|自分|君|きみ|あなた|お前|彼|彼女|みんな|全部|ぜんぶ|全然|今|いま|前|昔|最近|一番|いちばん|ほんと|本当|とき|時|ところ|話|気|感じ|まま|さ|一|二|うち|家|さっき|今日|明日|昨日|マジ|まじ|ちょっと|もう|まだ|絶対|やっぱ|たぶん|普通|逆|あと|別|結局|一緒|自体|匂い|味|においだけ|匂いだけ|それだけ|これだけ|気持ち|ような|よう|みたい|ほど|くらい|ぐらい|朝|夜|昼|毎日|たまに|夏|冬|春|秋)$/u;
export const DEICTIC =
  /^(?:あなた|君の|きみの|お前|その|この|あの|どの|そう|こう|ああ|どう|そんな|こんな|あんな|どんな|そういう|こういう|ああいう|同じ)/u;
