import process from 'node:process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delta, begin, startHostileServer } from '#core/llm/openai-harness.ts';
import { strongRandom } from '#core/strong-random.ts';
import type { CoreClient } from '#shared/contract.ts';
import { newId, type CharacterId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { axeFindings, foreignWords, settled, sidewaysScroll } from './inspect.ts';
import {
  connectClient,
  goTo,
  launchBrowser,
  makeFolder,
  nextReplyEnd,
  openPage,
  removeFolder,
  snap,
  startApp,
  type App,
} from './harness.ts';
import { lookName, LOOKS, placesOf, translates, type Look } from './places.ts';

/** Every place is looked at in the first two; each of the others sees every fourth place. */
const ALWAYS: readonly string[] = ['ja-light-1600', 'en-dark-900'];
const WITH_SHOTS = process.env['E2E_SHOTS'] !== undefined;
const PATIENCE_MS = WITH_SHOTS ? 900_000 : 240_000;

let browser: Browser;
let dataDir: string;
let app: App;
let client: CoreClient;
let closeClient: () => void;
let page: Page;
let full: ConversationId;
let empty: ConversationId;
let characterId: CharacterId;

beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

async function wear({ locale, theme, width }: Look): Promise<void> {
  await client.settings.set({ locale, theme });
  await page.setViewportSize({ width, height: 900 });
  await page.locator(`html[lang=${locale}]`).waitFor();
  // The theme's colours arrive with a transition of their own.
  await settled(page);
}

/** What the person and the companion wrote, in the language they wrote it in. */
let content: readonly string[] = ['灯里', 'ゆう'];

/** What is wrong with the page as it is. */
async function findings(place: string, look: Look): Promise<string[]> {
  const found = await axeFindings(page);
  const words = await foreignWords(page, look.locale, content);
  const sideways = await sidewaysScroll(page);
  return [
    ...found.map((finding) => `axe: ${finding}`),
    ...words.map((text) => `words: 「${text}」`),
    ...(sideways > 0 ? [`scrolls sideways by ${sideways} px`] : []),
  ].map((finding) => `${place} in ${lookName(look)}: ${finding}`);
}

describe('everybody can use it', () => {
  it(
    'each step of the onboarding, by keyboard alone, in both languages',
    async () => {
      const found: string[] = [];
      ({ page } = await openPage(browser, app, { locale: 'ja' }));
      ({ client, close: closeClient } = await connectClient(app));
      const ja = translates.ja;
      const check = async (place: string): Promise<void> => {
        for (const look of LOOKS.filter((one) => WITH_SHOTS || ALWAYS.includes(lookName(one)))) {
          await wear(look);
          if (ALWAYS.includes(lookName(look))) found.push(...(await findings(place, look)));
          await snap(page, `${place}-${lookName(look)}`);
        }
        await wear({ locale: 'ja', theme: 'light', width: 1600 });
      };
      const language = page.getByRole('button', { name: /日本語/ });
      await language.waitFor();
      found.push(...(await axeFindings(page)).map((finding) => `language: ${finding}`));
      await snap(page, 'onboarding-1-language');
      await language.focus();
      await page.keyboard.press('Enter');

      await page.getByRole('heading', { name: ja('onboarding.notice.title') }).waitFor();
      await check('onboarding-2-notice');
      await tabTo(page.getByLabel(ja('onboarding.notice.year'), { exact: true }));
      await page.keyboard.type('1995');
      await page.keyboard.press('Tab');
      await page.keyboard.type('4');
      await page.keyboard.press('Tab');
      await page.keyboard.type('2');
      await page.keyboard.press('Enter');

      await page.getByRole('heading', { name: ja('onboarding.name.title') }).waitFor();
      await check('onboarding-3-name');
      await tabTo(page.getByLabel(ja('onboarding.name.label')));
      await page.keyboard.type('ゆう');
      await page.keyboard.press('Enter');

      await page.getByRole('radio').first().waitFor();
      await check('onboarding-4-companion');
      await tabTo(page.getByRole('radio').first());
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Space');
      const choose = page.getByRole('button', { name: ja('onboarding.companion.choose', { name: '灯里' }) });
      await tabTo(choose);
      await page.keyboard.press('Enter');

      await page.getByRole('heading', { name: ja('onboarding.mind.title', { name: '灯里' }) }).waitFor();
      await client.settings.set({ stageCollapsed: true });
      await check('onboarding-5-mind');
      await tabTo(page.getByRole('button', { name: ja('onboarding.mind.begin', { name: '灯里' }) }));
      await page.keyboard.press('Enter');
      await page.getByRole('textbox', { name: ja('chat.compose', { name: '灯里' }) }).waitFor();
      expect(found).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('sends, opens a menu, finds the settings through the palette, and Escape closes: by keyboard alone', async () => {
    const ja = translates.ja;
    const composer = page.getByRole('textbox', { name: ja('chat.compose', { name: '灯里' }) });
    await page.keyboard.press('Control+j');
    await expect.poll(() => composer.evaluate((field) => field === document.activeElement)).toBe(true);
    const ended = nextReplyEnd(client);
    await page.keyboard.type('紅茶を飲んでる');
    await page.keyboard.press('Enter');
    await ended;
    await page.getByRole('button', { name: ja('chat.regenerate') }).waitFor();

    await tabTo(page.getByRole('button', { name: ja('ui.more') }).last(), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    // The menu key on a message.
    await page.locator('article').last().focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: ja('chat.copy') }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: ja('palette.title') }).waitFor();
    await page.keyboard.type(ja('settings.backups.title'));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: ja('settings.backups.title'), level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await page.goBack();
    await composer.waitFor();
  });

  it(
    'axe, the eye for words and the ruler find nothing at any place, in both languages and themes, wide and narrow',
    async () => {
      const [character] = await client.characters.list({});
      const [conversation] = await client.chat.conversations({ archived: false });
      if (character === undefined || conversation === undefined) throw new Error('the onboarding left nobody');
      characterId = character.id;
      full = conversation.id;
      await fillConversation(full);
      ({ conversationId: empty } = await client.chat.createConversation({ characterId }));
      await client.settings.addProvider({
        kind: 'openai',
        name: 'Lantern',
        baseUrl: 'http://127.0.0.1:9/v1',
        model: 'lantern',
        enabled: false,
      });
      await client.host.takeSnapshot({});
      // Read in the background, after the replies.
      const kept = () => client.memory.list({ characterId: character.id, state: 'all' });
      await expect.poll(async () => (await kept()).total, { timeout: 30_000 }).toBeGreaterThan(1);
      content = contentOf(
        await client.characters.list({}),
        await client.chat.conversations({ archived: false }),
        await kept(),
        await client.memory.map({ characterId: character.id }),
      );
      const found: string[] = [];
      const places = placesOf({ full, empty, characterId });
      for (const [at, place] of places.entries()) {
        for (const [index, look] of LOOKS.entries()) {
          const looked = ALWAYS.includes(lookName(look)) || (at + index) % 16 === 0;
          if (!looked && !WITH_SHOTS) continue;
          await wear(look);
          const t = translates[look.locale];
          await place.open(page, t).catch(tell(`${place.name} in ${lookName(look)} could not be opened`));
          if (looked) found.push(...(await findings(place.name, look)));
          else await settled(page);
          await snap(page, `${place.name}-${lookName(look)}`);
          await place.leave?.(page).catch(tell(`${place.name} in ${lookName(look)} could not be left`));
        }
      }
      expect([...new Set(found)]).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('while a reply streams', async () => {
    const server = await startHostileServer(async (response) => {
      begin(response);
      for (let count = 0; count < 2000 && !response.destroyed; count += 1) {
        response.write(delta('星がひとつ。'));
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
      response.end();
    });
    await wear({ locale: 'ja', theme: 'dark', width: 900 });
    const { providerId } = await client.settings.addProvider({
      kind: 'openai',
      name: 'slow',
      baseUrl: server.baseUrl,
      model: 'slow',
    });
    const { conversationId } = await client.chat.createConversation({ characterId });
    await goTo(page, `conversation/${conversationId}`);
    const composer = page.getByRole('textbox', { name: translates.ja('chat.compose', { name: '灯里' }) });
    await composer.fill('星を数えて');
    await composer.press('Enter');
    await page.locator('[data-live]', { hasText: '星がひとつ。星がひとつ。' }).waitFor();
    const found = await findings('streaming', { locale: 'ja', theme: 'dark', width: 900 });
    await snap(page, 'streaming-ja-dark-900');
    const ended = nextReplyEnd(client);
    // Escape in an empty composer stops the reply.
    await composer.press('Escape');
    expect(await ended).toMatchObject({ state: 'interrupted' });
    await client.settings.removeProvider({ providerId });
    await server.close();
    expect(found).toEqual([]);
  });

  it('with text twice as large nothing is lost, and nothing has to be pushed sideways', async () => {
    await wear({ locale: 'ja', theme: 'light', width: 900 });
    await client.settings.set({ stageCollapsed: true });
    const lost: string[] = [];
    const places = placesOf({ full, empty, characterId }).filter(({ leave }) => leave === undefined);
    const style = await page.evaluateHandle(() => {
      const root = document.documentElement;
      const before = Number.parseFloat(getComputedStyle(root).fontSize);
      root.style.fontSize = `${before * 2}px`;
      return root;
    });
    for (const place of places) {
      await place.open(page, translates.ja);
      await settled(page);
      const sideways = await sidewaysScroll(page);
      if (sideways > 1) lost.push(`${place.name}: scrolls sideways by ${sideways} px`);
      lost.push(...(await page.evaluate(clippedControls)).map((control) => `${place.name}: ${control}`));
      await snap(page, `text-200-${place.name}`);
    }
    await style.evaluate((root) => root.removeAttribute('style'));
    expect(lost).toEqual([]);
  });

  it('reduced motion turns movement off, whether the system or the person asks', async () => {
    await goTo(page, `conversation/${full}`);
    const moves = () =>
      page.evaluate(() => Number(getComputedStyle(document.documentElement).getPropertyValue('--move')));
    expect(await moves()).toBe(1);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(moves).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await expect.poll(moves).toBe(1);
    await client.settings.set({ reduceMotion: 'on' });
    await expect.poll(moves).toBe(0);
    await client.settings.set({ reduceMotion: 'off' });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(moves).toBe(1);
  });
});

function tell(what: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${what}: ${String(error)}`, { cause: error });
  };
}

/** Everything written about the companions and in the conversations; longest first, so that no part is taken out of a whole. */
function contentOf(...stored: readonly unknown[]): string[] {
  const texts: string[] = ['ゆう', 'Lantern', 'lantern'];
  JSON.stringify(stored, (_key, value: unknown) => {
    if (typeof value === 'string' && /[^\x20-\x7e]/.test(value)) texts.push(value);
    return value;
  });
  return texts.sort((a, b) => b.length - a.length);
}

/** Presses a key until the focus is where it should be; fails when it never comes there. */
async function tabTo(target: ReturnType<Page['locator']>, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const there = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60; presses += 1) {
    if (await there()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard never came to ${String(target)}`);
}

/** A few days' talk with a fork, an edit, a long text and some markup. */
async function fillConversation(conversationId: ConversationId): Promise<void> {
  const dice = strongRandom();
  for (const text of [
    '駅前の喫茶店で**紅茶**を頼んだら、砂時計が付いてきた。\n\n- 三分\n- 五分\n- 待てない人は一分\n\n> 砂の音がした気がする',
    'https://example.com/tea で茶葉を買える。`await tea()`',
    'あした、雨だって。',
    '妹の名前はさくらで、札幌で看護師をしています。',
    'コーヒーより紅茶が好き。',
  ]) {
    const ended = nextReplyEnd(client);
    await client.chat.sendMessage({ conversationId, messageId: newId<MessageId>(Date.now(), dice), text });
    await ended;
  }
  const { messages } = await client.chat.thread({ conversationId, limit: 50 });
  const last = messages.at(-1);
  if (last === undefined) throw new Error('nothing was said');
  const ended = nextReplyEnd(client);
  await client.chat.regenerate({ messageId: last.id });
  await ended;
}

/** In the page: controls whose words are cut off, or that lie outside what can be scrolled to. */
function clippedControls(): string[] {
  const clipped: string[] = [];
  for (const control of document.querySelectorAll<HTMLElement>(
    'button, a[href], input, textarea, select, [role=switch], [role=radio]',
  )) {
    const box = control.getBoundingClientRect();
    if (box.width === 0 || control.closest('[hidden], [aria-hidden=true], .sr-only') !== null) continue;
    const name = control.getAttribute('aria-label') ?? control.textContent ?? '';
    const skip =
      control.matches('a[href="#main"]') ||
      control.classList.contains('sr-only') ||
      getComputedStyle(control).clipPath !== 'none' ||
      box.width <= 1;
    if (skip) continue;
    if (box.right > innerWidth + 1 || box.left < -1)
      clipped.push(`「${name.trim()}」 lies outside the window (${Math.round(box.left)} to ${Math.round(box.right)})`);
    else if (
      control.matches('button') &&
      control.scrollWidth > control.clientWidth + 1 &&
      getComputedStyle(control).overflow === 'hidden'
    )
      clipped.push(`「${name.trim()}」 is cut off`);
  }
  return clipped;
}
