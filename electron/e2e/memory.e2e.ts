import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CoreClient } from '#shared/contract.ts';
import type { CharacterId, ConversationId } from '#shared/entities.ts';
import { createTranslate } from '#shared/i18n/translate.ts';
import {
  type App,
  connectClient,
  goTo,
  launchBrowser,
  makeFolder,
  nextReplyEnd,
  openPage,
  removeFolder,
  settleIn,
  snap,
  startApp,
} from './harness.ts';
import { axeFindings } from './inspect.ts';

const t = createTranslate('ja');
const NAME = '灯里';
const FACT = '妹の名前はさくらで、札幌で看護師をしています。';

let dataDir: string;
let app: App;
let browser: Browser;
let client: CoreClient;
let closeClient: () => void;
let characterId: CharacterId;
let conversationId: ConversationId;
let page: Page;

beforeAll(async () => {
  dataDir = await makeFolder();
  browser = await launchBrowser();
  app = await startApp({ dataDir });
  ({ client, close: closeClient } = await connectClient(app));
  ({ characterId, conversationId } = await settleIn(client, { stage: 'hidden' }));
  ({ page } = await openPage(browser, app, { width: 1600 }));
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

const composer = (): Locator => page.getByRole('textbox', { name: t('chat.compose', { name: NAME }) });
const dialog = (): Locator => page.getByRole('dialog');
const card = (text: string): Locator => page.locator('main article', { hasText: text });
const kept = async (state: 'current' | 'all' = 'current') =>
  (await client.memory.list({ characterId, state })).memories;

async function say(text: string): Promise<void> {
  const ended = nextReplyEnd(client);
  await composer().fill(text);
  await composer().press('Enter');
  await ended;
}

/** The core is killed, and started again on the same folder; the page goes on with it. */
async function killAndStart(): Promise<void> {
  closeClient();
  await app.kill();
  app = await startApp({ dataDir });
  ({ client, close: closeClient } = await connectClient(app));
  await page.context().close();
  ({ page } = await openPage(browser, app, { width: 1600 }));
}

describe('the memory room', () => {
  it('holds what was told, with the words it came from, also after the core was killed', async () => {
    await goTo(page, `conversation/${conversationId}`);
    await say(FACT);
    await expect
      .poll(async () => (await kept()).some(({ text }) => text.includes('札幌')), { timeout: 30_000 })
      .toBe(true);
    await killAndStart();
    await goTo(page, 'memory');
    await card('札幌').getByRole('button').first().click();
    await dialog().getByText(FACT.slice(0, 8)).first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await snap(page, 'memory-origin');
    await dialog()
      .getByRole('button', { name: t('memory.openThere') })
      .first()
      .click();
    await page.locator('[data-message]', { hasText: FACT }).waitFor();
  });

  it('shows under a later reply what was remembered for it', async () => {
    await say('おなかすいたなあ');
    await say('妹はどこに住んでいるんだっけ？');
    await page.getByRole('button', { name: t('chat.why') }).click();
    await dialog().getByText('札幌').first().waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await snap(page, 'memory-why');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('is put right by its owner: the old stays as something past', async () => {
    await goTo(page, 'memory');
    await card('札幌').getByRole('button').first().click();
    await dialog()
      .getByRole('button', { name: t('memory.correct') })
      .click();
    await dialog()
      .getByRole('textbox', { name: t('memory.correctLabel') })
      .fill('妹は仙台にいる');
    await dialog()
      .getByRole('button', { name: t('memory.correct') })
      .click();
    await card('妹は仙台にいる').waitFor();
    await expect.poll(() => card('札幌').count()).toBe(0);
    expect((await kept('all')).find(({ text }) => text.includes('札幌'))?.supersededBy).not.toBeNull();
  });

  it('forgets, gives back what was forgotten by mistake, and then really forgets', async () => {
    const forget = async (): Promise<void> => {
      await card('妹は仙台にいる').getByRole('button').first().click();
      await dialog()
        .getByRole('button', { name: t('memory.forget') })
        .click();
      await dialog()
        .getByRole('button', { name: t('memory.forget') })
        .click();
      await card('妹は仙台にいる').waitFor({ state: 'detached' });
    };
    await forget();
    await page.getByRole('button', { name: t('ui.undo') }).click();
    await card('妹は仙台にいる').waitFor();
    await forget();
    await killAndStart();
    await goTo(page, 'memory');
    await page.getByRole('heading', { name: t('memory.title') }).waitFor();
    expect((await kept('all')).filter(({ text }) => text.includes('仙台'))).toEqual([]);
  });

  it('rests while it is switched off', async () => {
    await goTo(page, 'settings/memory');
    await page.getByRole('switch', { name: t('settings.memory.on') }).click();
    await expect.poll(async () => (await client.settings.all({})).memory).toBe(false);
    const before = (await kept('all')).length;
    await goTo(page, `conversation/${conversationId}`);
    await say('母の誕生日は5月3日なんだ。');
    await say('父は大阪で働いています。');
    expect(await kept('all')).toHaveLength(before);
    await goTo(page, 'memory');
    await page.getByRole('button', { name: t('memory.off.turnOn') }).click();
    await expect.poll(async () => (await client.settings.all({})).memory).toBe(true);
  });
});
