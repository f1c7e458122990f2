import { report, runSteps, vitestStep } from './steps.ts';

// `node .ci/vitest.ts PROJECT [vitest's own arguments]`
const [project = 'unit', ...rest] = process.argv.slice(2);
report(await runSteps([vitestStep(project, [project], rest)], 1));
