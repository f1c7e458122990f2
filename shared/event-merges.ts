import type { CoreContract } from './contract.ts';
import type { EventMerges } from './rpc/serve.ts';

/** How the core's frequent events fold together while a page is slow. */
export const eventMerges: EventMerges<CoreContract> = {
  chat: {
    onReplyDelta: (earlier, later) =>
      earlier.messageId === later.messageId && earlier.at + earlier.text.length === later.at
        ? { ...earlier, text: earlier.text + later.text }
        : null,
    onReplyProgress: (earlier, later) =>
      earlier.conversationId === later.conversationId && earlier.model === later.model ? later : null,
  },
  host: {
    onDataChanged: (earlier, later) => ({ entities: [...new Set([...earlier.entities, ...later.entities])] }),
    onStatusChanged: (_earlier, later) => later,
  },
};
