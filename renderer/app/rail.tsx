import { LibraryBig, Map as World, Search, Settings as Gear, UsersRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { hrefOf, type Route, useNavigation } from '../data/navigation.ts';
import { useWords } from '../data/words.ts';
import { cx } from '../ui/cx.ts';
import { Lamp } from '../ui/lamp.tsx';
import { Portrait } from '../ui/portrait.tsx';
import { Tooltip } from '../ui/tooltip.tsx';
import { type Companion, useTalk } from './companions.ts';

export interface RailProps {
  readonly companions: readonly Companion[];
  /** Whom the shown conversation is with. */
  readonly currentId: string | null;
  readonly onPalette: () => void;
}

/** The slim line at the left edge: who is here, and the few places there are. */
export function Rail({ companions, currentId, onPalette }: RailProps) {
  const { t } = useWords();
  const { route } = useNavigation();
  const talk = useTalk();
  return (
    <nav aria-label={t('nav.label')} className="flex h-full flex-col items-center gap-2 py-3 [grid-area:rail]">
      <Tooltip text={t('nav.palette')} keys="Mod+K" side="right">
        <button
          type="button"
          aria-label={t('nav.palette')}
          onClick={onPalette}
          className="rounded-full p-1 transition-opacity hover:opacity-80"
        >
          <Lamp size={40} />
        </button>
      </Tooltip>
      <ul className="-mx-1 flex min-h-0 flex-1 flex-col items-center gap-2 overflow-y-auto px-2 py-2 [scrollbar-width:none]">
        {companions.map((companion) => (
          <li key={companion.character.id}>
            <Face
              companion={companion}
              current={
                companion.character.id === currentId && (route.place === 'home' || route.place === 'conversation')
              }
              onPress={() => talk(companion)}
            />
          </li>
        ))}
        <li>
          <Place
            to={{ place: 'companions' }}
            label={companions.length === 0 ? t('nav.addCompanion') : t('nav.companions')}
            icon={<UsersRound />}
          />
        </li>
      </ul>
      <Place to={{ place: 'memory', characterId: null }} label={t('nav.memory')} icon={<LibraryBig />} />
      <Place to={{ place: 'lorebooks' }} label={t('nav.lorebooks')} icon={<World />} />
      <Place to={{ place: 'search', text: '' }} label={t('nav.search')} keys="Mod+Shift+F" icon={<Search />} />
      <Place to={{ place: 'settings', page: 'minds' }} label={t('nav.settings')} keys="Mod+," icon={<Gear />} />
    </nav>
  );
}

interface FaceProps {
  readonly companion: Companion;
  readonly current: boolean;
  readonly onPress: () => void;
}

function Face({ companion: { character, unreadCount }, current, onPress }: FaceProps) {
  const { t } = useWords();
  const { name } = character;
  const label = unreadCount > 0 ? t('nav.talkToUnread', { name, count: unreadCount }) : t('nav.talkTo', { name });
  return (
    <Tooltip text={name} side="right">
      <button
        type="button"
        aria-label={label}
        aria-current={current || undefined}
        onClick={onPress}
        className={cx(
          'relative block rounded-full p-[3px] transition-shadow duration-200',
          current
            ? 'shadow-[0_0_0_2px_var(--lamp),0_0_22px_var(--glow)]'
            : 'hover:shadow-[0_0_0_2px_var(--line-strong)]',
        )}
      >
        <Portrait avatar={character.avatar} name={name} size={44} />
        {unreadCount > 0 && (
          <span
            aria-hidden="true"
            className="absolute top-0 right-0 size-3.5 rounded-full border-2 border-sunken bg-lamp"
          />
        )}
      </button>
    </Tooltip>
  );
}

interface PlaceProps {
  readonly to: Route;
  readonly label: string;
  readonly icon: ReactNode;
  readonly keys?: string;
}

function Place({ to, label, icon, keys }: PlaceProps) {
  const { route, go } = useNavigation();
  const here =
    route.place === to.place ||
    (to.place === 'lorebooks' && route.place === 'lorebook') ||
    (to.place === 'companions' && (route.place === 'companion' || route.place === 'newCompanion'));
  return (
    <Tooltip text={label} side="right" {...(keys ? { keys } : {})}>
      <a
        href={hrefOf(to)}
        aria-label={label}
        aria-current={here ? 'page' : undefined}
        onClick={(event) => {
          event.preventDefault();
          go(to);
        }}
        className={cx(
          'grid size-11 place-items-center rounded-base transition-colors [&_svg]:size-5',
          here ? 'bg-lamp-wash text-lamp-ink' : 'text-ink-soft hover:bg-lamp-wash hover:text-ink',
        )}
      >
        {icon}
      </a>
    </Tooltip>
  );
}
