import { lazy, type ReactNode, Suspense, useCallback, useEffect, useState } from 'react';
import { MessageCircleHeart } from 'lucide-react';
import type { Problem } from '#shared/host/contract.ts';
import { CareNotice } from '../features/care/care-notice.tsx';
import { ChatTools } from '../features/chat/chat-tools.tsx';
import { ChatView } from '../features/chat/chat-view.tsx';
import { failureWords } from '../data/failure.ts';
import { useNavigation } from '../data/navigation.ts';
import { useSettings } from '../data/settings.ts';
import { useCommand } from '../data/use-command.ts';
import { useWords } from '../data/words.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading, SkeletonRows } from '../ui/skeleton.tsx';
import { CommandPalette } from './command-palette.tsx';
import { type Companion, latest, useCompanions, useTalk } from './companions.ts';
import { ConversationBar } from './conversation-bar.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { loadNotices } from './notices.ts';
import { paletteItems } from './palette-items.tsx';
import { ProblemBanners } from './problem-banners.tsx';
import { Rail } from './rail.tsx';
import './shell.css';
import { ShortcutsDialog, useShortcuts } from './shortcuts.tsx';
import { Stage } from './stage.tsx';
import { StatusLine } from './status-line.tsx';
import { useShownConversation } from './shown-conversation.ts';

// What is not seen first is loaded after it, when there is a moment.
const load = {
  companions: () => import('../features/characters/companions-page.tsx'),
  editor: () => import('../features/characters/companion-editor.tsx'),
  memory: () => import('../features/memory/memory-room.tsx'),
  lorebooks: () => import('../features/lorebook/lorebooks-page.tsx'),
  lorebook: () => import('../features/lorebook/lorebook-page.tsx'),
  search: () => import('../features/search/search-page.tsx'),
  settings: () => import('../features/settings/settings-pages.tsx'),
};
const CompanionsPage = lazy(async () => ({ default: (await load.companions()).CompanionsPage }));
const CompanionEditor = lazy(async () => ({ default: (await load.editor()).CompanionEditor }));
const MemoryRoom = lazy(async () => ({ default: (await load.memory()).MemoryRoom }));
const LorebooksPage = lazy(async () => ({ default: (await load.lorebooks()).LorebooksPage }));
const LorebookPage = lazy(async () => ({ default: (await load.lorebook()).LorebookPage }));
const SearchPage = lazy(async () => ({ default: (await load.search()).SearchPage }));
const SettingsPages = lazy(async () => ({ default: (await load.settings()).SettingsPages }));

/** The app once the file is open and the person is known: rail, page, stage. */
export function Shell({ problems }: { readonly problems: readonly Problem[] }) {
  const words = useWords();
  const { t } = words;
  const settings = useSettings();
  const { route, go } = useNavigation();
  const { characters, conversations, companions } = useCompanions();
  const talk = useTalk();
  const shown = useShownConversation(companions, conversations.status === 'ready');
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [shortcutsOpen, setShortcutsOpen] = useState(false);
  const { run: runSnapshot } = useCommand((client) => client.host.takeSnapshot, {
    done: () => ({ text: t('settings.backups.taken') }),
  });

  const inConversation = route.place === 'home' || route.place === 'conversation';
  const collapsed = settings.values.stageCollapsed;
  const toggleStage = useCallback(() => void settings.set({ stageCollapsed: !collapsed }), [settings, collapsed]);
  const takeSnapshot = useCallback(() => void runSnapshot({}), [runSnapshot]);
  const showShortcuts = useCallback(() => setShortcutsOpen(true), []);
  const items = useCallback(
    (text: string) =>
      paletteItems({ words, companions, settings, go, talk, toggleStage, showShortcuts, takeSnapshot }, text),
    [words, companions, settings, go, talk, toggleStage, showShortcuts, takeSnapshot],
  );

  useShortcuts((shortcut) => {
    if (shortcut === 'palette') setPaletteOpen((open) => !open);
    else if (shortcut === 'search') go({ place: 'search', text: '' });
    else if (shortcut === 'companions') go({ place: 'companions' });
    else if (shortcut === 'settings') go({ place: 'settings', page: 'minds' });
    else if (shortcut === 'stage') toggleStage();
    else if (shortcut === 'help') setShortcutsOpen((open) => !open);
    else if (shortcut === 'composer') document.getElementById('composer')?.focus();
    else if (shown.companion) talk(shown.companion, true);
  });
  useEffect(() => {
    const idle = requestIdleCallback(() => void Promise.allSettled(Object.values(load).map((page) => page())), {
      timeout: 10_000,
    });
    return () => cancelIdleCallback(idle);
  }, []);
  usePageTitle(inConversation ? (shown.companion?.character.name ?? null) : placeName(route.place, t));

  const stageShown = inConversation && !collapsed && shown.companion !== null;
  const listFailed =
    characters.status === 'failed' ? characters : conversations.status === 'failed' ? conversations : null;
  return (
    <div className="shell" data-stage={stageShown ? 'shown' : 'hidden'}>
      <a
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          (document.getElementById('composer') ?? document.getElementById('main'))?.focus();
        }}
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-base bg-raised px-4 py-2 shadow-float focus:translate-y-0"
      >
        {inConversation ? t('app.skip') : t('app.skipPage')}
      </a>
      <Rail
        companions={companions}
        currentId={shown.companion?.character.id ?? null}
        onPalette={() => setPaletteOpen(true)}
      />
      {shown.companion && (
        <Stage
          character={shown.companion.character}
          conversationId={shown.conversation.id}
          away={!stageShown}
          onHide={toggleStage}
        />
      )}
      <main id="main" tabIndex={-1} className="shell-main outline-none">
        <ProblemBanners problems={problems} />
        <ErrorBoundary attempt={`${route.place}`}>
          {listFailed !== null && inConversation ? (
            <ErrorState words={failureWords(listFailed.error, t)} onRetry={listFailed.retry} />
          ) : inConversation ? (
            <ConversationColumn shown={shown} companions={companions} onShowStage={collapsed ? toggleStage : null} />
          ) : (
            <Suspense fallback={<Waiting />}>
              <Page companions={companions} onShortcuts={showShortcuts} />
            </Suspense>
          )}
        </ErrorBoundary>
        {inConversation && <StatusLine conversationId={shown.conversation?.id ?? null} />}
      </main>
      <CommandPalette open={paletteOpen} onClose={() => setPaletteOpen(false)} items={items} />
      <ShortcutsDialog open={shortcutsOpen} onClose={() => setShortcutsOpen(false)} />
    </div>
  );
}

