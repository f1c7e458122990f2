import type { Browser, BrowserContext, Page, Worker } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { begin, delta, event, startHostileServer } from '#core/llm/openai-harness.ts';
import { strongRandom } from '#core/strong-random.ts';
import { EXPRESSIONS, type Expression } from '#shared/avatar/expression.ts';
import { present } from '#shared/base/assert.ts';
import type { CoreClient } from '#shared/contract.ts';
import { newId, type ConversationId, type MessageId } from '#shared/entities.ts';
import { createTranslate } from '#shared/i18n/translate.ts';
import { frameFigure } from '../../renderer/avatar/framing.ts';
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
/** The middle of Akari's mouth, in puppet units. */
const MOUTH_Y = 520;
/** Small, for machines that draw in software. */
const WINDOW = { width: 1200, height: 560 };

let browser: Browser;
let dataDir: string;
let app: App;
let client: CoreClient;
let closeClient: () => void;
let conversationId: ConversationId;
let context: BrowserContext | undefined;

beforeAll(async () => {
  dataDir = await makeFolder();
  [app, browser] = await Promise.all([startApp({ dataDir }), launchBrowser()]);
  ({ client, close: closeClient } = await connectClient(app));
  ({ conversationId } = await settleIn(client));
});
afterEach(async () => {
  await context?.close();
});
afterAll(async () => {
  closeClient();
  await browser.close();
  await app.stop();
  await removeFolder(dataDir);
});

/** A page on which the companion is alive; all drawing from then on is counted. */
async function show(): Promise<Page> {
  const opened = await openPage(browser, app, WINDOW);
  ({ context } = opened);
  const { page } = opened;
  await page.locator('#composer').waitFor();
  await page.locator('[data-avatar=akari]').waitFor({ timeout: 50_000 });
  await stageWorker(page).evaluate(countDrawing);
  return page;
}

/** Where the companion is drawn. */
function stageWorker(page: Page): Worker {
  return present(page.workers()[0], 'the stage’s worker');
}

const drawn = (page: Page): Promise<number> =>
  stageWorker(page).evaluate(() => Number(Reflect.get(globalThis, 'drawn')));

/** How much is drawn while the page has this many chances to. */
async function drawnWithin(page: Page, frames: number): Promise<number> {
  const before = await drawn(page);
  await page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame += 1) await new Promise(requestAnimationFrame);
  }, frames);
  return (await drawn(page)) - before;
}

/** The share of pixels that differ by more than a shade between two pictures of the stage, within a part of it (all in [0,1]). */
async function difference(page: Page, before: Buffer, after: Buffer, part = { top: 0, bottom: 1 }): Promise<number> {
  return page.evaluate(
    async ([first, second, { top, bottom }]) => {
      const pixels = async (base64: string): Promise<ImageData> => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const paper = new OffscreenCanvas(image.width, image.height).getContext('2d');
        if (paper === null) throw new Error('no 2d canvas');
        paper.drawImage(image, 0, 0);
        return paper.getImageData(
          0,
          Math.floor(image.height * top),
          image.width,
          Math.floor(image.height * (bottom - top)),
        );
      };
      const [one, two] = await Promise.all([pixels(first), pixels(second)]);
      let different = 0;
      for (let at = 0; at < one.data.length; at += 4) {
        const distance = [0, 1, 2].reduce(
          (sum, channel) => sum + Math.abs((one.data[at + channel] ?? 0) - (two.data[at + channel] ?? 0)),
          0,
        );
        if (distance > 60) different += 1;
      }
      return different / (one.data.length / 4);
    },
    [before.toString('base64'), after.toString('base64'), part] as const,
  );
}

const stage = (page: Page) => page.locator('[data-avatar]');

/** The stage once two pictures of it in a row are alike; without breathing, what moves is the face. */
async function atRest(page: Page): Promise<Buffer> {
  let last = await stage(page).screenshot();
  const change = async (): Promise<number> => {
    const now = await stage(page).screenshot();
    const changed = await difference(page, last, now);
    last = now;
    return changed;
  };
  await expect.poll(change, { timeout: 20_000, interval: 400 }).toBeLessThan(0.0003);
  return last;
}

