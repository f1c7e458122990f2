import type { Detection } from './detect.ts';
import type { Heard } from './normalise.ts';
import type { Situation } from './situations.ts';

/** What a person does by saying something. */
export type Act = (typeof ACTS)[number];

// prettier-ignore
export const ACTS = [
  'greet', 'part', 'thank', 'apologise', 'praise', 'ask', 'tell', 'complain', 'confide', 'worry', 'joke', 'invite', 'request', 'agree',
  'disagree', 'acknowledge', 'answer', 'love', 'insult', 'despair',
] as const;

const ACT_OF: Readonly<Partial<Record<Situation, Act>>> = {
  greeting_morning: 'greet',
  greeting_day: 'greet',
  greeting_evening: 'greet',
  return_home: 'greet',
  first_meeting: 'greet',
  goodbye: 'part',
  goodnight: 'part',
  thanks: 'thank',
  sorry: 'apologise',
  praise_companion: 'praise',
  love: 'love',
  love_friend: 'love',
  miss_you: 'love',
  jealousy: 'confide',
  joke: 'joke',
  tease: 'joke',
  laugh: 'joke',
  about_who: 'ask',
  about_day: 'ask',
  about_likes: 'ask',
  about_feelings: 'ask',
  about_ai: 'ask',
  about_memory: 'ask',
  advice: 'ask',
  opinion: 'ask',
  unsure: 'ask',
  request: 'request',
  agree: 'agree',
  disagree: 'disagree',
  short_ack: 'acknowledge',
  insult: 'insult',
  crisis: 'despair',
  sad: 'confide',
  lonely: 'confide',
  confide: 'confide',
  bad_news: 'confide',
  regret: 'confide',
  romance_trouble: 'confide',
  embarrassed: 'confide',
  anxious: 'worry',
  scared: 'worry',
  disappointed: 'complain',
  tired: 'complain',
  angry: 'complain',
  stressed: 'complain',
  work_trouble: 'complain',
  illness: 'complain',
  cannot_sleep: 'complain',
  bored: 'complain',
  hungry: 'complain',
  sleepy: 'complain',
  weather_hot: 'complain',
  weather_cold: 'complain',
  money: 'complain',
};

const INVITES = {
  ja: /(?:一緒に|いっしょに).{0,14}(?:[よろおこそともごぼの]う|しよ|行こ|やろ|見よ|食べよ|遊ぼ|飲も|歌お|ない[?？]|ません[?？か])|(?:遊ぼう|散歩しよう|出かけよう|行こうよ|やろうよ|見ようよ|しりとりしよ|話そうよ|おしゃべりしよ|乾杯しよ|しようよ)/u,
  en: /\b(?:let's (?!be|say|see|hope|face)|shall we|(?:^|do you )(?:want to|wanna) (?:come|join|watch|play|go|do|try|hang|have|listen)\b.*|why don't we|come with me|join me|care to join)/u,
} as const;
const INVITES_AS_A_WISH = /^i (?:really |just |also )?(?:want|wanna)/u;

const QUESTION_EN =
  /^(?!how (?:lovely|nice|sweet|cute|cool|funny|wonderful|kind|odd|strange|sad|exciting)\b)(?:(?:so|and|but|hey|well|oh|wait|um|by the way|btw)[, ]+)*(?:what|whats|who|whos|where|wheres|when|whens|why|how|hows|which|do you|did you|are you|were you|can you|could you|have you|has|is it|is there|would you|will you|should i|does|dont you|arent you)\b/u;

/** The act a message is, as the situation it was taken for and its own form tell. `answers`: it answers what we had just asked. */
export function actOf(detection: Detection, answers: boolean): Act {
  const { situation, heard } = detection;
  if (situation === 'crisis') return 'despair';
  const invites = INVITES[heard.script].test(heard.forms) && !INVITES_AS_A_WISH.test(heard.core);
  if (invites && !['goodbye', 'goodnight', 'confide'].includes(situation)) return 'invite';
  if ((situation === 'listening' || situation === 'staying') && heard.length <= 8 && NODS.test(heard.core))
    return answers ? 'answer' : 'acknowledge';
  const act = ACT_OF[situation] ?? 'tell';
  if (act !== 'tell' && !(act === 'complain' && asks(detection))) return act;
  if (asks(detection)) return 'ask';
  if (act === 'tell' && GRUMBLES.test(heard.forms)) return 'complain';
  return answers && act === 'tell' ? 'answer' : act;
}

const NODS =
  /^(?:そう(?:だね|ですね|だよね|か)?|うん+|はい|なるほど|ええ|yes|yeah|right|ok|okay|i see|oh nice|nice|cool|true)$/u;
const GRUMBLES =
  /(?:行き|やり|し|会い|出|帰り|起き)たくな|面倒|めんどくさ|うんざり|最悪|しんどい|\b(?:don'?t (?:want|feel like)|can'?t be bothered|sick of|fed up|annoying|dreading)\b/u;

/** Whether a message asks us something, by its form. */
export function asks({ heard }: Detection): boolean {
  if (ponders(heard)) return false;
  return (
    heard.question ||
    (heard.script === 'ja' && heard.core.endsWith('っけ')) ||
    (heard.script === 'en' && QUESTION_EN.test(heard.core))
  );
}

/** Whether a person thinks aloud about what would be nice to do: 作ろうかな, "maybe I'll bake". */
export function muses(heard: Heard): boolean {
  return (
    ponders(heard) &&
    !/辞め|やめ|諦め|あきらめ|別れ|\b(?:quit|give up|leave (?:him|her|them)|break up)\b/u.test(heard.core)
  );
}

/** Thinking aloud asks nobody. */
function ponders(heard: Heard): boolean {
  return heard.script === 'ja'
    ? /(?:[よろおこそともごぼの]う|にし(?:よう)?|にする)か(?:な|なあ)?[?？]?$|(?:何|なに)(?:を|に)?(?:食べ|着|作|し|飲|買|読|見).{0,6}う(?:かな)?$|^(?!.*(?:何|なに|どっち|どれ|どこ|いつ|ほうが|方が)).{2,10}(?:が|で)いいかな$/u.test(
        heard.core,
      )
    : /^(?:maybe|perhaps) i(?:'?ll| will| should| could|'?m going)\b|^i wonder (?:what|which|where|how) |^i don'?t know what to (?:have|eat|cook|wear|make|watch|read)\b|^i (?:might|may|could) (?:just )?\w+|^(?:i'?m )?thinking (?:of|about) (?!quit|leav|giv|break|drop|end)\w+ing\b/u.test(
        heard.core,
      );
}
