import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import { isPuppetId, PUPPET_IDS } from '#shared/avatar/puppets.ts';
import { GENDERS, REGISTERS, TRAITS } from '#shared/characters/contract.ts';
import { useWords } from '../../data/words.ts';
import { Card, Section } from '../../ui/card.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { Slider } from '../../ui/slider.tsx';
import { type EditorDraft, type EditorProblems, LIMITS, type Problem, traitWord } from './editor-draft.ts';
import { LineList } from './line-list.tsx';
import { TagField } from '../../ui/tag-field.tsx';

export interface SectionProps {
  readonly draft: EditorDraft;
  readonly problems: EditorProblems;
  readonly change: (changes: Partial<EditorDraft>) => void;
}

export function LookSection({ draft, change }: SectionProps) {
  const { t } = useWords();
  const looks = isPuppetId(draft.avatar) ? PUPPET_IDS : [draft.avatar, ...PUPPET_IDS];
  return (
    <Part title={t('editor.look')} help={t('editor.lookHelp')}>
      <RadioGroup
        aria-label={t('editor.look')}
        value={draft.avatar}
        onValueChange={(avatar: string) => change({ avatar })}
        className="grid grid-cols-4 justify-items-center gap-3"
      >
        {looks.map((id, index) => (
          <Radio.Root
            key={id}
            value={id}
            aria-label={t('editor.lookNumber', { number: index + 1 })}
            className="grid cursor-pointer place-items-center rounded-large border-2 border-transparent p-1.5 transition-[border-color,background-color] hover:bg-lamp-wash data-checked:border-lamp data-checked:bg-lamp-wash"
          >
            <Portrait avatar={id} name={draft.name || '?'} size={80} />
          </Radio.Root>
        ))}
      </RadioGroup>
    </Part>
  );
}

export function WhoSection({ draft, problems, change }: SectionProps) {
  const { t } = useWords();
  const say = useProblem(problems);
  return (
    <Part title={t('editor.who')} help={t('editor.whoHelp')}>
      <div className="grid gap-5 middle:grid-cols-2">
        <TextField
          label={t('editor.name')}
          help={t('editor.nameHelp')}
          required
          value={draft.name}
          onChange={(name) => change({ name })}
          problem={say('name')}
        />
        <TextField
          label={t('editor.nickname')}
          help={t('editor.nicknameHelp')}
          aside={t('ui.optional')}
          value={draft.nickname}
          onChange={(nickname) => change({ nickname })}
          problem={say('nickname')}
        />
        <Segmented
          label={t('editor.gender')}
          help={t('editor.genderHelp')}
          value={draft.gender}
          onChange={(gender) => change({ gender })}
          choices={GENDERS.map((value) => ({ value, label: t(`editor.gender.${value}`) }))}
        />
        <TextField
          label={t('editor.age')}
          help={t('editor.ageHelp')}
          inputMode="numeric"
          value={draft.age}
          onChange={(age) => change({ age: age.normalize('NFKC') })}
          problem={say('age')}
        />
      </div>
      <TextField
        label={t('editor.occupation')}
        aside={t('ui.optional')}
        placeholder={t('editor.occupationPlaceholder')}
        value={draft.occupation}
        onChange={(occupation) => change({ occupation })}
        problem={say('occupation')}
      />
      <TextField
        label={t('editor.tagline')}
        help={t('editor.taglineHelp')}
        aside={t('ui.optional')}
        value={draft.tagline}
        onChange={(tagline) => change({ tagline })}
        problem={say('tagline')}
      />
      <TagField
        label={t('editor.hobbies')}
        help={t('editor.hobbiesHelp')}
        tags={draft.hobbies}
        onChange={(hobbies) => change({ hobbies })}
        problem={say('hobbies')}
      />
      <TextArea
        label={t('editor.backstory')}
        help={t('editor.backstoryHelp')}
        aside={t('ui.countOf', { count: draft.backstory.length, limit: LIMITS.backstory })}
        rows={6}
        value={draft.backstory}
        onChange={(backstory) => change({ backstory })}
        problem={say('backstory')}
      />
      <Slider
        label={t('editor.level')}
        help={t('editor.levelHelp')}
        min={1}
        max={10}
        value={draft.relationshipLevel}
        inWords={t(`editor.level.${levelOf(draft.relationshipLevel)}`)}
        onChange={(relationshipLevel) => change({ relationshipLevel })}
      />
    </Part>
  );
}

