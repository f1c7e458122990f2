import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, makeFolder, openPage, removeFolder, snap, startApp, type App } from './harness.ts';

let dataDir: string;
let app: App;
let browser: Browser;
beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

/** The words of the companion's first reply (their greeting stands before it), once they have all come. */
async function firstReply(page: Page): Promise<string> {
  const replies = page.locator('article[aria-label^="灯里、"]');
  await replies.nth(1).waitFor();
  await page.getByRole('button', { name: '別の返事' }).first().waitFor();
  return replies.nth(1).locator('.message-words').innerText();
}

describe('the first evening, with no network, no key and no model', () => {
  it('from the language to a first reply in under a minute, and everything is there the next time', async () => {
    const { page, context, errors } = await openPage(browser, app);
    const begin = performance.now();
    await page.getByRole('button', { name: /日本語/ }).click();

    await page.getByText('AI です。').waitFor();
    await page.getByLabel('年', { exact: true }).fill('1995');
    await page.getByLabel('月', { exact: true }).fill('4');
    await page.getByLabel('日', { exact: true }).fill('2');
    await page.getByRole('button', { name: 'AI だと理解しました' }).click();

    await page.getByLabel('呼び名').fill('ゆう');
    await page.keyboard.press('Enter');

    await page.getByRole('radio').first().waitFor();
    expect(await page.getByRole('radio').count()).toBe(4);
    await page.getByRole('button', { name: 'ひとこと聞く 灯里' }).click();
    await page.getByRole('radio', { name: '灯里' }).click();
    await page.getByRole('button', { name: '灯里と進む' }).click();

    await page.getByRole('button', { name: '灯里と話しはじめる' }).click();
    const composer = page.getByRole('textbox', { name: '灯里へのメッセージ' });
    await composer.fill('今日は仕事でへとへと…');
    const sentAt = performance.now();
    await composer.press('Enter');
    const reply = await firstReply(page);
    const now = performance.now();
    console.log(
      `first reply after ${Math.round(now - sentAt)} ms, ${Math.round(now - begin)} ms after the first click`,
    );
    expect(now - begin).toBeLessThan(60_000);
    expect(reply.replace(/\s/g, '').length).toBeGreaterThan(4);
    expect(reply).not.toMatch(/[<>{}]/);
    await expect.poll(() => page.locator('canvas').count(), { timeout: 30_000 }).toBe(1);
    await snap(page, 'first-evening');

    await app.stop();
    await context.close();
    expect(errors.filter((error) => !error.includes('WebSocket'))).toEqual([]);
    app = await startApp({ dataDir });
    const again = await openPage(browser, app);
    await again.page.getByText('今日は仕事でへとへと…').waitFor();
    const words = (reply.split('\n')[0] ?? '').trim();
    await again.page.getByText(words, { exact: false }).first().waitFor();
    await again.context.close();
  }, 150_000);

  it('asks nobody outside this machine for anything', async () => {
    const { page, context } = await openPage(browser, app);
    const elsewhere: string[] = [];
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(app.url).host) elsewhere.push(request.url());
    });
    await page.reload();
    await page.getByRole('textbox', { name: '灯里へのメッセージ' }).waitFor();
    await expect.poll(() => page.locator('canvas').count(), { timeout: 30_000 }).toBe(1);
    expect(elsewhere).toEqual([]);
    await context.close();
  });
});
