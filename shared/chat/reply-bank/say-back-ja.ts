/**
 * What a person told, as a clause that のだ can follow: 「昨日、映画を見ました！」 → 昨日、映画を見た. Null unless that is
 * certain: a question, a wish upon us, a pronoun that would turn round, or a form no rule knows is not given back.
 */
export function sayBackJa(message: string): string | null {
  if (/[?？]/u.test(message) || message.length > 200) return null;
  const text = message
    .toWellFormed()
    .normalize('NFKC')
    .replaceAll(/[\p{Extended_Pictographic}\u200d\ufe0f]/gu, '');
  const sentences = text
    .split(/[。!！\n…]+/u)
    .map((sentence) => sentence.replaceAll(/[\s♪♡☆]+/gu, '').replace(/(?:[wｗ]+|笑|泣|\(.*\))$/u, ''))
    .filter((sentence) => sentence.length > 1);
  const last = sentences.at(-1);
  if (last === undefined || COARSE.test(last) || !JAPANESE_ONLY.test(last)) return null;
  return fromSentence(last);
}

/** Whether a message is an answer in a word or two, as a noun phrase that かあ can follow; the phrase, or null. */
export function namedAnswerJa(message: string): string | null {
  const bare = message
    .toWellFormed()
    .normalize('NFKC')
    .replaceAll(/[\s。!！…♪wｗ笑\p{Extended_Pictographic}]+/gu, '')
    .replace(
      /^(?:うん|はい|ええ|えっと|えーと|んー+|うーん|そうだな|そうですね|まあ|たぶん|多分|やっぱり|主に|基本)、?/u,
      '',
    )
    .replace(/(?:ですね|ですかね|だよ|だね|です|かな|かも|だな|とか|だ)$/u, '');
  if (bare.length < 2 || bare.length > 9 || COARSE.test(bare) || /[?？、]/u.test(bare)) return null;
  if (!/(?:[\p{sc=Han}\p{sc=Katakana}ー]と?|やつ)$/u.test(bare) || /^[ァ-ヶー]{1,2}$/u.test(bare)) return null;
  return NOT_NAMED.test(bare) ? null : bare;
}

/** What a person hopes, up to the word for good: 間に合うといいな → 間に合うと. Null when the message is no hope. */
export function hopedJa(message: string): string | null {
  const text = message
    .toWellFormed()
    .normalize('NFKC')
    .replaceAll(/[\s。!！…♪]+/gu, '');
  const hope =
    /^(.{2,24}?(?:と|たら|れば))(?:いい|よい)(?:な|なあ|ね|ですね|のに|んだけど|んですけど|けど|ですけど)?$/u.exec(
      text,
    )?.[1];
  if (hope === undefined || COARSE.test(hope) || /[?？]/u.test(message)) return null;
  return turnedRound(opened(hope));
}

const NOT_NAMED =
  /^(?:本当|全然|普通|無理|大丈夫|絶対|最高|最悪|了解|大変|残念|結構|別|特|微妙|嫌|駄目|秘密|内緒|当然|勿論|正解|感謝|同感|承知|マジ|ホント|ダメ|イヤ|ムリ|ヤバ|スゴ|ウケる|おっけー|オッケー|オーケー|何も|なん|誰も)/u;
const COARSE = /くそ|クソ|糞|うんこ|ちんこ|まんこ|おっぱい|セックス|エロ|死|殺|レイプ/u;
const JAPANESE_ONLY = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ーa-z0-9、・%々]+$/iu;
const MOST_LETTERS = 26;

function fromSentence(sentence: string): string | null {
  let text = opened(sentence);
  if (text.length > MOST_LETTERS) text = text.slice(text.lastIndexOf('、') + 1);
  const plain = plainEnd(text);
  if (plain === null) return null;
  const turned = turnedRound(plain);
  if (turned === null || turned.length < 3 || turned.length > MOST_LETTERS + 4) return null;
  return turned;
}

