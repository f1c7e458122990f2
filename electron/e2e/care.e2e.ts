import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MS_PER_HOUR, MS_PER_MINUTE } from '#shared/base/time.ts';
import { createTranslate } from '#shared/i18n/translate.ts';
import {
  type App,
  connectClient,
  launchBrowser,
  makeFolder,
  openPage,
  removeFolder,
  settleIn,
  snap,
  startApp,
} from './harness.ts';

const t = createTranslate('ja');
const NAME = '灯里';

let app: App;
let browser: Browser;
let dataDir: string;
let context: BrowserContext;

beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
  const { client, close } = await connectClient(app);
  await settleIn(client);
  close();
});
afterEach(() => context.close());
afterAll(async () => {
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

describe('the notice that the companion is an AI', () => {
  it('stands there from the start until it is read, comes back after three hours, and outlives a restart', async () => {
    const opened = await openPage(browser, app, { width: 900 });
    ({ context } = opened);
    const { page } = opened;
    const start = Date.now();
    await page.clock.install({ time: start });
    await page.reload();
    const notice = page.getByRole('status', { name: t('care.notice') });
    const read = notice.getByRole('button', { name: t('care.read') });
    await notice.getByText(t('care.ai', { name: NAME })).waitFor();
    await snap(page, 'care-notice');
    await page.reload();
    await notice.getByText(t('care.ai', { name: NAME })).waitFor();
    await read.click();
    await notice.waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('#composer').waitFor();
    expect(await notice.count()).toBe(0);

    // An evening of a word each twenty minutes.
    const said: string[] = [];
    for (let minutes = 20; minutes <= 200; minutes += 20) {
      // A minute more than that: the sitting began when the page had loaded.
      await page.clock.setSystemTime(start + (minutes + 1) * MS_PER_MINUTE);
      await page.locator('#composer').press('Shift');
      const hours = Math.floor((minutes * MS_PER_MINUTE) / MS_PER_HOUR);
      if (minutes !== 120 && minutes !== 180) continue;
      const words =
        minutes === 120 ? t('care.pause', { count: hours }) : t('care.aiHours', { name: NAME, count: hours });
      await notice.getByText(words).waitFor();
      said.push(words);
      await read.click();
      await notice.waitFor({ state: 'detached' });
    }
    expect(said).toHaveLength(2);
    expect(await notice.count()).toBe(0);
  });
});
