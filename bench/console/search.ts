import type { Page } from 'playwright-core';
import { type Ground, measuredPage } from './ground.ts';
import { bytesOf, keyTimes, longTasks, measureNext, memoryOf, nextPainted, type PageMemory } from './in-page.ts';
import { loads, scrolled } from './queue.ts';
import { longTaskFigure, taskFigures } from './traced.ts';
import { type Figure, percentile } from './verdicts.ts';

const FIRST_PAGE_MS = 300;
const KEY_MS = 50;
/** What the page may hold more of a million hits than of its first page. */
const MOST_GROWN_MB = 50;
const SCROLLED_HITS = 10_000;

/** A search with more hits than are read: its first page, scrolling while pages are read, and the memory of the page when so many were read. */
export async function searchFigures(ground: Ground, word: string, read: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [...(await loads(ground, `/search?q=${word}`, '.vlist .event'))];
  const page = await measuredPage(ground, '/search', 'h1');
  figures.push({ what: 'Enter to first page of hits painted', ...(await firstPage(page, word)), bar: FIRST_PAGE_MS });
  await page.waitForTimeout(500);
  const before = await memoryOf(page);
  const while10k = `${SCROLLED_HITS.toLocaleString('en-GB')} hits read while scrolling`;
  figures.push(...(await taskFigures(page, while10k, () => readTo(page, SCROLLED_HITS))));
  figures.push(...(await scrolled(page, '.vlist', SCROLLED_HITS)));
  await page.locator('.vlist').evaluate((box) => {
    box.scrollTop = 0;
  });
  const tabs = await keyTimes(page, 'Tab', 50, 50);
  figures.push({ what: 'keydown to paint, p95 of 50 × Tab', value: percentile(tabs, 95), unit: 'ms', bar: KEY_MS });
  await longTasks(page);
  const begunMs = performance.now();
  await readTo(page, read);
  const ms = performance.now() - begunMs;
  const all = `${read.toLocaleString('en-GB')} hits read`;
  figures.push(
    await longTaskFigure(page, all),
    { what: '  for each part of 200 hits', value: (ms * 200) / (read - SCROLLED_HITS), unit: 'ms' },
    ...(await scrolled(page, '.vlist', read)),
  );
  figures.push({
    what: '  hits that the end of the list does not reach',
    value: await behindEnd(page),
    unit: 'rows',
    bar: 0,
  });
  const after = await memoryOf(page);
  figures.push({
    what: `memory of the page grown when ${all}`,
    ...{ value: (bytesOf(after) - bytesOf(before)) / 1e6, unit: 'MB', bar: MOST_GROWN_MB },
    beside: `first page: ${memoryText(before)}; then: ${memoryText(after)}`,
  });
  await page.context().close();
  return figures;
}

/** From Enter to the first hits of a word on screen. */
export async function firstPage(page: Page, word: string): Promise<Pick<Figure, 'value' | 'unit'>> {
  await page.getByLabel('Search all records').fill(word);
  await measureNext(page, '.vlist .event', '');
  await page.keyboard.press('Enter');
  return { value: await nextPainted(page), unit: 'ms' };
}

function memoryText({ scripts, arrays, document: elements }: PageMemory): string {
  const text = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return `scripts ${text(scripts)}, arrays ${text(arrays)}, document ${text(elements)} MB`;
}

/** Of the hits that were read those that are not reached by scrolling to the end; more are read there. */
async function behindEnd(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const text = document.querySelector('main [role=status]')?.textContent ?? '';
    const read = Number(/([\d,]+) (?:newest )?hits?/.exec(text)?.[1]?.replaceAll(',', ''));
    const box = document.querySelector('.vlist');
    if (box !== null) box.scrollTop = box.scrollHeight;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const last = [...document.querySelectorAll('.vlist li')].at(-1)?.getAttribute('aria-posinset');
    return Math.max(0, read - Number(last));
  });
}

/** Scrolls to the end again and again, until so many hits were read. */
async function readTo(page: Page, hits: number): Promise<void> {
  await page.evaluate(async (wanted) => {
    const count = (): number => {
      const text = document.querySelector('main [role=status]')?.textContent ?? '';
      return Number(/([\d,]+) (?:newest )?hits?/.exec(text)?.[1]?.replaceAll(',', '') ?? 0);
    };
    while (count() < wanted) {
      const box = document.querySelector('.vlist');
      if (box !== null) box.scrollTop = box.scrollHeight;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  }, hits);
}
