import { report, runSteps, vitestStep, type Step } from './steps.ts';

/** What a step remembers of files that have not changed since. */
const CACHE = 'node_modules/.cache';

/** One project per environment: what a folder may use is what its `lib` and `types` contain. */
const TYPE_PROJECTS = [
  'shared/tsconfig.json',
  'electron/tsconfig.json',
  'electron/shell/tsconfig.json',
  'renderer/tsconfig.json',
  'sync-server/tsconfig.json',
  'tsconfig.tests.json',
  '.ci/tsconfig.json',
];

/** What everything that is merged has passed; the heavier suites are in `npm test`. The longest come first. */
export const CHECK_STEPS: readonly Step[] = [
  vitestStep('unit, property', ['unit', 'property']),
  { name: 'types', commands: TYPE_PROJECTS.map(typeCheck) },
  { name: 'lint', commands: [['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings', '.']] },
  { name: 'format', commands: [['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.']] },
  { name: 'architecture', commands: [['.ci/architecture.ts']] },
  { name: 'dead code', commands: [['node_modules/knip/bin/knip.js', '--no-progress']] },
  { name: 'notices', commands: [['.ci/notices.ts', '--check']] },
];

function typeCheck(project: string): string[] {
  const memory = `${CACHE}/tsc/${project.replaceAll('/', '-')}.tsbuildinfo`;
  return [
    'node_modules/typescript/bin/tsc',
    '-p',
    project,
    '--pretty',
    'false',
    '--incremental',
    '--tsBuildInfoFile',
    memory,
  ];
}

if (import.meta.main) report(await runSteps(CHECK_STEPS, 2));
