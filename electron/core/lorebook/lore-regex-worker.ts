import type { RegexQuestion } from '#shared/lorebook/hits.ts';
import { serveJobs } from '../worker-serve.ts';
import { ANSWER, type LoreRegexJob } from './lore-regex-job.ts';
import { compileRegex, type Matcher } from './lore-regex.ts';

const MAX_KEPT = 20_000;
const matchers = new Map<string, Matcher | null>();

serveJobs<LoreRegexJob>(
  ({ questions, answers }) => {
    for (const [at, { regex, texts }] of questions.entries()) {
      if (Atomics.load(answers, at) !== ANSWER.pending) continue;
      Atomics.store(answers, at, ANSWER.running);
      const matcher = matcherOf(regex);
      Atomics.store(answers, at, matcher === null ? ANSWER.invalid : texts.findIndex(matcher));
    }
    return null;
  },
  () => undefined,
);

function matcherOf(regex: RegexQuestion['regex']): Matcher | null {
  const name = `${regex.flags}/${regex.source}`;
  let matcher = matchers.get(name);
  if (matcher === undefined) {
    matcher = compileRegex(regex);
    if (matchers.size >= MAX_KEPT) matchers.clear();
    matchers.set(name, matcher);
  }
  return matcher;
}
