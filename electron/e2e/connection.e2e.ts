import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTranslate } from '#shared/i18n/translate.ts';
import {
  connectClient,
  launchBrowser,
  makeFolder,
  openPage,
  removeFolder,
  settleIn,
  startApp,
  type App,
} from './harness.ts';

const t = createTranslate('ja');
const TOKEN = 'T'.repeat(43);

let browser: Browser;
let dataDir: string;
let app: App;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  dataDir = await makeFolder();
  app = await startApp({ dataDir, env: { TOMOSHIBI_TOKEN: TOKEN } });
  const { client, close } = await connectClient(app);
  await settleIn(client, { stage: 'hidden' });
  close();
});
afterEach(async () => {
  await app.stop();
  await removeFolder(dataDir);
});

describe('the page and its host', () => {
  it('takes the token out of the address, keeps it for a reload, and shows it to no other tab', async () => {
    const { page, context, errors } = await openPage(browser, app, { locale: 'ja' });
    await composer(page).waitFor();
    expect(page.url()).not.toContain(TOKEN);
    await page.reload();
    await composer(page).waitFor();
    const other = await context.newPage();
    await other.goto(new URL('/', app.url).href);
    await other.getByText(t('app.refused.title')).waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });

  it('finds the host again after it was killed and started anew, and shows what has changed', async () => {
    const { page, context } = await openPage(browser, app, { locale: 'ja' });
    await composer(page).waitFor();
    await page.evaluate(() => Object.assign(window, { notReloaded: true }));
    await app.kill();
    await page.getByText(t('status.lost')).first().waitFor();
    const { port } = new URL(app.url);
    app = await startApp({ dataDir, args: ['--port', port], env: { TOMOSHIBI_TOKEN: TOKEN } });
    await page.getByText(t('status.lost')).first().waitFor({ state: 'detached' });
    const { client, close } = await connectClient(app);
    const [character] = await client.characters.list({});
    if (character === undefined) throw new Error('nobody is there');
    await client.characters.update({ characterId: character.id, changes: { name: '名を変えた灯里' } });
    close();
    await page.getByText('名を変えた灯里').first().waitFor();
    expect(await page.evaluate(() => Object.hasOwn(window, 'notReloaded'))).toBe(true);
    await context.close();
  });

  it('says so when the host was started anew with another token', async () => {
    const { page, context } = await openPage(browser, app, { locale: 'ja' });
    await composer(page).waitFor();
    await app.stop();
    const { port } = new URL(app.url);
    app = await startApp({ dataDir, args: ['--port', port] });
    await page.getByText(t('app.refused.title')).waitFor();
    await context.close();
  });

  it('is not once in the way of the content security policy, whatever place is opened', async () => {
    const { page, context, errors } = await openPage(browser, app, { locale: 'ja' });
    await composer(page).waitFor();
    await page.evaluate(() => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
      });
      Object.assign(window, { violations });
    });
    const places = [
      'companions',
      'companions/new',
      'search',
      'settings/minds',
      'settings/appearance',
      'settings/language',
      'settings/privacy',
      'settings/backups',
      'settings/about',
      '',
    ];
    for (const place of places) {
      await page.evaluate((hash) => (window.location.hash = hash), `#/${place}`);
      await page.waitForLoadState('networkidle');
      await page.locator('main').first().waitFor();
    }
    expect(await page.evaluate(() => Reflect.get(window, 'violations') as string[])).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('reaches nothing but its own host', async () => {
    const { page, context } = await openPage(browser, app, { locale: 'ja' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.reload();
    await composer(page).waitFor();
    const { origin } = new URL(app.url);
    expect(
      asked.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:') && !url.startsWith('data:')),
    ).toEqual([]);
    const refused = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'reached',
        () => 'refused',
      ),
    );
    expect(refused).toBe('refused');
    await context.close();
  });
});

function composer(page: Page) {
  return page.getByRole('textbox').first();
}
