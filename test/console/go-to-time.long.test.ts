import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

/** Where the first row stands that is on screen, of all. */
function topRow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const list = document.querySelector('.vlist');
    const edge = Math.max(60, list?.getBoundingClientRect().top ?? 0);
    const rows = [...(list?.querySelectorAll('li') ?? [])];
    const first = rows.find((row) => row.getBoundingClientRect().bottom > edge + 1);
    return Number(first?.getAttribute('aria-posinset'));
  });
}

test('PRODUCT 9.4 of 10,000 rows by time one goes to a time: nothing is opened by it, and what is at the top is said', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 10_000);
  const page = await signedIn('/incidents');
  await page.locator('.vlist li').first().waitFor();
  const field = page.getByLabel('Go to, UTC');
  assert.equal(await field.count(), 0, 'rows that are not by time have no place of a time');
  // The stub has one incident a minute, each older than the one before it.
  const minute = (back: number): string =>
    new Date(Date.parse('2026-03-12T09:44:00Z') - back * 60_000).toISOString().slice(0, 16);
  for (const [sort, view] of [
    ['newest', {}],
    ['oldest', {}],
    ['newest', { width: 390, height: 844 }],
  ] as const) {
    const own = await signedIn(`/incidents?sort=${sort}`, view);
    await own.getByText(/10,000\+? open/).waitFor();
    const wanted = own.getByLabel('Go to, UTC');
    const standsAt = async (back: number, what: string): Promise<void> => {
      await own
        .getByRole('status')
        .filter({ hasText: `INC-${back}, 2026-` })
        .first()
        .waitFor();
      await own.waitForTimeout(200);
      assert.equal(await topRow(own), sort === 'newest' ? back : 10_001 - back, what);
    };
    for (const back of [7000, 20]) {
      await wanted.fill(minute(back));
      await standsAt(back, `${sort} ${back}`);
      assert.equal(new URL(own.url()).pathname, '/incidents');
    }
    // By keys each digit makes another whole time: it counts at Enter, and where the field is left.
    for (const [day, end, back] of [
      ['11', 'Enter', 1460],
      ['09', 'blur', 4340],
    ] as const) {
      await wanted.blur();
      await wanted.focus();
      await own.keyboard.press('ArrowRight');
      // On a small screen the whole page scrolls, to the field that has the focus.
      await own.waitForTimeout(500);
      const stood = await topRow(own);
      for (const digit of day) {
        await own.keyboard.press(digit);
        await own.waitForTimeout(100);
        assert.equal(await topRow(own), stood, `nothing moves while ${day} is typed`);
      }
      assert.equal(await wanted.inputValue(), `2026-03-${day}T09:24`);
      if (end === 'Enter') await own.keyboard.press('Enter');
      else await wanted.blur();
      await standsAt(back, `${sort} ${end}`);
    }
    // Whoever types a time and presses a row wants the row: it does not move under the pointer.
    await wanted.focus();
    await own.keyboard.press('ArrowRight');
    await own.keyboard.type('10');
    await own.waitForTimeout(500);
    const name = (await own.locator('.vlist li a').nth(3).getAttribute('href')) ?? '';
    // Beside the box, which is smaller than what takes the press.
    const tick = own.locator(`.vlist li:has(a[href="${name}"]) .pick`);
    await tick.click({ position: { x: 2, y: 2 } });
    assert.ok(await tick.locator('input').isChecked(), 'the row that was pressed is chosen');
    await own.keyboard.press('Escape');
    await own.locator(`.vlist a[href="${name}"]`).click();
    await own.waitForURL((url) => url.pathname === new URL(name, own.url()).pathname);
    await own.goBack();
    await own.getByText(/10,000\+? open/).waitFor();
    // Before all and behind all there are rows too: the last, or the first.
    await wanted.fill('1999-01-01T00:00');
    await own.getByRole('status').filter({ hasText: 'INC-10000, ' }).first().waitFor();
    assert.deepEqual(await axeProblems(own), []);
    assert.ok(await own.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
    await own.emulateMedia({ media: 'print' });
    assert.ok(!(await wanted.isVisible()), 'nothing is typed on paper');
    await own.close();
  }
  assert.deepEqual(complaints, []);
});
