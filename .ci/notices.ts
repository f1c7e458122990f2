import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { closureOf, nameOf, readLockfile, type LockEntry } from './lockfile.ts';
import { ROOT } from './setup.mjs';
import { SHIPPED_DEV_PACKAGES } from './shipped.ts';

const FILE = 'THIRD-PARTY-NOTICES';

/** Licences that ask for no more than this file. Anything else needs a person's decision before it ships. */
const ACCEPTED = [
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Zlib',
  'Python-2.0',
];

interface Notice {
  readonly title: string;
  readonly licence: string;
  /** Empty when the package carries no licence file. */
  readonly text: string;
}

/**
 * The text of THIRD-PARTY-NOTICES: every package of the lockfile that ships, and the licence it carries. The same on every machine:
 * packages made for one platform are named, with the licence the lockfile states, and carry the text of the package they belong to.
 * @throws if a licence is not among the accepted ones
 */
export function renderNotices(packages = readLockfile()): string {
  const shipped = [...closureOf(packages, [...Object.keys(packages['']?.dependencies ?? {}), ...SHIPPED_DEV_PACKAGES])]
    .filter((place) => packages[place]?.name !== 'empty-npm-package')
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en') || a.localeCompare(b, 'en'));
  const notices = shipped.map((place) => noticeOf(place, packages[place] ?? {}));
  const refused = notices.filter((notice) => !isAccepted(notice.licence));
  if (refused.length > 0)
    throw new Error(`not accepted: ${refused.map(({ title, licence }) => `${title} (${licence})`).join(', ')}`);
  return (
    [INTRODUCTION, ...dataNotices(), ...groupByText(notices).map(renderGroup)]
      .join(`\n\n${'─'.repeat(120)}\n\n`)
      .trimEnd() + '\n'
  );
}

const INTRODUCTION = `THIRD-PARTY NOTICES

Tomoshibi is built with the packages below, each under its own licence. This file is generated from package-lock.json by
\`npm run notices\`. Electron, Chromium, Node.js and FFmpeg carry theirs in LICENSE.electron.txt and LICENSES.chromium.html
beside the installed program. Notices of data from elsewhere (resources/**/*-NOTICE.txt) come first.`;

function dataNotices(): string[] {
  return globSync('resources/**/*-NOTICE.txt', { cwd: ROOT })
    .sort()
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8').trim());
}

function noticeOf(place: string, entry: LockEntry): Notice {
  const name = entry.name ?? nameOf(place);
  const title = `${name}@${entry.version ?? ''}${entry.os ? ` (only ${[...entry.os, ...(entry.cpu ?? [])].join(', ')})` : ''}`;
  return { title, licence: entry.license ?? 'none stated', text: entry.os ? '' : licenceText(path.join(ROOT, place)) };
}

function licenceText(folder: string): string {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter(
      (file) =>
        file.isFile() &&
        /^(licen[cs]e|copying|notice)([-.].*)?$/i.test(file.name) &&
        !/\.(js|ts|json)$/.test(file.name),
    )
    .map((file) => file.name)
    .sort();
  return files
    .map((file) => readFileSync(path.join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}

/** An SPDX expression is accepted if one side of every OR, and both sides of every AND, are. */
function isAccepted(expression: string): boolean {
  const text = expression.replaceAll(/[()]/g, '');
  return text.split(' AND ').every((part) => part.split(' OR ').some((licence) => ACCEPTED.includes(licence.trim())));
}

/** Packages with the same licence and the same text share one entry, in the order of their first. */
function groupByText(notices: readonly Notice[]): Notice[][] {
  const groups = new Map<string, Notice[]>();
  for (const notice of notices) {
    const key = `${notice.licence}\n${notice.text}`;
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  }
  return [...groups.values()];
}

function renderGroup(group: readonly Notice[]): string {
  const titles = group.map((notice) => notice.title).join('\n');
  return `${titles}\nLicence: ${group[0]?.licence ?? ''}\n\n${group[0]?.text || 'The package carries no licence text of its own; the licence named above applies.'}`;
}

if (import.meta.main) {
  const text = renderNotices();
  const file = path.join(ROOT, FILE);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${FILE} does not match package-lock.json: run \`npm run notices\``);
    process.exitCode = 1;
  }
}
