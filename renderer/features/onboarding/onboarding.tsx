import { type ReactNode, useEffect, useRef } from 'react';
import { useSettings } from '../../data/settings.ts';
import { useNavigation } from '../../data/navigation.ts';
import { useWords } from '../../data/words.ts';
import { cx } from '../../ui/cx.ts';
import { Lamp } from '../../ui/lamp.tsx';
import { CompanionStep } from './companion-step.tsx';
import { LanguageStep } from './language-step.tsx';
import { type MindPreset, MindStep } from './mind-step.tsx';
import { NameStep } from './name-step.tsx';
import { NoticeStep } from './notice-step.tsx';
import { STEPS, useStep } from './steps.ts';

export interface OnboardingProps {
  /** The form that adds a mind; `onDone` is told its name, or null when it was left. */
  readonly mindForm: (preset: MindPreset, onDone: (name: string | null) => void) => ReactNode;
}

/** Five short steps from an empty file to the first words. What is answered is stored at once; a reload goes on from there. */
export function Onboarding({ mindForm }: OnboardingProps) {
  const { t } = useWords();
  const { values, set } = useSettings();
  const { go } = useNavigation();
  const [step, setStep] = useStep(values);
  const stepRef = useRef<HTMLDivElement>(null);
  const at = STEPS.indexOf(step);
  const onNext = (): void => setStep(STEPS[at + 1] ?? 'mind');
  const onBack = at === 0 ? null : () => setStep(STEPS[at - 1] ?? 'language');
  const finish = async (conversationId: string): Promise<void> => {
    if (await set({ onboardedAtMs: Date.now() })) go({ place: 'conversation', id: conversationId });
  };
  useEffect(() => {
    document.title = t('app.name');
  }, [t]);
  useEffect(() => {
    // Where the step itself has not put it.
    if (!stepRef.current?.contains(document.activeElement)) stepRef.current?.focus();
  }, [step]);
  return (
    <main
      aria-label={t('onboarding.label')}
      className="h-full overflow-y-auto bg-[radial-gradient(70rem_46rem_at_50%_-6rem,var(--glow),transparent_72%)]"
    >
      <div className="mx-auto flex min-h-full max-w-3xl flex-col px-6 py-8">
        <div className="flex items-center gap-4">
          <Lamp size={44} />
          <span className="font-story text-large">{t('app.name')}</span>
          <span className="flex-1" />
          <Progress at={at} label={t('onboarding.step', { step: at + 1, steps: STEPS.length })} />
        </div>
        <div
          ref={stepRef}
          tabIndex={-1}
          key={step}
          className="flex flex-1 animate-arrive flex-col justify-center py-10 outline-none"
        >
          {step === 'language' && <LanguageStep onNext={onNext} />}
          {step === 'notice' && <NoticeStep onNext={onNext} onBack={onBack} />}
          {step === 'name' && <NameStep onNext={onNext} onBack={onBack} />}
          {step === 'companion' && <CompanionStep onNext={onNext} onBack={onBack} />}
          {step === 'mind' && <MindStep mindForm={mindForm} onFinish={finish} onBack={onBack} />}
        </div>
      </div>
    </main>
  );
}

function Progress({ at, label }: { readonly at: number; readonly label: string }) {
  return (
    <div role="img" aria-label={label} className="flex gap-2">
      {STEPS.map((step, index) => (
        <span
          key={step}
          className={cx(
            'h-1.5 rounded-full transition-[width,background-color] duration-250',
            index === at ? 'w-7 bg-lamp' : 'w-1.5',
            index < at ? 'bg-lamp' : index > at && 'bg-line-strong',
          )}
        />
      ))}
    </div>
  );
}
