import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { openConnection } from '#core/db/connection.ts';
import { strongRandom } from '#core/strong-random.ts';
import { present } from '#shared/base/assert.ts';
import type { CoreClient } from '#shared/contract.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { createTranslate } from '#shared/i18n/translate.ts';
import { startHeadless, type Headless } from '../headless/start-headless.ts';
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
import { axeFindings, foreignWords } from './inspect.ts';

const t = createTranslate('ja');
const WORDS = '約束の紅茶、忘れないでね。';
const PASSPHRASE = '夜の窓辺に灯りひとつ';

let browser: Browser;
/** What a test began, ended after it in the opposite order. */
const endings: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function folder(): Promise<string> {
  const made = await makeFolder();
  endings.push(() => removeFolder(made));
  return made;
}

async function start(dataDir: string): Promise<App> {
  const app = await startApp({ dataDir });
  endings.push(() => app.stop());
  return app;
}

async function show(app: Pick<App, 'url'>): Promise<Page> {
  const { page, context } = await openPage(browser, app);
  endings.push(() => context.close());
  return page;
}

/** A file with a conversation in it, a good snapshot of it, and nobody using it. */
async function lived(dataDir: string): Promise<ConversationId> {
  const app = await startApp({ dataDir });
  const { client, close } = await connectClient(app);
  const { conversationId } = await settleIn(client, { stage: 'hidden' });
  await tell(client, conversationId, WORDS);
  await client.host.takeSnapshot({});
  close();
  await app.stop();
  return conversationId;
}

async function tell(client: CoreClient, conversationId: ConversationId, text: string): Promise<void> {
  const ended = nextReplyEnd(client);
  await client.chat.sendMessage({ conversationId, messageId: newId<MessageId>(Date.now(), strongRandom()), text });
  await ended;
}

/** For everybody, in light and in the dark. */
async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeFindings(page), `${name}, ${colorScheme}`).toEqual([]);
    await snap(page, `${name}-${colorScheme}`);
  }
  expect(await foreignWords(page, 'ja', [])).toEqual([]);
}

const databaseOf = (dataDir: string): string => path.join(dataDir, 'tomoshibi.db');
const composer = (page: Page): Locator => page.getByRole('textbox', { name: '灯里へのメッセージ' });

/** As a failing disk would: bytes in the middle of pages are no longer what they were. */
function flipBytes(file: string): void {
  const size = statSync(file).size;
  const handle = openSync(file, 'r+');
  for (let at = 40; at < size; at += 3000) writeSync(handle, Buffer.from('ひび'), 0, undefined, at);
  closeSync(handle);
}

