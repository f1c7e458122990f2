import { readFile } from 'node:fs/promises';
import { LLMock } from '@copilotkit/aimock';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { present } from '#shared/base/assert.ts';
import { EMPTY_LORE_ENTRY } from '#shared/lorebook/entry.ts';
import type { CoreClient } from '#shared/contract.ts';
import type { CharacterId, ConversationId, LorebookId, LoreEntryId } from '#shared/entities.ts';
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
import { axeFindings, foreignWords, settled, sidewaysScroll } from './inspect.ts';
import { lookName, LOOKS, translates } from './places.ts';

const t = createTranslate('ja');

let dataDir: string;
let app: App;
let browser: Browser;
let page: Page;
let errors: string[];
let client: CoreClient;
let closeClient: () => void;
let characterId: CharacterId;
let conversationId: ConversationId;

beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
  ({ client, close: closeClient } = await connectClient(app));
  ({ characterId, conversationId } = await settleIn(client, { stage: 'hidden' }));
  ({ page, errors } = await openPage(browser, app));
  await page.getByRole('textbox', { name: t('chat.compose', { name: '灯里' }) }).waitFor();
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

const form = (): Locator => page.locator('#lore-entry');

async function addWord(label: string, word: string): Promise<void> {
  const field = form().getByRole('textbox', { name: label });
  await field.fill(word);
  await field.press('Enter');
}

describe('world notes', () => {
  it('a book is made, an entry is written by keyboard, tried, and told to the mind when its words come up', async () => {
    await page.getByRole('link', { name: t('nav.lorebooks') }).click();
    await page.getByRole('heading', { name: t('lorebook.none.title') }).waitFor();
    await page.getByRole('button', { name: t('lorebook.new') }).click();
    await page.getByRole('textbox', { name: t('lorebook.name') }).fill('港町');
    await page.getByRole('button', { name: t('ui.save') }).click();
    await page.getByRole('heading', { name: '港町' }).waitFor();

    await page.getByRole('link', { name: t('lorebook.entries'), exact: true }).click();
    await page.getByRole('button', { name: t('lorebook.newEntry') }).click();
    await form()
      .getByRole('textbox', { name: t('lorebook.entryTitle') })
      .fill('灯台');
    await addWord(t('lorebook.keys'), '灯台');
    await addWord(t('lorebook.keys'), 'lighthouse');
    await form()
      .getByRole('textbox', { name: t('lorebook.content') })
      .fill('岬の灯台は{{char}}の祖父が守っていた。');
    await page.keyboard.press('Control+s');
    await page.getByText(t('lorebook.saved')).first().waitFor();
    const line = page.locator('main ul a', { hasText: 'lighthouse' });
    await line.waitFor();

    await page.getByRole('link', { name: t('lorebook.test'), exact: true }).click();
    await page.getByRole('textbox', { name: t('lorebook.testText') }).fill('古い灯台に行ってみない？');
    await page.getByText(t('lorebook.by.newest', { key: '灯台' })).waitFor();
    await page.getByText('祖父が守っていた').first().waitFor();

    const mock = new LLMock({ port: 0, chunkSize: 8, latency: 0 });
    mock.on({ model: 'lantern' }, { content: '<happy>うん、行こう。' });
    await mock.start();
    try {
      await client.settings.addProvider({
        kind: 'openai',
        name: 'Lantern',
        baseUrl: `${mock.url}/v1`,
        model: 'lantern',
        apiKey: 'sk-e2e',
      });
      await goTo(page, `conversation/${conversationId}`);
      const composer = page.getByRole('textbox', { name: t('chat.compose', { name: '灯里' }) });
      const say = async (text: string): Promise<string> => {
        const ended = nextReplyEnd(client);
        await composer.fill(text);
        await composer.press('Enter');
        expect(await ended).toMatchObject({ state: 'complete', rung: 'primary' });
        return JSON.stringify(present(mock.getRequests().at(-1), 'a request'));
      };
      expect(await say('今日は寒いね')).not.toContain('祖父が守っていた');
      expect(await say('あの灯台、覚えてる？')).toContain('岬の灯台は灯里の祖父が守っていた。');
    } finally {
      await mock.stop();
    }
  });

  it('what is not saved is not lost by a slip, and a deletion is taken back', async () => {
    const [book] = await client.lorebook.books({});
    const { entries } = await client.lorebook.entries({ lorebookId: present(book, 'book').id });
    const entry = present(entries[0], 'entry');
    await goTo(page, `lorebooks/${present(book, 'book').id}/${entry.id}`);
    await form()
      .getByRole('textbox', { name: t('lorebook.entryTitle') })
      .fill('書きかけ');
    await page.getByRole('button', { name: t('lorebook.newEntry') }).click();
    const asked = page.getByRole('alertdialog', { name: t('leave.title') });
    await asked.getByRole('button', { name: t('leave.stay') }).click();
    expect(
      await form()
        .getByRole('textbox', { name: t('lorebook.entryTitle') })
        .inputValue(),
    ).toBe('書きかけ');
    await page.getByRole('button', { name: t('editor.discard') }).click();

    await form()
      .getByRole('button', { name: t('lorebook.actions', { name: t('lorebook.entry') }) })
      .click();
    await page.getByRole('menuitem', { name: t('ui.delete') }).click();
    await page.getByText(t('lorebook.noEntries.title')).waitFor();
    await page.getByRole('button', { name: t('ui.undo') }).click();
    await page.locator('main ul a', { hasText: '灯台' }).waitFor();
  });

  it('a book of SillyTavern is imported, and goes out again with what only SillyTavern knows', async () => {
    const world = {
      entries: {
        0: {
          uid: 0,
          key: ['城'],
          keysecondary: [],
          comment: '城',
          content: '城は湖の上にある。',
          vectorized: true,
          novelty: 7,
        },
        1: {
          uid: 1,
          key: ['/lake|湖/i'],
          comment: '湖',
          content: '湖は深い。',
          order: 20,
          probability: 30,
          useProbability: true,
        },
      },
    };
    await goTo(page, 'lorebooks');
    await page.getByRole('button', { name: t('lorebook.import') }).click();
    const dialog = page.getByRole('dialog', { name: t('lorebook.importTitle') });
    await dialog.waitFor();
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'eldoria.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"entries":'),
    });
    await dialog.getByText(t('lorebook.importFailed.not_json')).waitFor();
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'eldoria.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(world)),
    });
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'eldoria' }).waitFor();
    await page.locator('main ul a').nth(1).waitFor();

    await page.getByRole('button', { name: t('lorebook.actions', { name: 'eldoria' }) }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: t('lorebook.exportWorld') }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('eldoria.json');
    const written = JSON.parse(await readFile(await download.path(), 'utf8')) as typeof world;
    expect(Object.values(written.entries)).toMatchObject([
      { key: ['城'], vectorized: true, novelty: 7 },
      { key: ['/lake|湖/i'], order: 20, probability: 30 },
    ]);
  });
});

