import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { QUEUE_COLUMNS } from '../../src/api/index.ts';
import { chooseVerdict } from './choose-verdict.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { change, type Stub, type StubDocument } from './stub-server.ts';

/** What led somebody astray who saw the page for the first time. */

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';
const THIRD = 'inc0000000000002';

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 30));
}

/** Records of which the server knows the event. */
function withEvents(document: StubDocument): object {
  const events = '/v1/events?from=2026-03-12T09:44:00Z&to=2026-03-12T09:44:01Z&host=SRV-1.corp.example&event=4624';
  const items = document.records.items.map((record) => ({ ...record, events }));
  return { ...document, records: { ...document.records, items } };
}

/** The stream tells of what was done to an incident. */
function tell(stub: Stub, id: string, how: 'acted' | 'changed' | 'new'): void {
  const incident = stub.incidents.get(id);
  assert.ok(incident);
  const { version, revision } = incident;
  stub.send('incident', { id, change: how, version, revision, row: stub.rowOf(incident) });
}

async function topOf(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate((one) => Math.round(one.getBoundingClientRect().top));
}

test('the event of a record opens below it; what was around it is a search, with a way back to the record', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.search = { events: 1 };
  stub.altered.set(FIRST, withEvents);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.locator('.ev .sum').nth(6).click();
  const open = page.locator('.ev.open');
  const button = open.getByRole('button', { name: 'The event as it was received' });
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await button.click();
  const event = open.getByRole('region', { name: 'The event as it was received' });
  await event.getByText('value 3 of 1').waitFor();
  assert.equal(
    await event.getByRole('link', { name: 'The bytes as received' }).getAttribute('href'),
    '/v1/events/1/0/raw',
  );
  assert.match(page.url(), /\/incidents\/inc0{13}\?open=/, 'nobody left the incident');
  assert.deepEqual(await axeProblems(page), []);
  const record = new URL(page.url()).searchParams.get('open') ?? '';
  await open.getByRole('link', { name: 'Search around it' }).click();
  await page.getByRole('link', { name: 'Back to INC-1' }).waitFor();
  assert.match(page.url(), /\/search\?host=SRV-1\.corp\.example&from=[^&]+&to=[^&]+&back=INC-1\./);
  // Other words and another span keep the way back.
  await page.getByRole('link', { name: 'All times' }).click();
  await page.getByRole('link', { name: 'Back to INC-1' }).click();
  await page.locator('.ev.open .rec').waitFor();
  await page.waitForURL(new RegExp(`/incidents/${FIRST}\\?open=${record}$`));
  await page.goBack();
  await page.goBack();
  await page.goBack();
  await page.waitForURL(new RegExp(`/incidents/${FIRST}\\?open=${record}$`));
  // A value of the incident leads to the search with its way back too; a search by itself has none.
  await page.locator('.objects .obj').first().click();
  await page.getByRole('menuitem', { name: 'Search for it' }).click();
  await page.getByRole('link', { name: 'Back to INC-1' }).waitFor();
  await page.goto(`${stub.url}/search?q=x&back=//evil.example`);
  await page.getByRole('heading', { name: 'Search' }).waitFor();
  assert.equal(await page.getByRole('link', { name: /Back to/ }).count(), 0);
  assert.deepEqual(complaints, []);
});

test('an event that the archive does not hold any more is said to be gone; one that cannot be read can be asked for again', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.altered.set(FIRST, withEvents);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.locator('.ev .sum').first().click();
  stub.failing.set('/v1/events', 503);
  const button = page.getByRole('button', { name: 'The event as it was received' });
  await button.click();
  await page.getByText('The event could not be read.').waitFor();
  stub.failing.clear();
  await page.locator('.received').getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The archive does not hold it any more.').waitFor();
  await button.click();
  assert.equal(await page.locator('.received').count(), 0);
  assert.deepEqual(complaints, []);
});

