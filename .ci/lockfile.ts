import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from './setup.mjs';

const names = z.record(z.string(), z.string()).optional();

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      version: z.string().optional(),
      license: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      inBundle: z.boolean().optional(),
      os: z.array(z.string()).optional(),
      cpu: z.array(z.string()).optional(),
      dependencies: names,
      devDependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
      peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
    }),
  ),
});

export type LockEntry = z.infer<typeof lockfile>['packages'][string];

/** `package-lock.json`'s packages by their place, such as `node_modules/a/node_modules/b`; the root is ''. */
export function readLockfile(): Record<string, LockEntry> {
  return lockfile.parse(JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))).packages;
}

/** The place where Node finds `name` when it is imported from the package at `place`, or undefined. */
export function resolvePlace(packages: Record<string, LockEntry>, place: string, name: string): string | undefined {
  for (let from = place; ; from = parentOf(from)) {
    const candidate = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (from === '') return undefined;
  }
}

/** The places of everything needed at run time by the named packages of the root, themselves included. */
export function closureOf(packages: Record<string, LockEntry>, roots: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (from: string, name: string): void => {
    const place = resolvePlace(packages, from, name);
    if (place === undefined || found.has(place)) return;
    found.add(place);
    const entry = packages[place];
    for (const dependency of Object.keys({
      ...entry?.dependencies,
      ...entry?.optionalDependencies,
      ...requiredPeers(entry),
    })) {
      visit(place, dependency);
    }
  };
  for (const name of roots) visit('', name);
  return found;
}

/** `node_modules/a/node_modules/@b/c` → `@b/c`. */
export function nameOf(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function requiredPeers(entry: LockEntry | undefined): Record<string, string> {
  const isRequired = ([name]: [string, string]): boolean => entry?.peerDependenciesMeta?.[name]?.optional !== true;
  return Object.fromEntries(Object.entries(entry?.peerDependencies ?? {}).filter(isRequired));
}

function parentOf(place: string): string {
  const end = place.lastIndexOf('/node_modules/');
  return end === -1 ? '' : place.slice(0, end);
}
