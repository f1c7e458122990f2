import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delta, event, raw, refuse, startHostileServer, type Answer } from '#core/llm/openai-harness.ts';
import type { CoreClient } from '#shared/contract.ts';
import type { CharacterId, ConversationId } from '#shared/entities.ts';
import { createTranslate } from '#shared/i18n/translate.ts';
import {
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
  type App,
} from './harness.ts';

const t = createTranslate('ja');
const KEY = 'sk-e2e-4b1f0c9e8d7a6b5c2f11';
const WORDS = 'おつかれさま。今日はもう、がんばらなくていいよ。';
/** 1,000 tokens read at 10 dollars a million and 200 written at 50: two cents. */
const USAGE = { prompt_tokens: 1000, completion_tokens: 200, total_tokens: 1200 };

let dataDir: string;
let app: App;
let browser: Browser;
let page: Page;
let client: CoreClient;
let closeClient: () => void;
let characterId: CharacterId;
let conversationId: ConversationId;
/** All that the core told the page. */
const heard: string[] = [];

beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir, env: { TOMOSHIBI_LOG: 'info' } }), launchBrowser()]);
  ({ client, close: closeClient } = await connectClient(app));
  ({ characterId } = await settleIn(client, { stage: 'hidden' }));
  ({ page } = await openPage(browser, app));
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(payload.toString())));
  await page.goto(app.url);
  await page.reload();
  await composer().waitFor();
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});
beforeEach(async () => {
  for (const { id: providerId } of await client.settings.providers({}))
    await client.settings.removeProvider({ providerId });
  await client.settings.set({ dailyCapCents: null });
  ({ conversationId } = await client.chat.createConversation({ characterId }));
  await goTo(page, `conversation/${conversationId}`);
  await composer().waitFor();
});

const composer = (): Locator => page.getByRole('textbox', { name: '灯里へのメッセージ' });
const status = (): Locator => page.getByRole('status', { name: t('status.label') });
const lastMessage = async () => (await client.chat.thread({ conversationId, limit: 200 })).messages.at(-1);

async function say(text: string) {
  const ended = nextReplyEnd(client);
  await composer().fill(text);
  await composer().press('Enter');
  return ended;
}

async function openMock(port = 0, latency = 0): Promise<LLMock> {
  const mock = new LLMock({ port, chunkSize: 6, latency });
  mock.on({ model: 'lantern-large' }, { content: `<happy>${WORDS}`, usage: USAGE });
  mock.on({ model: 'lantern-small' }, { content: `<neutral>${WORDS}`, usage: USAGE });
  await mock.start();
  return mock;
}

function addMind(baseUrl: string, more: { name?: string; inputPrice?: number; outputPrice?: number } = {}) {
  return client.settings.addProvider({
    kind: 'openai',
    name: 'Lantern',
    baseUrl,
    model: 'lantern-large',
    apiKey: KEY,
    ...more,
  });
}

