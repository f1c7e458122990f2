/** What a reply does besides answering a situation: each has lines of its own in `moves.json`, and none is heard by cues. */
export type Move = (typeof MOVES)[number];

// prettier-ignore
export const MOVES = [
  // Gives back what was told, in its own words ({said}), a thing named in answer ({answer}), or asks on about the matter ({matter}).
  'reflect', 'reflect_heavy', 'taken', 'matter_on',
  // Something of the person's past days ({memory}, {when}; {told} is the whole of what was told).
  'recall_past', 'recall_soon', 'recall_like', 'recall_told', 'recall_answer', 'said_before',
  // Its own day and person ({did}, {doing}, {job}, {hobby}, {age}).
  'own_day', 'own_now', 'own_work', 'own_hobby', 'own_age', 'own_name', 'own_past', 'own_unknown', 'own_share',
  // What a clock, a calendar and an introduction tell ({clock}, {date}, {weekday}, {user}).
  'tell_clock', 'tell_date', 'tell_weekday', 'tell_user', 'tell_no_user', 'tell_season',
  // Being asked along, and not having understood.
  'invited', 'unclear', 'asked_how', 'yes_to_us', 'no_to_us', 'see_off_event', 'explain', 'musing', 'hope_with', 'cheer',
] as const;