test('hits of one instant have no empty picture, and what is opened stands under the rows', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.search = { events: 1 };
  const at = '2026-03-12T09:44:00.0000000Z';
  stub.answers.set('/v1/events/survey', {
    ...{ bins: Array.from({ length: 60 }, () => ({ from: at, count: 0 })), to: '2026-03-12T09:44:00.0000001Z' },
    ...{ events: 1, blocks: 1, timeless: 0, absent: [], silent: [] },
  });
  const page = await signedIn('/search?q=Field3&open=1/0');
  await page.getByText('1 hit; 1 events looked at').waitFor();
  await page.getByText('Event 1/0').waitFor();
  assert.equal(await page.locator('.histogram').count(), 0);
  const { list, event } = await page.evaluate(() => ({
    list: document.querySelector('.vlist')?.getBoundingClientRect().bottom ?? 0,
    event: document.querySelector('.one-event')?.getBoundingClientRect().top ?? 0,
  }));
  assert.ok(event - list < 8 && event < 400, `the list ends at ${list}, the event begins at ${event}`);
  stub.search = { events: 3000 };
  await page.goto(`${stub.url}/search?q=Field3&open=2999/0`);
  await page.getByText('Event 2999/0').waitFor();
  const height = (await page.locator('.vlist').boundingBox())?.height ?? 0;
  assert.ok(height >= 230, `the list keeps ${height} px beside what is open`);
  assert.deepEqual(complaints, []);
});

test('counts agree: what is counted and waits behind “Show” says so, and the rail shows it', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 4);
  const page = await signedIn('/incidents');
  await page.getByText('4 open', { exact: true }).waitFor();
  await page.getByText(/^4 incidents: /).waitFor();
  await until(() => stub.streams() > 0);
  const first = stub.incidents.get(FIRST);
  assert.ok(first);
  const fifth = { ...first, id: 'inc9999999999999', number: 9, title: 'a new one', history: [], taken: {} };
  stub.incidents.set(fifth.id, fifth);
  tell(stub, fifth.id, 'new');
  await page.getByText('5 open, 1 of them behind “Show”').waitFor();
  await page.getByText(/^4 incidents: .* 1 more behind “Show”\.$/).waitFor();
  const rail = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Incidents/ });
  assert.match((await rail.textContent()) ?? '', /^Incidents5/);
  await page.getByRole('button', { name: 'Mine', exact: true }).click();
  await page.getByText('0 of 5 open, 1 of them behind “Show”').waitFor();
  await page.goto(`${stub.url}/incidents`);
  await page.getByText('5 open', { exact: true }).waitFor();
  fifth.version++;
  tell(stub, fifth.id, 'changed');
  await page.getByRole('button', { name: /1 changed\. Show/ }).waitFor();
  await rail.click();
  await page.getByRole('button', { name: /Show/ }).waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
});

test('a due time is as long in the list as on the incident, whenever one looks', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const at = new Date(Date.now() + 14.53 * 60_000).toISOString();
  stub.altered.set(THIRD, (doc) => ({ ...doc, due: [{ for: 'acknowledge', at, isMet: false, isOverdue: false }] }));
  const third = stub.incidents.get(THIRD);
  assert.ok(third);
  const row = stub.rowOf(third).map((value, column) => (QUEUE_COLUMNS[column] === 'due' ? at : value));
  stub.answers.set('/v1/incidents', (query: URLSearchParams) => ({
    columns: QUEUE_COLUMNS,
    items: query.get('state') === 'closed' ? [] : [row],
  }));
  const page = await signedIn('/account');
  await page.clock.install();
  await page.goto(`${stub.url}/incidents/${THIRD}`);
  await page.getByText('min left').waitFor();
  const seen = new Set<string>();
  for (let seconds = 0; seconds < 90; seconds += 5) {
    const left = /(\d+) min left/.exec((await page.locator('.clk').textContent()) ?? '')?.[1] ?? 'none';
    await page.locator('.qi').getByText(`acknowledge due in ${left} min`).waitFor({ timeout: 2000 });
    seen.add(left);
    await page.clock.runFor(5000);
  }
  assert.ok(seen.size > 1, [...seen].join());
  assert.deepEqual(complaints, []);
});

