import { Bot, HeartHandshake, Lock } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ADULT_AGE } from '#shared/settings/age.ts';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { BirthDateField } from './birth-date-field.tsx';
import { judgeBirthDate, type TypedDate } from './birth-date.ts';
import { StepFrame } from './step-frame.tsx';
import { ageOn } from '../../data/settings.ts';

export interface StepProps {
  readonly onNext: () => void;
  readonly onBack: (() => void) | null;
}

export function NoticeStep({ onNext, onBack }: StepProps) {
  const { t, format } = useWords();
  const { values, set } = useSettings();
  const [typed, setTyped] = useState<TypedDate>({ year: '', month: '', day: '' });
  const [tried, setTried] = useState(false);
  const judged = judgeBirthDate(typed, new Date());
  const fixed = values.birthDate;
  const tooYoung = fixed === null && judged.kind === 'too_young';
  const friend = fixed === null ? judged.kind === 'minor' : ageOn(fixed, new Date()) < ADULT_AGE;

  const submit = async (): Promise<void> => {
    setTried(true);
    const accepted = { aiNoticeAcceptedAtMs: values.aiNoticeAcceptedAtMs ?? Date.now() };
    if (fixed !== null) {
      if (await set(accepted)) onNext();
    } else if (judged.kind === 'adult' || judged.kind === 'minor') {
      if (await set({ ...accepted, birthDate: judged.iso })) onNext();
    }
  };

  return (
    <StepFrame
      title={t('onboarding.notice.title')}
      body={t('onboarding.notice.body')}
      onBack={onBack}
      onSubmit={() => void submit()}
      actions={
        <Button type="submit" look="primary" size="large" disabled={tooYoung}>
          {t('onboarding.notice.accept')}
        </Button>
      }
    >
      <ul className="flex flex-col gap-3">
        <Point icon={<Lock />}>{t('onboarding.notice.private')}</Point>
        <Point icon={<HeartHandshake />}>{t('onboarding.notice.limits')}</Point>
      </ul>
      {fixed === null ? (
        <BirthDateField
          typed={typed}
          onChange={setTyped}
          problem={
            judged.kind === 'future'
              ? t('onboarding.notice.future')
              : judged.kind === 'no_date' && (tried || judged.complete)
                ? t('onboarding.notice.notADate')
                : null
          }
        />
      ) : (
        <p className="flex items-center gap-2 text-ink-soft">
          <Bot className="size-5 text-lamp-ink" aria-hidden="true" />
          {t('onboarding.notice.fixed')} {format.day(Date.parse(`${fixed}T12:00:00`))}
        </p>
      )}
      {tooYoung && (
        <Banner tone="warn" live title={t('onboarding.notice.tooYoung')}>
          {t('onboarding.notice.tooYoungBody')}
        </Banner>
      )}
      {friend && (
        <Banner tone="info" live title={t('onboarding.notice.friend')}>
          {t('onboarding.notice.friendBody')}
        </Banner>
      )}
    </StepFrame>
  );
}

function Point({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <li className="flex gap-3 [&_svg]:mt-1 [&_svg]:size-5 [&_svg]:shrink-0 [&_svg]:text-lamp-ink">
      {icon}
      <span>{children}</span>
    </li>
  );
}