export function NatureSection({ draft, change }: SectionProps) {
  const { t } = useWords();
  return (
    <Part title={t('editor.nature')} help={t('editor.natureHelp')}>
      <div className="grid gap-x-8 gap-y-5 middle:grid-cols-2">
        {TRAITS.map((trait) => (
          <Slider
            key={trait}
            label={t(`trait.${trait}`)}
            help={t(`trait.${trait}.help`)}
            inWords={t(`trait.${trait}.${traitWord(draft.traits[trait])}`)}
            value={draft.traits[trait]}
            onChange={(value) => change({ traits: { ...draft.traits, [trait]: value } })}
          />
        ))}
      </div>
    </Part>
  );
}

export function SpeechSection({ draft, problems, change }: SectionProps) {
  const { t } = useWords();
  const say = useProblem(problems);
  const { speech } = draft;
  return (
    <Part title={t('editor.speech')} help={t('editor.speechHelp')}>
      <div className="grid gap-5 middle:grid-cols-2">
        <Select
          label={t('editor.register')}
          help={t('editor.registerHelp')}
          value={speech.register}
          onChange={(register) => change({ speech: { ...speech, register } })}
          choices={REGISTERS.map((value) => ({
            value,
            label: t(`editor.register.${value}`),
            hint: t(`editor.register.${value}.hint`),
          }))}
        />
        <TextField
          label={t('editor.firstPerson')}
          help={t('editor.firstPersonHelp')}
          value={speech.firstPerson}
          onChange={(firstPerson) => change({ speech: { ...speech, firstPerson } })}
          problem={say('firstPerson')}
        />
      </div>
      <TagField
        label={t('editor.endings')}
        help={t('editor.endingsHelp')}
        tags={speech.endings}
        onChange={(endings) => change({ speech: { ...speech, endings } })}
        problem={say('endings')}
      />
      <TextArea
        label={t('editor.speechNotes')}
        help={t('editor.speechNotesHelp')}
        aside={t('ui.countOf', { count: speech.notes.length, limit: LIMITS.notes })}
        value={speech.notes}
        onChange={(notes) => change({ speech: { ...speech, notes } })}
        problem={say('notes')}
      />
    </Part>
  );
}

export function LinesSection({ draft, problems, change }: SectionProps) {
  const { t } = useWords();
  const say = useProblem(problems);
  return (
    <Part title={t('editor.lines')} help={t('editor.linesHelp')}>
      <LineList
        label={t('editor.greetings')}
        help={t('editor.greetingsHelp', { placeholder: '{{user}}' })}
        lines={draft.greetings}
        limit={LIMITS.greetings.count}
        onChange={(greetings) => change({ greetings })}
        problem={say('greetings')}
      />
      <LineList
        label={t('editor.starters')}
        help={t('editor.startersHelp')}
        lines={draft.starters}
        limit={LIMITS.starters.count}
        onChange={(starters) => change({ starters })}
        problem={say('starters')}
      />
    </Part>
  );
}

function Part({
  title,
  help,
  children,
}: {
  readonly title: string;
  readonly help: string;
  readonly children: ReactNode;
}) {
  return (
    <Section title={title} help={help}>
      <Card className="flex flex-col gap-6">{children}</Card>
    </Section>
  );
}

function useProblem(problems: EditorProblems): (name: string) => string | null {
  const { t } = useWords();
  return (name) => {
    const problem: Problem | undefined = problems[name];
    if (problem === undefined) return null;
    return 'limit' in problem ? t(problem.key, { limit: problem.limit }) : t(problem.key);
  };
}

const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

function levelOf(level: number): (typeof LEVELS)[number] {
  return LEVELS[Math.round(level) - 1] ?? 1;
}
