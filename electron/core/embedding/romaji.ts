/** Kana as Hepburn romaji in lower case; long vowels written short (東京: tokyo). Empty when it is not all kana. */
export function toRomaji(kana: string): string {
  const katakana = kana.replaceAll(/[ぁ-ゖ]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0x60));
  let result = '';
  for (let at = 0; at < katakana.length;) {
    const two = SYLLABLES.get(katakana.slice(at, at + 2));
    const one = two === undefined ? SYLLABLES.get(katakana.charAt(at)) : undefined;
    const letter = katakana.charAt(at);
    if (two !== undefined) result += two;
    else if (one !== undefined) result += one;
    else if (letter === 'ッ') result += initialAfter(katakana, at + 1);
    else if (letter !== 'ー') return '';
    at += two === undefined ? 1 : 2;
  }
  return result.replaceAll('ou', 'o').replaceAll('oo', 'o').replaceAll('uu', 'u');
}

/** The consonant that ッ doubles; t before ch. */
function initialAfter(kana: string, at: number): string {
  const next = SYLLABLES.get(kana.slice(at, at + 2)) ?? SYLLABLES.get(kana.charAt(at)) ?? '';
  return next.startsWith('ch') ? 't' : /^[aeiou]/.test(next) ? '' : next.charAt(0);
}

const SYLLABLES: ReadonlyMap<string, string> = new Map(
  [
    ['ア a イ i ウ u エ e オ o ヴ vu ァ a ィ i ゥ u ェ e ォ o ン n ヲ o'],
    ['カ ka キ ki ク ku ケ ke コ ko ガ ga ギ gi グ gu ゲ ge ゴ go'],
    ['サ sa シ shi ス su セ se ソ so ザ za ジ ji ズ zu ゼ ze ゾ zo'],
    ['タ ta チ chi ツ tsu テ te ト to ダ da ヂ ji ヅ zu デ de ド do'],
    ['ナ na ニ ni ヌ nu ネ ne ノ no ハ ha ヒ hi フ fu ヘ he ホ ho'],
    ['バ ba ビ bi ブ bu ベ be ボ bo パ pa ピ pi プ pu ペ pe ポ po'],
    ['マ ma ミ mi ム mu メ me モ mo ヤ ya ユ yu ヨ yo ャ ya ュ yu ョ yo'],
    ['ラ ra リ ri ル ru レ re ロ ro ワ wa ヮ wa ヰ i ヱ e'],
    ['キャ kya キュ kyu キョ kyo ギャ gya ギュ gyu ギョ gyo シャ sha シュ shu ショ sho シェ she'],
    ['ジャ ja ジュ ju ジョ jo ジェ je チャ cha チュ chu チョ cho チェ che ニャ nya ニュ nyu ニョ nyo'],
    ['ヒャ hya ヒュ hyu ヒョ hyo ビャ bya ビュ byu ビョ byo ピャ pya ピュ pyu ピョ pyo'],
    ['ミャ mya ミュ myu ミョ myo リャ rya リュ ryu リョ ryo ティ ti ディ di デュ dyu トゥ tu ドゥ du'],
    ['ファ fa フィ fi フェ fe フォ fo フュ fyu ウィ wi ウェ we ウォ wo ヴァ va ヴィ vi ヴェ ve ヴォ vo ツァ tsa'],
  ].flatMap(([row = '']) => {
    const words = row.split(' ');
    return words.flatMap((kana, index): [string, string][] =>
      index % 2 === 0 ? [[kana, words[index + 1] ?? '']] : [],
    );
  }),
);
