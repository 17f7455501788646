import type { Page } from 'playwright-core';
import { type Ground, INCIDENTS, measuredPage, PAYLOADS, VIEW } from './ground.ts';
import { contentfulPaint, keyTimes, measureIn, measureNext, nextPainted, wheel } from './in-page.ts';
import { taskFigures } from './traced.ts';
import { type Figure, percentile } from './verdicts.ts';

/** SETTLED G25. */
const KEY_MS = 50;
const FIRST_PAINT_MS = 1000;
const INCIDENT_MS = 300;

const KEYS = 100;
const LETTERS = 20;
const LOADS = 5;
const CLICKS = 20;
const ROW_PX = 102;

/** First contentful paint and first row of so many loads without a cache, the middle of each. */
export async function loads(ground: Ground, path: string, row: string): Promise<readonly Figure[]> {
  const paints: number[] = [];
  const rows: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const page = await measuredPage(ground, path, row);
    paints.push(await contentfulPaint(page));
    rows.push(await page.evaluate(() => globalThis.bench.first ?? Number.NaN));
    await page.context().close();
  }
  const worst = (values: readonly number[]): string => `worst of ${LOADS}: ${Math.max(...values).toFixed(0)} ms`;
  return [
    {
      what: `${path}: first contentful paint, no cache`,
      ...{ value: percentile(paints, 50), unit: 'ms', bar: FIRST_PAINT_MS, beside: worst(paints) },
    },
    { what: `${path}: first row painted, no cache`, value: percentile(rows, 50), unit: 'ms', beside: worst(rows) },
  ];
}

/** Keys on an empty page: what the browser and the machine cost. */
async function emptyKeys(ground: Ground, apartMs: number): Promise<number> {
  const page = await ground.browser.newPage({ viewport: VIEW });
  await measureIn(page, 'body');
  await page.goto('about:blank');
  await page.waitForFunction(() => globalThis.bench.first !== undefined);
  const times = await keyTimes(page, 'j', KEYS, apartMs);
  await page.close();
  return percentile(times, 95);
}

/** Keys, and the tasks of the page meanwhile; the bar of tasks is one of scrolling. */
async function keyFigures(page: Page, { key, times, apartMs }: Presses, what: string): Promise<readonly Figure[]> {
  let taken: readonly number[] = [];
  const tasks = await taskFigures(page, 'meanwhile', async () => {
    taken = await keyTimes(page, key, times, apartMs);
  });
  return [
    {
      what: `keydown to paint, p95 of ${times} ${what}`,
      ...{ value: percentile(taken, 95), unit: 'ms', bar: KEY_MS },
      beside: `p50 ${percentile(taken, 50).toFixed(0)} ms`,
    },
    ...tasks.map(({ bar: _, ...figure }) => ({ ...figure, what: `  ${figure.what.trim()}` })),
  ];
}

interface Presses {
  readonly key: string;
  readonly times: number;
  readonly apartMs: number;
}

/** The queue with 10,000 incidents: keys, scrolling, an incident after a click, loading. */
export async function queueFigures(ground: Ground): Promise<readonly Figure[]> {
  const figures: Figure[] = [...(await loads(ground, '/incidents', '.vlist li'))];
  const page = await measuredPage(ground, '/incidents', '.vlist li');
  await page.getByText(`${INCIDENTS.toLocaleString('en-GB')} open`).waitFor({ timeout: 60_000 });
  // What loading left to do is not the key's.
  await page.waitForTimeout(1000);
  for (const [how, apartMs] of [
    ['held down, 33 ms apart', 33],
    ['pressed, 250 ms apart: each opens its incident', 250],
  ] as const) {
    const empty = await emptyKeys(ground, apartMs);
    const pressed = await keyFigures(page, { key: 'j', times: KEYS, apartMs }, `× j ${how}`);
    figures.push(...pressed, { what: '  the same on an empty page', value: empty, unit: 'ms' });
  }
  figures.push(...(await filterFigures(page)));
  await page.goto(`${ground.url}/incidents`);
  await page.getByText(`${INCIDENTS.toLocaleString('en-GB')} open`).waitFor({ timeout: 60_000 });
  figures.push(
    ...(await scrolled(page, '.vlist', INCIDENTS)),
    await clicked(page),
    ...(await groupedFigures(ground, page)),
  );
  await page.context().close();
  return figures;
}

/** Letters into the filter: alone, and behind a word that the server answered, whose ids are looked up at each letter. */
async function filterFigures(page: Page): Promise<readonly Figure[]> {
  const field = page.locator('.queue input[type=search]');
  const letters = { key: 'a', times: LETTERS, apartMs: 100 };
  await field.focus();
  const alone = await keyFigures(page, letters, 'letters into the filter');
  await Promise.all([page.waitForResponse(/view=id/), field.fill('-host:nowhere ')]);
  const behind = await keyFigures(page, letters, 'letters behind a word that the server answers');
  await field.fill('');
  return [...alone, ...behind];
}

/** The same rows by payload, all groups unfolded: scrolling, and letters into the filter. */
async function groupedFigures({ url }: Ground, page: Page): Promise<readonly Figure[]> {
  await page.goto(`${url}/incidents?group=payload,${PAYLOADS.map((print) => print.slice(0, 16)).join(',')}`);
  await page.getByRole('button', { name: `Group by payload: ${PAYLOADS.length} groups` }).waitFor({ timeout: 60_000 });
  await page.getByText(`${INCIDENTS.toLocaleString('en-GB')} open`).waitFor({ timeout: 60_000 });
  const scrolling = await scrolled(page, '.vlist', INCIDENTS, ' in groups');
  await page.locator('.queue input[type=search]').focus();
  const letters = { key: 'a', times: LETTERS, apartMs: 100 };
  return [...scrolling, ...(await keyFigures(page, letters, 'letters into the filter of groups'))];
}

/** Tasks while a list is scrolled by the wheel, and dragged from its beginning to its end. */
export async function scrolled(page: Page, list: string, rows: number, how = ''): Promise<readonly Figure[]> {
  await page.waitForTimeout(500);
  const of = `${rows.toLocaleString('en-GB')} rows${how}`;
  return [
    ...(await taskFigures(page, `120 steps of the wheel over ${of}`, () => wheel(page, list, 120, 240))),
    ...(await taskFigures(page, `dragged from end to end of ${of}`, () => drag(page, list))),
    { what: '  rows drawn', value: await page.locator(`${list} li`).count(), unit: 'rows' },
  ];
}

async function drag(page: Page, list: string): Promise<void> {
  await page.locator(list).evaluate(async (box) => {
    for (let step = 0; step <= 100; step++) {
      box.scrollTop = (box.scrollHeight * step) / 100;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

/** From a click on a row to the incident on screen. */
async function clicked(page: Page): Promise<Figure> {
  const times: number[] = [];
  for (let click = 0; click < CLICKS; click++) {
    await page.locator('.vlist').evaluate((box, top) => {
      box.scrollTop = top;
    }, click * ROW_PX);
    const link = page.locator(`.vlist li[aria-posinset="${click + 2}"] a`);
    await measureNext(page, '.inc h2', (await link.locator('.qt').textContent()) ?? '');
    await link.click();
    times.push(await nextPainted(page));
    await page.waitForTimeout(200);
  }
  return {
    what: `click to incident painted, p95 of ${CLICKS}`,
    ...{ value: percentile(times, 95), unit: 'ms', bar: INCIDENT_MS },
    beside: `p50 ${percentile(times, 50).toFixed(0)} ms`,
  };
}
