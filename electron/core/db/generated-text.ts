import { pick, type Random } from '#shared/base/random.ts';

/** Makes chat lines whose words are spread as in speech: few everywhere, most seldom. For benchmarks, not for reading. */
export interface LineMaker {
  ja(author: 'person' | 'character'): string;
  en(author: 'person' | 'character'): string;
}

/** A word that stands in about one message of 80,000. */
export const RARE_WORD_JA = '水琴窟';
export const RARE_WORD_EN = 'theremin';
const RARE_CHANCE = 1 / 80_000;

export function createLineMaker(random: Random): LineMaker {
  const zipf = <T>(items: readonly T[]): T =>
    pick(random, items.slice(0, 1 + Math.floor(items.length * random() ** 2.2)));
  const chance = (share: number): boolean => random() < share;

  const compound = (): string => pick(random, [...KANJI]) + pick(random, [...KANJI]);
  const nounJa = (): string => (chance(0.12) ? compound() : zipf(NOUNS_JA));
  const sentenceJa = (): string => {
    const start = chance(0.35) ? `${zipf(TIMES_JA)}、` : '';
    switch (Math.floor(random() * 5)) {
      case 0:
        return `${start}${nounJa()}の${nounJa()}${zipf(VERBS_JA)}`;
      case 1:
        return `${start}${nounJa()}は${zipf(ADJECTIVES_JA)}${zipf(ENDINGS_JA)}`;
      case 2:
        return `${start}${zipf(PLACES_JA)}で${nounJa()}${zipf(VERBS_JA)}`;
      case 3:
        return `${zipf(FEELINGS_JA)}${zipf(ENDINGS_JA)}`;
      default:
        return `${start}${nounJa()}と${nounJa()}、どっちが${zipf(ADJECTIVES_JA)}と思う？`;
    }
  };

  const nounEn = (): string =>
    chance(0.12) ? pick(random, SYLLABLES) + pick(random, SYLLABLES) + pick(random, SYLLABLES) : zipf(NOUNS_EN);
  const sentenceEn = (): string => {
    switch (Math.floor(random() * 4)) {
      case 0:
        return `I ${zipf(VERBS_EN)} the ${nounEn()} ${zipf(TIMES_EN)}.`;
      case 1:
        return `The ${nounEn()} was really ${zipf(ADJECTIVES_EN)}, don't you think?`;
      case 2:
        return `We could ${zipf(VERBS_EN)} a ${nounEn()} near the ${zipf(PLACES_EN)} ${zipf(TIMES_EN)}.`;
      default:
        return `Honestly, I feel ${zipf(ADJECTIVES_EN)} about my ${nounEn()}.`;
    }
  };

  const count = (author: 'person' | 'character'): number => {
    if (chance(0.01)) return 12 + Math.floor(random() * 20);
    return 1 + Math.floor(random() * (author === 'person' ? 2 : 4));
  };
  const lines = (sentences: number, make: () => string, rare: string, joint: string): string => {
    const parts = Array.from({ length: sentences }, make);
    if (chance(RARE_CHANCE)) parts.push(rare);
    return parts.join(joint);
  };
  return {
    ja: (author) => lines(count(author), sentenceJa, `${RARE_WORD_JA}の音を聞いた`, '。'),
    en: (author) => lines(count(author), sentenceEn, `Someone played the ${RARE_WORD_EN}.`, ' '),
  };
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const NOUNS_JA =
  words(`仕事 今日 紅茶 猫 天気 電車 ご飯 本 映画 雨 音楽 コーヒー 夢 写真 友達 会議 宿題 散歩 星 月 海 山 花 桜 犬 料理 カレー パン ケーキ
  お茶 窓 部屋 布団 靴 傘 鞄 時計 手紙 電話 メール 言葉 歌 絵 色 声 顔 手 目 髪 服 帽子 眼鏡 旅行 温泉 京都 東京 大阪 駅 道 橋 川 公園 図書館 病院 学校
  大学 会社 上司 先輩 後輩 家族 母 父 妹 弟 姉 兄 祖母 誕生日 約束 予定 休み 週末 朝 昼 夜 夕方 春 夏 秋 冬 雪 風 空 雲 虹 光 影 灯り 火 水 氷 石 木 森
  鳥 魚 虫 蛍 花火 祭り 浴衣 神社 お寺 お守り おみくじ プラネタリウム ランタン 古本 焙煎 豆 マラソン ストレッチ 試験 レポート 面接 給料 家賃 洗濯 掃除
  買い物 財布 薬 風邪 熱 頭痛 肩こり 睡眠 目覚まし アラーム ゲーム 漫画 小説 詩 日記 ノート ペン 机 椅子 ソファ 毛布 枕 ピアノ ギター バイオリン`);
const VERBS_JA =
  words(`を見た を食べた が好き を忘れた を探してる を思い出した を買った に行った を聞いた を作った を待ってる を読んだ が届いた を直した が終わった
  が始まった を話した を選んだ を撮った を片付けた を諦めた を楽しみにしてる に遅れた を見つけた を教えて が気になる を頑張った を休んだ`);
const ADJECTIVES_JA = words(
  `楽しい 嬉しい 難しい 寒い 暑い 美味しい 綺麗 静か 大変 不思議 懐かしい 眠い 忙しい 優しい 怖い 寂しい 面白い 新しい 古い 甘い 苦い 明るい 暗い 近い 遠い`,
);
const ENDINGS_JA = words(`ね よ な かな かも です ですね だね だよね と思う 気がする んだ のかな でしょう だろ ！ …`);
const TIMES_JA = words(`今日 昨日 明日 さっき 今朝 今夜 週末 この前 来週 先月 昔 最近 朝 帰り道 休憩中 寝る前`);
const PLACES_JA = words(
  `家 駅 公園 喫茶店 図書館 会社 学校 海辺 本屋 東京 京都 横浜 電車 部屋 台所 屋上 神社 カフェ コンビニ スーパー`,
);
const FEELINGS_JA = words(
  `へとへと ちょっと疲れた ほっとした わくわくする 泣きそう どきどきする 安心した もやもやする 幸せ 眠たい ありがとう ごめん 会いたい 頑張る 大丈夫`,
);
const KANJI =
  '安以衣位茨印員英栄媛塩岡億加果貨課芽改械害街各覚完官管関観願希季紀喜旗器機議求泣給挙漁共協鏡競極熊訓軍郡径型景芸欠結建健験固功好候航康告差菜最材昨札刷殺察参産散残司試児治滋辞失借種周祝順初松笑唱焼象照賞臣信成省清静席積折節説浅戦選然争倉巣束側続卒孫帯隊達単置仲貯兆腸低底停的典伝徒努灯堂働特得毒熱念敗梅博飯費必票標不夫付府副粉兵別辺変便包法望牧末満未脈民無約勇要養浴利陸良料量輪類令冷例歴連老労録';

const NOUNS_EN =
  words(`work day tea cat weather train dinner book movie rain music coffee dream photo friend meeting homework walk star moon sea mountain flower
  dog recipe curry bread cake window room blanket shoe umbrella bag clock letter phone mail word song picture colour voice face hand hair coat hat trip
  spring station road bridge river park library hospital school office boss family mother father sister brother birthday promise plan holiday weekend
  morning evening night summer autumn winter snow wind sky cloud rainbow light shadow lantern fire water stone tree forest bird fish firefly festival
  shrine planetarium bookshop roast bean marathon exam report interview salary rent laundry shopping wallet medicine cold fever headache sleep alarm
  game comic novel poem diary notebook desk chair sofa pillow piano guitar violin`);
const VERBS_EN = words(
  `saw like forgot found remember bought visit heard made need read fixed finished started chose took cleaned want miss love hate try hold`,
);
const ADJECTIVES_EN = words(
  `good happy hard cold hot delicious pretty quiet tired strange nostalgic sleepy busy kind scary lonely funny new old sweet bitter bright dark close far`,
);
const TIMES_EN = words(`today yesterday tomorrow tonight earlier again sometimes later soon lately`);
const PLACES_EN = words(
  `house station park cafe library office school beach bookshop river kitchen rooftop shrine market corner`,
);
const SYLLABLES = words(`ka lo mi ren ta vel so dri na pho gar li est um or wick bra sel ton ay`);
