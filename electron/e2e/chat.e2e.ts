import { truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CoreClient } from '#shared/contract.ts';
import type { CharacterId, ConversationId } from '#shared/entities.ts';
import {
  connectClient,
  launchBrowser,
  makeFolder,
  nextReplyEnd,
  openPage,
  removeFolder,
  settleIn,
  startApp,
  type App,
} from './harness.ts';

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
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
  ({ client, close: closeClient } = await connectClient(app));
  ({ characterId } = await settleIn(client, { stage: 'hidden' }));
  ({ page } = await openPage(browser, app));
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});
beforeEach(async () => {
  ({ conversationId } = await client.chat.createConversation({ characterId }));
  await client.settings.set({ activeConversationId: conversationId });
  await page.goto(app.url);
  await page.reload();
  await composer().waitFor();
});

const composer = (): Locator => page.getByRole('textbox', { name: '灯里へのメッセージ' });

const thread = async () =>
  (await client.chat.thread({ conversationId, limit: 200 })).messages.filter((message) => !message.deleted);

/** Types, sends, and waits until the reply has ended. */
async function say(text: string): Promise<void> {
  const ended = nextReplyEnd(client);
  await composer().fill(text);
  // Not while an attachment is still on its way.
  await expect.poll(() => page.getByRole('button', { name: '送信' }).isEnabled()).toBe(true);
  await composer().press('Enter');
  await ended;
}

/** The context menu of the message that holds these words. */
async function menuOf(words: string): Promise<void> {
  await page.locator('article', { hasText: words }).first().click({ button: 'right' });
}