/** Without the words that only open a sentence. */
function opened(sentence: string): string {
  const opening =
    /^(?:(?:で|でも|でもね|それで|それでさ|それに|だから|あのね|あのさ|ねえ|ねぇ|実は|実はさ|なんか|なんかさ|そういえば|ところで|えっと|うん|うんうん|ううん|はい|まあ|まぁ|いや|いやー|あー?|そう|そうそう|そうだね|そうなの|そうなんだ|そうですね|ただ|あと|あとね|てか|ていうか|というか|やっぱり?|ほんとに?|本当に|まじで?|マジで?|ガチで|おはよう?|ただいま|こんばんは|こんにちは|ありがとう?|聞いて|ねえ聞いて|あ)[、ーぁ]+|実はさ|あのね|それでさ|聞いて聞いて|マジで|まじで|ほんとに)/u;
  let text = sentence;
  for (let time = 0; time < 3 && opening.test(text); time += 1) text = text.replace(opening, '');
  return text
    .replace(/^(今日|昨日|今朝|さっき|この前|こないだ|最近|明日)(?:さ|ね|、)+/u, '$1、')
    .replace(/^(今日|昨日|今朝|さっき|この前|こないだ|明日)(?=[\p{sc=Han}\p{sc=Katakana}])/u, '$1、')
    .replace(/^(?:でも|だけど|けど|だって|じゃあ|だから|それで|しかも|あと)(?=.{4})/u, '')
    .replaceAll(/めっちゃ|めちゃくちゃ|超(?=[\p{sc=Hiragana}])/gu, 'すごく');
}

/** The clause with its end in the form that のだ takes; null when there is none. */
function plainEnd(text: string): string | null {
  // Must do what one "has to or else".
  if (/(?:ないと|なきゃ|なくちゃ)(?:な|ね)?$/u.test(text))
    return text.replace(/(?:ないと|なきゃ|なくちゃ)(?:な|ね)?$/u, 'ないといけない');
  let body = text
    .replace(/(?<=です|ます|ました|でした)が$/u, '')
    .replace(/(?:です|ます|だ)?(?:けど|けれど|けども)(?:ね|さ|も)?$/u, (end) =>
      end.replace(/(?:けど|けれど|けども)(?:ね|さ|も)?$/u, ''),
    );
  body = body.replace(/(?<=[るたいくうすむぐつだな])(?:から|し|ので|のに)(?:ね|さ)?$/u, '');
  body = body.replace(/(?<=.)(?:なんだ|なの|なんです|なんすよ)(?:よね|よ|ね|な|わ|けど|ー)*$/u, '{na}');
  body = body.replace(/(?<=[るたいくうすむぐつぶ])(?:んだ|んです|のです|んや)(?:よね|よ|ね|な|わ|ー)*$/u, '');
  body = body.replace(/(?<=.)(?:だったんだ|だったの)(?:よね|よ|ね|な)*$/u, 'だった');
  body = body.replace(/(?<=[るたいくうすむぐつぶ])(?:の|もん|っす)(?:よね|よ|ね)?$/u, '');
  body = body.replace(/(?<=.)(?:よね|よな|よ|ね|な|わ|さ|ぞ|ぜ|なあ|なぁ|ねえ|ー)+$/u, '');
  // Hearsay is told as it was heard.
  body = body.replace(/(?<=[だたるいう])(?:ん?だ)?って$/u, '');
  if (body.endsWith('{na}')) {
    const noun = body.slice(0, -4);
    return /(?:[\p{sc=Han}\p{sc=Katakana}ーりみちきしげ]|さん|くん|ちゃん|だけ)$/u.test(noun) ? `${noun}な` : null;
  }
  if (
    /(?:かな|かも|でしょ|でしょう|だろ|だろう|らしい|みたい|っけ|か|そう|はず|べき|なら|たら|れば|たり|ながら|とか|という)$/u.test(
      body,
    )
  )
    return null;
  const polite = fromPolite(body);
  if (polite !== undefined) return polite;
  // 怒られて(さ) goes on in the mind; what was told is that it happened.
  if (body.endsWith('なくて')) return body.replace(/くて$/u, 'い');
  if (body.endsWith('くて')) return body.replace(/くて$/u, 'かった');
  if (/[っいしえけせてねべめれきちにびみり\p{sc=Han}]て$/u.test(body))
    return text.endsWith('て') && !/[さね]$/u.test(text) && TE_REQUEST.test(body) ? null : body.replace(/て$/u, 'た');
  if (/(?:みたい|きれい|くらい)で$/u.test(body)) return body.replace(/で$/u, 'な');
  if (/[んい]で$/u.test(body)) return body.replace(/で$/u, 'だ');
  if (
    /(?:好き|嫌い|きらい|苦手|きれい|大好き|大嫌い|元気|得意|下手|上手|無理|大変|面倒|心配|不安|楽しみ|ひま|暇|予定|つもり|下手くそ|平気)(?:だ|で)?$/u.test(
      body,
    )
  )
    return `${body.replace(/[だで]$/u, '')}な`;
  if (/[んい]だ$/u.test(body)) return body;
  if (/だった$|かった$|[たる]$/u.test(body)) return /(?:ばったる)$/u.test(body) ? null : body;
  if (body.endsWith('だけ')) return `${body}な`;
  if (body.endsWith('だ'))
    return /(?:[\p{sc=Han}\p{sc=Katakana}ー]|ぶり|さん|だけ)だ$/u.test(body) ? body.replace(/だ$/u, 'な') : null;
  // 行こう, 寝よう ask for company; 思う says less than what is thought.
  if (/(?:[よろおこそとのもごぼどぞ])う$/u.test(body) && !/(?:思|おも|使|つか|もら|会|あ|買|か)う$/u.test(body))
    return null;
  if (/(?:思|おも)う$/u.test(body)) return body.replace(/う$/u, 'ってる');
  if (/(?:下さい|ください|なさい|ちょうだい|ほしい|欲しい)$/u.test(body)) return null;
  if (
    /[いうくぐすつぬぶむ]$/u.test(body) &&
    !/(?:っぽい|くらい|ぐらい|みたい|たぶん|(?<![がもはでわ])いい)$/u.test(body)
  )
    return /[\p{sc=Han}\p{sc=Hiragana}]{2}$/u.test(body) ? body : null;
  // A bare noun told something, where particles stand before it: 今日も残業.
  if (/[\p{sc=Han}\p{sc=Katakana}ー]{2,}$/u.test(body) && /[はがをにもで]/u.test(body) && !/[たるいあな]、/u.test(body))
    return `${body}な`;
  return null;
}

