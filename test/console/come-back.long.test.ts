import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { launchBrowser, NO_BROWSER, newContext, type Tried, tryPage } from './page-in-browser.ts';
import { sheetsOf } from './pdf-text.ts';
import { change, type Stub } from './stub-server.ts';

/** Bob acknowledges the first incident, and the stream tells of it. */
function acknowledge(stub: Stub): void {
  const [incident] = stub.incidents.values();
  assert.ok(incident);
  change(incident, { action: 'acknowledge' }, 'bob');
  const { id, version, revision } = incident;
  stub.send('incident', { id, version, revision, change: 'work', row: stub.rowOf(incident) });
}

/** What a browser does with a page that it keeps: told that it is hidden, it stands still, and is told that it is shown again. */
function tell(page: Page, type: 'pagehide' | 'pageshow'): Promise<boolean> {
  return page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
}

const isStreaming = async (page: Page, stub: Stub, count: number, seconds: number): Promise<boolean> => {
  for (let tries = 0; tries < seconds * 50 && stub.streams() !== count; tries++) await page.waitForTimeout(20);
  return stub.streams() === count;
};

async function streaming(page: Page, stub: Stub, count: number): Promise<void> {
  assert.ok(await isStreaming(page, stub, count, 30), `${stub.streams()} streams, not ${count}`);
}

test('SETTLED G16 a page that the browser kept whole while somebody was elsewhere hears of changes again, and of those meanwhile', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn('/incidents');
  await page.getByText('3 open').waitFor();
  await streaming(page, stub, 1);
  await tell(page, 'pagehide');
  await streaming(page, stub, 0);
  acknowledge(stub);
  await tell(page, 'pageshow');
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
  // A browser may stop the worker of kept pages before it hears that they are gone: its stream then ends when it goes on.
  await isStreaming(page, stub, 0, 5);
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

/** An incident of ann's with a note that she began, in a page that the browser keeps. */
async function leftByAnn({ signedIn }: Tried): Promise<Page> {
  const page = await signedIn('/incidents/inc0000000000000?tab=gaps');
  await page.getByRole('tabpanel', { name: /^Gaps/ }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Note').fill('half a sentence');
  await tell(page, 'pagehide');
  return page;
}

const drafts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('triad.draft:')));

/** What somebody before the screen sees of an incident. */
const seen = (page: Page): Promise<number> => page.locator('.inc, .queue, dialog').filter({ visible: true }).count();

test('SETTLED G19 a page that the browser kept of one person shows another, who signed in meanwhile, nothing of it', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub, complaints, signedIn } = tried;
  const page = await leftByAnn(tried);
  const other = await signedIn('/account', { context: page.context() });
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.getByLabel('Name').fill('bob');
  await other.getByLabel('Password').fill('correct horse battery');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('link', { name: 'bob' }).waitFor();
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let answer: () => void = () => undefined;
  const isAnswered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/v1/session', async (route) => {
    asked();
    await isAnswered;
    await route.continue();
  });
  await tell(page, 'pageshow');
  await isAsked;
  assert.equal(await seen(page), 0, 'nothing shows before it is known whose it is');
  answer();
  await page.getByRole('link', { name: 'bob' }).waitFor();
  await page.getByText('3 open').waitFor();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, '/incidents');
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(await drafts(page), []);
  assert.equal(stub.person, 'bob');
  assert.deepEqual(complaints, []);
});

test('SETTLED G19 a kept page of the same person is as it was, and one of nobody, or of whom is not told, asks to sign in', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub, complaints } = tried;
  const page = await leftByAnn(tried);
  const note = page.getByRole('dialog').getByLabel('Note');
  assert.equal(await seen(page), 0);
  await tell(page, 'pageshow');
  await note.waitFor();
  assert.equal(await note.inputValue(), 'half a sentence');
  assert.ok(await note.evaluate((field) => field === document.activeElement), 'the hand is where it was');
  const asksToSignIn = async (): Promise<void> => {
    await page.getByText('Your session has ended').waitFor();
    assert.equal(await page.locator('.inc, .queue, dialog').count(), 0);
    // On paper, too.
    const text = sheetsOf(await page.pdf())[0]?.text ?? '';
    assert.match(text, /Sign in/);
    assert.doesNotMatch(text, /INC-1/);
  };
  await tell(page, 'pagehide');
  stub.held.add('/v1/session');
  await tell(page, 'pageshow');
  await asksToSignIn();
  stub.held.clear();
  await page.reload();
  await note.waitFor();
  assert.equal(await note.inputValue(), 'half a sentence', 'what she began is kept for her');
  await tell(page, 'pagehide');
  await page.context().clearCookies();
  await tell(page, 'pageshow');
  await asksToSignIn();
  assert.equal((await drafts(page)).length, 1);
  assert.deepEqual(complaints, []);
});

test('a kept page on a small screen stands where it stood', { skip: NO_BROWSER }, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 60);
  const page = await signedIn('/incidents', { width: 390, height: 844 });
  await page.locator('.vlist li').first().waitFor();
  // The hand is in a field that is far above by then.
  await page.getByRole('searchbox').first().focus();
  await page.evaluate(() => scrollTo(0, 1500));
  await page.waitForTimeout(300);
  const stood = await page.evaluate(() => scrollY);
  assert.ok(stood > 1000, `${stood}`);
  await tell(page, 'pagehide');
  await page.waitForTimeout(200);
  assert.equal(await seen(page), 0);
  await tell(page, 'pageshow');
  await page.locator('.vlist li').filter({ visible: true }).first().waitFor();
  assert.equal(await page.evaluate(() => scrollY), stood);
  assert.deepEqual(complaints, []);
});

test('SETTLED G16 where a browser has no shared worker each tab has a stream, and hears of changes', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, browser, complaints, signedIn } = await tryPage(t, 3);
  const context = await newContext(browser, stub, { width: 1440, height: 900 }, 'light', undefined);
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
  const pages = [await signedIn('/incidents', { context }), await signedIn('/incidents', { context })];
  for (const page of pages) await page.getByText('3 open').waitFor();
  const [first] = pages;
  assert.ok(first);
  await streaming(first, stub, 2);
  acknowledge(stub);
  for (const page of pages) await page.getByRole('button', { name: /^1 changed/ }).waitFor();
  await first.close();
  await streaming(pages[1] ?? first, stub, 1);
  assert.deepEqual(complaints, []);
});
