import { Phone } from 'lucide-react';
import type { ConversationId } from '#shared/entities.ts';
import { useLiveQuery } from '../../data/live-query.ts';
import { useWords } from '../../data/words.ts';

/** Numbers to call, in sight as long as the last words spoke of a life in danger. */
export function Helplines({ conversationId }: { readonly conversationId: ConversationId }) {
  const { t } = useWords();
  const { data } = useLiveQuery((client) => client.chat.helplines, { conversationId });
  if (data === undefined || data.length === 0) return null;
  return (
    <section
      aria-label={t('chat.care.label')}
      role="status"
      className="mx-auto mb-3 w-[calc(100%-2rem)] max-w-[744px] rounded-large border border-lamp bg-lamp-wash px-5 py-4"
    >
      <p className="font-medium">{t('chat.care.title')}</p>
      <p className="mt-1 text-small text-ink-soft">{t('chat.care.body')}</p>
      <ul className="mt-3 flex flex-wrap gap-x-6 gap-y-2">
        {data.map(({ name, number }) => (
          <li key={number} className="flex items-center gap-2">
            <Phone className="size-4 shrink-0 text-lamp-ink" aria-hidden="true" />
            <span className="text-small text-ink-soft">{name}</span>
            <span className="font-bold tabular-nums select-all">{number}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
