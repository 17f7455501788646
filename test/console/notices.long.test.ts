import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

interface Desktop {
  readonly asked: number;
  readonly shown: readonly { readonly title: string; readonly body: string }[];
}

test('G15 a desktop notice is off until its switch is pressed, which alone asks the browser; a batch is one; the count stands in title and icon', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, browser, complaints, signedIn } = await tryPage(t, 3);
  const context = await browser.newContext();
  await context.addCookies([{ name: 'in', value: '1', url: stub.url }]);
  await context.addInitScript(() => {
    const desktop = { asked: 0, shown: [] as object[] };
    class Recorded {
      static permission = 'default';
      static requestPermission(): Promise<string> {
        desktop.asked++;
        Recorded.permission = 'granted';
        return Promise.resolve('granted');
      }
      constructor(title: string, { body }: { readonly body: string }) {
        desktop.shown.push({ title, body });
      }
      close(): void {
        desktop.shown.pop();
      }
    }
    Object.assign(globalThis, { desktop, Notification: Recorded });
    // Somebody looks elsewhere.
    document.hasFocus = () => false;
  });
  const page = await signedIn('/account', { context });
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const desktop = (): Promise<Desktop> =>
    page.evaluate(() => (globalThis as unknown as { readonly desktop: Desktop }).desktop);
  await page.waitForFunction(() => document.title.startsWith('(3'));
  const tell = (number: number): void => {
    const [first] = stub.incidents.values();
    assert.ok(first);
    const added = { ...first, id: `new${number}`, number, history: [], taken: {} };
    stub.incidents.set(added.id, added);
    stub.send('incident', { id: added.id, change: 'new', version: 1, revision: 0, row: stub.rowOf(added) });
  };
  tell(90);
  await page.waitForFunction(() => document.title.startsWith('(4'));
  assert.deepEqual(await desktop(), { asked: 0, shown: [] });
  const toggle = page.getByLabel(/Desktop notice/);
  assert.equal(await toggle.isChecked(), false);
  await toggle.check();
  assert.equal((await desktop()).asked, 1);
  for (const number of [91, 92]) tell(number);
  await page.waitForFunction(() => document.title.startsWith('(6'));
  await page.waitForFunction(() => (globalThis as unknown as { readonly desktop: Desktop }).desktop.shown.length === 1);
  const { shown } = await desktop();
  assert.deepEqual(
    shown.map(({ title }) => title),
    ['2 new incidents, the worst critical'],
  );
  assert.doesNotMatch(JSON.stringify(shown), /planted|Upd/);
  const icon = await page.locator('link[rel="icon"]').getAttribute('href');
  assert.match(icon ?? '', /%3E6%3C/);
  assert.deepEqual(await axeProblems(page), []);
  // Another tab of the page is looked at.
  const other = await signedIn('/account', { context });
  await other.getByRole('heading', { name: 'Account' }).waitFor();
  await other.evaluate(() => {
    document.hasFocus = () => true;
  });
  tell(94);
  await page.waitForFunction(() => document.title.startsWith('(7'));
  await page.waitForTimeout(600);
  assert.equal((await desktop()).shown.length, 1);
  await other.close();
  await toggle.uncheck();
  tell(93);
  await page.waitForFunction(() => document.title.startsWith('(8'));
  // As long as a notice takes to come.
  await page.waitForTimeout(600);
  assert.equal((await desktop()).shown.length, 1);
  assert.deepEqual(complaints, []);
});
