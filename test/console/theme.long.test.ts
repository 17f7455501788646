import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

test('the colours are those of the system, of the switch where somebody pressed it, and of paper when it is printed', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const LIGHT = 'rgb(247, 247, 245)';
  const DARK = 'rgb(19, 21, 23)';
  for (const [colorScheme, first, second] of [
    ['light', LIGHT, DARK],
    ['dark', DARK, LIGHT],
  ] as const) {
    const page = await signedIn('/incidents', { colorScheme });
    await page.getByText('3 open').waitFor();
    const colour = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    assert.equal(await colour(), first);
    await page.keyboard.press('t');
    assert.equal(await colour(), second);
    assert.deepEqual(await axeProblems(page), []);
    await page.reload();
    await page.getByText('3 open').waitFor();
    assert.equal(await colour(), second);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await colour(), 'rgb(255, 255, 255)');
    await page.close();
  }
  assert.deepEqual(complaints, []);
});
