import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';

const SMALL = { width: 390, height: 844 };

/** Edges of what a selector finds first, in pixels of the page. */
function boxOf(
  page: Page,
  selector: string,
): Promise<{ readonly top: number; readonly bottom: number; readonly left: number }> {
  return page.evaluate((of) => {
    const box = document.querySelector(of)?.getBoundingClientRect();
    return { top: box?.top ?? Number.NaN, bottom: box?.bottom ?? Number.NaN, left: box?.left ?? Number.NaN };
  }, selector);
}

test('SETTLED G13 on a small screen queue and incident are two screens, with a link back to where the queue stood', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 60);
  const page = await signedIn('/incidents', SMALL);
  await page.getByText('60 open').waitFor();
  assert.equal(await page.locator('.inc').filter({ visible: true }).count(), 0);
  await page.evaluate(() => scrollTo(0, 1200));
  await page.waitForTimeout(300);
  const stood = await page.evaluate(() => scrollY);
  assert.ok(stood > 900, `${stood}`);
  // By its place: who drives the browser would scroll to a row that it is told of.
  await page.mouse.click(200, 400);
  await page.getByRole('tabpanel').waitFor();
  assert.equal(await page.locator('.vlist').filter({ visible: true }).count(), 0);
  const back = page.getByRole('link', { name: 'Back to the queue' });
  await back.click();
  await page.locator('.vlist li').filter({ visible: true }).first().waitFor();
  assert.equal(await page.locator('.inc').filter({ visible: true }).count(), 0);
  await page.waitForTimeout(1500);
  assert.ok(
    Math.abs((await page.evaluate(() => scrollY)) - stood) < 2,
    `${await page.evaluate(() => scrollY)}, not ${stood}`,
  );
  assert.deepEqual(complaints, []);
});

test('SETTLED G13 the hop is across on a wide screen and down on a small one', { skip: NO_BROWSER }, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  for (const [size, isDown] of [
    [{ width: 1440, height: 900 }, false],
    [SMALL, true],
  ] as const) {
    const page = await signedIn('/incidents/inc0000000000000', size);
    await page.locator('.drawn.path .host.target').first().waitFor();
    const [source, target] = [
      await boxOf(page, '.drawn.path .host:not(.target)'),
      await boxOf(page, '.drawn.path .host.target'),
    ];
    assert.equal(target.top >= source.bottom, isDown, JSON.stringify({ size, source, target }));
    if (!isDown) assert.ok(target.left > source.left);
  }
  assert.deepEqual(complaints, []);
});
