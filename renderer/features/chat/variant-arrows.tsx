import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { Message } from '#shared/chat/contract.ts';
import { useWords } from '../../data/words.ts';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { useChat } from './chat-context.ts';

/** Swipes between the variants of a message. `onBeyond`: what the arrow does past the newest one. */
export function VariantArrows({ message, onBeyond }: { readonly message: Message; readonly onBeyond?: () => void }) {
  const { t } = useWords();
  const { actions } = useChat();
  const { siblingIds } = message;
  const index = siblingIds.indexOf(message.id);
  const previous = siblingIds[index - 1];
  const next = siblingIds[index + 1];
  if (siblingIds.length < 2 || index < 0) return null;
  const beyond = next === undefined ? onBeyond : undefined;
  return (
    <div role="group" aria-label={t('chat.variants')} className="flex items-center text-small text-ink-faint">
      <IconButton
        size="small"
        label={t('chat.previousVariant')}
        icon={<ChevronLeft />}
        disabled={previous === undefined}
        onClick={() => previous && void actions.select(previous)}
      />
      <span
        className="min-w-8 text-center tabular-nums"
        aria-label={t('chat.variantOf', { index: index + 1, total: siblingIds.length })}
      >
        {index + 1}/{siblingIds.length}
      </span>
      <IconButton
        size="small"
        label={beyond ? t('chat.anotherVariant') : t('chat.nextVariant')}
        icon={<ChevronRight />}
        disabled={next === undefined && !beyond}
        className={cx(beyond && 'text-lamp-ink')}
        onClick={() => (next ? void actions.select(next) : beyond?.())}
      />
    </div>
  );
}
