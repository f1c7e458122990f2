import { CloudOff, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { isMessageKey, type Translate } from '#shared/i18n/translate.ts';
import type { Provider } from '#shared/settings/contract.ts';
import { PROVIDER_FAILURES } from '#shared/settings/contract.ts';
import { type ConnectionState, useConnectionState } from '../data/connection.ts';
import { useLiveQuery } from '../data/live-query.ts';
import { hrefOf, useNavigation } from '../data/navigation.ts';
import { useWords } from '../data/words.ts';
import { cx } from '../ui/cx.ts';
import { Spinner } from '../ui/spinner.tsx';
import { firstMind, needsNetwork, type Reply, useLastReply, useOnline } from './mind-state.ts';

/** One line of plain words: is the app there, is the network there, which mind answers. */
export function StatusLine({ conversationId }: { readonly conversationId: string | null }) {
  const { t, format } = useWords();
  const { go } = useNavigation();
  const connection = useConnectionState();
  const online = useOnline();
  const reply = useLastReply(conversationId);
  const providers = useLiveQuery((client) => client.settings.providers, {});
  const percent = format.percent(reply?.ratio ?? 0);
  const { tone, icon, text } = tell({ connection, online, reply, providers: providers.data ?? null, percent, t });
  return (
    <div
      role="status"
      aria-label={t('status.label')}
      className="flex min-h-8 items-center justify-center px-4 pb-1.5 text-small"
    >
      {text !== '' && (
        <a
          href={hrefOf({ place: 'settings', page: 'minds' })}
          title={t('status.minds')}
          onClick={(event) => {
            event.preventDefault();
            go({ place: 'settings', page: 'minds' });
          }}
          className={cx(
            'inline-flex max-w-full items-center gap-2 truncate rounded-full px-3 py-0.5 no-underline transition-colors hover:bg-lamp-wash [&_svg]:size-3.5 [&_svg]:shrink-0',
            tone === 'quiet' ? 'text-ink-faint' : 'bg-warn-wash text-warn',
          )}
        >
          {icon}
          <span className="truncate">{text}</span>
        </a>
      )}
    </div>
  );
}

interface Facts {
  readonly connection: ConnectionState;
  readonly online: boolean;
  readonly reply: Reply | null;
  /** Null while not known. */
  readonly providers: readonly Provider[] | null;
  readonly percent: string;
  readonly t: Translate;
}

interface Told {
  readonly tone: 'quiet' | 'warn';
  readonly icon: ReactNode;
  readonly text: string;
}

/** What matters most, first: no app, no network, a mind that failed, the mind that answers. */
function tell({ connection, online, reply, providers, percent, t }: Facts): Told {
  if (connection === 'lost') return { tone: 'warn', icon: <Unplug />, text: t('status.lost') };
  if (connection !== 'open') return { tone: 'quiet', icon: <Spinner />, text: t('status.connecting') };
  if (reply?.kind === 'loading') {
    return { tone: 'quiet', icon: <Spinner />, text: t('status.mind.loading', { model: reply.model ?? '', percent }) };
  }
  if (providers === null) return { tone: 'quiet', icon: null, text: '' };
  const mind = firstMind(providers);
  if (!online && mind !== null && needsNetwork(mind))
    return { tone: 'warn', icon: <CloudOff />, text: t('status.offlineBank') };
  if (reply !== null && reply.fellBackBecause !== null)
    return { tone: 'quiet', icon: <Dot />, text: fellBack(reply, t) };
  if (mind === null) return { tone: 'quiet', icon: <Dot />, text: t('status.mind.bank') };
  const model = reply?.rung !== 'reply-bank' && reply?.model ? reply.model : mind.model || mind.name;
  const onDevice = reply ? reply.rung === 'on-device' : mind.kind === 'gguf';
  return { tone: 'quiet', icon: <Dot />, text: t(onDevice ? 'status.mind.device' : 'status.mind.endpoint', { model }) };
}

function fellBack({ rung, model, fellBackBecause }: Reply, t: Translate): string {
  const known = PROVIDER_FAILURES.find((reason) => reason === fellBackBecause);
  const reason =
    known !== undefined && isMessageKey(`fallback.${known}`) ? t(`fallback.${known}`) : (fellBackBecause ?? '');
  return rung === 'reply-bank' || model === null
    ? t('status.fellBack', { reason })
    : t('status.fellBackTo', { model, reason });
}

function Dot() {
  return <span aria-hidden="true" className="size-1.5 shrink-0 rounded-full bg-current opacity-70" />;
}
