import { useCallback, useEffect, useState } from 'react';
import type { SettingValues } from '#shared/settings/contract.ts';

export const STEPS = ['language', 'notice', 'name', 'companion', 'mind'] as const;
export type Step = (typeof STEPS)[number];

const PREFIX = '#/welcome/';

type Answered = Pick<
  SettingValues,
  'locale' | 'birthDate' | 'aiNoticeAcceptedAtMs' | 'personName' | 'activeCharacterId'
>;

/** The furthest step what is stored allows: nobody gets past the notice and their age without having given them. */
export function reachableStep({ locale, birthDate, aiNoticeAcceptedAtMs, activeCharacterId }: Answered): Step {
  if (locale === null) return 'language';
  if (birthDate === null || aiNoticeAcceptedAtMs === null) return 'notice';
  return activeCharacterId === null ? 'companion' : 'mind';
}

/** Where to go on after a start that has forgotten the address: the first step that has no answer. */
export function firstOpenStep(answered: Answered): Step {
  const furthest = reachableStep(answered);
  return furthest === 'companion' && answered.personName === '' ? 'name' : furthest;
}

/** The step of the address, so that back, forward and reload work; never one further than what is stored allows. */
export function useStep(answered: Answered): readonly [Step, (step: Step) => void] {
  const [asked, setAsked] = useState(askedStep);
  useEffect(() => {
    const onChange = (): void => setAsked(askedStep());
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const go = useCallback((step: Step) => {
    location.hash = PREFIX + step;
    setAsked(step);
  }, []);
  const reachable = asked !== null && STEPS.indexOf(asked) <= STEPS.indexOf(reachableStep(answered));
  return [reachable ? asked : firstOpenStep(answered), go];
}

function askedStep(): Step | null {
  if (!location.hash.startsWith(PREFIX)) return null;
  const name = location.hash.slice(PREFIX.length);
  return STEPS.find((step) => step === name) ?? null;
}
