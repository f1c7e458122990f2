import type { Register } from '../../characters/contract.ts';
import type { Scene } from '../scene.ts';
import type { Drift } from './fault.ts';

/** No more of a reply is looked at, in UTF-16 units: far more than a companion says. */
export const MOST_JUDGED = 4000;

/**
 * Where a reply leaves its part: it speaks as the software behind it though nobody asked, by another name, in another language,
 * as another "I", in another manner. What is quoted in it does not count. Whoever asks whether this is an AI gets an honest
 * answer, which is never taken for leaving the part.
 */
export function driftsOf(reply: string, scene: Scene): Drift[] {
  const text = withoutQuotes(reply.slice(0, MOST_JUDGED));
  const asked = newestWords(scene, 2);
  const drifts: Drift[] = [];
  const aboutItself = isAskedWhatItIs(scene);
  if (!aboutItself && MODEL_TALK.test(text)) drifts.push('model_talk');
  if (takesWrongName(text, scene, aboutItself)) drifts.push('wrong_name');
  if (isWrongLanguage(reply.slice(0, MOST_JUDGED), scene, asked)) drifts.push('wrong_language');
  else if (scene.locale === 'ja') {
    if (isWrongFirstPerson(text, scene.character.speech.firstPerson)) drifts.push('first_person');
    if (isWrongRegister(text, scene.character.speech.register)) drifts.push('register');
  }
  return drifts;
}

/** Whether a reply that begins so may be about to speak as software, or in another language: its first sentence tells. */
export function mayDrift(begun: string, scene: Scene): boolean {
  const start = begun.normalize('NFKC').toLowerCase().replaceAll('’', "'").trimStart();
  const software = SOFTWARE_STARTS.some((known) => known.startsWith(start) || start.startsWith(known));
  if (software && !isAskedWhatItIs(scene)) return true;
  if (scene.locale === 'en') return FOREIGN_TO_ENGLISH.test(begun) && lettersOf(begun) < LEAST_FOREIGN_LETTERS;
  return !KANA.test(begun) && lettersOf(begun) < LEAST_LATIN_LETTERS;
}

/** What the person said last, with a few messages before it: an answer may be to either. */
function newestWords({ turns }: Scene, messages: number): string {
  return turns
    .filter(({ author }) => author === 'person')
    .slice(-messages)
    .map(({ text }) => text)
    .join('\n');
}

/** A talk about what it is goes on for a few turns in which no word of it need fall. */
function isAskedWhatItIs(scene: Scene): boolean {
  return ASKS_WHAT_IT_IS.test(newestWords(scene, 3));
}

function withoutQuotes(text: string): string {
  return text.replaceAll(/「[^」]{0,200}」|『[^』]{0,200}』|“[^”]{0,200}”|"[^"]{0,200}"/gu, '');
}

const ASKS_WHAT_IT_IS =
  /(?<![a-z])(?:ai|a\.i\.|bots?|chat ?bots?|robots?|androids?|humans?|real (?:person|people|girl|boy|woman|man)|are you real|machines?|computers?|programs?|software|algorithms?|(?:language )?models?|llms?|gpt\S*|chatgpt|prompts?|who (?:made|built|created|trained) you)(?![a-z])|ＡＩ|人工知能|ボット|ロボット|アンドロイド|人間|ひと(?:なの|ですか)|本物の人|実在|機械|プログラム|ソフト|言語モデル|アルゴリズム|プロンプト|中の人|誰が作/iu;
const MODEL_TALK =
  /\bas an? (?:ai|artificial intelligence|language model|large language model|(?:virtual|digital) assistant)\b|\bi(?:'| a)?m (?:just |only |merely )?an? (?:ai )?(?:large )?(?:language model|ai (?:language )?(?:model|assistant)|virtual assistant)|\b(?:my|the) training data\b|\bknowledge cut-?off\b|\bi(?:'| a)?m [^.!?]{0,40}\b(?:trained|developed|created|made) by (?:openai|google|meta|anthropic|alibaba|mistral)|\bi was (?:trained|developed|created|made) by\b|\bhow (?:can|may) i assist you\b|(?:AI|人工知能)?(?:大規模)?言語モデル|(?:AI|人工知能)(?:の)?アシスタント(?:として|です|なので|であり)|(?:AI|人工知能)(?:である|として)(?:の)?(?:私|わたし|僕|、)|(?:AI|人工知能)として(?:は|の立場)|学習データ|訓練データ|(?:OpenAI|Anthropic)(?:社)?(?:が|によって|に)(?:開発|訓練|学習|作)|(?:私|わたし|わたくし|僕|俺)は[^。！？]{0,12}(?:Google|Meta|アリババ)(?:社)?(?:が|によって|に)(?:開発|訓練|学習|作)/iu;
