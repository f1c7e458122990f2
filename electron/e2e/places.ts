import type { Locator, Page } from 'playwright-core';
import { createTranslate, type Translate } from '#shared/i18n/translate.ts';
import type { Locale } from '#shared/settings/contract.ts';
import { goTo } from './harness.ts';

/** How a place may be seen. */
export interface Look {
  readonly locale: Locale;
  readonly theme: 'light' | 'dark';
  readonly width: 900 | 1600;
}

/** A place a person can be at. `open` leaves the page there; it starts from anywhere the place before it ended. */
export interface Place {
  readonly name: string;
  readonly open: (page: Page, t: Translate) => Promise<void>;
  /** Put away what floats over the page. */
  readonly leave?: (page: Page) => Promise<void>;
}

export const LOOKS: readonly Look[] = (['ja', 'en'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).flatMap((theme) => ([1600, 900] as const).map((width) => ({ locale, theme, width }))),
);

export function lookName({ locale, theme, width }: Look): string {
  return `${locale}-${theme}-${width}`;
}

const escape = async (page: Page): Promise<void> => {
  await page.keyboard.press('Escape');
  await page
    .locator('[role=dialog], [role=alertdialog], [role=menu], [role=listbox]')
    .first()
    .waitFor({ state: 'detached' });
};

const heading = (page: Page): Locator => page.locator('main h1').first();

/** Every place of the app once the person is known, with a conversation `full` that has messages and one `empty` that has none. */
export function placesOf(ids: {
  readonly full: string;
  readonly empty: string;
  readonly characterId: string;
}): readonly Place[] {
  const settings = ['minds', 'memory', 'appearance', 'language', 'privacy', 'backups', 'about'].map((name): Place => ({
    name: `settings-${name}`,
    async open(page) {
      await goTo(page, `settings/${name}`);
      await page.locator(`main nav a[href="#/settings/${name}"][aria-current=page]`).waitFor();
      await heading(page).waitFor();
    },
  }));
  const conversation = async (page: Page, id: string): Promise<void> => {
    await goTo(page, `conversation/${id}`);
    await page.locator('article').first().waitFor();
  };
  const tool = (name: string, key: 'chat.map' | 'chat.jump' | 'chat.figures'): Place => ({
    name: `conversation-${name}`,
    async open(page, t) {
      await conversation(page, ids.full);
      await page.getByRole('button', { name: t(key) }).click();
      await page.getByRole('dialog').waitFor();
    },
    leave: escape,
  });
  return [
    { name: 'conversation-empty', open: (page) => conversation(page, ids.empty) },
    { name: 'conversation', open: (page) => conversation(page, ids.full) },
    {
      name: 'conversation-menu',
      async open(page) {
        await conversation(page, ids.full);
        await page.locator('article').last().click({ button: 'right' });
        await page.getByRole('menu').waitFor();
      },
      leave: escape,
    },
    {
      name: 'conversation-details',
      async open(page, t) {
        await conversation(page, ids.full);
        await page.locator('article').last().click({ button: 'right' });
        await page.getByRole('menuitem', { name: t('chat.details') }).click();
        await page.getByRole('dialog', { name: t('chat.details') }).waitFor();
      },
      leave: escape,
    },
    {
      name: 'conversation-search',
      async open(page, t) {
        await conversation(page, ids.full);
        await page.getByRole('button', { name: t('chat.search') }).click();
        await page.getByPlaceholder(t('chat.searchPlaceholder')).fill('紅茶');
        await page.locator('mark').first().waitFor();
      },
      async leave(page) {
        await page.keyboard.press('Escape');
        await page.locator('mark').first().waitFor({ state: 'detached' });
      },
    },
    tool('map', 'chat.map'),
    tool('jump', 'chat.jump'),
    tool('figures', 'chat.figures'),
    {
      name: 'palette',
      async open(page) {
        await page.keyboard.press('Control+k');
        await page.getByRole('listbox').waitFor();
      },
      leave: escape,
    },
    {
      name: 'shortcuts',
      async open(page) {
        await page.keyboard.press('Control+/');
        await page.getByRole('dialog').waitFor();
      },
      leave: escape,
    },
    {
      name: 'companions',
      async open(page) {
        await goTo(page, 'companions');
        await page.locator('main h3').first().waitFor();
      },
    },
    {
      name: 'companion',
      async open(page, t) {
        await goTo(page, `companions/${ids.characterId}`);
        await page.getByRole('textbox', { name: t('editor.name'), exact: true }).waitFor();
      },
    },
    {
      name: 'companion-new',
      async open(page, t) {
        await goTo(page, 'companions/new');
        await page.getByRole('textbox', { name: t('editor.name'), exact: true }).waitFor();
      },
    },
    {
      name: 'search',
      async open(page) {
        await goTo(page, 'search/%E7%B4%85%E8%8C%B6');
        await page.locator('mark').first().waitFor();
      },
    },
    ...(['shelf', 'timeline', 'map', 'health'] as const).map((view): Place => ({
      name: `memory-${view}`,
      async open(page, t) {
        await goTo(page, 'memory');
        await page.getByRole('radio', { name: t(`memory.view.${view}`) }).click();
        await page.locator('main article, main li time, main svg[role=group], main h2').first().waitFor();
      },
    })),
    ...settings,
    {
      name: 'mind-dialog',
      async open(page, t) {
        await goTo(page, 'settings/minds');
        await page.getByRole('button', { name: t('minds.add') }).click();
        await page.getByRole('dialog').waitFor();
      },
      leave: escape,
    },
    {
      name: 'passphrase-dialog',
      async open(page, t) {
        await goTo(page, 'settings/privacy');
        await page.getByRole('button', { name: t('settings.privacy.passphraseSet') }).click();
        await page.getByRole('dialog').waitFor();
      },
      leave: escape,
    },
  ];
}

export const translates: Readonly<Record<Locale, Translate>> = { ja: createTranslate('ja'), en: createTranslate('en') };
