import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cruise, type ICruiseOptions, type IFlattenedRuleSet } from 'dependency-cruiser';
import { ROOT } from './setup.mjs';

const SOURCE_FOLDERS = ['shared', 'electron', 'renderer', 'sync-server'];

/** The rules and options of `.dependency-cruiser.cjs`. */
export const CONFIGURATION: {
  readonly forbidden: NonNullable<IFlattenedRuleSet['forbidden']>;
  readonly options: ICruiseOptions;
} = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

export interface Violation {
  readonly rule: string;
  readonly from: string;
  /** The file or package that may not be imported; for a cycle, the way round. */
  readonly to: string;
}

/**
 * Every import under `root` that the rules forbid, and how many files were looked at. Through dependency-cruiser's API rather than
 * its command, whose advice to install an older TypeScript does not apply here: swc does the parsing.
 */
export async function findViolations(root: string): Promise<{ violations: Violation[]; fileCount: number }> {
  const folders = SOURCE_FOLDERS.filter((folder) => existsSync(path.join(root, folder)));
  const options: ICruiseOptions = {
    ...CONFIGURATION.options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: CONFIGURATION.forbidden },
  };
  const { output } = await cruise(folders, options);
  if (typeof output === 'string') throw new Error(output);
  const violations = output.summary.violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name,
    from,
    to: cycle === undefined ? to : cycle.map((each) => each.name).join(' → '),
  }));
  return { violations, fileCount: output.modules.filter((module) => module.source.match(/\.tsx?$/)).length };
}

if (import.meta.main) {
  const { violations, fileCount } = await findViolations(ROOT);
  for (const { rule, from, to } of violations) console.log(`${rule}: ${from} → ${to}`);
  for (const name of new Set(violations.map((each) => each.rule))) {
    console.log(`\n${name}: ${CONFIGURATION.forbidden.find((rule) => rule.name === name)?.comment ?? ''}`);
  }
  console.log(`${violations.length} forbidden imports in ${fileCount} files`);
  process.exitCode = violations.length > 0 || fileCount === 0 ? 1 : 0;
}
