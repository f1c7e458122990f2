/** What a person's message is about, as far as the reply bank can tell. Each has a file of lines per language. */
export type Situation = (typeof SITUATIONS)[number];

// prettier-ignore
export const SITUATIONS = [
  'greeting_morning', 'greeting_day', 'greeting_evening', 'return_home', 'first_meeting', 'goodbye', 'goodnight', 'thanks', 'sorry',
  'tired', 'happy', 'sad', 'angry', 'lonely', 'anxious', 'stressed', 'bored', 'embarrassed', 'proud', 'disappointed', 'scared', 'regret', 'nostalgic',
  'praise_companion', 'achievement', 'love', 'miss_you', 'jealousy', 'tease', 'joke', 'laugh',
  'work', 'work_trouble', 'school', 'exam', 'jobhunt',
  'food', 'cooking', 'hungry', 'drink', 'weather_rain', 'weather_hot', 'weather_cold', 'weather_fine', 'season',
  'cannot_sleep', 'sleepy', 'illness', 'exercise',
  'plans', 'weekend', 'travel', 'birthday',
  'game', 'music', 'book_film', 'sport', 'pets', 'family', 'friends', 'romance_trouble', 'money', 'shopping',
  'about_who', 'about_day', 'about_likes', 'about_feelings', 'about_ai', 'about_memory',
  'advice', 'opinion', 'unsure', 'request',
  'agree', 'disagree', 'short_ack', 'insult', 'confide', 'good_news', 'bad_news', 'crisis', 'listening',
  // Never said in words: what a minor is answered to words of love, and what is answered to media a bank cannot see or hear.
  // `staying` is how one listens when it hurts; `relieved` is when it begins to hurt less.
  'staying', 'relieved',
  'love_friend', 'sent_image', 'sent_audio', 'sent_sticker',
  // A word that takes up what was named, before the answer to it.
  'echo',
] as const;

/** What hurts. With any sign of these a reply is never glad. */
export const HEAVY: ReadonlySet<Situation> = new Set<Situation>([
  'tired',
  'sad',
  'angry',
  'lonely',
  'anxious',
  'stressed',
  'disappointed',
  'scared',
  'regret',
  'work_trouble',
  'illness',
  'romance_trouble',
  'bad_news',
  'crisis',
  'cannot_sleep',
  'insult',
  'confide',
  'embarrassed',
  'sorry',
]);

/** What stays with the talk for a while: a sentence that says nothing of its own is still about it. */
export const GRAVE: ReadonlySet<Situation> = new Set<Situation>([
  'sad',
  'lonely',
  'bad_news',
  'romance_trouble',
  'confide',
  'regret',
  'crisis',
  'work_trouble',
  'stressed',
  'anxious',
  'angry',
]);

/** What lifts. */
export const LIGHT: ReadonlySet<Situation> = new Set<Situation>([
  'happy',
  'laugh',
  'joke',
  'tease',
  'achievement',
  'good_news',
  'proud',
  'weather_fine',
  'weekend',
  'birthday',
  'love',
  'praise_companion',
  'relieved',
]);

/** What is talked about, rather than felt or asked: here a reply may take up the thing by name. */
export const TOPICAL: ReadonlySet<Situation> = new Set<Situation>([
  'work',
  'school',
  'exam',
  'food',
  'cooking',
  'drink',
  'exercise',
  'plans',
  'weekend',
  'travel',
  'game',
  'music',
  'book_film',
  'sport',
  'pets',
  'shopping',
  'nostalgic',
  'listening',
  'season',
]);

/** Someone is leaving: no reply draws them back into talk. */
export const PARTING: ReadonlySet<Situation> = new Set<Situation>(['goodbye', 'goodnight']);

export const GREETINGS: ReadonlySet<Situation> = new Set<Situation>([
  'greeting_morning',
  'greeting_day',
  'greeting_evening',
  'return_home',
  'first_meeting',
]);

/** Words that carry no matter of their own: the matter is what was said before them. */
export const ECHOING: ReadonlySet<Situation> = new Set<Situation>([
  'agree',
  'disagree',
  'short_ack',
  'laugh',
  'listening',
  'thanks',
]);