describe('a mind of the person’s own', () => {
  it('is added, tried, answers, and is told in tokens and cost; its key is seen nowhere', async () => {
    const mock = await openMock();
    await goTo(page, 'settings/minds');
    await page.getByRole('button', { name: t('minds.add') }).click();
    const dialog = page.getByRole('dialog', { name: t('mind.addTitle') });
    await dialog.getByRole('combobox', { name: t('mind.kind') }).click();
    await page.getByRole('option', { name: t('mind.preset.other') }).click();
    await dialog.getByLabel(t('mind.name'), { exact: true }).fill('Lantern');
    await dialog.getByLabel(t('mind.baseUrl')).fill(`${mock.url}/v1`);
    await dialog.getByLabel(t('mind.apiKey')).fill(KEY);
    await dialog.getByRole('button', { name: t('mind.findModels') }).click();
    const model = dialog.getByRole('combobox', { name: t('mind.model') });
    await model.click();
    await page.getByRole('option', { name: 'lantern-large' }).click();
    await dialog.getByLabel(t('mind.inputPrice'), { exact: true }).fill('10');
    await dialog.getByLabel(t('mind.outputPrice')).fill('50');
    await dialog.getByRole('button', { name: t('minds.test') }).click();
    await dialog.getByText('lantern-large が答えました', { exact: false }).waitFor();
    await snap(page, 'minds-dialog-tested');
    await dialog.getByRole('button', { name: t('ui.add'), exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(t('minds.rung.primary')).waitFor();

    await goTo(page, `conversation/${conversationId}`);
    await status().getByText('lantern-large で答えています').waitFor();
    const end = await say('ただいま');
    expect(end).toMatchObject({ state: 'complete', rung: 'primary', model: 'lantern-large', fellBackBecause: null });
    await page.getByText(WORDS, { exact: true }).waitFor();
    // The face a mind asks for is made, and its tag never shown.
    expect(await page.getByText('<happy>').count()).toBe(0);
    expect(await lastMessage()).toMatchObject({
      expression: 'happy',
      usage: { promptTokens: 1000, completionTokens: 200, costMicroUsd: 20_000 },
    });
    await page
      .getByRole('button', { name: t('ui.more') })
      .last()
      .click();
    await page.getByRole('menuitem', { name: t('chat.details') }).click();
    const details = page.getByRole('dialog', { name: t('chat.details') });
    await details.getByText('lantern-large', { exact: false }).waitFor();
    await details.getByText('$0.02', { exact: false }).waitFor();
    await details.getByText(t('chat.detail.tokensOf', { prompt: 1000, completion: 200 })).waitFor();
    await snap(page, 'message-details');
    await page.keyboard.press('Escape');

    expect(mock.getRequests().length).toBeGreaterThanOrEqual(2);
    await goTo(page, 'settings/minds');
    await page.getByRole('button', { name: t('minds.actions', { name: 'Lantern' }) }).click();
    await page.getByRole('menuitem', { name: t('ui.edit') }).click();
    await page.getByText(t('mind.apiKeyKept')).waitFor();
    const typed = await page
      .locator('input')
      .evaluateAll((inputs) => inputs.map((input) => (input instanceof HTMLInputElement ? input.value : '')));
    await page.getByRole('button', { name: t('ui.cancel') }).click();
    expect(typed.join('\n')).not.toContain(KEY);
    expect(await page.content()).not.toContain(KEY);
    expect(heard.length).toBeGreaterThan(10);
    expect(heard.join('\n')).not.toContain(KEY);
    expect(app.log()).not.toContain(KEY);
    const answers = [await client.settings.all({}), await client.settings.providers({}), await client.host.status({})];
    expect(JSON.stringify(answers)).not.toContain(KEY);
    for (const name of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
      const file = readdirSync(path.dirname(path.join(dataDir, name)), { withFileTypes: true }).find(
        (entry) => entry.name === path.basename(name),
      );
      if (file?.isFile()) expect(readFileSync(path.join(dataDir, name)).includes(KEY), name).toBe(false);
    }
    await mock.stop();
  });

  it('stops at the day’s cap: the built-in replies answer, and say so quietly', async () => {
    const mock = await openMock();
    await addMind(`${mock.url}/v1`, { inputPrice: 10, outputPrice: 50 });
    const before = (await client.settings.spending({})).todayMicroUsd;
    expect(await say('ただいま')).toMatchObject({ rung: 'primary' });
    expect((await client.settings.spending({})).todayMicroUsd).toBe(before + 20_000);
    await goTo(page, 'settings/minds');
    const cap = page.getByLabel(t('spending.cap'));
    await cap.fill('0.01');
    await cap.press('Enter');
    await page.getByText(t('spending.of', { cap: '$0.01' })).waitFor();
    await page.getByText(t('spending.table')).click();
    await snap(page, 'minds-spending');

    await goTo(page, `conversation/${conversationId}`);
    const asked = mock.getRequests().length;
    expect(await say('もうひとつ聞いて')).toMatchObject({
      state: 'complete',
      rung: 'reply-bank',
      fellBackBecause: 'cap_reached',
    });
    expect(mock.getRequests()).toHaveLength(asked);
    await page.getByText(t('chat.fellBackBank', { reason: t('fallback.cap_reached') })).waitFor();
    await status()
      .getByText(t('status.fellBack', { reason: t('fallback.cap_reached') }))
      .waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await mock.stop();
  });

  it('that has gone away is told of, and asked again once it is back', async () => {
    const mock = await openMock();
    const { port } = mock;
    await addMind(`${mock.url}/v1`);
    expect(await say('ひとつめ')).toMatchObject({ rung: 'primary' });
    await mock.stop();
    expect(await say('ふたつめ')).toMatchObject({ rung: 'reply-bank', fellBackBecause: 'refused' });
    await status()
      .getByText(t('status.fellBack', { reason: t('fallback.refused') }))
      .waitFor();
    await snap(page, 'chat-fell-back');
    const again = await openMock(port);
    expect(await say('みっつめ')).toMatchObject({ rung: 'primary', fellBackBecause: null });
    await status().getByText('lantern-large で答えています').waitFor();
    await again.stop();
  });

  it('that fails says why in plain words, and the reply comes all the same', async () => {
    const failures: readonly (readonly [
      name: string,
      answer: Answer,
      reason: 'unauthorized' | 'rate_limited' | 'bad_answer' | 'server_error' | 'network',
    ])[] = [
      ['401', refuse(401, `Incorrect API key provided: ${KEY}`, { code: 'invalid_api_key' }), 'unauthorized'],
      ['429', refuse(429, 'Rate limit reached', { headers: { 'retry-after': '60' } }), 'rate_limited'],
      ['malformed SSE', raw('data: {"choices":[{"delta":{"con\n\ndata: <html>\n\n'), 'bad_answer'],
      ['wrong JSON', raw(event({ hello: 'world' }) + event('[DONE]')), 'bad_answer'],
      [
        'a page instead',
        (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works</h1>'),
        'bad_answer',
      ],
    ];
    for (const [name, answer, reason] of failures) {
      const server = await startHostileServer(answer);
      const { providerId } = await addMind(server.baseUrl);
      const end = await say(`${name} のあと`);
      expect(end, name).toMatchObject({ state: 'complete', rung: 'reply-bank', fellBackBecause: reason });
      await page.getByText(t('chat.fellBackBank', { reason: t(`fallback.${reason}`) })).waitFor();
      await client.settings.removeProvider({ providerId });
      await server.close();
    }
    expect(await page.content()).not.toContain(KEY);
    expect(heard.join('\n')).not.toContain(KEY);
    expect(app.log()).not.toContain(KEY);
  });

  it('whose stream is cut leaves what was said, marked, with a way on', async () => {
    const server = await startHostileServer(raw(delta('うん、それで') + delta('ね、'), 'cut'));
    const { providerId } = await addMind(server.baseUrl);
    expect(await say('聞いて')).toMatchObject({ state: 'interrupted', fellBackBecause: 'network' });
    await page.getByText('うん、それでね、', { exact: true }).waitFor();
    await page.getByText(t('chat.stopped')).waitFor();
    await snap(page, 'chat-cut');
    await page.getByText(t('chat.cutOff', { reason: t('fallback.network') })).waitFor();
    await status().getByText('lantern-large で答えています').waitFor();
    await client.settings.removeProvider({ providerId });
    await server.close();
    const ended = nextReplyEnd(client);
    await page
      .getByRole('button', { name: t('chat.continue') })
      .first()
      .click();
    expect(await ended).toMatchObject({ state: 'complete', rung: 'reply-bank' });
    expect((await lastMessage())?.text.startsWith('うん、それでね、')).toBe(true);
  });

  it('that cannot be tried says why, before anything is kept', async () => {
    const server = await startHostileServer(
      refuse(401, `Incorrect API key provided: ${KEY}`, { code: 'invalid_api_key' }),
    );
    await goTo(page, 'settings/minds');
    await page.getByRole('button', { name: t('minds.add') }).click();
    const dialog = page.getByRole('dialog', { name: t('mind.addTitle') });
    await dialog.getByLabel(t('mind.baseUrl')).fill(server.baseUrl);
    await dialog.getByLabel(t('mind.apiKey')).fill(KEY);
    await dialog.getByRole('button', { name: t('minds.test') }).click();
    await dialog.getByText(t('provider.failure.unauthorized')).waitFor();
    expect(await dialog.innerText()).not.toContain(KEY);
    await snap(page, 'minds-dialog-refused');
    await server.close();
    await dialog.getByRole('button', { name: t('minds.test') }).click();
    await dialog.getByText(t('provider.failure.refused')).waitFor();
    await dialog.getByLabel(t('mind.baseUrl')).fill('lantern');
    await dialog.getByRole('button', { name: t('ui.add'), exact: true }).click();
    await dialog.getByText(t('mind.problem.url')).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await client.settings.providers({})).toEqual([]);
  });

  it('is put in order by the keyboard, and deleted with an undo', async () => {
    await addMind('http://127.0.0.1:9/v1', { name: 'First' });
    await addMind('http://127.0.0.1:9/v1', { name: 'Second' });
    const names = async () => (await client.settings.providers({})).map(({ name }) => name);
    await goTo(page, 'settings/minds');
    const up = page.getByRole('button', { name: t('ui.moveUp', { name: 'Second' }) });
    await up.focus();
    await page.keyboard.press('Enter');
    await expect.poll(names).toEqual(['Second', 'First']);
    await page.getByText(t('minds.moved', { name: 'Second', position: 1 })).waitFor({ state: 'attached' });

    const remove = async (): Promise<void> => {
      await page.getByRole('button', { name: t('minds.actions', { name: 'First' }) }).press('Enter');
      await page.getByRole('menuitem', { name: t('ui.delete') }).press('Enter');
      const ask = page.getByRole('alertdialog');
      await ask.getByRole('button', { name: t('ui.delete') }).press('Enter');
      await ask.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: t('minds.actions', { name: 'First' }) }).waitFor({ state: 'detached' });
    };
    await remove();
    await page.getByRole('button', { name: t('ui.undo') }).click();
    await page.getByRole('button', { name: t('minds.actions', { name: 'First' }) }).waitFor();
    await expect
      .poll(async () => (await client.settings.providers({})).map(({ enabled }) => enabled))
      .toEqual([true, true]);
    await remove();
    // Once the offer to undo has gone, so has the key. On a slow machine it goes by itself before it can be closed.
    const offer = page.getByRole('region', { name: t('ui.notices') }).getByRole('button', { name: t('ui.close') });
    await Promise.race([offer.first().click(), offer.first().waitFor({ state: 'detached' })]);
    await expect.poll(names).toEqual(['Second']);
  });
});
