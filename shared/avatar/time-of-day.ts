/** The four lights of the companion's room. */
export type TimeOfDay = 'dawn' | 'day' | 'dusk' | 'night';

/** The light at a local time, `hour` in [0,24) with fractions: dawn 5–8, day 8–16:30, dusk 16:30–19, else night. */
export function timeOfDayAt(hour: number): TimeOfDay {
  if (hour >= 5 && hour < 8) return 'dawn';
  if (hour >= 8 && hour < 16.5) return 'day';
  if (hour >= 16.5 && hour < 19) return 'dusk';
  return 'night';
}
