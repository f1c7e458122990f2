import { FileUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { CharacterId } from '#shared/entities.ts';
import { LORE_LIMITS } from '#shared/lorebook/entry.ts';
import { MAX_LORE_IMPORT_BYTES } from '#shared/lorebook/contract.ts';
import type { AppError } from '#shared/rpc/errors.ts';
import { useClient } from '../../data/connection.ts';
import { toAppError } from '../../data/failure.ts';
import { useNavigation } from '../../data/navigation.ts';
import { type Words, useWords } from '../../data/words.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureBanner } from '../../ui/failure-banner.tsx';
import { Progress } from '../../ui/progress.tsx';
import { showToast } from '../../ui/toast.tsx';
import { importFile, type ImportResult } from './import-file.ts';
import { OwnerSelect } from './owner-select.tsx';

type Failed = Exclude<ImportResult, { kind: 'imported' | 'cancelled' }>;

/** Chooses a file of another app and follows it until it is a book. Closing it calls it off. */
export function ImportDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const words = useWords();
  const { t, format } = words;
  const client = useClient();
  const { go } = useNavigation();
  const input = useRef<HTMLInputElement>(null);
  const stopping = useRef<AbortController | null>(null);
  const [owner, setOwner] = useState<CharacterId | null>(null);
  const [under, setUnder] = useState<{ readonly name: string; readonly ratio: number } | null>(null);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  useEffect(() => () => stopping.current?.abort(), []);

  const take = async (file: File): Promise<void> => {
    const abort = new AbortController();
    stopping.current = abort;
    setFailed(null);
    setError(null);
    setUnder({ name: file.name, ratio: 0 });
    try {
      const result = await importFile(
        client,
        file,
        owner,
        (ratio) => setUnder({ name: file.name, ratio }),
        abort.signal,
      );
      if (result.kind === 'imported') {
        const { entryCount, skipped, lorebookId } = result;
        showToast({
          text: t('lorebook.imported', { name: file.name, count: entryCount }),
          ...(skipped > 0 ? { detail: t('lorebook.importSkipped', { count: skipped }) } : {}),
        });
        onClose();
        go({ place: 'lorebook', id: lorebookId, view: '' });
      } else if (result.kind !== 'cancelled') setFailed(result);
    } catch (thrown) {
      setError(toAppError(thrown));
    } finally {
      setUnder(null);
      stopping.current = null;
    }
  };
  const close = (): void => {
    stopping.current?.abort();
    setFailed(null);
    setError(null);
    onClose();
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      dismissible={under === null}
      title={t('lorebook.importTitle')}
      description={t('lorebook.importHelp', { limit: format.bytes(MAX_LORE_IMPORT_BYTES) })}
      actions={
        <>
          <Button look="ghost" onClick={close}>
            {t('ui.cancel')}
          </Button>
          <Button look="primary" icon={<FileUp />} busy={under !== null} onClick={() => input.current?.click()}>
            {t('lorebook.chooseFile')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        <OwnerSelect owner={owner} onChange={setOwner} />
        {under && <Progress label={t('lorebook.importing', { name: under.name })} ratio={under.ratio} />}
        {failed && (
          <Banner tone="bad" live>
            {failedWords(failed, words)}
          </Banner>
        )}
        {error && <FailureBanner error={error} />}
        <input
          ref={input}
          type="file"
          accept=".json,application/json"
          aria-label={t('lorebook.chooseFile')}
          tabIndex={-1}
          className="hidden"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void take(file);
          }}
        />
      </div>
    </Dialog>
  );
}

function failedWords(failed: Failed, { t, format }: Words): string {
  switch (failed.kind) {
    case 'too_large':
      return t('lorebook.importFailed.too_large', { limit: format.bytes(MAX_LORE_IMPORT_BYTES) });
    case 'too_many':
      return t('lorebook.importFailed.too_many', { count: failed.entryCount, limit: LORE_LIMITS.entries });
    default:
      return t(`lorebook.importFailed.${failed.kind}`);
  }
}
