import type { AppError } from '#shared/rpc/errors.ts';
import { failureWords } from '../data/failure.ts';
import { useWords } from '../data/words.ts';
import { Banner } from './banner.tsx';

/** A failed call in its place: inside the dialog or beside the control that made it. */
export function FailureBanner({ error }: { readonly error: AppError }) {
  const { t } = useWords();
  const { title, advice, code } = failureWords(error, t);
  return (
    <Banner tone="bad" live title={title}>
      {t('ui.adviceAndCode', { advice, code })}
    </Banner>
  );
}
