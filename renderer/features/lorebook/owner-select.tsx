import { characterId as characterIdSchema, type CharacterId } from '#shared/entities.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useWords } from '../../data/words.ts';
import { Select } from '../../ui/select.tsx';

export interface OwnerSelectProps {
  readonly owner: CharacterId | null;
  readonly onChange: (owner: CharacterId | null) => void;
}

/** Whose a book is: everyone's, or one companion's. */
export function OwnerSelect({ owner, onChange }: OwnerSelectProps) {
  const { t } = useWords();
  const characters = useLiveQuery((client) => client.characters.list, {});
  const known = characters.data ?? [];
  const gone = owner !== null && characters.status === 'ready' && !known.some(({ id }) => id === owner);
  return (
    <Select
      label={t('lorebook.owner')}
      help={t('lorebook.ownerHelp')}
      value={owner ?? 'all'}
      onChange={(value) => {
        const id = characterIdSchema.safeParse(value);
        onChange(id.success ? id.data : null);
      }}
      choices={[
        { value: 'all', label: t('lorebook.shared') },
        ...known.map(({ id, name }) => ({ value: id as string, label: name })),
        ...(gone ? [{ value: owner as string, label: t('lorebook.ofUnknown') }] : []),
      ]}
    />
  );
}
