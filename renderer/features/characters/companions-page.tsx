import { Copy, Ellipsis, MessageCircle, Pencil, Plus, Trash2, UsersRound } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { BuiltInCharacter, Character, CharacterFields } from '#shared/characters/contract.ts';
import { useClient } from '../../data/connection.ts';
import { failureWords } from '../../data/failure.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useNavigation } from '../../data/navigation.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card, Section } from '../../ui/card.tsx';
import { Confirm } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Portrait } from '../../ui/portrait.tsx';
import { Loading, SkeletonRows } from '../../ui/skeleton.tsx';
import { showToast } from '../../ui/toast.tsx';

/** Everyone: those who are here, and the built-in ones still to meet. */
export function CompanionsPage({ onTalk }: { readonly onTalk: (characterId: string) => void }) {
  const { t, locale } = useWords();
  const { go } = useNavigation();
  const characters = useLiveQuery((client) => client.characters.list, {});
  const builtIns = useLiveQuery((client) => client.characters.builtIns, { locale });
  const toMeet = (builtIns.data ?? []).filter(
    ({ builtIn }) => !(characters.data ?? []).some((character) => character.builtIn === builtIn),
  );
  const make = (
    <Button look="primary" icon={<Plus />} onClick={() => go({ place: 'newCompanion' })}>
      {t('characters.new')}
    </Button>
  );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex max-w-5xl animate-arrive flex-col gap-10 px-6 py-8 middle:px-10 middle:py-12">
        <header className="flex flex-wrap items-end justify-between gap-4">
          <div>
            <h1 className="font-story text-title">{t('characters.title')}</h1>
            <p className="text-ink-soft">{t('characters.help')}</p>
          </div>
          {make}
        </header>
        {characters.status === 'loading' && (
          <Loading label={t('ui.loading')}>
            <SkeletonRows count={4} />
          </Loading>
        )}
        {characters.status === 'failed' && (
          <ErrorState words={failureWords(characters.error, t)} onRetry={characters.retry} />
        )}
        {characters.status === 'ready' && characters.data.length === 0 && (
          <EmptyState icon={<UsersRound />} title={t('characters.none.title')}>
            {t('characters.none.body')}
          </EmptyState>
        )}
        {characters.status === 'ready' && characters.data.length > 0 && (
          <Here characters={characters.data} onTalk={onTalk} />
        )}
        {characters.status === 'ready' && toMeet.length > 0 && (
          <Section title={t('characters.toMeet')} help={t('characters.toMeetHelp')}>
            <ul className="grid gap-4 sm:grid-cols-2 middle:grid-cols-2">
              {toMeet.map((builtIn) => (
                <li key={builtIn.builtIn}>
                  <Stranger builtIn={builtIn} />
                </li>
              ))}
            </ul>
          </Section>
        )}
      </div>
    </div>
  );
}

function Here({
  characters,
  onTalk,
}: {
  readonly characters: readonly Character[];
  readonly onTalk: (characterId: string) => void;
}) {
  const { t } = useWords();
  const client = useClient();
  const { go } = useNavigation();
  const [leaving, setLeaving] = useState<Character | null>(null);
  const duplicate = useCommand((c) => c.characters.duplicate);
  const remove = useCommand((c) => c.characters.remove, {
    done: (_, { characterId }) => ({
      text: t('characters.removed', { name: leaving?.name ?? '' }),
      undo: () => client.characters.restore({ characterId }),
    }),
  });
  const copy = async (character: Character): Promise<void> => {
    const made = await duplicate.run({ characterId: character.id });
    if (!made) return;
    showToast({ text: t('characters.duplicated', { name: character.name }) });
    go({ place: 'companion', id: made.characterId });
  };
  return (
    <Section title={t('characters.yours')}>
      <ul className="grid gap-4 middle:grid-cols-2">
        {characters.map((character) => (
          <li key={character.id}>
            <Person
              fields={character}
              menu={
                <Menu
                  entries={[
                    {
                      label: t('ui.edit'),
                      icon: <Pencil />,
                      onSelect: () => go({ place: 'companion', id: character.id }),
                    },
                    { label: t('ui.duplicate'), icon: <Copy />, onSelect: () => void copy(character) },
                    'separator',
                    { label: t('ui.delete'), icon: <Trash2 />, danger: true, onSelect: () => setLeaving(character) },
                  ]}
                >
                  <IconButton
                    size="small"
                    label={t('characters.actions', { name: character.name })}
                    icon={<Ellipsis />}
                  />
                </Menu>
              }
              actions={
                <>
                  <Button
                    size="small"
                    look="primary"
                    icon={<MessageCircle />}
                    aria-label={t('nav.talkTo', { name: character.name })}
                    onClick={() => onTalk(character.id)}
                  >
                    {t('characters.talk')}
                  </Button>
                  <Button
                    size="small"
                    look="ghost"
                    icon={<Pencil />}
                    aria-label={t('characters.editOf', { name: character.name })}
                    onClick={() => go({ place: 'companion', id: character.id })}
                  >
                    {t('ui.edit')}
                  </Button>
                </>
              }
            />
          </li>
        ))}
      </ul>
      <Confirm
        open={leaving !== null}
        title={t('characters.removeTitle', { name: leaving?.name ?? '' })}
        description={t('characters.removeBody', { name: leaving?.name ?? '' })}
        confirmLabel={t('ui.delete')}
        busy={remove.pending}
        onCancel={() => setLeaving(null)}
        onConfirm={() => {
          if (leaving) void remove.run({ characterId: leaving.id }).then(() => setLeaving(null));
        }}
      />
    </Section>
  );
}

function Stranger({ builtIn }: { readonly builtIn: BuiltInCharacter }) {
  const { t, locale } = useWords();
  const { name } = builtIn.fields;
  const adopt = useCommand((client) => client.characters.adopt, {
    done: () => ({ text: t('characters.met', { name }) }),
  });
  return (
    <Person
      fields={builtIn.fields}
      actions={
        <Button size="small" busy={adopt.pending} onClick={() => void adopt.run({ builtIn: builtIn.builtIn, locale })}>
          {t('characters.meet', { name })}
        </Button>
      }
    />
  );
}

interface PersonProps {
  readonly fields: CharacterFields;
  readonly actions: ReactNode;
  readonly menu?: ReactNode;
}

function Person({ fields, actions, menu }: PersonProps) {
  const { t } = useWords();
  const { name, age, occupation, tagline, avatar } = fields;
  return (
    <Card className="flex h-full gap-4 p-4">
      <Portrait avatar={avatar} name={name} size={104} shape="card" />
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex items-start justify-between gap-2">
          <h3 className="truncate text-large font-bold">{name}</h3>
          {menu}
        </div>
        <p className="text-small text-ink-faint">
          {occupation ? t('characters.ageAndWork', { age, occupation }) : t('characters.age', { age })}
        </p>
        {tagline && <p className="mt-1 line-clamp-3 text-ink-soft">{tagline}</p>}
        <div className="mt-auto flex flex-wrap gap-2 pt-3">{actions}</div>
      </div>
    </Card>
  );
}
