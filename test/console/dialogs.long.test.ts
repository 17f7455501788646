import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pressAfterBob } from './choose-verdict.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const FIRST = 'inc0000000000000';
const PATH = `/incidents/${FIRST}`;
const DIALOGS = ['Record verdict', 'Assign', 'Add note', 'Suppress', 'Propose pin', 'Link ticket'];
const SIZES = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const;

test('WCAG 2.2 AA holds in the dialogs of an open incident, in the menu that leads to them, and where somebody was faster', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  for (const size of SIZES) {
    const page = await signedIn(`${PATH}?tab=steps`, size);
    const dialog = page.getByRole('dialog');
    const more = page.getByText('More', { exact: true });
    await page.getByRole('tabpanel').waitFor();
    if (await more.isVisible()) {
      await more.click();
      assert.deepEqual(await axeProblems(page), [], `the menu, ${size.width}`);
      await more.click();
    }
    for (const name of DIALOGS) {
      const button = page.getByRole('button', { name, exact: true }).first();
      if (!(await button.isVisible())) await more.click();
      await button.click();
      await dialog.waitFor();
      assert.deepEqual(await axeProblems(page), [], `${name}, ${size.width}`);
      await dialog.getByRole('button', { name: 'Close' }).click();
    }
    await page
      .getByRole('button', { name: /^Done earlier, or not applicable/ })
      .first()
      .click();
    await dialog.waitFor();
    assert.deepEqual(await axeProblems(page), [], `a step, ${size.width}`);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.close();
  }
  const first = stub.incidents.get(FIRST);
  assert.ok(first);
  const { state, verdict } = first;
  // What is missing before it can be closed stands there; of a harmless one nothing is.
  for (const [now, name] of [
    [{ state: 'contained', verdict: 'malicious' }, 'Close'],
    [{ state: 'acknowledged', verdict: 'authorised' }, 'Close'],
    [{ state: 'closed', verdict: 'malicious' }, 'Open again'],
  ] as const) {
    Object.assign(first, now);
    for (const size of SIZES) {
      const page = await signedIn(`${PATH}?tab=steps`, size);
      const dialog = page.getByRole('dialog');
      await page.getByRole('tabpanel').waitFor();
      const button = page.getByRole('button', { name, exact: true });
      if (!(await button.isVisible())) await page.getByText('More', { exact: true }).click();
      await button.click();
      await dialog.waitFor();
      assert.deepEqual(await axeProblems(page), [], `${name} of ${now.verdict}, ${size.width}`);
      await dialog.getByRole('button', { name: now.state === 'closed' ? name : 'Close incident' }).click();
      if (now.verdict === 'malicious') {
        await dialog.getByRole('alert').getByText(/^Say /).waitFor();
        assert.deepEqual(await axeProblems(page), [], `${name} without its words, ${size.width}`);
      } else await dialog.waitFor({ state: 'detached' });
      await page.context().close();
      Object.assign(first, now);
    }
  }
  Object.assign(first, { state, verdict });
  const page = await signedIn(PATH);
  await page.getByRole('tabpanel').waitFor();
  await page.keyboard.press('v');
  await pressAfterBob(page, stub, FIRST);
  assert.deepEqual(await axeProblems(page), [], 'somebody was faster');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  while (stub.streams() === 0) await page.waitForTimeout(50);
  stub.merged.set(FIRST, 'inc0000000000004');
  stub.send('incident', { id: FIRST, change: 'merged', version: 2, revision: 1 });
  await page.getByText(/^Now part of INC-5/).waitFor();
  assert.deepEqual(await axeProblems(page), [], 'merged');
  assert.deepEqual(complaints, []);
});