describe('the file, when something is wrong with it', () => {
  it('damaged: it is set aside, and one click brings the newest good snapshot and its words back', async () => {
    const dataDir = await folder();
    await lived(dataDir);
    flipBytes(databaseOf(dataDir));
    const page = await show(await start(dataDir));
    await page.getByRole('heading', { name: t('vault.damaged.title') }).waitFor();
    const setAside = readdirSync(dataDir).find((name) => /^damaged-.*\.db$/.test(name));
    await page.getByText(present(setAside, 'the file that was set aside')).waitFor();
    await lookAt(page, 'vault-damaged');
    await page.getByRole('button', { name: t('vault.damaged.restore') }).click();
    await page.getByText(WORDS).waitFor();
    expect(readdirSync(dataDir)).toContain(setAside);
  });

  it('damaged: it begins empty only by choice, and the damaged file stays', async () => {
    const dataDir = await folder();
    await lived(dataDir);
    flipBytes(databaseOf(dataDir));
    const page = await show(await start(dataDir));
    await page.getByRole('button', { name: t('vault.damaged.startEmpty') }).click();
    const ask = page.getByRole('alertdialog', { name: t('vault.damaged.startEmptyTitle') });
    await ask.waitFor();
    expect(existsSync(databaseOf(dataDir))).toBe(false);
    await lookAt(page, 'vault-start-empty');
    await ask.getByRole('button', { name: t('ui.cancel') }).click();
    await ask.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: t('vault.damaged.title') }).waitFor();
    await page.getByRole('button', { name: t('vault.damaged.startEmpty') }).click();
    await ask.getByRole('button', { name: t('vault.damaged.startEmpty') }).click();
    await page.getByRole('button', { name: /日本語/ }).waitFor();
    expect(readdirSync(dataDir).filter((name) => /^damaged-.*\.db$/.test(name))).toHaveLength(1);
    expect(readdirSync(path.join(dataDir, 'snapshots')).length).toBeGreaterThan(1);
  });

  it('of a newer version: it is told, and not touched', async () => {
    const dataDir = await folder();
    await lived(dataDir);
    const database = openConnection({
      file: databaseOf(dataDir),
      key: readFileSync(path.join(dataDir, 'database.key')),
      readOnly: false,
      cacheKib: 1024,
    });
    const version = Number(database.pragma('user_version', { simple: true }));
    database.pragma('user_version = 999');
    database.close();
    const before = readFileSync(databaseOf(dataDir));
    const page = await show(await start(dataDir));
    await page.getByRole('heading', { name: t('vault.newer.title') }).waitFor();
    await page.getByText(t('vault.newer.body', { fileVersion: 999, appVersion: version })).waitFor();
    await lookAt(page, 'vault-newer');
    expect(readFileSync(databaseOf(dataDir)).equals(before)).toBe(true);
  });

  it('in use by a second start on the same folder: it is told there, and opens once the first has gone', async () => {
    const dataDir = await folder();
    await lived(dataDir);
    const first = await start(dataDir);
    const page = await show(await start(dataDir));
    await page.getByRole('heading', { name: t('vault.in_use.title') }).waitFor();
    await page.getByText(dataDir).waitFor();
    await lookAt(page, 'vault-in-use');
    await page.getByRole('button', { name: t('ui.retry') }).click();
    await page.getByRole('heading', { name: t('vault.in_use.title') }).waitFor();
    await first.stop();
    await page.getByRole('button', { name: t('ui.retry') }).click();
    await page.getByText(WORDS).waitFor();
  });

  it('with a passphrase: a new start asks for it, refuses a wrong one and opens with the right one', async () => {
    const dataDir = await folder();
    await lived(dataDir);
    const first = await start(dataDir);
    const setting = await show(first);
    await composer(setting).waitFor();
    await goTo(setting, 'settings/privacy');
    await setting.getByRole('button', { name: t('settings.privacy.passphraseSet') }).click();
    const dialog = setting.getByRole('dialog');
    await dialog.getByLabel(t('settings.privacy.passphraseNext'), { exact: true }).fill('短い');
    await dialog.getByLabel(t('settings.privacy.passphraseAgain'), { exact: true }).fill('短い');
    await dialog.getByRole('button', { name: t('ui.save') }).click();
    await dialog.getByText(t('settings.privacy.passphraseShort')).waitFor();
    await dialog.getByLabel(t('settings.privacy.passphraseNext'), { exact: true }).fill(PASSPHRASE);
    await dialog.getByLabel(t('settings.privacy.passphraseAgain'), { exact: true }).fill(PASSPHRASE);
    await snap(setting, 'passphrase-dialog');
    await dialog.getByRole('button', { name: t('ui.save') }).click();
    await setting.getByText(t('settings.privacy.passphraseDone')).first().waitFor();
    expect(readFileSync(path.join(dataDir, 'vault.json'), 'utf8')).not.toContain(PASSPHRASE);
    await first.stop();
    expect(existsSync(path.join(dataDir, 'database.key'))).toBe(false);

    const again = await start(dataDir);
    const page = await show(again);
    await page.getByRole('heading', { name: t('vault.locked.title') }).waitFor();
    expect(await page.getByText(WORDS).count()).toBe(0);
    await lookAt(page, 'vault-locked');
    const field = page.getByLabel(t('vault.locked.label'));
    await field.fill('夜の窓辺に灯りふたつ');
    await field.press('Enter');
    await page.getByText(t('vault.locked.wrong')).waitFor();
    await field.fill(PASSPHRASE);
    await field.press('Enter');
    await page.getByText(WORDS).waitFor();
    expect(again.log()).not.toContain(PASSPHRASE);
  });
});

