import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Counts } from './count-reporter.ts';
import { ROOT } from './setup.mjs';

/** One thing that can pass or fail. */
export interface Step {
  readonly name: string;
  /** Programs run one after the other, each the arguments of Node 24; the step fails if any does, and all are run. */
  readonly commands: readonly (readonly string[])[];
  /** The step is a vitest run: its tests are counted one by one instead of the step as a whole. */
  readonly countsTests?: boolean;
}

export interface StepResult extends Counts {
  readonly name: string;
  readonly ms: number;
}

const VITEST = 'node_modules/vitest/vitest.mjs';

/** A step that runs some of vitest's projects. */
export function vitestStep(name: string, projects: readonly string[], extra: readonly string[] = []): Step {
  const chosen = projects.flatMap((project) => ['--project', project]);
  return {
    name,
    countsTests: true,
    commands: [[VITEST, 'run', ...chosen, '--reporter=default', '--reporter=./.ci/count-reporter.ts', ...extra]],
  };
}

/**
 * Runs steps, `atOnce` at a time. A step's output is shown whole when it ends, so that parallel steps do not mix; with
 * `atOnce` 1 it is shown as it comes.
 */
export async function runSteps(steps: readonly Step[], atOnce: number): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const waiting = [...steps];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step, atOnce === 1));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

/** Prints each step's time, the sum over all, and sets the exit code. The last line is `N passed, N failed`. */
export function report(results: readonly StepResult[]): void {
  const width = Math.max(...results.map((result) => result.name.length));
  console.log('');
  for (const { name, ms, passed, failed } of results) {
    const verdict = failed > 0 ? 'FAILED' : 'ok';
    console.log(
      `${name.padEnd(width)}  ${(ms / 1000).toFixed(1).padStart(6)} s  ${verdict.padEnd(6)}  ${passed} passed, ${failed} failed`,
    );
  }
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`\n${passed} passed, ${failed} failed`);
}

async function runStep(step: Step, isLive: boolean): Promise<StepResult> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-step-'));
  const countsFile = path.join(scratch, 'counts.json');
  const startedAt = performance.now();
  let isGood = true;
  let output = '';
  for (const command of step.commands) {
    const outcome = await runNode(command, { ...process.env, TEST_COUNTS_FILE: countsFile }, isLive);
    output += outcome.output;
    isGood &&= outcome.isGood;
  }
  const ms = performance.now() - startedAt;
  const counts =
    step.countsTests === true
      ? await readCounts(countsFile, isGood)
      : { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1 };
  await rm(scratch, { recursive: true, force: true });
  if (!isLive)
    console.log(
      `── ${step.name} ${counts.failed > 0 ? 'FAILED' : 'ok'} (${(ms / 1000).toFixed(1)} s)\n${output}`.trimEnd(),
    );
  return { name: step.name, ms, ...counts };
}

/** A run that ended badly without naming a failed test (it crashed, or never began) is one failure. */
async function readCounts(file: string, isGood: boolean): Promise<Counts> {
  const text = await readFile(file, 'utf8').catch(() => '{"passed":0,"failed":0}');
  const { passed, failed } = JSON.parse(text) as Counts;
  return { passed, failed: isGood ? failed : Math.max(1, failed) };
}

function runNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isLive: boolean,
): Promise<{ isGood: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env,
      stdio: ['ignore', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => resolve({ isGood: false, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ isGood: code === 0, output }));
  });
}
