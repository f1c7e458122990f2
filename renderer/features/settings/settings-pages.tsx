import { Brain, HardDriveDownload, Info, Languages, LibraryBig, Palette, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { hrefOf, SETTINGS_PAGES, type SettingsPage, useNavigation } from '../../data/navigation.ts';
import { useWords } from '../../data/words.ts';
import { cx } from '../../ui/cx.ts';
import { AboutPage } from './about-page.tsx';
import { AppearancePage } from './appearance-page.tsx';
import { BackupsPage } from './backups-page.tsx';
import { LanguagePage } from './language-page.tsx';
import { MemoryPage } from './memory-page.tsx';
import { MindsPage } from './minds/minds-page.tsx';
import { PrivacyPage } from './privacy-page.tsx';

export interface SettingsPagesProps {
  readonly page: SettingsPage;
  readonly onShortcuts: () => void;
  /** The licences of what the app is made with. */
  readonly loadNotices: () => Promise<string>;
}

export function SettingsPages({ page, onShortcuts, loadNotices }: SettingsPagesProps) {
  const { t } = useWords();
  const { go } = useNavigation();
  const title = (name: SettingsPage): string => (name === 'minds' ? t('minds.title') : t(`settings.${name}.title`));
  const help = page === 'minds' ? t('minds.help') : t(`settings.${page}.help`);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto grid max-w-5xl gap-x-10 gap-y-6 px-6 py-8 middle:grid-cols-[min(14rem,34%)_minmax(0,1fr)] middle:px-10 middle:py-12">
        <nav
          aria-label={t('settings.pages')}
          className="flex flex-col gap-1 middle:sticky middle:top-12 middle:self-start"
        >
          <div className="mb-3 px-3 font-story text-large" aria-hidden="true">
            {t('settings.title')}
          </div>
          {SETTINGS_PAGES.map((name) => (
            <a
              key={name}
              href={hrefOf({ place: 'settings', page: name })}
              aria-current={name === page ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault();
                go({ place: 'settings', page: name });
              }}
              className={cx(
                'flex items-center gap-3 rounded-base px-3 py-2 no-underline transition-colors [&_svg]:size-[1.15em] [&_svg]:shrink-0',
                name === page
                  ? 'bg-lamp-wash font-medium text-ink [&_svg]:text-lamp-ink'
                  : 'text-ink-soft hover:bg-lamp-wash hover:text-ink',
              )}
            >
              {ICONS[name]}
              {title(name)}
            </a>
          ))}
        </nav>
        <div key={page} className="flex min-w-0 animate-arrive flex-col gap-10 pb-16">
          <header>
            <h1 className="font-story text-title">{title(page)}</h1>
            <p className="mt-1 max-w-[44em] text-ink-soft">{help}</p>
          </header>
          {pageOf(page, onShortcuts, loadNotices)}
        </div>
      </div>
    </div>
  );
}

const ICONS: Readonly<Record<SettingsPage, ReactNode>> = {
  minds: <Brain />,
  memory: <LibraryBig />,
  appearance: <Palette />,
  language: <Languages />,
  privacy: <ShieldCheck />,
  backups: <HardDriveDownload />,
  about: <Info />,
};

function pageOf(page: SettingsPage, onShortcuts: () => void, loadNotices: () => Promise<string>): ReactNode {
  switch (page) {
    case 'minds':
      return <MindsPage />;
    case 'memory':
      return <MemoryPage />;
    case 'appearance':
      return <AppearancePage />;
    case 'language':
      return <LanguagePage />;
    case 'privacy':
      return <PrivacyPage />;
    case 'backups':
      return <BackupsPage />;
    case 'about':
      return <AboutPage onShortcuts={onShortcuts} loadNotices={loadNotices} />;
  }
}
