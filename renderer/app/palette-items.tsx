import {
  Eye,
  HardDriveDownload,
  Keyboard,
  Languages,
  LibraryBig,
  Map as World,
  MessageCircle,
  Moon,
  Plus,
  Search,
  Settings as Gear,
  SquarePen,
  Sun,
  SunMoon,
  UsersRound,
} from 'lucide-react';
import { type Route, SETTINGS_PAGES } from '../data/navigation.ts';
import type { Settings } from '../data/settings.ts';
import type { Words } from '../data/words.ts';
import { Portrait } from '../ui/portrait.tsx';
import type { PaletteItem } from './command-palette.tsx';
import type { Companion } from './companions.ts';
import { titleOf } from './conversation-bar.tsx';
import { SHORTCUTS } from './shortcuts.tsx';

export interface PaletteScope {
  readonly words: Words;
  readonly companions: readonly Companion[];
  readonly settings: Settings;
  readonly go: (route: Route) => void;
  readonly talk: (companion: Companion, anew?: boolean) => void;
  readonly toggleStage: () => void;
  readonly showShortcuts: () => void;
  readonly takeSnapshot: () => void;
}

/** Everything the palette reaches. `text` is what is typed: it can always be searched for in conversations. */
export function paletteItems(scope: PaletteScope, text: string): readonly PaletteItem[] {
  const { t } = scope.words;
  const search: PaletteItem = {
    id: 'search-for',
    group: t('palette.group.actions'),
    label: t('palette.searchFor', { text }),
    icon: <Search />,
    run: () => scope.go({ place: 'search', text }),
  };
  return [...people(scope), ...talks(scope), ...places(scope), ...deeds(scope), ...(text ? [search] : [])];
}

function people({ words: { t }, companions, talk }: PaletteScope): PaletteItem[] {
  return companions.flatMap((companion) => {
    const { id, name, nickname, avatar } = companion.character;
    const icon = <Portrait avatar={avatar} name={name} size={28} />;
    const group = t('palette.group.companions');
    return [
      { id: `talk-${id}`, group, label: t('nav.talkTo', { name }), words: nickname, icon, run: () => talk(companion) },
      {
        id: `new-${id}`,
        group,
        label: t('palette.newConversation', { name }),
        words: nickname,
        icon: <SquarePen />,
        run: () => talk(companion, true),
      },
    ];
  });
}

function talks({ words, companions, go }: PaletteScope): PaletteItem[] {
  return companions.flatMap(({ character, conversations }) =>
    conversations.map((conversation) => ({
      id: `conversation-${conversation.id}`,
      group: words.t('palette.group.conversations'),
      label: titleOf(conversation, words),
      detail: character.name,
      words: conversation.preview,
      icon: <MessageCircle />,
      run: () => go({ place: 'conversation', id: conversation.id }),
    })),
  );
}

function places({ words: { t }, go }: PaletteScope): PaletteItem[] {
  const group = t('palette.group.places');
  return [
    {
      id: 'companions',
      group,
      label: t('nav.companions'),
      icon: <UsersRound />,
      keys: SHORTCUTS.companions,
      run: () => go({ place: 'companions' }),
    },
    {
      id: 'new-companion',
      group,
      label: t('characters.new'),
      icon: <Plus />,
      run: () => go({ place: 'newCompanion' }),
    },
    {
      id: 'memory',
      group,
      label: t('nav.memory'),
      icon: <LibraryBig />,
      run: () => go({ place: 'memory', characterId: null }),
    },
    {
      id: 'lorebooks',
      group,
      label: t('nav.lorebooks'),
      icon: <World />,
      run: () => go({ place: 'lorebooks' }),
    },
    {
      id: 'search',
      group,
      label: t('nav.search'),
      icon: <Search />,
      keys: SHORTCUTS.search,
      run: () => go({ place: 'search', text: '' }),
    },
    ...SETTINGS_PAGES.map((page) => ({
      id: `settings-${page}`,
      group,
      label: page === 'minds' ? t('minds.title') : t(`settings.${page}.title`),
      detail: t('settings.title'),
      icon: <Gear />,
      run: () => go({ place: 'settings', page }),
    })),
  ];
}

function deeds({
  words: { t, locale },
  settings,
  toggleStage,
  showShortcuts,
  takeSnapshot,
}: PaletteScope): PaletteItem[] {
  const group = t('palette.group.actions');
  const other = locale === 'ja' ? 'en' : 'ja';
  const themes = [
    { theme: 'light', icon: <Sun /> },
    { theme: 'dark', icon: <Moon /> },
    { theme: 'system', icon: <SunMoon /> },
  ] as const;
  return [
    ...themes.map(({ theme, icon }) => ({
      id: `theme-${theme}`,
      group,
      label: t(`palette.theme.${theme}`),
      words: 'theme テーマ',
      icon,
      run: () => void settings.set({ theme }),
    })),
    {
      id: 'language',
      group,
      label: t(`palette.language.${other}`),
      words: 'language 言語 english 日本語',
      icon: <Languages />,
      run: () => void settings.set({ locale: other }),
    },
    { id: 'stage', group, label: t('palette.toggleStage'), icon: <Eye />, keys: SHORTCUTS.stage, run: toggleStage },
    {
      id: 'snapshot',
      group,
      label: t('palette.snapshot'),
      words: 'backup バックアップ',
      icon: <HardDriveDownload />,
      run: takeSnapshot,
    },
    {
      id: 'shortcuts',
      group,
      label: t('palette.shortcuts'),
      icon: <Keyboard />,
      keys: SHORTCUTS.help,
      run: showShortcuts,
    },
  ];
}
