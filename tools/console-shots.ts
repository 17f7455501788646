/**
 * `node tools/console-shots.ts OUT [--only WORD] [--beside FILE]`: starts `triad serve --demo` and takes every page, the states of an incident and its dialogs, at 1440, 900, 390 and 320 pixels, light and dark,
 * and on paper; `OUT/index.html` shows them beside each other, with a drawing (an HTML file) above them. Ends with 2 where there is no Chromium.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Browsing, browseDemo, enter } from '../test/console/demo-kit.ts';
import { NO_BROWSER } from '../test/console/page-in-browser.ts';
import { idOf, indexPage, type Shot } from './console-shots/index-page.ts';
import { PLACES, type Place, preparePlaces } from './console-shots/places.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 900, height: 1000 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
] as const;
const THEMES = ['light', 'dark'] as const;
/** Of a window in which an incident stands whole. */
const TALL_PX = 2000;
/** Width of A4 at 96 pixels an inch, without its margins. */
const PAPER_PX = 718;
/** What is still being drawn, or read, when the place is there. */
const SETTLE_MS = 400;

const {
  values: flags,
  positionals: [out],
} = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, beside: { type: 'string' } } });
if (out === undefined || NO_BROWSER !== false) {
  process.stderr.write(
    `${NO_BROWSER === false ? 'usage: node tools/console-shots.ts OUT [--only WORD] [--beside FILE]' : NO_BROWSER}\n`,
  );
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const ends: (() => Promise<void> | void)[] = [];
try {
  const browsing = await browseDemo({ after: (end) => ends.unshift(end) });
  const shots = [
    ...(flags.beside === undefined ? [] : await drawing(browsing, flags.beside)),
    ...(await demo(browsing)),
  ];
  writeFileSync(join(out, 'index.html'), indexPage(shots));
  process.stdout.write(`${shots.length} pictures; ${join(out, 'index.html')} shows them.\n`);
  for (const complaint of browsing.complaints) process.stderr.write(`${complaint}\n`);
} finally {
  for (const end of ends) await end();
}

/** The drawing at every size, as the places are taken. */
async function drawing({ browser }: Browsing, file: string): Promise<readonly Shot[]> {
  const shots: Shot[] = [];
  for (const colorScheme of THEMES) {
    const page = await browser.newPage({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.goto(pathToFileURL(resolve(file)).href);
      shots.push(await taken(page, 'the drawing', `${size.width} ${colorScheme}`));
    }
    await page.close();
  }
  return shots;
}

async function demo(browsing: Browsing): Promise<readonly Shot[]> {
  const first = await browsing.signIn('alice', '/incidents');
  await first.locator('.vlist li').nth(2).waitFor({ timeout: 60_000 });
  await preparePlaces(first);
  const places = PLACES.filter(({ name }) => name.includes(flags.only ?? ''));
  const shots: Shot[] = [];
  for (const colorScheme of THEMES) {
    const page = await browsing.open('/incidents', { colorScheme });
    // Nobody is signed in yet.
    for (const place of places) if (place.isOutside === true) shots.push(...(await atSizes(page, place, colorScheme)));
    await enter(page, 'alice', browsing.demo);
    for (const place of places) {
      if (place.isOutside === true) continue;
      shots.push(...(await atSizes(page, place, colorScheme)));
      if (colorScheme === 'light' && place.isPrinted === true) shots.push(await printed(page, place));
    }
    await page.context().close();
  }
  return shots;
}

async function atSizes(page: Page, place: Place, theme: string): Promise<readonly Shot[]> {
  const shots: Shot[] = [];
  for (const { width, height } of SIZES) {
    await page.setViewportSize({ width, height: place.isTall === true && width >= 700 ? TALL_PX : height });
    await show(page, place);
    shots.push(await taken(page, place.name, `${width} ${theme}`));
  }
  return shots;
}

async function show(page: Page, { path, shown, press }: Place): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await page.locator(shown).first().waitFor();
  await press?.(page);
  await page.waitForTimeout(SETTLE_MS);
  // What was opened is no draft for the next place.
  await page.evaluate(() => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith('triad.draft:')) sessionStorage.removeItem(key);
  });
}

/** As a document that is printed, and as a picture of that. */
async function printed(page: Page, place: Place): Promise<Shot> {
  await page.setViewportSize({ width: PAPER_PX, height: 1000 });
  await show(page, place);
  writeFileSync(join(out ?? '', `${idOf(place.name)}.pdf`), await page.pdf({ format: 'A4', preferCSSPageSize: true }));
  await page.emulateMedia({ media: 'print' });
  await page.waitForTimeout(SETTLE_MS);
  const shot = await taken(page, place.name, 'paper');
  await page.emulateMedia({ media: null });
  return shot;
}

async function taken(page: Page, place: string, view: string): Promise<Shot> {
  const file = `${idOf(place)}-${idOf(view)}.png`;
  await page.screenshot({ path: join(out ?? '', file), fullPage: true });
  return { place, file, view };
}