const TE_REQUEST = /(?:教え|聞い|見|待っ|やめ|助け|来|言っ|話し|慰め|褒め|ほめ|応援し)て$/u;

const I_ROW_TO_TA: Readonly<Record<string, string>> = {
  き: 'いた',
  ぎ: 'いだ',
  し: 'した',
  ち: 'った',
  に: 'んだ',
  び: 'んだ',
  み: 'んだ',
  り: 'った',
  い: 'った',
};
const I_ROW_TO_U: Readonly<Record<string, string>> = {
  き: 'く',
  ぎ: 'ぐ',
  し: 'す',
  ち: 'つ',
  に: 'ぬ',
  び: 'ぶ',
  み: 'む',
  り: 'る',
  い: 'う',
};
const ONE_STEP =
  /(?:[てで]み|見|観|起き|着|借り|でき|出来|降り|落ち|信じ|感じ|過ぎ|すぎ|浴び|足り|閉じ|似|煮|伸び|生き|居|い|[えけせてねへめれげぜでべ]|寝|出|得)$/u;

/** 食べました → 食べた; undefined when it is not polite, null when no rule knows it. */
function fromPolite(body: string): string | null | undefined {
  if (body.endsWith('でした')) return body.replace(/でした$/u, 'だった');
  if (body.endsWith('いです')) return body.replace(/です$/u, '');
  if (/(?:かった|[たる])です$/u.test(body)) return body.replace(/です$/u, '');
  if (body.endsWith('です'))
    return /[\p{sc=Han}\p{sc=Katakana}ーき]です$/u.test(body) ? body.replace(/です$/u, 'な') : null;
  const ended = /^(.*?)(ました|ます|ませんでした|ません)$/u.exec(body);
  if (ended === null) return undefined;
  const [, stem = '', end = ''] = ended;
  const negative = end.startsWith('ませ');
  const past = end.endsWith('た');
  const plain = (rest: string): string => {
    if (negative) return past ? `${rest}なかった` : `${rest}ない`;
    return rest;
  };
  if (/(?:来|き)$/u.test(stem) && /(?:来|て[きい]|でき)$/u.test(stem) && !stem.endsWith('でき')) {
    if (/て[い]$/u.test(stem)) return negative ? plain(stem) : stem + (past ? 'た' : 'る');
    const kuru = stem.replace(/(?:来|き)$/u, '');
    return negative ? plain(`${kuru}来`) : kuru + (past ? '来た' : '来る');
  }
  if (
    stem.endsWith('し') &&
    /(?:[\p{sc=Han}\p{sc=Katakana}ー]|を|も|く|に|と)し$/u.test(stem) &&
    !/(?:話|出|貸|直|返|消|押|探|渡|過ご|落と|起こ|残|壊|回|外|試|移|指|刺|干|隠|流|増や|減ら|許|離|示|思い出|取り戻|引っ越)し$/u.test(
      stem,
    )
  )
    return negative ? plain(stem) : stem.replace(/し$/u, past ? 'した' : 'する');
  if (
    ONE_STEP.test(stem) &&
    !/(?:もらい|会い|買い|使い|言い|習い|思い|払い|洗い|笑い|違い|吸い|歌い|手伝い|しまい|合い|誘い|通い|迷い|願い|扱い)$/u.test(
      stem,
    )
  )
    return negative ? plain(stem) : stem + (past ? 'た' : 'る');
  const row = stem.at(-1) ?? '';
  if (negative) {
    const a = { き: 'か', ぎ: 'が', し: 'さ', ち: 'た', に: 'な', び: 'ば', み: 'ま', り: 'ら', い: 'わ' }[row];
    return a === undefined ? null : plain(stem.slice(0, -1) + a);
  }
  if (/(?:行|い)き$/u.test(stem) && past) return `${stem.slice(0, -1)}った`;
  const ending = (past ? I_ROW_TO_TA : I_ROW_TO_U)[row];
  return ending === undefined ? null : stem.slice(0, -1) + ending;
}

