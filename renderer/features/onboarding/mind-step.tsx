import { Check, Cloud, FileBox, Server, Sprout } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { characterId as characterIdSchema } from '#shared/entities.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useSettings } from '../../data/settings.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { StepFrame } from './step-frame.tsx';

export type MindPreset = 'openai' | 'ollama' | 'gguf';

export interface MindStepProps {
  readonly mindForm: (preset: MindPreset, onDone: (name: string | null) => void) => ReactNode;
  readonly onFinish: (conversationId: string) => Promise<void>;
  readonly onBack: (() => void) | null;
}

export function MindStep({ mindForm, onFinish, onBack }: MindStepProps) {
  const { t } = useWords();
  const { values } = useSettings();
  const [adding, setAdding] = useState<MindPreset | null>(null);
  const characters = useLiveQuery((client) => client.characters.list, {});
  const conversations = useLiveQuery((client) => client.chat.conversations, {});
  const providers = useLiveQuery((client) => client.settings.providers, {});
  const create = useCommand((client) => client.chat.createConversation);
  const id = characterIdSchema.safeParse(values.activeCharacterId);
  const name = characters.data?.find((character) => character.id === values.activeCharacterId)?.name ?? '…';

  const begin = async (): Promise<void> => {
    if (!id.success) return;
    const there = conversations.data?.find(({ characterId }) => characterId === id.data);
    const made = there ? { conversationId: there.id } : await create.run({ characterId: id.data });
    if (made) await onFinish(made.conversationId);
  };

  return (
    <>
      <StepFrame
        title={t('onboarding.mind.title', { name })}
        body={t('onboarding.mind.body')}
        onBack={onBack}
        onSubmit={() => void begin()}
        actions={
          <Button type="submit" look="primary" size="large" autoFocus busy={create.pending}>
            {t('onboarding.mind.begin', { name })}
          </Button>
        }
      >
        <div className="flex flex-col gap-3">
          <div className="flex items-center gap-4 rounded-large border-2 border-lamp bg-lamp-wash px-5 py-4">
            <Sprout className="size-6 shrink-0 text-lamp-ink" aria-hidden="true" />
            <div className="min-w-0 flex-1">
              <h2 className="font-bold">{t('onboarding.mind.offline')}</h2>
              <p className="text-ink-soft">{t('onboarding.mind.offlineBody')}</p>
            </div>
            <Badge tone="good">
              <Check aria-hidden="true" />
              {t('onboarding.mind.ready')}
            </Badge>
          </div>
          <div className="grid gap-3 sm:grid-cols-3">
            <Way
              icon={<Cloud />}
              title={t('onboarding.mind.key')}
              body={t('onboarding.mind.keyBody')}
              onPress={() => setAdding('openai')}
            />
            <Way
              icon={<Server />}
              title={t('onboarding.mind.server')}
              body={t('onboarding.mind.serverBody')}
              onPress={() => setAdding('ollama')}
            />
            <Way
              icon={<FileBox />}
              title={t('onboarding.mind.file')}
              body={t('onboarding.mind.fileBody')}
              onPress={() => setAdding('gguf')}
            />
          </div>
          <ul aria-live="polite" className="flex flex-wrap gap-2">
            {providers.data?.map((provider) => (
              <li key={provider.id}>
                <Badge tone="good">
                  <Check aria-hidden="true" />
                  {t('onboarding.mind.added', { name: provider.name })}
                </Badge>
              </li>
            ))}
          </ul>
        </div>
      </StepFrame>
      {/* Beside the step's form, not in it: React passes a portal's submit on to what it is written in. */}
      {adding !== null && mindForm(adding, () => setAdding(null))}
    </>
  );
}

interface WayProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly body: string;
  readonly onPress: () => void;
}

function Way({ icon, title, body, onPress }: WayProps) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="flex flex-col items-start gap-2 rounded-large border border-line bg-paper px-5 py-4 text-left transition-colors hover:border-line-strong hover:bg-lamp-wash [&_svg]:size-5 [&_svg]:text-lamp-ink"
    >
      {icon}
      <span className="font-medium">{title}</span>
      <span className="text-small text-ink-faint">{body}</span>
    </button>
  );
}