/** Beginnings (lower case, NFKC) after which software is heard of in the same sentence often enough to wait for its end. */
const SOFTWARE_STARTS = [
  'as an ai',
  'as a language',
  'as a large',
  "i'm an ai",
  'i am an ai',
  "i'm just an ai",
  "i'm a language",
  'i am a language',
  "i'm a large language",
  'i am a large language',
  "i'm sorry, but",
  'i apologize, but',
  'sorry, but as',
  'ai言語',
  'aiとして',
  'aiの',
  'aiアシスタント',
  '私はai',
  'わたしはai',
  '僕はai',
  '私は言語',
  '私は大規模',
  '申し訳ありませんが',
  '申し訳ございませんが',
  'すみませんが、私は',
];

const ASSISTANTS = /\b(?:chatgpt|gpt-?[345]\w*|claude|gemini|copilot|llama|qwen|mistral|deepseek|siri|alexa|gemma)\b/iu;
const SAYS_ITS_NAME =
  /(?:(?:私|わたし|わたくし|あたし|僕|ぼく|俺|おれ|うち)の名前は|\bmy name is |\bmy name's )\s*(?<name>[\p{L}\p{N}・·-]{1,30}?)(?=です|だよ|だ[。！、]|でございます|って|と(?:言|い|申)|といい|[\s。、,.!！?？]|$)/iu;
const PLACEHOLDER =
  /\{\{?\s*(?:user|char|name)\s*\}?\}|\[(?:your |user'?s? )?name\]|<(?:user|char)>|[〇○]{2}(?:さん|くん|ちゃん|様)|ユーザー(?:さん|様)/iu;
const LABEL = /^\s*(?:user|human|assistant|ai|ユーザー|アシスタント)\s*[:：]/imu;

function takesWrongName(text: string, { character, turns }: Scene, aboutItself: boolean): boolean {
  if (PLACEHOLDER.test(text) || LABEL.test(text)) return true;
  const stated = SAYS_ITS_NAME.exec(text)?.groups?.['name'];
  const own = [character.name, character.nickname].map(folded).filter((name) => name !== '');
  if (stated !== undefined) {
    const name = folded(stated);
    return !own.some((known) => known.includes(name) || name.includes(known));
  }
  const assistant = ASSISTANTS.exec(text)?.[0];
  if (assistant === undefined || aboutItself || own.some((name) => ASSISTANTS.test(name))) return false;
  // A friend of that name, or what was spoken of: a name that is not new is not taken for the companion's own.
  const name = assistant.toLowerCase();
  const spokenOf = turns.some((turn) => turn.text.toLowerCase().includes(name));
  return !spokenOf && /\bi(?:'| a)?m\b|私は|わたしは|僕は/iu.test(text);
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, '');
}

const KANA = /[\p{sc=Hiragana}\p{sc=Katakana}]/u;
const FOREIGN_TO_ENGLISH =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Cyrillic}\p{sc=Arabic}\p{sc=Thai}\p{sc=Devanagari}]/u;
const EVERY_FOREIGN = new RegExp(FOREIGN_TO_ENGLISH.source, 'gu');
/** So many letters without any of the language are no name and no exclamation. */
const LEAST_LATIN_LETTERS = 24;
const LEAST_FOREIGN_LETTERS = 8;
const SPEAKS_OF_LANGUAGES =
  /英語|日本語|中国語|韓国語|フランス語|ドイツ語|スペイン語|イタリア語|ロシア語|翻訳|[訳]し|(?<![a-z])(?:english|japanese|chinese|korean|french|german|spanish|italian|russian|translat\w*|language)(?![a-z])/iu;

/** A person who writes in another language, or speaks of one, may be answered in it. */
function isWrongLanguage(text: string, { locale }: Scene, asked: string): boolean {
  if (SPEAKS_OF_LANGUAGES.test(asked)) return false;
  const letters = lettersOf(text);
  if (locale === 'en') {
    const foreign = text.match(EVERY_FOREIGN)?.length ?? 0;
    return foreign >= LEAST_FOREIGN_LETTERS && foreign * 2 > letters && !FOREIGN_TO_ENGLISH.test(asked);
  }
  if (KANA.test(text) || letters < LEAST_LATIN_LETTERS) return false;
  return asked === '' || KANA.test(asked);
}

function lettersOf(text: string): number {
  return text.match(/\p{L}/gu)?.length ?? 0;
}

/** Words for "I", those that are one word written in several ways together. */
const FIRST_PERSONS: readonly (readonly string[])[] = [
  ['私', 'わたし', 'ワタシ', 'わたくし'],
  ['あたし', 'アタシ', 'あたい'],
  ['僕', 'ぼく', 'ボク'],
  ['俺', 'おれ', 'オレ'],
  ['わし', 'ワシ', '儂'],
  ['拙者', '我輩', '吾輩'],
];
const AFTER_FIRST_PERSON = '(?=は|が|も|の|に|を|と(?!い)|、|たち|じゃ|なら|だって|にと)';

/** Another "I" than the character's, where a sentence does not retell what somebody said. */
function isWrongFirstPerson(text: string, firstPerson: string): boolean {
  if (firstPerson.trim() === '') return false;
  const others = FIRST_PERSONS.filter((group) => !group.some((word) => firstPerson.includes(word))).flat();
  const pattern = new RegExp(
    `(?<![\\p{sc=Han}\\p{sc=Katakana}あ-ん])(?:${others.join('|')})${AFTER_FIRST_PERSON}`,
    'u',
  );
  return sentencesOf(text).some(
    (sentence) => pattern.test(sentence) && !/って|と(?:言|い[いうっ]|話|思)/u.test(sentence),
  );
}

const POLITE_END =
  /(?:です|ます|ました|ません|でした|でしょう|ましょう|ください|ございます)(?:か|ね|よ|よね|わ|の|が|けど)?[。！？!?…♪〜～]*$/u;
const PLAIN_END =
  /(?:だ|だよ|だね|だな|だろ|だろう|だぜ|じゃん|じゃない|だった|[いたるう]よ|[いたるう]ね|[いたるう]な|んだ|なの|ない|てる|やで|やな|やん|へん|よな|かな|かなあ)[。！？!?…♪〜～]*$/u;

const POLITE_WORD = /です|ます|ません|でし[たょ]|まし[たょ]|くださ|なさい|らっしゃ|ませ(?=[。！？]|$)/u;
const PLAIN_VERB_END = /[たるいうくすつむぶぐだ](?:よ|ね|な|よね|か|さ|ぞ|ぜ|もん)?[。！？!?…♪〜～]*$/u;
/** In fewer letters than this no manner need be heard. */
const LEAST_FOR_MANNER = 14;

/**
 * Most of what is said ends as another register's sentences end (one such ending may be a slip of feeling), or it is long enough
 * for a polite speaker to be heard and nothing in it is polite.
 */
function isWrongRegister(text: string, register: Register): boolean {
  const sentences = sentencesOf(text);
  const ending = (pattern: RegExp): number => sentences.filter((sentence) => pattern.test(sentence)).length;
  if (register === 'polite')
    return !POLITE_WORD.test(text) && lettersOf(text) >= LEAST_FOR_MANNER && ending(PLAIN_VERB_END) > 0;
  const polite = ending(POLITE_END);
  const plain = ending(PLAIN_END);
  if (register === 'ojousama') return plain >= 2 && polite === 0 && plain * 2 > sentences.length;
  return polite >= 2 && polite * 2 > sentences.length;
}

function sentencesOf(text: string): string[] {
  return (text.match(/[^。！？!?\n]+[。！？!?…♪]*/gu) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
