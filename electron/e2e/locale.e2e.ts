import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoreClient } from '#shared/contract.ts';
import { foreignWords } from './inspect.ts';
import {
  connectClient,
  goTo,
  launchBrowser,
  makeFolder,
  openPage,
  removeFolder,
  settleIn,
  startApp,
  type App,
} from './harness.ts';
import { translates } from './places.ts';

const { ja, en } = translates;

let browser: Browser;
let dataDir: string;
let app: App;
let client: CoreClient;
let closeClient: () => void;
let page: Page;
beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
  ({ client, close: closeClient } = await connectClient(app));
  await settleIn(client, { stage: 'hidden' });
  ({ page } = await openPage(browser, app));
  await page.getByRole('textbox', { name: ja('chat.compose', { name: '灯里' }) }).waitFor();
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

describe('the language', () => {
  it('is switched in the settings, at once and everywhere, and what was being written stays', async () => {
    const composer = () => page.locator('#composer');
    await composer().fill('書きかけの手紙');
    await goTo(page, 'settings/language');
    await page.getByRole('radio', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: en('settings.language.title') }).waitFor();
    await page.locator('html[lang=en]').waitFor();
    await page.getByRole('link', { name: en('nav.settings') }).waitFor();
    expect(await page.title()).toBe(en('app.title', { place: en('nav.settings') }));
    expect(await foreignWords(page, 'en', ['灯里'])).toEqual([]);
    await page.goBack();
    await page.getByRole('textbox', { name: en('chat.compose', { name: 'Akari' }) }).waitFor();
    await expect.poll(() => composer().inputValue()).toBe('書きかけの手紙');
    expect(await foreignWords(page, 'en', ['灯里'])).toEqual([]);
    expect(await page.evaluate(() => Object.hasOwn(window, 'notReloaded'))).toBe(true);
  });

  it('is switched back through the palette, with the words of either language', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: en('palette.title') }).fill('日本語');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: ja('chat.compose', { name: '灯里' }) }).waitFor();
    await page.locator('html[lang=ja]').waitFor();
    expect(await foreignWords(page, 'ja', [])).toEqual([]);
    expect(await page.evaluate(() => Object.hasOwn(window, 'notReloaded'))).toBe(true);
  });

  it('changed elsewhere (another window) reaches this one', async () => {
    const { page: other, context } = await openPage(browser, app, { locale: 'en' });
    await other.getByRole('textbox', { name: ja('chat.compose', { name: '灯里' }) }).waitFor();
    await client.settings.set({ locale: 'en' });
    for (const window of [page, other])
      await window.getByRole('textbox', { name: en('chat.compose', { name: 'Akari' }) }).waitFor();
    await context.close();
    await client.settings.set({ locale: 'ja' });
  });

  it('has a new companion speak it', async () => {
    await client.settings.set({ locale: 'en' });
    await goTo(page, 'companions');
    await page.getByRole('button', { name: en('characters.meet', { name: 'Mio' }) }).click();
    await page
      .getByRole('button', { name: en('nav.talkTo', { name: 'Mio' }) })
      .last()
      .click();
    await page.getByRole('textbox', { name: en('chat.compose', { name: 'Mio' }) }).waitFor();
    const greeting = await page.locator('article .message-words').first().innerText();
    expect(greeting).toMatch(/^[\p{ASCII}\p{P}\s]+$/u);
  });
});
