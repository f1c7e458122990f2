import { useState } from 'react';
import { useSettings } from '../../data/settings.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import type { StepProps } from './notice-step.tsx';
import { StepFrame } from './step-frame.tsx';

export function NameStep({ onNext, onBack }: StepProps) {
  const { t } = useWords();
  const { values, set } = useSettings();
  const [name, setName] = useState(values.personName);
  const submit = async (): Promise<void> => {
    if (await set({ personName: name.trim() })) onNext();
  };
  return (
    <StepFrame
      title={t('onboarding.name.title')}
      body={t('onboarding.name.body')}
      onBack={onBack}
      onSubmit={() => void submit()}
      actions={
        <>
          <Button look="ghost" size="large" onClick={onNext}>
            {t('onboarding.later')}
          </Button>
          <Button type="submit" look="primary" size="large" disabled={name.trim() === ''}>
            {t('ui.next')}
          </Button>
        </>
      }
    >
      <TextField
        label={t('onboarding.name.label')}
        placeholder={t('onboarding.name.placeholder')}
        autoComplete="nickname"
        autoFocus
        maxLength={60}
        value={name}
        onChange={setName}
        className="max-w-md"
      />
    </StepFrame>
  );
}