/** Where the mouth is on the stage: a blink or a glance does not count. */
async function mouthOf(page: Page): Promise<{ readonly top: number; readonly bottom: number }> {
  const { width, height } = present(await stage(page).boundingBox(), 'the stage');
  const { scale, top } = frameFigure(width, height);
  return { top: (top + (MOUTH_Y - 25) * scale) / height, bottom: (top + (MOUTH_Y + 45) * scale) / height };
}

/** A mind that says something with a face. */
async function sayWith(page: Page, expression: Expression): Promise<void> {
  const server = await startHostileServer((response) => {
    begin(response);
    response.write(delta(`<${expression}>うん。`));
    response.end(delta(null, {}, 'stop') + event('[DONE]'));
  });
  const { providerId } = await client.settings.addProvider({
    kind: 'openai',
    name: 'face',
    baseUrl: server.baseUrl,
    model: 'face',
  });
  const ended = nextReplyEnd(client);
  await page.locator('#composer').fill('ねえ');
  await page.locator('#composer').press('Enter');
  await ended;
  await client.settings.removeProvider({ providerId });
  await server.close();
}

describe('the companion on the stage', () => {
  it('breathes: the picture changes by itself', async () => {
    const page = await show();
    const before = await stage(page).screenshot();
    await expect.poll(() => drawnWithin(page, 10), { timeout: 20_000 }).toBeGreaterThan(0);
    await expect
      .poll(async () => difference(page, before, await stage(page).screenshot()), { timeout: 20_000 })
      .toBeGreaterThan(0.0005);
    await snap(page, 'avatar');
  });

  it('stops when nobody can see it: tab hidden, stage hidden, another page; and goes on after', async () => {
    const page = await show();
    const still = async (): Promise<void> => {
      // What was under way may still be drawn once.
      await drawnWithin(page, 3);
      expect(await drawnWithin(page, 40)).toBe(0);
    };
    const alive = async (): Promise<void> => {
      await expect.poll(() => drawnWithin(page, 10), { timeout: 20_000 }).toBeGreaterThan(0);
    };
    await alive();
    await page.evaluate(pretendHidden, true);
    await still();
    await page.evaluate(pretendHidden, false);
    await alive();
    await page.keyboard.press('Control+Shift+h');
    await stage(page).waitFor({ state: 'hidden' });
    await still();
    await page.keyboard.press('Control+Shift+h');
    await alive();
    await goTo(page, 'companions');
    await stage(page).waitFor({ state: 'hidden' });
    await still();
    await page.goBack();
    await alive();
  });

  it('makes each of the six faces, and a screen reader is told', async () => {
    await client.settings.set({ reduceMotion: 'on' });
    const page = await show();
    const faces = new Map<Expression, Buffer>();
    for (const expression of EXPRESSIONS) {
      await sayWith(page, expression);
      await page
        .getByRole('img', { name: t('stage.of', { name: '灯里', expression: t(`stage.expression.${expression}`) }) })
        .waitFor();
      faces.set(expression, await atRest(page));
      await snap(page, `face-${expression}`);
    }
    for (const [index, one] of EXPRESSIONS.entries()) {
      for (const two of EXPRESSIONS.slice(index + 1)) {
        const [before, after] = [faces.get(one), faces.get(two)];
        if (before === undefined || after === undefined) throw new Error('a face is missing');
        expect(await difference(page, before, after), `${one} and ${two} look alike`).toBeGreaterThan(0.001);
      }
    }
    await client.settings.set({ reduceMotion: 'system' });
  });

  it('moves the mouth while words come, and closes it after', async () => {
    await client.settings.set({ reduceMotion: 'on' });
    const page = await show();
    await sayWith(page, 'neutral');
    let goOn = true;
    let speak = (): void => undefined;
    const maySpeak = new Promise<void>((resolve) => (speak = resolve));
    const server = await startHostileServer(async (response) => {
      begin(response);
      await maySpeak;
      while (goOn && !response.destroyed) {
        response.write(delta('あおいそらをあるいた。'));
        await new Promise((resolve) => setTimeout(resolve, 120));
      }
      response.end(delta(null, {}, 'stop') + event('[DONE]'));
    });
    const { providerId } = await client.settings.addProvider({
      kind: 'openai',
      name: 'talk',
      baseUrl: server.baseUrl,
      model: 'talk',
    });
    // Not typed, so that the companion does not look at the field.
    const ended = nextReplyEnd(client);
    const messageId = newId<MessageId>(Date.now(), strongRandom());
    await client.chat.sendMessage({ conversationId, messageId, text: '話して' });
    const quiet = await atRest(page);
    const mouth = await mouthOf(page);
    expect(await page.locator('[data-live]').count()).toBe(0);
    speak();
    await page.locator('[data-live]').waitFor();
    await expect
      .poll(async () => difference(page, quiet, await stage(page).screenshot(), mouth), {
        timeout: 20_000,
        interval: 150,
      })
      .toBeGreaterThan(0.0008);
    await snap(page, 'mouth-open');
    goOn = false;
    await ended;
    await expect
      .poll(async () => difference(page, quiet, await stage(page).screenshot(), mouth), { timeout: 20_000 })
      .toBeLessThan(0.0003);
    await client.settings.removeProvider({ providerId });
    await server.close();
    await client.settings.set({ reduceMotion: 'system' });
  });

  it('is a still portrait where WebGL cannot be had', async () => {
    const opened = await openPage(browser, app, WINDOW);
    ({ context } = opened);
    const { page } = opened;
    await page.route('**/stage-worker*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `(${withoutWebgl.toString()})();\n${await response.text()}` });
    });
    const givenUp = new Promise((resolve) => page.on('worker', (worker) => worker.on('close', resolve)));
    await page.reload();
    await givenUp;
    const portrait = page.locator('[data-avatar=portrait] img');
    await expect
      .poll(() => portrait.evaluate((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)))
      .toBeGreaterThan(0);
    await snap(page, 'avatar-portrait');
    await goTo(page, `conversation/${conversationId}`);
    const ended = nextReplyEnd(client);
    await page.locator('#composer').fill('見える？');
    await page.locator('#composer').press('Enter');
    await ended;
  });

  it('is not loaded while it is hidden from the start', async () => {
    await client.settings.set({ stageCollapsed: true });
    const opened = await openPage(browser, app, WINDOW);
    ({ context } = opened);
    const { page } = opened;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    await page.locator('#composer').waitFor();
    await page.waitForLoadState('networkidle');
    expect(asked.filter((path) => /avatar-stage|puppet\.(svg|json)/.test(path))).toEqual([]);
    await page.keyboard.press('Control+Shift+h');
    await page.locator('[data-avatar=akari]').waitFor({ timeout: 50_000 });
  });
});

/** In the worker. Counts in a global of its own what is drawn through WebGL. */
function countDrawing(): void {
  let count = 0;
  Object.defineProperty(globalThis, 'drawn', { get: () => count });
  for (const name of ['drawElements', 'drawArrays'] as const) {
    const own = WebGL2RenderingContext.prototype[name];
    Object.defineProperty(WebGL2RenderingContext.prototype, name, {
      value(this: WebGL2RenderingContext, ...args: Parameters<typeof own>) {
        count += 1;
        Reflect.apply(own, this, args);
      },
    });
  }
}

/** In the worker, before anything else. */
function withoutWebgl(): void {
  const own = OffscreenCanvas.prototype.getContext;
  Object.defineProperty(OffscreenCanvas.prototype, 'getContext', {
    value(this: unknown, ...args: unknown[]) {
      return String(args[0]).startsWith('webgl') ? null : Reflect.apply(own, this, args);
    },
  });
}

/** In the page: as if another tab were in front. */
function pretendHidden(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    get: () => (hidden ? 'hidden' : 'visible'),
  });
  document.dispatchEvent(new Event('visibilitychange'));
}
