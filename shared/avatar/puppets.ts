/** Everything that can stand on the stage; each is a folder of resources/puppets. */
export type PuppetId = (typeof PUPPET_IDS)[number];

export const PUPPET_IDS = [
  'akari',
  'mio',
  'ren',
  'haruto',
  'akari-ash',
  'mio-rose',
  'ren-russet',
  'haruto-night',
] as const;

/** Looks for characters that people make themselves: the built-in figures in other colours. */
export const OWN_CHARACTER_PUPPET_IDS: readonly PuppetId[] = ['akari-ash', 'mio-rose', 'ren-russet', 'haruto-night'];

export function isPuppetId(value: unknown): value is PuppetId {
  return PUPPET_IDS.some((id) => id === value);
}

/** The puppet itself where it is known, else one that is. */
export function knownPuppetId(value: string): PuppetId {
  return isPuppetId(value) ? value : 'akari-ash';
}

export type PuppetFileName = 'puppet.svg' | 'puppet.json' | 'portrait.svg' | 'portrait-small.svg';

/** Where a host serves a puppet's file, relative to the page. */
export function puppetUrl(id: PuppetId, file: PuppetFileName, base = 'puppets/'): string {
  return `${base}${id}/${file}`;
}
