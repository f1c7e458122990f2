import { CSPProvider } from '@base-ui/react/csp-provider';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { type Connection, ConnectionContext, useClient, useConnectionState } from '../data/connection.ts';
import { failureWords } from '../data/failure.ts';
import { createLiveQueries, LiveQueriesContext, useLiveQuery, useRefreshing } from '../data/live-query.ts';
import { SETTINGS_PAGES, useNavigation } from '../data/navigation.ts';
import { useSettings } from '../data/settings.ts';
import { useCommand } from '../data/use-command.ts';
import { useWords } from '../data/words.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { Toasts } from '../ui/toast.tsx';
import { TooltipGroup } from '../ui/tooltip.tsx';
import type { Problem } from '#shared/host/contract.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { LocaleProvider } from './locale.tsx';
import { QuietPage, Starting } from './quiet-page.tsx';
import { NavigationProvider } from './routes.tsx';
import { SettingsProvider } from './settings-provider.tsx';
import { Shell } from './shell.tsx';
import { VaultScreen } from './vault-screen.tsx';

const Onboarding = lazy(async () => ({ default: (await import('../features/onboarding/onboarding.tsx')).Onboarding }));
const MindDialog = lazy(async () => ({
  default: (await import('../features/settings/minds/mind-dialog.tsx')).MindDialog,
}));

/** The whole page over one connection. Composes the features: nothing else imports them. */
export function App({ connection }: { readonly connection: Connection }) {
  const queries = useMemo(() => createLiveQueries(connection), [connection]);
  return (
    <CSPProvider disableStyleElements>
      <ConnectionContext value={connection}>
        <LiveQueriesContext value={queries}>
          <LocaleProvider>
            <TooltipGroup>
              <ErrorBoundary>
                <NavigationProvider>
                  <AskAhead />
                  <Gate />
                </NavigationProvider>
              </ErrorBoundary>
              <Toasts />
            </TooltipGroup>
          </LocaleProvider>
        </LiveQueriesContext>
      </ConnectionContext>
    </CSPProvider>
  );
}

/** Asks what the shell will, together with what comes before it, so that the shell finds it answered. */
function AskAhead() {
  useLiveQuery((client) => client.characters.list, {});
  useLiveQuery((client) => client.chat.conversations, {});
  useLiveQuery((client) => client.settings.providers, {});
  return null;
}

/** What stands between a person and their companion: a connection, an open file, and having been introduced. */
function Gate() {
  const { t } = useWords();
  const connection = useConnectionState();
  const status = useLiveQuery((client) => client.host.status, {});
  const settings = useLiveQuery((client) => client.settings.all, {});
  const refreshing = useRefreshing((client) => client.settings.all, {});
  const retry = useCommand((client) => client.host.retryVault);

  if (connection === 'refused') {
    return (
      <QuietPage title={t('app.refused.title')}>
        <p className="text-ink-soft">{t('app.refused.body')}</p>
      </QuietPage>
    );
  }
  if (status.status !== 'ready') {
    const waiting = status.status === 'loading' || connection !== 'open';
    return waiting ? (
      <Starting label={t('app.starting')} />
    ) : (
      <ErrorState words={failureWords(status.error, t)} onRetry={status.retry} />
    );
  }
  const { vault, problems } = status.data;
  if (vault.kind !== 'ready')
    return <VaultScreen vault={vault} folder={status.data.dataPath} onRetry={() => void retry.run({})} />;
  if (settings.status === 'failed' && settings.error.code !== 'unavailable') {
    return <ErrorState words={failureWords(settings.error, t)} onRetry={settings.retry} />;
  }
  if (settings.status !== 'ready') return <Starting label={t('app.starting')} />;
  return (
    <SettingsProvider stored={settings.data} refreshing={refreshing} refresh={settings.retry}>
      <Introduced problems={problems} />
    </SettingsProvider>
  );
}

function Introduced({ problems }: { readonly problems: readonly Problem[] }) {
  const { t } = useWords();
  const { values } = useSettings();
  useDeepLinks();
  if (values.onboardedAtMs !== null) return <Shell problems={problems} />;
  return (
    <Suspense fallback={<Starting label={t('app.starting')} />}>
      <Onboarding
        mindForm={(preset, onDone) => (
          <Suspense>
            <MindDialog open preset={preset} onClose={() => onDone(null)} onSaved={onDone} />
          </Suspense>
        )}
      />
    </Suspense>
  );
}

function useDeepLinks(): void {
  const client = useClient();
  const { go } = useNavigation();
  useEffect(
    () =>
      client.host.onDeepLink((link) => {
        if (link.place === 'conversation') go({ place: 'conversation', id: link.id });
        else if (link.place === 'settings')
          go({ place: 'settings', page: SETTINGS_PAGES.find((page) => page === link.page) ?? 'minds' });
        else go({ place: 'home' });
      }),
    [client, go],
  );
}