test('what a person did never waits as a change, in no tab of theirs; what others did does', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 4);
  const page = await signedIn(`/incidents/${FIRST}?tab=steps`);
  const other = await signedIn('/incidents', { context: page.context() });
  await other.getByText('4 open', { exact: true }).waitFor();
  await until(() => stub.streams() > 0);
  const revision = (): number => stub.incidents.get(FIRST)?.revision ?? 0;
  const waits = (of: Page): Promise<number> => of.locator('.waits').count();
  const acts: readonly (() => Promise<void>)[] = [
    () => page.keyboard.press('a'),
    () => page.locator('.phase input').first().click(),
    async () => {
      await page.keyboard.press('n');
      await page.getByRole('textbox', { name: 'Note' }).fill('seen');
      await page.getByRole('dialog').getByRole('button', { name: 'Add note' }).click();
    },
    async () => {
      await page.keyboard.press('v');
      await chooseVerdict(page, 'Malicious');
      await page.getByRole('textbox', { name: 'Why' }).fill('it was');
      await page.getByRole('dialog').getByRole('button', { name: 'Record verdict' }).click();
    },
  ];
  for (const [at, act] of acts.entries()) {
    await act();
    await until(() => revision() === at + 1);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    tell(stub, FIRST, 'acted');
    const row = (of: Page) => of.locator(`[data-id="${FIRST}"]`);
    if (at === 0) await row(other).getByText('Acknowledged, ann').waitFor();
    if (at === 1) await row(other).getByText('Contained, ann').waitFor();
    if (at === 3) await row(other).getByText('malicious').waitFor();
    assert.deepEqual([await waits(page), await waits(other)], [0, 0], `after act ${at}`);
  }
  const third = stub.incidents.get(THIRD);
  assert.ok(third);
  change(third, { action: 'acknowledge' }, 'bob');
  tell(stub, THIRD, 'acted');
  for (const one of [page, other]) await one.getByRole('button', { name: /^1 changed\. Show/ }).waitFor();
  assert.deepEqual(complaints, []);
});

