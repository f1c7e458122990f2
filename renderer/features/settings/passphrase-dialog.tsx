import { useState } from 'react';
import { useCommand } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureBanner } from '../../ui/failure-banner.tsx';
import { TextField } from '../../ui/field.tsx';
import { showToast } from '../../ui/toast.tsx';

const SHORTEST = 8;

/** Sets, changes or removes the passphrase of the file. What is typed stays in this dialog. */
export function PassphraseDialog({ remove, onClose }: { readonly remove: boolean; readonly onClose: () => void }) {
  const { t } = useWords();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [wrong, setWrong] = useState(false);
  const [tried, setTried] = useState(false);
  const change = useCommand((client) => client.host.setPassphrase, { quiet: true });
  const short = !remove && next.length < SHORTEST;
  const differs = !remove && next !== again;

  const submit = async (): Promise<void> => {
    setTried(true);
    if (short || differs) return;
    const result = await change.run({ current: current === '' ? null : current, next: remove ? null : next });
    if (result?.kind === 'wrong_passphrase') setWrong(true);
    if (result?.kind !== 'done') return;
    showToast({ text: t(remove ? 'settings.privacy.passphraseGone' : 'settings.privacy.passphraseDone') });
    onClose();
  };

  return (
    <Dialog
      open
      width="narrow"
      dismissible={false}
      onClose={onClose}
      title={t(remove ? 'settings.privacy.passphraseRemove' : 'settings.privacy.passphraseSet')}
      actions={
        <>
          <Button look="ghost" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" form="passphrase-form" look={remove ? 'danger' : 'primary'} busy={change.pending}>
            {t(remove ? 'settings.privacy.passphraseRemove' : 'ui.save')}
          </Button>
        </>
      }
    >
      <form
        id="passphrase-form"
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label={t('settings.privacy.passphraseCurrent')}
          {...(remove ? {} : { help: t('settings.privacy.passphraseCurrentHelp') })}
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={(value) => {
            setCurrent(value);
            setWrong(false);
          }}
          problem={wrong ? t('settings.privacy.passphraseWrong') : null}
        />
        {!remove && (
          <>
            <TextField
              label={t('settings.privacy.passphraseNext')}
              help={t('settings.privacy.passphraseNextHelp')}
              type="password"
              autoComplete="new-password"
              value={next}
              onChange={setNext}
              problem={tried && short ? t('settings.privacy.passphraseShort') : null}
            />
            <TextField
              label={t('settings.privacy.passphraseAgain')}
              type="password"
              autoComplete="new-password"
              value={again}
              onChange={setAgain}
              problem={tried && !short && differs ? t('settings.privacy.passphraseDiffers') : null}
            />
          </>
        )}
        {change.error && <FailureBanner error={change.error} />}
      </form>
    </Dialog>
  );
}
