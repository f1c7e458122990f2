import type { SceneMemory, SceneTurn } from '../scene.ts';
import type { Heard } from './normalise.ts';
import type { Move } from './moves.ts';
import { answersTo } from './remember.ts';

/** What a question can be answered with from a clock, a persona, or what was said. */
export interface KnownAnswer {
  readonly move: Move;
  /** The whole of a memory, or the person's own words, when the answer is one. */
  readonly told: string | null;
}

type Rule = readonly [Move, RegExp, RegExp?];

const JA: readonly Rule[] = [
  ['explain', /^(?:どういう(?:こと|意味)|どゆこと|なにそれ|何それ|意味(?:が)?わから(?:ない|ん)|え、?どういう)/u],
  [
    'cheer',
    /(?:励まし|応援し|褒め|ほめ|慰め|元気づけ)て(?:くれ|くだ|ほし|欲し|もらえ|よ|$)/u,
    /褒めてくれた|励ましてくれた|応援してくれた/u,
  ],
  [
    'tell_clock',
    /(?:今|いま|もう)?、?何時(?:だっけ|ですか|かな|なの|だろ|[?？]|$|か(?:わか|教え)|になっ)/u,
    /何時(?:に|まで|から)|から何時/u,
  ],
  ['tell_weekday', /何曜日|なん曜日|何曜(?:だ|$|[?？])/u],
  ['tell_date', /(?:今日|きょう)(?:は|って)?、?(?:何日|何月何日|なんにち)|日付(?:は|教え|わか)|何月何日/u],
  ['tell_season', /(?:今|いま)(?:は|って)?(?:どの|何の|なんの)?季節/u],
  [
    'tell_user',
    /(?:私|わたし|俺|おれ|僕|ぼく|自分|あたし|うち)の(?:名前|なまえ|こと(?:は)?なんて呼)/u,
    /名前を(?:決|付|つけ)/u,
  ],
  [
    'own_name',
    /(?:あなた|君|きみ|お前|そっち|そちら|きみ)の?(?:名前|なまえ)|^(?:お?名前|なまえ)(?:は|って)?(?:[?？]|なに|何|を?教え|なん)|(?:なんて|何て|どう)(?:呼べば|呼んだら|呼ぼう)/u,
  ],
  ['own_age', /何歳|おいくつ|年(?:は)?いくつ|いくつなの|年齢(?:は|教え)/u, /(?:母|父|妹|弟|猫|犬|あの人|彼)/u],
  [
    'own_work',
    /(?:仕事|お仕事|職業)(?:は|って)?、?(?:何|なに|なん|どんな)|何(?:し|やっ)てる(?:人|ひと)|(?:君|あなた|きみ|そっち)(?:の|は).{0,4}仕事/u,
    /(?:私|俺|僕)/u,
  ],
  [
    'own_past',
    /出身|どこで育|(?:子ども|子供|小さい)の?(?:ころ|頃|時)(?:は|って|どんな)|昔(?:は|って)?(?:どんな|何)|生い立ち|(?:どうして|なんで|何で|きっかけ).{0,10}(?:仕事|店|始め)|(?:自分|君|あなた|きみ)の話(?:も|を|聞)/u,
    /私の|俺の|僕の/u,
  ],
  [
    'own_hobby',
    /趣味(?:は|って|ある|なに|何)|休みの日.{0,4}(?:は|に|って).{0,4}(?:何|なに|どう)|(?:何|なに)(?:が|に|を)(?:一番|いちばん)?(?:好き|すき|ハマ|はま|夢中)|好きな(?:もの|こと|の)(?:は|って|ある|なに|何)/u,
    /私の|俺の|僕の|覚えて/u,
  ],
  ['own_now', /(?:今|いま)(?:は|って)?、?(?:何|なに)(?:し|やっ)て(?:る|ん|い)/u],
  [
    'own_day',
    /(?:何|なに)(?:し|やっ)て(?:た|いた|いました|ました)|どんな(?:一日|日)だった|どう過ごし|^(?:そっち|そちら|君|きみ|あなた)(?:の今日)?は(?:どう|どんな一日)(?:だった|でした|[?？]|$)|今日は何した/u,
    /私(?:は|が)|俺(?:は|が)/u,
  ],
  [
    'asked_how',
    /(?:元気|げんき)(?:[?？]|ですか|だった|してた|にして|かな|$)|調子(?:は|どう)|最近どう|変わりな/u,
    /元気(?:だよ|です(?!か)|になった|がな|出)/u,
  ],
];