test('over an open dialog its content is scrolled and nothing behind it; Help is read to its end', {
  skip,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 30);
  for (const width of [1440, 390]) {
    const page = await signedIn(`/incidents/${FIRST}`, { width, height: 900 });
    await page.getByRole('tabpanel').waitFor();
    await page.evaluate(() => document.querySelector('.inc')?.scrollBy(0, 300));
    await page.evaluate(() => scrollBy(0, 300));
    const behind = (): Promise<number> =>
      page.evaluate(() => scrollY + (document.querySelector('.inc')?.scrollTop ?? 0));
    const before = await behind();
    assert.ok(before > 0);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Help' });
    await dialog.waitFor();
    const last = dialog.getByText('Single keys work');
    for (const [x, y] of [
      [width / 2, 450],
      [width - 4, 10],
    ] as const) {
      await page.mouse.move(x, y);
      await dialog.evaluate((one) => one.scrollTo(0, 0));
      await page.mouse.wheel(0, 4000);
      await until(() => last.evaluate((one) => one.getBoundingClientRect().bottom <= innerHeight));
      await page.mouse.wheel(0, 4000);
      await page.waitForTimeout(200);
      assert.equal(await behind(), before, `at ${x}, ${y} of ${width}`);
    }
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('a choice stands beside its words; what was done covers nothing, and no step moves when it is ticked', {
  skip,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn(`/incidents/${FIRST}?tab=steps`);
  await page.locator('.phase').first().waitFor();
  await page.keyboard.press('v');
  const apart = await page.locator('dialog .check').evaluateAll((labels) =>
    labels.map((label) => {
      const [radio, words] = [...label.children].map((one) => one.getBoundingClientRect());
      return Math.abs((radio?.top ?? 0) + (radio?.height ?? 0) / 2 - ((words?.top ?? 0) + 10));
    }),
  );
  assert.equal(apart.length, 6);
  assert.ok(Math.max(...apart) <= 3, String(apart));
  await page.keyboard.press('Escape');
  await page.locator('.phase').nth(1).scrollIntoViewIfNeeded();
  const tops = (): Promise<readonly number[]> =>
    page.locator('.phase li').evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
  const before = await tops();
  await page.locator('.phase input').nth(1).click();
  await page.getByRole('status').filter({ hasText: 'step done' }).waitFor();
  await page.locator('.phase li.taken').waitFor();
  // By no more than the line of a letter is rounded.
  for (const [at, top] of (await tops()).entries()) assert.ok(Math.abs(top - (before[at] ?? 0)) <= 1, String(at));
  const line = await page.locator('.status').boundingBox();
  const main = await page.locator('#main').boundingBox();
  assert.ok(line && main && line.y >= main.y + main.height - 1, 'the line stands below all');
  assert.deepEqual(complaints, []);
});

test('tabs stay at the top of an incident that is scrolled, with its number, and a part begins below them', {
  skip,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  for (const width of [1440, 390]) {
    const page = await signedIn(`/incidents/${FIRST}`, { width, height: 700 });
    await page.getByRole('tabpanel').waitFor();
    const of = page.locator('.tab-bar .of');
    assert.equal(await of.isVisible(), false);
    await page.locator('.ev .sum').last().scrollIntoViewIfNeeded();
    await of.waitFor();
    assert.match((await of.textContent()) ?? '', /INC-1 /);
    const edge = width === 1440 ? await topOf(page, '.inc') : 0;
    assert.deepEqual([await topOf(page, '.tab-bar .of'), await topOf(page, '.tab-bar')], [edge, edge + 24]);
    await page.keyboard.press('5');
    const bottom = (): Promise<number> =>
      page.locator('.tab-bar').evaluate((one) => one.getBoundingClientRect().bottom);
    await until(async () => (await topOf(page, '#panel-steps')) >= Math.floor(await bottom()) - 1);
    await page.keyboard.press('c');
    await page.locator('.phase[data-phase="contain"] input').first().waitFor();
    const focused = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? 0);
    assert.ok(focused > (await bottom()), 'the hand is on a step that can be seen');
    assert.deepEqual(await axeProblems(page), []);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

/** Keys within the 150 ms, however slow the machine is. */
async function atOnce(page: Page, ...keys: readonly string[]): Promise<void> {
  await page.evaluate((all) => {
    for (const key of all)
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }, keys);
}

test('G14 a key of an incident is for what keys moved to, also before that is on screen; a dialog stays over its own', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const page = await signedIn('/incidents/inc0000000000000');
  await page.getByRole('article', { name: 'Incident INC-1' }).waitFor();
  await page.getByText('12 open').waitFor();
  const second = await page.locator('.qi').nth(1).getAttribute('data-id');
  const number = stub.incidents.get(second ?? '')?.number;
  await atOnce(page, 'j', 'a');
  await page.getByText(`INC-${number} acknowledged.`).waitFor();
  assert.deepEqual(
    [stub.incidents.get(second ?? '')?.state, stub.incidents.get(FIRST)?.state],
    ['acknowledged', 'open'],
  );
  await page.getByRole('article', { name: `Incident INC-${number}` }).waitFor();
  await atOnce(page, 'k', 'n');
  await page.getByRole('heading', { name: 'Note on INC-1' }).waitFor();
  await page.waitForTimeout(500);
  assert.equal(await page.getByRole('dialog').count(), 1);
  await page.keyboard.press('Escape');
  // While the next one is read, longer than the moment that keys wait for each other.
  const { promise, resolve } = Promise.withResolvers<void>();
  const third = (await page.locator('.qi').nth(2).getAttribute('data-id')) ?? '';
  await page.route(`**/v1/incidents/${third}?*`, (route) => promise.then(() => route.continue()));
  await page.route(`**/v1/incidents/${third}`, (route) => promise.then(() => route.continue()));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.waitForURL(`**/incidents/${third}`);
  await page.waitForTimeout(300);
  await page.keyboard.press('a');
  assert.equal(stub.incidents.get(third)?.state, 'open');
  resolve();
  await page.getByText(`INC-${stub.incidents.get(third)?.number} acknowledged.`).waitFor();
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await page.getByRole('article', { name: 'Incident INC-1', exact: true }).waitFor();
  // By pointer, in the moment in which the next is not open yet.
  await page.evaluate(() => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true, cancelable: true }));
    [...document.querySelectorAll('button')].find(({ textContent }) => textContent?.startsWith('Add note'))?.click();
  });
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(500);
  await page.getByRole('heading', { name: 'Note on INC-1' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('G2 a closed incident offers what can be done with it: to open it again first', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  Object.assign(incident, { state: 'closed', verdict: 'false' });
  const page = await signedIn('/incidents/inc0000000000000?tab=steps');
  await page.getByRole('button', { name: 'Open again' }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: /verdict/ }).count(), 0);
  await page.keyboard.press('v');
  await page.getByText('INC-1 is closed: open it again first, with a reason.').waitFor();
  await page.getByText('It is closed: what was done is changed after it is opened again.').waitFor();
  assert.equal(await page.locator('.phase input').count(), 0);
  assert.deepEqual(complaints, []);
});