interface ConversationColumnProps {
  readonly shown: ReturnType<typeof useShownConversation>;
  readonly companions: readonly Companion[];
  readonly onShowStage: (() => void) | null;
}

function ConversationColumn({ shown, companions, onShowStage }: ConversationColumnProps) {
  const { t } = useWords();
  const { go } = useNavigation();
  const talk = useTalk();
  if (shown.kind === 'loading') return <Waiting />;
  if (shown.kind === 'shown') {
    return (
      <>
        <ConversationBar companion={shown.companion} conversation={shown.conversation} onShowStage={onShowStage}>
          <ChatTools conversationId={shown.conversation.id} />
        </ConversationBar>
        <CareNotice name={shown.companion.character.name} />
        <ChatView key={shown.conversation.id} conversationId={shown.conversation.id} />
      </>
    );
  }
  const first = companions.find(({ conversations }) => latest(conversations)) ?? companions[0];
  return (
    <Fill>
      {shown.kind === 'gone' ? (
        <EmptyState
          icon={<MessageCircleHeart />}
          title={t('conversation.gone.title')}
          action={<Button onClick={() => go({ place: 'home' })}>{t('crash.home')}</Button>}
        >
          {t('conversation.gone.body')}
        </EmptyState>
      ) : first ? (
        <EmptyState
          icon={<MessageCircleHeart />}
          title={t('conversation.begin.title', { name: first.character.name })}
          action={
            <Button look="primary" onClick={() => talk(first)}>
              {t('conversation.begin.action')}
            </Button>
          }
        />
      ) : (
        <EmptyState
          icon={<MessageCircleHeart />}
          title={t('conversation.none.title')}
          action={
            <Button look="primary" onClick={() => go({ place: 'companions' })}>
              {t('conversation.none.action')}
            </Button>
          }
        >
          {t('conversation.none.body')}
        </EmptyState>
      )}
    </Fill>
  );
}

interface PageProps {
  readonly companions: readonly Companion[];
  readonly onShortcuts: () => void;
}

function Page({ companions, onShortcuts }: PageProps) {
  const { route } = useNavigation();
  const talk = useTalk();
  const talkTo = useCallback(
    (characterId: string) => {
      const companion = companions.find(({ character }) => character.id === characterId);
      if (companion) talk(companion);
    },
    [companions, talk],
  );
  switch (route.place) {
    case 'companions':
      return <CompanionsPage onTalk={talkTo} />;
    case 'companion':
      return <CompanionEditor key={route.id} characterId={route.id} />;
    case 'newCompanion':
      return <CompanionEditor key="new" characterId={null} />;
    case 'memory':
      return <MemoryRoom characterId={route.characterId} />;
    case 'lorebooks':
      return <LorebooksPage />;
    case 'lorebook':
      return <LorebookPage key={route.id} lorebookId={route.id} view={route.view} />;
    case 'search':
      return <SearchPage text={route.text} />;
    case 'settings':
      return <SettingsPages page={route.page} onShortcuts={onShortcuts} loadNotices={loadNotices} />;
    default:
      return null;
  }
}

function Waiting() {
  const { t } = useWords();
  return (
    <Fill>
      <Loading label={t('ui.loading')}>
        <SkeletonRows count={3} />
      </Loading>
    </Fill>
  );
}

function Fill({ children }: { readonly children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-0 w-full max-w-3xl flex-1 flex-col justify-center overflow-y-auto px-6">
      {children}
    </div>
  );
}

function placeName(place: string, t: ReturnType<typeof useWords>['t']): string {
  if (place === 'settings') return t('nav.settings');
  if (place === 'memory') return t('nav.memory');
  if (place === 'lorebooks' || place === 'lorebook') return t('nav.lorebooks');
  return place === 'search' ? t('nav.search') : t('nav.companions');
}

function usePageTitle(place: string | null): void {
  const { t } = useWords();
  useEffect(() => {
    document.title = place === null ? t('app.name') : t('app.title', { place });
  }, [place, t]);
}
