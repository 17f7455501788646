import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser, NO_BROWSER, newContext, tryPage } from './page-in-browser.ts';
import { change, type Stub } from './stub-server.ts';

/** Bob acknowledges the first incident, and the stream tells of it. */
function acknowledge(stub: Stub): void {
  const [incident] = stub.incidents.values();
  assert.ok(incident);
  change(incident, { action: 'acknowledge' }, 'bob');
  const { id, version, revision } = incident;
  stub.send('incident', { id, version, revision, change: 'work', row: stub.rowOf(incident) });
}

async function streaming(page: Page, stub: Stub, count: number): Promise<void> {
  for (let tries = 0; stub.streams() !== count; tries++) {
    assert.ok(tries < 1500, `${stub.streams()} streams, not ${count}`);
    await page.waitForTimeout(20);
  }
}

test('SETTLED G16 a page that the browser kept whole while somebody was elsewhere hears of changes again, and of those meanwhile', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn('/incidents');
  await page.getByText('3 open').waitFor();
  await streaming(page, stub, 1);
  // What a browser does with a page that it keeps: told that it is hidden, it stands still, and is told that it is shown again.
  const tell = (type: 'pagehide' | 'pageshow'): Promise<boolean> =>
    page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
  await tell('pagehide');
  await streaming(page, stub, 0);
  acknowledge(stub);
  await tell('pageshow');
  await streaming(page, stub, 1);
  await page.getByRole('button', { name: /^1 changed/ }).waitFor();
  await page.keyboard.press('.');
  await page.getByText('bob').first().waitFor();
  assert.equal(stub.streams(), 1);
  assert.deepEqual(complaints, []);
});

test('the same in a browser that keeps pages: away by a link, and back', { skip: NO_BROWSER }, async (t) => {
  const { stub } = await tryPage(t, 3);
  const browser = await launchBrowser(['--disable-back-forward-cache']);
  t.after(() => browser.close());
  const context = await newContext(browser, stub, { width: 1440, height: 900 }, 'light', undefined);
  const page = await context.newPage();
  await page.goto(`${stub.url}/incidents`);
  await page.getByText('3 open').waitFor();
  await streaming(page, stub, 1);
  await page.evaluate(() => Object.assign(globalThis, { isKept: true }));
  await page.goto(`${stub.url}/assets/none`);
  await streaming(page, stub, 0);
  acknowledge(stub);
  // What comes back is no navigation to whoever drives the browser: it cannot be waited for as one.
  await page.evaluate(() => void setTimeout(() => history.back(), 0));
  await page.getByText('3 open').waitFor();
  if (!(await page.evaluate(() => 'isKept' in globalThis))) {
    // Reason: a browser may load a page anew whatever it is asked; the test before this one makes the same events itself.
    t.skip('this browser did not keep the page: it was loaded anew');
    return;
  }
  await streaming(page, stub, 1);
  await page.getByRole('button', { name: /^1 changed/ }).waitFor();
});
