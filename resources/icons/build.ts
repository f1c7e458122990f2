import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

// Writes icon.png from icon.svg: `CHROMIUM_PATH=… node resources/icons/build.ts`. electron-builder makes the ico and icns from it.
const SIZE_PX = 512;
const folder = import.meta.dirname;
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: SIZE_PX, height: SIZE_PX } });
await page.setContent(
  `<style>html,body{margin:0}svg{display:block;width:100vw}</style>${await readFile(path.join(folder, 'icon.svg'), 'utf8')}`,
);
await writeFile(path.join(folder, 'icon.png'), await page.screenshot({ omitBackground: true }));
await browser.close();