/** Kin as one names another's. */
const KIN: readonly (readonly [RegExp, string])[] = [
  [/(?<![お祖父叔伯義])母(?![さ親校国乳音])/gu, 'お母さん'],
  [/(?<![お祖叔伯義])父(?![さ親])/gu, 'お父さん'],
  [/(?<!お)祖母(?!さ)/gu, 'おばあさん'],
  [/(?<!お)祖父(?![さ母])/gu, 'おじいさん'],
  [/(?<![お義])兄(?![さ弟貴])/gu, 'お兄さん'],
  [/(?<![お義])姉(?![さ妹貴])/gu, 'お姉さん'],
  [/(?<![兄義])弟(?![さ子])/gu, '弟さん'],
  [/(?<![姉義])妹(?!さ)/gu, '妹さん'],
  [/(?<![夫お])妻(?!さ)|嫁(?!さ|い|に)/gu, '奥さん'],
  [/旦那(?!さ)/gu, '旦那さん'],
];

/** What was said of oneself, as it is said of another; null where the pronouns would not come out right. */
function turnedRound(clause: string): string | null {
  let text = clause.replace(/^(?:私|わたし|俺|おれ|僕|ぼく|自分|あたし|うち)(?:は|が|も|って|、)/u, '');
  text = text.replace(
    /^(今日|昨日|今朝|さっき|この前|こないだ|最近|明日)、?(?:私|わたし|俺|僕|自分|あたし)(?:は|が|、)/u,
    '$1、',
  );
  text = text.replaceAll(/(?:私|わたし|俺|僕|あたし|自分)の(?=[\p{sc=Han}\p{sc=Katakana}])/gu, '');
  if (
    /私|わたし|俺|僕|ぼく|あたし|あなた|貴方|君|きみ|お前|そっち|そちら|ここ|あんた|うち[はがにの]|うちの子/u.test(
      text.replaceAll(/[\p{sc=Han}]君/gu, ''),
    )
  )
    return null;
  for (const [kin, theirs] of KIN) text = text.replaceAll(kin, theirs);
  return text
    .replace(/^(?:今日|さっき|この前|こないだ)(?:は|、)/u, '')
    .replace(/^(昨日|今朝|最近|明日)、(?=.{0,14}$)/u, '$1');
}