/** What the person wrote, as it is repeated around the pages. */
const WRITTEN = ['/看板(屋)?/', '古本屋', '小物', '灯里', '店', '鍵', '雨'];

describe('every page of it is accessible and in one language', () => {
  let lorebookId: LorebookId;
  let entryId: LoreEntryId;
  beforeAll(async () => {
    ({ lorebookId } = await client.lorebook.createBook({ name: '灯里の町', characterId }));
    await client.lorebook.updateBook({ lorebookId, changes: { recursive: true } });
    const add = (title: string, keys: string[], content: string, more = {}) =>
      client.lorebook.createEntry({ lorebookId, fields: { ...EMPTY_LORE_ENTRY, title, keys, content, ...more } });
    await add('古本屋', ['古本屋', '店'], '店の二階には、売らない本の棚がある。鍵はいつも窓辺。');
    await add('鍵', ['鍵'], '真鍮の鍵。祖母の形見。', { group: '小物', probability: 60 });
    await add('雨の日', ['雨'], '雨の日は店を早く閉める。', { secondaryKeys: ['店', '夜'], logic: 'all' });
    await add('約束', [], 'ふたりで星を見る約束がある。', { constant: true });
    ({ entryId } = await add('昔の看板', ['/看板(屋)?/'], '看板は青かった。', { enabled: false }));
  });

  it.each(LOOKS.map((look) => ({ look, name: lookName(look) })))('$name', async ({ look, name }) => {
    await client.settings.set({ locale: look.locale, theme: look.theme });
    await page.setViewportSize({ width: look.width, height: 900 });
    const say = translates[look.locale];
    // The longest first, so that no part is taken out of a whole.
    const content = [...(await client.lorebook.books({})).map((book) => book.name), ...WRITTEN];
    const found: string[] = [];
    const check = async (place: string): Promise<void> => {
      await settled(page);
      await snap(page, `lorebook-${place}-${name}`);
      found.push(...(await axeFindings(page)).map((finding) => `${place}: ${finding}`));
      found.push(...(await foreignWords(page, look.locale, content)).map((word) => `${place}: 「${word}」`));
      if ((await sidewaysScroll(page)) > 1) found.push(`${place}: scrolls sideways`);
    };
    await goTo(page, 'lorebooks');
    await page.getByRole('heading', { name: say('lorebook.title') }).waitFor();
    await page.locator('main li').first().waitFor();
    await check('books');
    await goTo(page, `lorebooks/${lorebookId}/${entryId}`);
    await form().waitFor();
    await page.locator('#lore-entry summary').click();
    await check('entry');
    await goTo(page, `lorebooks/${lorebookId}/about`);
    await page.getByRole('textbox', { name: say('lorebook.name') }).waitFor();
    await check('about');
    await goTo(page, `lorebooks/${lorebookId}/test`);
    await page.getByRole('textbox', { name: say('lorebook.testText') }).fill('雨だけど、店まで行く？');
    await page
      .getByText(say('lorebook.step', { count: 2 }))
      .first()
      .waitFor();
    await check('test');
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
  });
});
