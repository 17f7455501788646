import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { QUEUE_COLUMNS } from '../../src/api/index.ts';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';

interface Short {
  readonly items: readonly (readonly unknown[])[];
}

/** Edges on screen, px. */
async function boxOf(element: Locator): Promise<{ x: number; top: number; bottom: number; right: number }> {
  const { x, y, width, height } = (await element.boundingBox()) ?? assert.fail('it is not on the page');
  return { x, top: y, bottom: y + height, right: x + width };
}

test('SETTLED G13 below 1,000 px owner and due stand on lines of their own, within a row as high as the others', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 12);
  const first = stub.incidents.get('inc0000000000000');
  assert.ok(first);
  first.owner = 'a-name-that-is-longer-than-most-names-of-analysts-are';
  for (const [width, isApart] of [
    [1440, false],
    [1001, false],
    [999, true],
    [701, true],
    [390, true],
  ] as const) {
    const page = await signedIn('/incidents', { width });
    const row = page.locator('.vlist li').filter({ hasText: 'Upd0' });
    await row.waitFor();
    const [li, hosts, own, due] = [
      await boxOf(row),
      await boxOf(row.locator('.hosts')),
      await boxOf(row.locator('.own')),
      await boxOf(row.locator('.due')),
    ];
    assert.ok(own.top >= hosts.bottom - 1, `${width}: the owner stands below the hosts`);
    assert.equal(due.top >= own.bottom - 1, isApart, `${width}: ${JSON.stringify({ own, due })}`);
    if (isApart) assert.equal(due.x, own.x);
    else assert.ok(due.x >= own.right - 1, `${width}: beside each other`);
    assert.ok(due.bottom <= li.bottom && due.right <= width, `${width}: all of it is seen`);
    const heights = await page.locator('.vlist li').evaluateAll((all) => all.map((one) => one.clientHeight));
    assert.equal(new Set(heights).size, 1);
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});

test('SETTLED G13 what is overdue is worked out anew every 30 s, in the row and in the count, without asking the server', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn('/account');
  await page.getByRole('heading', { name: 'This browser' }).waitFor();
  let asked = 0;
  let dueMs = 0;
  await page.route(/\/v1\/incidents\?/, async (route) => {
    asked++;
    // From the moment at which it is asked for: a page that loads slowly has the same time left.
    dueMs ||= Date.now() + 40_000;
    const response = await route.fetch();
    const short = (await response.json()) as Short;
    const items = short.items.map((row) =>
      row.with(QUEUE_COLUMNS.indexOf('due'), row[0] === 'inc0000000000001' ? new Date(dueMs).toISOString() : null),
    );
    await route.fulfill({ response, json: { ...short, items } });
  });
  await page.clock.install({ time: Date.now() });
  await page.goto(`${stub.url}/incidents`);
  const due = page.locator('.qi[data-id="inc0000000000001"] .due');
  await due.getByText(/^acknowledge due in [45]\d s$/).waitFor();
  const overdue = page.getByRole('button', { name: /^Overdue/ });
  const before = asked;
  const pageMs = (): Promise<number> => page.evaluate(() => Date.now());
  // Ahead of the time that it takes to be told.
  await page.clock.pauseAt((await pageMs()) + 5000);
  const left = Number(/\d+/.exec((await due.textContent()) ?? '')?.[0]);
  // When the page last worked it out, to a second: as it was loaded.
  const loadedMs = dueMs - left * 1000;
  const after = async (seconds: number): Promise<readonly unknown[]> => {
    await page.clock.runFor(loadedMs + seconds * 1000 - (await pageMs()));
    return [await due.textContent(), (await due.getAttribute('class'))?.includes('late'), await overdue.textContent()];
  };
  const [first, ...early] = await after(45);
  assert.deepEqual(early, [false, 'Overdue']);
  const leftThen = Number(/^acknowledge due in (\d+) s$/.exec(String(first))?.[1]);
  assert.ok(leftThen <= left - 29 && leftThen >= left - 33, `${left} s, then ${leftThen} s`);
  const [words, isLate, count] = await after(82);
  assert.deepEqual([isLate, count], [true, 'Overdue 1']);
  assert.match(String(words), /^acknowledge overdue by \d+ s$/);
  assert.equal(asked, before);
  assert.deepEqual(complaints, []);
});
