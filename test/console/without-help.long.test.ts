import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { browseDemo, rowsShown } from './demo-kit.ts';
import { NO_BROWSER } from './page-in-browser.ts';

/** "Take the worst incident. Acknowledge it, say what it was, and contain it": docs/console.md, "Without help". */
const CLICKS = 9;

/** Presses what the page offers by its role and visible words, and counts. */
class Newcomer {
  clicks = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(role: 'button' | 'link' | 'radio' | 'checkbox', name: string | RegExp, within = 'body'): Promise<void> {
    const target = this.#page.locator(within).getByRole(role, { name }).first();
    await target.waitFor();
    assert.ok(await target.isVisible());
    this.clicks++;
    await target.click();
  }

  /** The one thing that stands out. */
  offered(): Promise<string | null | undefined> {
    return this.#page.locator('.acts .btn.pri').evaluate((button) => button.firstChild?.textContent);
  }
}

test(`without help the worst incident is acknowledged, judged and contained in ${CLICKS} clicks`, {
  skip: NO_BROWSER,
}, async (t) => {
  const { demo, open, complaints } = await browseDemo(t);
  // The second takes the worst that nobody has taken.
  for (const [width, path] of [
    [1440, '/'],
    [390, '/incidents?q=state:open'],
  ] as const) {
    const page = await open(path, { viewport: { width, height: 900 } });
    const newcomer = new Newcomer(page);
    await page.getByLabel('Name').fill('bob');
    await page.getByLabel('Password').fill(demo.passwords.get('bob') ?? '');
    await newcomer.press('button', 'Sign in');
    await rowsShown(page, 2);
    assert.equal(await page.getByRole('combobox', { name: 'Order' }).inputValue(), 'urgent');
    await newcomer.press('link', /^Critical/, '.queue');
    await page.locator('.acts .btn.pri').waitFor();
    assert.equal(await newcomer.offered(), 'Acknowledge');
    await newcomer.press('button', 'Acknowledge', '.inc');
    await page.getByRole('status').filter({ hasText: 'acknowledged' }).waitFor();
    assert.equal(await newcomer.offered(), 'Record verdict');
    await newcomer.press('button', 'Record verdict', '.inc');
    await newcomer.press('radio', /Malicious an attack/, 'dialog');
    await newcomer.press('radio', /^attack an intruder/, 'dialog');
    await page.getByRole('dialog').getByLabel('Why', { exact: true }).fill('hidden PowerShell that nobody knows of');
    await newcomer.press('button', 'Record verdict', 'dialog');
    await page.getByRole('status').filter({ hasText: 'judged malicious' }).waitFor();
    assert.equal(await newcomer.offered(), 'Contain');
    await newcomer.press('button', 'Contain', '.inc .acts');
    const contain = page.getByRole('region', { name: 'Contain' });
    await contain.getByText('the first that is done contains the incident').waitFor();
    const isUnderHand = (): Promise<boolean> =>
      page.evaluate(() => {
        const box = document.activeElement;
        const { top = -1, bottom = 1e9 } = box?.getBoundingClientRect() ?? {};
        return box?.closest('.phase')?.getAttribute('data-phase') === 'contain' && top >= 0 && bottom <= innerHeight;
      });
    await page.waitForFunction(() => document.activeElement?.closest('.phase') !== null);
    assert.ok(await isUnderHand(), 'the first step of Contain is in view and under the hand');
    await newcomer.press('checkbox', /./, '.phase[data-phase="contain"]');
    await page.getByRole('status').filter({ hasText: 'The incident is contained.' }).waitFor();
    await page
      .getByText(/^Contained, (?:1 of \d+ steps done, )?bob, malicious/)
      .first()
      .waitFor();
    assert.equal(newcomer.clicks, CLICKS);
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});
