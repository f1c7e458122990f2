import { useCallback, useEffect, useRef, useState } from 'react';
import type { Attachment } from '#shared/chat/contract.ts';
import { useClient } from '../../data/connection.ts';
import { failureWords } from '../../data/failure.ts';
import { useWords, type Words } from '../../data/words.ts';
import { showToast } from '../../ui/toast.tsx';
import { uploadFile, type UploadPurpose, type UploadResult } from './upload.ts';

/** The contract's most for one message. */
export const MOST_ATTACHMENTS = 10;

/** An attachment of the message being written. */
export interface Upload {
  readonly key: number;
  readonly name: string;
  /** [0,1] while it is under way. */
  readonly ratio: number;
  /** Once it is stored. */
  readonly attachment: Attachment | null;
}

export interface Uploads {
  readonly uploads: readonly Upload[];
  readonly busy: boolean;
  readonly attachments: readonly Attachment[];
  /** Uploads a file; what is wrong with it is told in a toast. Resolves with the attachment when it was stored. */
  readonly add: (file: File, purpose: UploadPurpose) => Promise<Attachment | null>;
  readonly addAll: (files: Iterable<File>) => void;
  /** Takes one away, cancelling it when it is under way. */
  readonly remove: (key: number) => void;
  readonly setAll: (attachments: readonly Attachment[]) => void;
}

let nextKey = 1;

export function useUploads(initial: readonly Attachment[]): Uploads {
  const client = useClient();
  const words = useWords();
  const [uploads, setUploads] = useState<readonly Upload[]>(() => initial.map(stored));
  const running = useRef(new Map<number, AbortController>());
  const latest = useRef({ words, count: uploads.length });
  useEffect(() => {
    latest.current = { words, count: uploads.length };
  });
  useEffect(() => {
    const controllers = running.current;
    return () => controllers.forEach((controller) => controller.abort());
  }, []);

  const drop = useCallback((key: number) => setUploads((all) => all.filter((one) => one.key !== key)), []);
  const add = useCallback(
    async (file: File, purpose: UploadPurpose) => {
      if (latest.current.count >= MOST_ATTACHMENTS) {
        showToast({ tone: 'bad', text: latest.current.words.t('chat.tooMany', { limit: MOST_ATTACHMENTS }) });
        return null;
      }
      latest.current.count += 1;
      const key = nextKey++;
      const controller = new AbortController();
      running.current.set(key, controller);
      setUploads((all) => [...all, { key, name: file.name, ratio: 0, attachment: null }]);
      const onProgress = (ratio: number): void =>
        setUploads((all) => all.map((one) => (one.key === key ? { ...one, ratio } : one)));
      const result = await uploadFile(client, file, purpose, onProgress, controller.signal);
      running.current.delete(key);
      if (result.kind === 'stored') {
        const { attachment } = result;
        setUploads((all) => all.map((one) => (one.key === key ? { ...one, ratio: 1, attachment } : one)));
        return attachment;
      }
      drop(key);
      tell(result, file.name, latest.current.words);
      return null;
    },
    [client, drop],
  );
  const addAll = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) void add(file, 'file');
    },
    [add],
  );
  const remove = useCallback(
    (key: number) => {
      running.current.get(key)?.abort();
      drop(key);
    },
    [drop],
  );
  const setAll = useCallback((attachments: readonly Attachment[]) => setUploads(attachments.map(stored)), []);
  return {
    uploads,
    busy: uploads.some((one) => one.attachment === null),
    attachments: uploads.flatMap((one) => one.attachment ?? []),
    add,
    addAll,
    remove,
    setAll,
  };
}

function stored(attachment: Attachment): Upload {
  return { key: nextKey++, name: attachment.name, ratio: 1, attachment };
}

function tell(result: Exclude<UploadResult, { kind: 'stored' }>, name: string, { t, format }: Words): void {
  switch (result.kind) {
    case 'cancelled':
      return;
    case 'too_large': {
      const detail = t('chat.tooLargeDetail', {
        size: format.bytes(result.sizeBytes),
        limit: format.bytes(result.limitBytes),
      });
      return showToast({ tone: 'bad', text: t('chat.tooLarge', { name }), detail });
    }
    case 'unsupported':
      return showToast({ tone: 'bad', text: t('chat.unsupported', { name }), detail: t('chat.unsupportedDetail') });
    case 'disk_full':
      return showToast({ tone: 'bad', text: t('chat.diskFull'), detail: t('chat.diskFullDetail', { name }) });
    case 'failed': {
      const { code } = failureWords(result.error, t);
      return showToast({
        tone: 'bad',
        text: t('chat.uploadFailed', { name }),
        detail: t('chat.uploadFailedDetail', { code }),
      });
    }
  }
}