const EN: readonly Rule[] = [
  ['explain', /^(?:what do you mean|what does that mean|huh|i don'?t (?:get|follow) (?:it|you)|what\?*$)/u],
  [
    'cheer',
    /\b(?:encourage me|cheer (?:for me|me (?:on|up))|root for me|comfort me|praise me|wish me luck|tell me i can)\b/u,
  ],
  ['tell_clock', /\bwhat(?:'?s| is) the time\b|\bwhat time is it\b|\bgot the time\b/u],
  [
    'tell_weekday',
    /\bwhat day (?:is it|of the week|is today|are we)\b|\bwhich day is it\b|\bis it (?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*\?/u,
  ],
  ['tell_date', /\b(?:what(?:'?s| is) (?:the date|today'?s date)|what date is it|the date today)\b/u],
  ['tell_season', /\bwhat season\b/u],
  ['tell_user', /\b(?:what(?:'?s| is) my name|do you (?:know|remember) my name|remember my name|who am i)\b/u],
  ['own_name', /\b(?:what(?:'?s| is) your name|what (?:should|do|can) i call you|do you have a name)\b/u],
  ['own_age', /\b(?:how old are you|what(?:'?s| is) your age)\b/u],
  [
    'own_work',
    /\b(?:what do you do(?: for (?:a living|work))?(?:\?|$)|what(?:'?s| is) your (?:job|work)|do you (?:work|have a job))\b/u,
  ],
  [
    'own_past',
    /\b(?:where (?:are you from|did you grow up|do you come from)|your (?:childhood|past|story)|when you were (?:little|young|a kid)|how did you (?:start|end up|get into|become)|why did you (?:become|start))\b/u,
  ],
  [
    'own_hobby',
    /\b(?:what are you into|your (?:hobby|hobbies)|what do you (?:like|enjoy|do for fun)|what(?:'?s| is) your favou?rite)\b/u,
  ],
  [
    'own_now',
    /\b(?:what are you (?:doing|up to)(?! (?:tomorrow|later|tonight|this weekend))|whatcha doing|what'?re you up to|wyd)\b/u,
  ],
  [
    'own_day',
    /\b(?:what (?:did|have) you (?:do|been up to|been doing|get up to)|how was your (?:day|morning|evening|weekend|night)|what were you (?:doing|up to)|how did you spend)\b/u,
  ],
  [
    'asked_how',
    /\b(?:how are you|how(?:'?s| is) it going|how have you been|how are things|how(?:'?re| are) you doing|you (?:ok|okay|alright)\?|how'?s life)\b/u,
  ],
];

const REMEMBERS = {
  ja: /覚えて(?:る|い|ます)|おぼえてる|忘れて(?:な|い?ま)|(?:前に|この前|こないだ|さっき).{0,12}(?:話した|言った|教えた).{0,8}(?:よね|っけ|[?？]|覚)|(?:話した|言った|教えた)(?:こと)?(?:あ)?(?:る)?っけ|(?:何|なん|いつ|どこ|誰|だれ|どれ|どっち)(?:だった|だ|の話.{0,6})っけ|(?:私|俺|僕|わたし|うち)の.{1,12}(?:知って|わかる|わかりますか|何だっけ|なんだっけ|言える)/u,
  en: /\b(?:do you (?:still )?(?:remember|recall)|(?:did i|have i) (?:ever )?(?:tell|told|mention|say)|what did i (?:say|tell)|(?<!glad )i told you(?: about| that|$)|you remember|remember (?:my|the|what|when|that|how|who|where)|(?:what|who|where|when)(?:'?s| is| was| are| do| did)? (?:my|i)\b.*\?|do you know (?:my|what i|who i|where i|when i))/u,
} as const;
const ABOUT_THE_TALK = {
  ja: /(?:何|なん)の話|さっき.{0,6}(?:なんて|何て|何を)|(?:どこ|何)まで話/u,
  en: /\b(?:what were we (?:talking|saying)|what was i saying|where were we|what did i just say)\b/u,
} as const;

/** Whether a question is one that can be answered here, and by what; null when it is not. */
export function knownAnswer(
  heard: Heard,
  memories: readonly SceneMemory[],
  before: readonly SceneTurn[],
): KnownAnswer | 'not_remembered' | null {
  const { script, forms } = heard;
  const rules = script === 'ja' ? JA : EN;
  const rule = rules.find(([, match, unless]) => match.test(forms) && !(unless?.test(forms) ?? false));
  if (rule !== undefined && !(rule[0] === 'own_hobby' && REMEMBERS[script].test(forms)))
    return { move: rule[0], told: null };
  if (ABOUT_THE_TALK[script].test(forms)) {
    const told = before.findLast(
      (turn) => turn.author === 'person' && turn.text.trim().length > 5 && turn.text.length <= 60,
    );
    return told === undefined ? 'not_remembered' : { move: 'said_before', told: told.text.trim() };
  }
  if (
    !REMEMBERS[script].test(forms) ||
    /^i(?:'ll| will)\b/u.test(heard.core) ||
    /\bi(?:'ll| will) remember\b/u.test(forms)
  )
    return null;
  const memory = answersTo(heard, memories);
  if (memory !== null) return { move: 'recall_answer', told: memory.text };
  const turns = before.filter(
    (turn) => turn.author === 'person' && turn.text.length <= 60 && !/[?？]/u.test(turn.text),
  );
  const said = answersTo(heard, turns.map((turn) => ({ text: turn.text, attribute: null })).toReversed());
  return said === null ? 'not_remembered' : { move: 'said_before', told: said.text.trim() };
}
