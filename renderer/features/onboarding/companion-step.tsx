import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { MessageCircle } from 'lucide-react';
import { useState } from 'react';
import type { BuiltInCharacter } from '#shared/characters/contract.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useSettings } from '../../data/settings.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { Loading, Skeleton } from '../../ui/skeleton.tsx';
import type { StepProps } from './notice-step.tsx';
import { StepFrame } from './step-frame.tsx';

export function CompanionStep({ onNext, onBack }: StepProps) {
  const { t, locale } = useWords();
  const { values, set } = useSettings();
  const builtIns = useLiveQuery((client) => client.characters.builtIns, { locale });
  const here = useLiveQuery((client) => client.characters.list, {});
  const adopt = useCommand((client) => client.characters.adopt);
  const met = here.data?.find(({ id }) => id === values.activeCharacterId)?.builtIn ?? null;
  const [picked, setPicked] = useState<string | null>(null);
  const [heard, setHeard] = useState<ReadonlySet<string>>(new Set());
  const chosen = builtIns.data?.find(({ builtIn }) => builtIn === (picked ?? met));

  const submit = async (): Promise<void> => {
    if (!chosen) return;
    const adopted = await adopt.run({ builtIn: chosen.builtIn, locale });
    if (adopted && (await set({ activeCharacterId: adopted.characterId }))) onNext();
  };

  return (
    <StepFrame
      title={t('onboarding.companion.title')}
      body={t('onboarding.companion.body')}
      onBack={onBack}
      onSubmit={() => void submit()}
      actions={
        <Button type="submit" look="primary" size="large" busy={adopt.pending} disabled={!chosen}>
          {chosen
            ? t('onboarding.companion.choose', { name: chosen.fields.name })
            : t('onboarding.companion.chooseNone')}
        </Button>
      }
    >
      {builtIns.status === 'loading' && (
        <Loading label={t('ui.loading')}>
          <div className="grid gap-4 sm:grid-cols-2">
            {[0, 1, 2, 3].map((index) => (
              <Skeleton key={index} className="h-44 rounded-large" />
            ))}
          </div>
        </Loading>
      )}
      {builtIns.status === 'failed' && <ErrorState words={failureWords(builtIns.error, t)} onRetry={builtIns.retry} />}
      {builtIns.status === 'ready' && (
        <RadioGroup
          aria-label={t('onboarding.companion.title')}
          value={chosen?.builtIn ?? ''}
          onValueChange={(value: string) => setPicked(value)}
          className="grid gap-4 sm:grid-cols-2"
        >
          {builtIns.data.map((character) => (
            <CompanionCard
              key={character.builtIn}
              character={character}
              heard={heard.has(character.builtIn)}
              onHear={() => setHeard((all) => new Set(all).add(character.builtIn))}
            />
          ))}
        </RadioGroup>
      )}
    </StepFrame>
  );
}

interface CompanionCardProps {
  readonly character: BuiltInCharacter;
  readonly heard: boolean;
  readonly onHear: () => void;
}

function CompanionCard({ character: { builtIn, fields, sampleLine }, heard, onHear }: CompanionCardProps) {
  const { t } = useWords();
  const { name, age, occupation, tagline, avatar } = fields;
  return (
    <div className="relative flex flex-col rounded-large border-2 border-line bg-paper p-4 transition-[border-color,background-color] has-data-checked:border-lamp has-data-checked:bg-lamp-wash hover:border-line-strong">
      <div className="flex gap-4">
        <Portrait avatar={avatar} name={name} size={96} shape="card" />
        <div className="flex min-w-0 flex-1 flex-col">
          {/* The radio covers the whole card; the button below stands above it. */}
          <Radio.Root
            value={builtIn}
            aria-label={name}
            aria-describedby={`about-${builtIn}`}
            onKeyDown={(event) => {
              if (event.key === 'Enter') event.currentTarget.closest('form')?.requestSubmit();
            }}
            className="cursor-pointer text-left font-story text-large outline-none after:absolute after:inset-[-2px] after:rounded-large focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-focus"
          >
            {name}
          </Radio.Root>
          <div id={`about-${builtIn}`}>
            <p className="text-small text-ink-faint">{t('onboarding.companion.ageAndWork', { age, occupation })}</p>
            <p className="mt-1 text-ink-soft">{tagline}</p>
          </div>
        </div>
      </div>
      <div className="relative z-10 mt-3" aria-live="polite">
        {heard ? (
          <p className="animate-arrive rounded-base bg-room px-4 py-3">
            <span className="sr-only">{t('onboarding.companion.says', { name })} </span>
            {sampleLine}
          </p>
        ) : (
          <Button size="small" icon={<MessageCircle />} onClick={onHear}>
            {t('onboarding.companion.try')}
            <span className="sr-only"> {name}</span>
          </Button>
        )}
      </div>
    </div>
  );
}
