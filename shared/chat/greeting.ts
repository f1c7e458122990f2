type GreetingTime = 'morning' | 'day' | 'evening' | 'night';

/** Words that belong to a time of day: a greeting that has some is kept for that time. */
const TIME_WORDS: Record<GreetingTime, RegExp> = {
  morning: /おは|朝|早いな|少し早い|morning|you're early|breakfast/iu,
  day: /こんにち|昼|やっほ|afternoon|\blunch|^hello, you|this time of day|at this hour/iu,
  evening: /こんばん|おつかれ|夕|evening|long day/iu,
  night: /まだ起き|遅い時間|こんな時間|夜更|still (?:up|awake)|it is late|midnight/iu,
};
const MEETING = /はじめまして|初めまして|pleased to meet|good to meet|nice to meet|how do you do/iu;

/**
 * Which of a character's greetings suit a moment: those that speak of this time of day or of none, and an introduction only
 * where the two have never met (then before all others). All of them when none suits. `hour` is local, [0,24).
 */
export function fittingGreetings(
  greetings: readonly string[],
  moment: { readonly hour: number; readonly name: string; readonly firstMeeting: boolean },
): readonly string[] {
  const introduces = (text: string): boolean =>
    MEETING.test(text) ||
    (moment.name !== '' && ['', "I'm ", 'I am '].some((opening) => text.includes(opening + moment.name)));
  const introductions = greetings.filter(introduces);
  if (moment.firstMeeting && introductions.length > 0) return introductions;
  const now = greetingTime(moment.hour);
  const times = Object.keys(TIME_WORDS) as GreetingTime[];
  const fitting = greetings.filter(
    (text) => !introduces(text) && (TIME_WORDS[now].test(text) || !times.some((time) => TIME_WORDS[time].test(text))),
  );
  return fitting.length > 0 ? fitting : greetings;
}

function greetingTime(hour: number): GreetingTime {
  if (hour >= 4 && hour < 11) return 'morning';
  if (hour >= 11 && hour < 17) return 'day';
  if (hour >= 17 && hour < 23) return 'evening';
  return 'night';
}