describe('a conversation, as a person has it', () => {
  it('regenerates, and the arrows go between the variants', async () => {
    await say('ねえ、紅茶と珈琲ならどっち？');
    const ended = nextReplyEnd(client);
    await page.getByRole('button', { name: '別の返事' }).first().click();
    await ended;
    const [, mine] = await thread();
    const variants = (await thread()).at(-1)?.siblingIds ?? [];
    expect(mine?.text).toBe('ねえ、紅茶と珈琲ならどっち？');
    expect(variants).toHaveLength(2);
    await page.getByRole('button', { name: '前の候補' }).first().click();
    await expect.poll(async () => (await thread()).at(-1)?.id).toBe(variants[0]);
    await page.getByRole('button', { name: '次の候補' }).first().click();
    await expect.poll(async () => (await thread()).at(-1)?.id).toBe(variants[1]);
  });

  it('stops a reply, marks it, and goes on with it', async () => {
    // Slow enough to be stopped on any machine.
    const mock = new LLMock({ port: 0, chunkSize: 4, latency: 150 });
    mock.onMessage(/./, { content: 'むかしむかし、あるところに、小さな灯りのともる店がありました。'.repeat(8) });
    await mock.start();
    const { providerId } = await client.settings.addProvider({
      kind: 'openai',
      name: 'slow',
      baseUrl: `${mock.url}/v1`,
      model: 'slow',
    });
    await composer().fill('長い話を聞かせて。今日は本当にいろいろあって、誰かの声が聞きたかったんだ。');
    const started = new Promise((resolve) => client.chat.onReplyDelta(resolve));
    await composer().press('Enter');
    await started;
    await page.getByRole('button', { name: '止める' }).click();
    await page.getByText('途中で止まりました').waitFor();
    const stopped = (await thread()).at(-1);
    const stoppedAt = stopped?.text ?? '';
    expect(stopped?.state).toBe('interrupted');
    expect(stoppedAt).not.toBe('');
    // What goes on is another mind: it starts where the first one was stopped.
    await client.settings.removeProvider({ providerId });
    const ended = nextReplyEnd(client);
    await page.getByRole('button', { name: '続きを聞く' }).first().click();
    await ended;
    await expect.poll(async () => (await thread()).at(-1)?.state).toBe('complete');
    expect((await thread()).at(-1)?.text.startsWith(stoppedAt)).toBe(true);
    await mock.stop();
  });

  it('edits, deletes with undo, and copies from the menu of a message', async () => {
    await say('あしたは歯医者に行く');
    await menuOf('あしたは歯医者に行く');
    await page.getByRole('menuitem', { name: '編集' }).click();
    await page.getByRole('textbox', { name: 'メッセージを編集' }).fill('あさっては歯医者に行く');
    await page.keyboard.press('Control+Enter');
    await page.getByText('あさっては歯医者に行く').waitFor();
    await menuOf('あさっては歯医者に行く');
    await page.getByRole('menuitem', { name: '削除' }).click();
    await page.getByText('あさっては歯医者に行く').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '元に戻す' }).click();
    await page.getByText('あさっては歯医者に行く').waitFor();
  });

  it('branches, and the map leads back', async () => {
    await say('海と山の話');
    await say('海がいい');
    await menuOf('海と山の話');
    await page.getByRole('menuitem', { name: 'ここから分岐' }).click();
    await page.getByText('ここから新しい分岐が始まります').waitFor();
    await say('やっぱり山がいい');
    expect((await thread()).map((message) => message.text)).not.toContain('海がいい');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    const map = await client.chat.branches({ conversationId });
    expect(map.filter((node) => node.forkId !== null)).toHaveLength(2);
  });

  it('Enter while an IME composes does not send', async () => {
    await composer().focus();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: 'にほ', selectionStart: 2, selectionEnd: 2 });
    await page.keyboard.press('Enter');
    await session.send('Input.insertText', { text: '日本' });
    expect(await composer().inputValue()).toContain('日本');
    expect(await thread()).toHaveLength(1);
  });

  it('keeps a draft for each conversation, over a reload', async () => {
    await composer().fill('まだ途中の手紙');
    await expect.poll(async () => (await client.chat.conversation({ conversationId })).draft).toBe('まだ途中の手紙');
    await page.reload();
    await composer().waitFor();
    await expect.poll(() => composer().inputValue()).toBe('まだ途中の手紙');
  });

  it('8,001 characters stay in the composer, with a reason', async () => {
    await composer().fill('長'.repeat(8001));
    await composer().press('Enter');
    await page.getByText('1通は8,000文字までです', { exact: false }).waitFor();
    expect((await composer().inputValue()).length).toBe(8001);
    expect(await thread()).toHaveLength(1);
  });

  it('shows an image, and refuses an executable in its clothes and a 200 MB file', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const input = page.locator('input[type=file]').first();
    await input.setInputFiles({ name: '写真.png', mimeType: 'image/png', buffer: png });
    await expect.poll(() => page.getByText('写真.png').count()).toBeGreaterThan(0);
    await say('見て');
    await page
      .getByRole('button', { name: /写真\.png/ })
      .first()
      .waitFor();

    await input.setInputFiles({
      name: '偽物.png',
      mimeType: 'image/png',
      buffer: Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]), Buffer.alloc(400)]),
    });
    await page.getByText('偽物.pngは表示できません').first().waitFor();

    const large = path.join(dataDir, '大きすぎる.png');
    await writeFile(large, '');
    await truncate(large, 200_000_000);
    await input.setInputFiles(large);
    await page.getByText('大きすぎる.pngは大きすぎます').first().waitFor();
    expect((await thread()).filter(({ attachments }) => attachments.length > 0)).toHaveLength(1);
  });

  it('never shows markup from a message as markup', async () => {
    await say(
      '<img src=x onerror="document.title=1"> <script>document.title=2</script> [x](javascript:alert(1)) **太字**',
    );
    await page.locator('strong', { hasText: '太字' }).first().waitFor();
    expect(await page.locator('article img[src="x"], article script, article a[href^="javascript"]').count()).toBe(0);
    expect(await page.title()).not.toMatch(/^[12]$/);
  });

  it('a message sent while the core is gone is sent when it is back, once', async () => {
    await app.kill();
    await composer().fill('聞こえる？');
    await composer().press('Enter');
    await page.getByText('聞こえる？').waitFor();
    closeClient();
    const { host } = new URL(app.url);
    const token = new URLSearchParams(new URL(app.url).hash.slice(1)).get('token') ?? '';
    app = await startApp({ dataDir, args: ['--port', host.split(':')[1] ?? ''], env: { TOMOSHIBI_TOKEN: token } });
    ({ client, close: closeClient } = await connectClient(app));
    await expect
      .poll(async () => (await thread()).filter((message) => message.text === '聞こえる？').length, { timeout: 20_000 })
      .toBe(1);
    await expect.poll(async () => (await thread()).at(-1)?.author, { timeout: 20_000 }).toBe('character');
    expect((await thread()).filter((message) => message.text === '聞こえる？')).toHaveLength(1);
  });
});
