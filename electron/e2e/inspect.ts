import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { messagesEn } from '#shared/i18n/messages-en.ts';
import type { Locale } from '#shared/settings/contract.ts';

/** What axe finds wrong with the page as it is, one line each; [] when nothing is. */
export async function axeFindings(page: Page): Promise<string[]> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${(failureSummary ?? '').replaceAll(/\s+/g, ' ')}`,
    ),
  );
}

/** Resolves when nothing that ends by itself is moving or about to: half-faded text has no contrast of its own. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[data-starting-style], [data-ending-style]') === null);
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (animation) =>
          animation.playState !== 'running' || animation.effect?.getComputedTiming().iterations === Infinity,
      ),
  );
}

/**
 * Words on the page that were not put into the language: message keys, unfilled `{names}`, words of the other language. What the
 * person or a companion wrote (`content`) may be in any.
 */
export async function foreignWords(page: Page, locale: Locale, content: readonly string[]): Promise<string[]> {
  const texts = await page.evaluate(textsOfPage);
  return texts.filter((text) => {
    const own = content.reduce((rest, words) => rest.replaceAll(words, ''), text);
    if (ALIKE.test(own.trim())) return false;
    const unfilled = /\{\w+\}/.test(own.replaceAll(/\{\{(user|char)\}\}/g, ''));
    return isKey(own) || unfilled || (locale === 'ja' ? isOnlyEnglish(own) : isJapanese(own));
  });
}

/** Whether something is wider than the window, so that the page could be pushed sideways. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => {
    const boxes = [document.documentElement, document.body, ...document.querySelectorAll('main, main > *')];
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

const SPACES = new Set(Object.keys(messagesEn).map((key) => key.split('.')[0] ?? ''));
/** Names, and words that are meant to be in the other language. */
const ALIKE =
  /^(OpenAI|Ollama|LM Studio|llama\.cpp|Linux|MIT|GGUF|Enter|Ctrl|Shift|English|Switch to English|日本語|日本語にする|Matters in Japanese: .*)$/;

function isKey(text: string): boolean {
  const key = /^([a-z]\w*)(\.[\w-]+)+$/i.exec(text.trim());
  return key !== null && SPACES.has(key[1] ?? '') && !/\.(ts|png|db|cpp|gguf)$/.test(text);
}

function isOnlyEnglish(text: string): boolean {
  return /[A-Za-z]{4}/.test(text) && !isJapanese(text) && !/[\\/@]|^\w+\+/.test(text);
}

function isJapanese(text: string): boolean {
  return /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text);
}

/** In the page: everything that is read or heard, except content (what companions and people wrote). */
function textsOfPage(): string[] {
  const content = '[dir=auto], .message-words, [lang]:not(html), textarea, mark, pre, code, :has(> mark)';
  const texts: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? '';
    if (text !== '' && node.parentElement?.closest(`script, style, ${content}`) === null) texts.push(text);
  }
  for (const element of document.querySelectorAll(
    '[aria-label], [title], [placeholder], [alt], [aria-description], [aria-roledescription]',
  )) {
    if (element.closest('[lang]:not(html)') !== null) continue;
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description', 'aria-roledescription']) {
      const text = element.getAttribute(name)?.trim();
      if (text !== undefined && text !== '') texts.push(text);
    }
  }
  return [...new Set(texts)];
}
