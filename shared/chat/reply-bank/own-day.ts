import { z } from 'zod';
import { pick, seededRandom } from '../../base/random.ts';
import { MS_PER_DAY, MS_PER_MINUTE } from '../../base/time.ts';
import type { Scene } from '../scene.ts';
import { DAYPARTS, type BankDaypart } from './bank.ts';

/** Something one does: as it was done (Japanese: て-form), and as it is being done. */
const activity = z.tuple([z.string().min(1), z.string().min(1)]);
const activities = z.array(activity).nonempty();
const SEASONS = ['spring', 'summer', 'autumn', 'winter'] as const;

/** `resources/reply-bank/<locale>/days.json`: what fills a character's hours, by work, hour, season and hobby. */
export const daysFile = z.strictObject({
  works: z.array(z.strictObject({ match: z.string().min(1), acts: activities })),
  any: z.record(z.enum(DAYPARTS), activities),
  seasons: z.record(z.enum(SEASONS), activities),
  hobby: activities,
});
export type DaysFile = z.infer<typeof daysFile>;
export type Season = (typeof SEASONS)[number];

export interface OwnDay {
  /** Done earlier today. */
  readonly did: string;
  /** Being done now. */
  readonly doing: string;
}

/**
 * A character's own day, of its work, its hobbies, the hour and the season. The same character has the same day whenever
 * it is asked on one date; what it is doing changes with the part of the day.
 */
export function ownDay(days: DaysFile, scene: Scene, daypart: BankDaypart): OwnDay {
  const { character } = scene;
  const localMs = scene.nowMs + scene.utcOffsetMinutes * MS_PER_MINUTE;
  const day = Math.floor(localMs / MS_PER_DAY);
  const works = days.works.filter(({ match }) => new RegExp(match, 'iu').test(character.occupation)).slice(0, 1);
  const hobby = character.hobbies.find((name) => name.length <= 24);
  const hobbies =
    hobby === undefined
      ? []
      : days.hobby.map(([did, doing]) => [fillHobby(did, hobby), fillHobby(doing, hobby)] as const);
  const now = [
    ...works.flatMap(({ acts }) => acts),
    ...days.any[daypart],
    ...days.seasons[seasonOf(localMs)],
    ...hobbies,
  ];
  const work = works.flatMap(({ acts }) => acts);
  const earlier = [...(work.length > 0 ? work : days.any.day), ...days.seasons[seasonOf(localMs)], ...hobbies];
  const did = pick(seededRandom(hashOf(`${character.id}/${day}`)), earlier)[0];
  const rest = now.filter(([done]) => done !== did);
  const doing = pick(seededRandom(hashOf(`${character.id}/${day}/${daypart}`)), rest)[1];
  return { did, doing };
}

export function seasonOf(localMs: number): Season {
  const month = new Date(localMs).getUTCMonth();
  if (month >= 2 && month <= 4) return 'spring';
  if (month >= 5 && month <= 7) return 'summer';
  return month >= 8 && month <= 10 ? 'autumn' : 'winter';
}

function fillHobby(text: string, hobby: string): string {
  return text.replaceAll('{hobby}', () => hobby);
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}
