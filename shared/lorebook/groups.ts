import type { Random } from '../base/random.ts';
import type { CompiledEntry } from './compile.ts';

/** What groups need to know of an entry that could fire. */
export interface GroupMember {
  readonly entry: CompiledEntry;
  readonly by: { readonly kind: string };
  /** How many of its keys were found. */
  score(): number;
}

/** The names of an entry's groups. */
export function groupNames(entry: CompiledEntry): string[] {
  if (entry.fields.group === '') return [];
  return entry.fields.group
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/**
 * Of every group one: none when one of it has fired before (`taken`); else what is sticky; else, among those with the most keys
 * found where that counts, the highest order of those that override, or one by weight.
 */
export function chooseOfGroups<Member extends GroupMember>(
  members: readonly Member[],
  taken: ReadonlySet<string>,
  random: Random,
): { readonly chosen: Member[]; readonly left: Member[] } {
  const byGroup = new Map<string, Member[]>();
  for (const member of members) {
    for (const name of groupNames(member.entry)) {
      const group = byGroup.get(name);
      if (group) group.push(member);
      else byGroup.set(name, [member]);
    }
  }
  const left = new Set<Member>();
  const keep = (group: readonly Member[], kept: readonly Member[]): void => {
    for (const member of group) if (!kept.includes(member)) left.add(member);
  };
  for (const [name, all] of byGroup) {
    const group = all.filter((member) => !left.has(member));
    const sticky = group.filter((member) => member.by.kind === 'sticky');
    if (sticky.length > 0) keep(group, sticky);
    else if (taken.has(name)) keep(group, []);
    else if (group.length > 1)
      keep(
        group,
        [winner(scored(group), random)].filter((one) => one !== undefined),
      );
  }
  return { chosen: members.filter((member) => !left.has(member)), left: [...left] };
}

function scored<Member extends GroupMember>(group: readonly Member[]): readonly Member[] {
  if (!group.some(({ entry }) => entry.fields.groupScoring === true)) return group;
  const scores = new Map(group.map((member) => [member, member.score()]));
  const most = Math.max(...scores.values());
  return group.filter((member) => member.entry.fields.groupScoring !== true || scores.get(member) === most);
}

function winner<Member extends GroupMember>(group: readonly Member[], random: Random): Member | undefined {
  const overriding = group
    .filter(({ entry }) => entry.fields.groupOverride)
    .sort((a, b) => b.entry.fields.order - a.entry.fields.order);
  if (overriding[0] !== undefined) return overriding[0];
  const total = group.reduce((sum, { entry }) => sum + entry.fields.groupWeight, 0);
  let rest = random() * total;
  for (const member of group) {
    rest -= member.entry.fields.groupWeight;
    if (rest < 0) return member;
  }
  return group.at(-1);
}
