import { type ReactNode, useState } from 'react';
import { useLiveQuery } from '../../data/live-query.ts';
import { useSettings } from '../../data/settings.ts';
import { tellFailure } from '../../data/use-command.ts';
import { useWords } from '../../data/words.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Lamp } from '../../ui/lamp.tsx';
import { ScrollArea } from '../../ui/scroll-area.tsx';

export interface AboutPageProps {
  readonly onShortcuts: () => void;
  readonly loadNotices: () => Promise<string>;
}

export function AboutPage({ onShortcuts, loadNotices }: AboutPageProps) {
  const { t } = useWords();
  const status = useLiveQuery((client) => client.host.status, {});
  const [notices, setNotices] = useState<string | null>(null);
  const { host, platform, version, dataPath } = status.data ?? {
    host: null,
    platform: '',
    version: '…',
    dataPath: '…',
  };
  return (
    <>
      <Card className="flex items-start gap-5">
        <Lamp size={56} className="-mt-1" />
        <dl className="grid min-w-0 flex-1 grid-cols-[fit-content(45%)_minmax(0,1fr)] gap-x-6 gap-y-1">
          <Fact term={t('settings.about.version')}>{version}</Fact>
          <Fact term={t('settings.about.host')}>
            {host && t(`settings.about.host.${host}`, { platform: platformName(platform) })}
          </Fact>
          <Fact term={t('settings.about.data')}>
            <code className="font-mono text-small break-all">{dataPath}</code>
          </Fact>
        </dl>
      </Card>
      <Card className="flex flex-col gap-6">
        <ContextTokens />
        <Line title={t('settings.about.shortcuts')} help={t('settings.about.shortcutsHelp')}>
          <Button onClick={onShortcuts}>{t('settings.about.shortcutsOpen')}</Button>
        </Line>
        <Line title={t('settings.about.licences')} help={t('settings.about.licencesHelp')}>
          <Button onClick={() => void loadNotices().then(setNotices, (thrown: unknown) => tellFailure(thrown, t))}>
            {t('settings.about.licencesOpen')}
          </Button>
        </Line>
      </Card>
      <Dialog
        open={notices !== null}
        onClose={() => setNotices(null)}
        width="wide"
        title={t('settings.about.licences')}
      >
        <ScrollArea label={t('settings.about.licences')} className="max-h-[60vh]">
          <pre className="font-mono text-small whitespace-pre-wrap" lang="en">
            {notices}
          </pre>
        </ScrollArea>
      </Dialog>
    </>
  );
}

function ContextTokens() {
  const { t } = useWords();
  const { values, set } = useSettings();
  const [text, setText] = useState(String(values.contextTokens));
  const tokens = Number(text.replaceAll(',', ''));
  const valid = Number.isInteger(tokens) && tokens >= 1000 && tokens <= 1_000_000;
  return (
    <TextField
      label={t('settings.about.context')}
      help={t('settings.about.contextHelp')}
      inputMode="numeric"
      value={text}
      onChange={setText}
      onBlur={() => {
        if (valid && tokens !== values.contextTokens) void set({ contextTokens: tokens });
      }}
      problem={valid ? null : t('settings.about.contextProblem')}
      className="max-w-md"
    />
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{term}</dt>
      <dd className="break-words">{children}</dd>
    </>
  );
}

function Line({
  title,
  help,
  children,
}: {
  readonly title: string;
  readonly help: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-4">
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="font-medium">{title}</h2>
        <p className="text-small text-ink-faint">{help}</p>
      </div>
      {children}
    </div>
  );
}

function platformName(platform: string): string {
  return PLATFORMS[platform] ?? platform;
}

const PLATFORMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' };
