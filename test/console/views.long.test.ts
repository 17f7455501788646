import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';

const skip = NO_BROWSER;
const INCIDENT = '/incidents/inc0000000000000';
const TABS = ['evidence', 'time', 'confidence', 'gaps', 'steps', 'notes', 'history'];
const PLACES = [
  '/incidents',
  `${INCIDENT}?open=e3`,
  ...TABS.map((tab) => `${INCIDENT}?tab=${tab}`),
  '/subscriptions',
  '/hosts',
  '/search?q=x',
  '/rules',
  '/rules?view=pins',
  '/senders',
  '/account',
];

/** Elements that reach beyond the right edge of a page that scrolls sideways; none where it does not. */
function beyondEdge(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll('main *')].filter(
      (one) => one.getBoundingClientRect().right > innerWidth + 1,
    );
    return [
      `${document.documentElement.scrollWidth} px`,
      ...wide.slice(0, 4).map(({ outerHTML }) => outerHTML.slice(0, 90)),
    ];
  });
}

test('PRODUCT 11 at 320 px nothing scrolls sideways: pages, tabs, menus and dialogs', { skip }, async (t) => {
  const { complaints, signedIn } = await tryPage(t);
  const page = await signedIn('/incidents', { width: 320, height: 640 });
  const found: string[] = [];
  for (const path of PLACES) {
    await page.goto(new URL(path, page.url()).href);
    await page.locator('main h1, main h2').first().waitFor();
    found.push(...(await beyondEdge(page)).map((one) => `${path}: ${one}`));
  }
  await page.goto(new URL(INCIDENT, page.url()).href);
  await page.getByText('More', { exact: true }).click();
  found.push(...(await beyondEdge(page)).map((one) => `menu of actions: ${one}`));
  for (const name of ['Record verdict', 'Assign', 'Add note', 'Suppress', 'Propose pin', 'Link ticket']) {
    await page.getByRole('button', { name, exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const isCut = await dialog.evaluate(
      (one) => one.scrollWidth > one.clientWidth || one.getBoundingClientRect().right > innerWidth,
    );
    if (isCut) found.push(`${name}: the dialog is wider than the screen`);
    await dialog.getByRole('button', { name: 'Close' }).click();
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});

test('PRODUCT 11 every stop of the Tab key shows that it has the focus, in view, also with forced colours', {
  skip,
}, async (t) => {
  const { signedIn } = await tryPage(t);
  for (const forcedColors of [undefined, 'active'] as const) {
    const page = await signedIn(`${INCIDENT}?tab=steps`, forcedColors === undefined ? {} : { forcedColors });
    await page.getByRole('tabpanel').waitFor();
    const seen = new Set<string>();
    for (let stop = 0; stop < 90; stop++) {
      await page.keyboard.press('Tab');
      const lost = await page.evaluate(() => {
        const one = document.activeElement;
        if (one === null || one === document.body) return '';
        const { outlineStyle, outlineWidth, opacity } = getComputedStyle(one);
        const { top, bottom, left, right } = one.getBoundingClientRect();
        const isInView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
        const isShown = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && opacity === '1';
        return isShown && isInView ? '' : `${one.outerHTML.slice(0, 100)}: ${outlineStyle} ${outlineWidth} ${top}`;
      });
      if (lost !== '') seen.add(lost);
    }
    assert.deepEqual([...seen], [], forcedColors);
    await page.close();
  }
});

test('PRODUCT 11 with reduced motion nothing moves by itself', { skip }, async (t) => {
  const { browser, stub } = await tryPage(t);
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  await context.addCookies([{ name: 'in', value: '1', url: stub.url }]);
  const page = await context.newPage();
  await page.goto(stub.url + INCIDENT);
  await page.getByRole('tabpanel').waitFor();
  await page.keyboard.press('v');
  await page.getByRole('dialog').waitFor();
  const moving = await page.evaluate(() => {
    const styles = [...document.querySelectorAll('*')].map((one) => getComputedStyle(one));
    return {
      running: document.getAnimations().length,
      smooth: styles.filter(({ scrollBehavior }) => scrollBehavior !== 'auto').length,
      animated: styles.filter(({ animationName }) => animationName !== 'none').length,
      slow: styles.filter(({ transitionDuration }) => Number.parseFloat(transitionDuration) > 0).length,
    };
  });
  assert.deepEqual(moving, { running: 0, smooth: 0, animated: 0, slow: 0 });
});

/** What could be pressed, and would stand on paper. */
function controlsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const all = document.querySelectorAll<HTMLElement>('button:not(.sum, .obj), input, select, textarea, nav, dialog');
    return [...all].filter((one) => one.checkVisibility()).map(({ outerHTML }) => outerHTML.slice(0, 90));
  });
}

test('paper holds the whole incident, and the queue all its rows, without what is pressed', { skip }, async (t) => {
  const { signedIn, stub } = await tryPage(t, 60);
  const page = await signedIn(`${INCIDENT}?tab=gaps`, { colorScheme: 'dark' });
  await page.getByRole('tabpanel').waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.getByRole('heading', { name: 'History', exact: true }).waitFor();
  for (const name of ['Evidence', 'Time', 'Confidence', 'Gaps', 'Steps', 'Notes', 'History'])
    assert.ok(await page.getByRole('heading', { name, exact: true }).isVisible(), name);
  const text = await page.locator('.inc').innerText();
  assert.match(text, /^.*Critical/);
  // A record is whole: a field of its data stands there, though no row was opened.
  assert.match(text, /ParentImage|TargetUserName|CommandLine/);
  assert.match(text, /Preserve/);
  assert.deepEqual(await controlsOf(page), []);
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(17, 17, 17)', 'ink on paper');
  await page.emulateMedia({ media: null });
  await page.getByRole('tabpanel', { name: /^Gaps/ }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'History', exact: true }).count(), 0);
  await page.goto(`${stub.url}/incidents`);
  await page.locator('.vlist li').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  await page.waitForFunction(() => document.querySelectorAll('.vlist li').length === 60);
  assert.deepEqual(await controlsOf(page), []);
  const overlap = await page.evaluate(() => {
    const tops = [...document.querySelectorAll('.vlist li')].map((row) => row.getBoundingClientRect());
    return tops.filter(({ top }, at) => at > 0 && top < (tops[at - 1]?.bottom ?? 0) - 1).length;
  });
  assert.equal(overlap, 0);
  await page.emulateMedia({ media: null });
  // A document that is really printed is drawn before anybody is told: it holds the same.
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  assert.ok((pdf.toString('latin1').match(/\/Type \/Page\b/g) ?? []).length >= 4, 'sixty rows are some pages');
});