describe('the machine, when something is wrong with it', () => {
  it('the clock set back a day: it is told, and what is said keeps its order', async () => {
    const dataDir = await folder();
    let behindMs = 0;
    const begin = async (): Promise<Headless> => {
      const rendererDir = process.env['TOMOSHIBI_RENDERER'];
      const host = await startHeadless({
        dataDir,
        deps: { clock: () => Date.now() - behindMs },
        ...(rendererDir === undefined ? {} : { rendererDir }),
      });
      endings.push(() => host.close());
      return host;
    };
    const host = await begin();
    const { client, close } = await connectClient(host);
    endings.push(async () => close());
    const { conversationId } = await settleIn(client, { stage: 'hidden' });
    await tell(client, conversationId, '時計を戻す前');
    behindMs = 24 * 3_600_000;
    const page = await show(host);
    const ended = nextReplyEnd(client);
    await composer(page).fill('時計を戻した後');
    await composer(page).press('Enter');
    expect(await ended).toMatchObject({ state: 'complete' });
    await page.getByText(t('problem.clock_set_back')).waitFor();
    await lookAt(page, 'clock-set-back');
    const texts = (await client.chat.thread({ conversationId, limit: 50 })).messages.map(({ text }) => text);
    expect(texts).toHaveLength(5);
    expect(texts.indexOf('時計を戻す前')).toBe(1);
    expect(texts.indexOf('時計を戻した後')).toBe(3);
    const shown = await page.locator('article .message-words').allInnerTexts();
    expect(shown.indexOf('時計を戻す前')).toBeLessThan(shown.indexOf('時計を戻した後'));
    await page.getByRole('button', { name: t('problem.seen') }).click();
    await page.getByText(t('problem.clock_set_back')).waitFor({ state: 'detached' });
  });

  it('the port taken: the host says so, how to choose another, and ends with 1', async () => {
    const first = await start(await folder());
    const { port } = new URL(first.url);
    const second = startApp({ dataDir: await folder(), args: ['--port', port] });
    await expect(second).rejects.toThrow(`port ${port} is already in use. Choose another with --port N.`);
    await expect(second.catch((error: Error) => error.cause)).resolves.toMatchObject({ message: 'it ended with 1' });
  });

  it('a folder that cannot be written: it is told, and opens once it can', async (test) => {
    const disk = smallDisk(test, 24);
    const dataDir = path.join(disk, 'data');
    await lived(dataDir);
    mount(['-o', 'remount,ro', disk]);
    const page = await show(await start(dataDir));
    await page.getByRole('heading', { name: t('vault.read_only.title') }).waitFor();
    await page.getByText(dataDir).waitFor();
    await lookAt(page, 'vault-read-only');
    mount(['-o', 'remount,rw', disk]);
    await page.getByRole('button', { name: t('ui.retry') }).click();
    await page.getByText(WORDS).waitFor();
  });

  it('the disk full: it is told, what was written stays in the composer, and goes once there is room', async (test) => {
    const disk = smallDisk(test, 24);
    const dataDir = path.join(disk, 'data');
    await lived(dataDir);
    const app = await start(dataDir);
    const { client, close } = await connectClient(app);
    endings.push(async () => close());
    const page = await show(app);
    await page.getByText(WORDS).waitFor();
    const ballast = fill(disk);
    const conversationId = present((await client.chat.conversations({ archived: false }))[0], 'conversation').id;
    const texts = async (): Promise<string[]> =>
      (await client.chat.thread({ conversationId, limit: 200 })).messages.map(({ text }) => text);
    // The log has some room of its own: it is used up first. Each message is either kept or given back, nothing between.
    const kept: string[] = [];
    let refused = '';
    while (refused === '') {
      expect(kept.length).toBeLessThan(40);
      const text = `${kept.length}通目。${'空きがなくても、言葉はなくしません。'.repeat(200)}`;
      await composer(page).fill(text);
      await composer(page).press('Enter');
      const outcome = async (): Promise<'kept' | 'refused' | null> => {
        if ((await composer(page).inputValue()) === text) return 'refused';
        return (await texts()).includes(text) ? 'kept' : null;
      };
      await expect.poll(outcome, { timeout: 20_000 }).not.toBeNull();
      if ((await outcome()) === 'refused') refused = text;
      else kept.push(text);
    }
    await page.getByText(t('problem.disk_full')).waitFor();
    await lookAt(page, 'disk-full');
    expect(await composer(page).inputValue()).toBe(refused);
    rmSync(ballast);
    await composer(page).press('Enter');
    await expect.poll(texts, { timeout: 20_000 }).toContain(refused);
    await page.getByText(t('problem.disk_full')).waitFor({ state: 'detached' });
    const all = await texts();
    for (const text of [WORDS, refused, ...kept]) expect(all.filter((one) => one === text)).toHaveLength(1);
  });
});

/** A file system of its own; where none may be mounted the test is skipped, and says why. */
function smallDisk(test: TestContext, megabytes: number): string {
  const point = mkdtempSync(path.join(tmpdir(), 'tomoshibi-disk-'));
  endings.push(async () => {
    spawnSync('umount', ['-l', point]);
    rmdirSync(point);
  });
  const mounted =
    process.platform === 'linux' &&
    spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', point]).status === 0;
  if (!mounted) {
    console.log(`skipped: this machine lets us mount no small disk (${test.task.name})`);
    test.skip();
  }
  return point;
}

function mount(args: readonly string[]): void {
  const done = spawnSync('mount', args);
  if (done.status !== 0) throw new Error(`mount ${args.join(' ')}: ${done.stderr.toString()}`);
}

/** Takes all the room there is; answers with the file to delete. */
function fill(disk: string): string {
  const file = path.join(disk, 'ballast');
  const handle = openSync(file, 'w');
  try {
    for (;;) writeSync(handle, Buffer.alloc(4096));
  } catch {
    return file;
  } finally {
    closeSync(handle);
  }
}
