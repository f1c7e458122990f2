import { CHECK_STEPS } from './check.ts';
import { report, runSteps, vitestStep } from './steps.ts';

/** Needs more than `npm run check`: minutes, a Postgres, a browser. One at a time: e2e asserts on times. */
const HEAVY_STEPS = [vitestStep('fuzz', ['fuzz']), vitestStep('pg', ['pg']), vitestStep('e2e', ['e2e'])];

const light = await runSteps(CHECK_STEPS, 2);
const heavy = await runSteps(HEAVY_STEPS, 1);
report([...light, ...heavy]);
