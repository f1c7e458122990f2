import type { Attachment, Message } from '#shared/chat/contract.ts';
import type { MessageId } from '#shared/entities.ts';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useBlobUrl } from './blob-urls.ts';
import { BranchMap } from './branch-map.tsx';
import { useChat } from './chat-context.ts';
import { WhyDialog } from './why-dialog.tsx';

export type ChatDialog =
  | { readonly kind: 'link'; readonly url: string }
  | { readonly kind: 'image'; readonly attachment: Attachment }
  | { readonly kind: 'details'; readonly message: Message }
  | { readonly kind: 'why'; readonly message: Message }
  | { readonly kind: 'map' };

export interface ChatDialogsProps {
  readonly dialog: ChatDialog | null;
  readonly onClose: () => void;
  readonly onShow: (depth: number, id: MessageId) => void;
}

/** The dialog that is open over the conversation, if any. */
export function ChatDialogs({ dialog, onClose, onShow }: ChatDialogsProps) {
  switch (dialog?.kind) {
    case 'link':
      return <LinkDialog url={dialog.url} onClose={onClose} />;
    case 'image':
      return <ImageDialog attachment={dialog.attachment} onClose={onClose} />;
    case 'details':
      return <DetailsDialog message={dialog.message} onClose={onClose} />;
    case 'why':
      return <WhyDialog message={dialog.message} onClose={onClose} />;
    case 'map':
      return <BranchMap onClose={onClose} onShow={onShow} />;
    case undefined:
      return null;
  }
}

/** Shows where a link really leads, before it is followed. */
function LinkDialog({ url, onClose }: { readonly url: string; readonly onClose: () => void }) {
  const { t } = useWords();
  const open = useCommand((client) => client.host.openLink);
  const { protocol, host } = new URL(url);
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title={t('chat.linkTitle')}
      description={protocol === 'mailto:' ? t('chat.linkMail') : t('chat.linkBody', { host })}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button
            look="primary"
            busy={open.pending}
            onClick={() => void open.run({ url }).then((done) => (done ? onClose() : undefined))}
          >
            {t('chat.linkOpen')}
          </Button>
        </>
      }
    >
      <p
        dir="ltr"
        className="max-h-40 overflow-y-auto rounded-small bg-sunken px-3 py-2 font-mono text-small break-all select-all"
      >
        {url}
      </p>
    </Dialog>
  );
}

function ImageDialog({ attachment, onClose }: { readonly attachment: Attachment; readonly onClose: () => void }) {
  const { t } = useWords();
  const { url } = useBlobUrl(attachment);
  const { width, height, name } = attachment;
  return (
    <Dialog open onClose={onClose} width="wide" title={<span className="block truncate">{name}</span>}>
      <div className="grid place-items-center">
        {url && (
          <img
            src={url}
            alt={t('chat.imageAlt', { name })}
            {...(width && height ? { width, height } : {})}
            className="h-auto max-h-[68vh] w-auto max-w-full rounded-small object-contain"
          />
        )}
      </div>
    </Dialog>
  );
}

function DetailsDialog({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const { t, format } = useWords();
  const { character } = useChat();
  const { usage, rung, model } = message;
  const mind = [rung ? t(`chat.rung.${rung}`) : null, model].filter(Boolean).join(' · ');
  const facts: readonly (readonly [string, string])[] = [
    [t('chat.detail.time'), format.dayAndTime(message.createdAtMs)],
    ...(message.author === 'character' ? [[t('chat.detail.mind'), mind || (character?.name ?? '')] as const] : []),
    ...(usage
      ? [
          [
            t('chat.detail.tokens'),
            t('chat.detail.tokensOf', { prompt: usage.promptTokens, completion: usage.completionTokens }),
          ] as const,
        ]
      : []),
    ...(usage && usage.costMicroUsd !== null
      ? [[t('chat.detail.cost'), format.cost(usage.costMicroUsd)] as const]
      : []),
    ...(message.expression
      ? [[t('chat.detail.expression'), t(`stage.expression.${message.expression}`)] as const]
      : []),
    ...(message.state === 'interrupted' ? [[t('chat.detail.state'), t('chat.stopped')] as const] : []),
    ...(message.siblingIds.length > 1
      ? [
          [
            t('chat.variants'),
            t('chat.variantOf', {
              index: message.siblingIds.indexOf(message.id) + 1,
              total: message.siblingIds.length,
            }),
          ] as const,
        ]
      : []),
  ];
  return (
    <Dialog
      open
      onClose={onClose}
      width="narrow"
      title={t('chat.details')}
      {...(message.edited ? { description: t('chat.detail.edited') } : {})}
    >
      <dl className="divide-y divide-line">
        {facts.map(([term, value]) => (
          <div key={term} className="flex justify-between gap-6 py-2">
            <dt className="text-ink-faint">{term}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
