import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';
import { change, type Stub } from './stub-server.ts';

const ID = 'inc0000000000000';
const ALL = INCIDENT_RESULT.records;

/** Answers of a path are made when they are asked for, and come when they are let go. */
async function heldBack(page: Page, url: string | RegExp): Promise<{ readonly asked: () => number; release(): void }> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  await page.route(url, async (route) => {
    const answer = await route.fetch();
    asked++;
    await promise;
    await route.fulfill({ response: answer });
  });
  return { asked: () => asked, release: resolve };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 30));
}

function told(stub: Stub, id: string): void {
  const incident = stub.incidents.get(id);
  assert.ok(incident);
  stub.send('incident', { id, change: 'told', version: incident.version, row: stub.rowOf(incident) });
}

test('SETTLED G6 what the stream tells and what the person does while the queue is read stays: a page of before undoes nothing', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 1200);
  const page = await signedIn('/account');
  await page.getByRole('heading', { name: 'This browser' }).waitFor();
  await until(() => stub.streams() > 0);
  const pages = await heldBack(page, /\/v1\/incidents\?.*after=/);
  await page.goto(`${stub.url}/incidents/${ID}`);
  await until(() => pages.asked() > 0);
  // Of the second page: it was read before this.
  const [late] = [...stub.incidents.values()].slice(-1);
  const first = stub.incidents.get(ID);
  assert.ok(late && first);
  change(late, { action: 'acknowledge' }, 'bob');
  told(stub, late.id);
  const fresh = { ...late, id: 'incnew0000000000', number: 5000, level: 'critical', title: 'told meanwhile' };
  stub.incidents.set(fresh.id, { ...fresh, revision: 0, state: 'open', owner: null });
  told(stub, fresh.id);
  // Both are heard before all is read: what comes later waits behind Show.
  await page.getByRole('button', { name: /^2 new.*\. Show/ }).waitFor();
  await page.getByRole('tabpanel').waitFor();
  await page.keyboard.press('a');
  await page.getByText('Acknowledged, ann').first().waitFor();
  pages.release();
  await page.getByText('1,201 open').waitFor();
  const filter = page.getByRole('searchbox', { name: /^Filter: words such as/ });
  await filter.fill('owner:bob');
  await page.getByText(/^1 of 1,201/).waitFor();
  await filter.fill('id:INC-1 state:acknowledged');
  await page.getByText(/^1 of 1,201/).waitFor();
  await filter.fill('id:INC-5000');
  await page.getByText(/^1 of 1,201/).waitFor();
  assert.deepEqual(complaints, []);
});

test('what is told between the first look of a page and its stream is not missed', { skip: NO_BROWSER }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.failing.set('/v1/stream', 503);
  const page = await signedIn('/incidents');
  await page.getByText('3 open').waitFor();
  const first = stub.incidents.get(ID);
  assert.ok(first);
  stub.incidents.set('incnew0000000000', { ...first, id: 'incnew0000000000', number: 5000, title: 'told meanwhile' });
  told(stub, 'incnew0000000000');
  stub.failing.clear();
  await page.getByRole('button', { name: /1 new.*\. Show/ }).waitFor();
  assert.deepEqual(complaints, []);
});

test('more incidents that fit than the server names are told, and no list is said to be all', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn('/account');
  let ids: readonly string[] = [ID];
  await page.route('**/v1/incidents?view=id*', (route) =>
    route.fulfill({ json: { asOf: new Date().toISOString(), place: '1-0', ids, isMore: true } }),
  );
  await page.goto(new URL('/incidents?q=host:srv-02', page.url()).href);
  await page.getByText(/^More incidents fit than the server names \(1, /).waitFor();
  await page.getByText('1 of 3').waitFor();
  ids = ['elsewhere'];
  await page.goto(new URL('/incidents?q=host:srv-03', page.url()).href);
  await page.getByText('None of the incidents that the page holds is known to fit.').waitFor();
  assert.equal(await page.getByText('No incident fits the filter.').count(), 0);
  assert.deepEqual(complaints, []);
});

test('Print waits for a look at the history that is under way, and paper says where it is not all', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const entry = { incident: ID, at: '2026-03-12T11:00:00Z', who: 'bob', version: 1, before: {}, after: {} };
  const past = (seq: number, note: string): object => ({ ...entry, seq, revision: seq, action: 'note', note });
  stub.altered.set(ID, (doc) => ({ ...doc, history: { items: [past(9, 'a newer note')], next: 'h' } }));
  stub.answers.set(`/v1/incidents/${ID}/history`, { items: [past(1, 'the first note of all')] });
  const page = await signedIn('/account');
  const looks = await heldBack(page, /\/history\?/);
  await page.goto(`${stub.url}/incidents/${ID}?tab=history`);
  await page.getByRole('button', { name: /^Read older entries/ }).click();
  await until(() => looks.asked() === 1);
  await printed(page);
  await page.waitForTimeout(300);
  assert.equal(await textOnPaper(page), undefined, 'it waits');
  looks.release();
  await page.waitForFunction(() => 'printed' in globalThis);
  assert.match((await textOnPaper(page)) ?? '', /the first note of all/);
  assert.doesNotMatch((await textOnPaper(page)) ?? '', /The newest \d/);
  stub.failing.set(`/v1/incidents/${ID}/history`, 503);
  const other = await signedIn(`/incidents/${ID}?tab=gaps`);
  await printed(other);
  await other.waitForFunction(() => 'printed' in globalThis);
  assert.match(
    (await textOnPaper(other)) ?? '',
    /The newest 1 entry: older ones are on the page, and not on this paper/,
  );
  assert.match((await textOnPaper(other)) ?? '', /Notes of the newest 1 entry of its history/);
  assert.deepEqual(complaints, []);
});

async function printed(page: Page): Promise<void> {
  await page.getByRole('tabpanel').waitFor();
  await page.evaluate(() => {
    globalThis.print = () =>
      void Object.assign(globalThis, { printed: document.querySelector('.inc')?.textContent ?? '' });
  });
  await page
    .getByText('More', { exact: true })
    .click({ timeout: 500 })
    .catch(() => undefined);
  await page.getByRole('button', { name: 'Print', exact: true }).click();
}

function textOnPaper(page: Page): Promise<string | undefined> {
  return page.evaluate(() => (globalThis as unknown as { readonly printed?: string }).printed);
}

test('where records cannot be read anew when more was found, none of the list as it was stays beside the new ones', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const path = `/v1/incidents/${ID}/records`;
  const tell = (newest: number): void => {
    const items = ALL.slice(newest - 5, newest);
    stub.altered.set(ID, (doc) => ({ ...doc, records: { items, cited: newest, next: 'r' } }));
    stub.answers.set(path, { items: ALL.slice(0, newest - 5) });
  };
  tell(ALL.length - 6);
  const page = await signedIn(`/incidents/${ID}`);
  await page.getByRole('button', { name: /^Read more records/ }).click();
  const rows = page.locator('.evs .ev');
  await page.waitForFunction((count) => document.querySelectorAll('.evs .ev').length === count, ALL.length - 6);
  tell(ALL.length);
  stub.failing.set(path, 503);
  const incident = stub.incidents.get(ID);
  assert.ok(incident);
  incident.version++;
  stub.send('incident', { id: ID, version: incident.version });
  await page.getByRole('button', { name: /^Read more records \(5 of/ }).waitFor();
  assert.equal(await rows.count(), 5);
  stub.failing.clear();
  await page.getByRole('button', { name: /^Read more records/ }).click();
  await page.waitForFunction((count) => document.querySelectorAll('.evs .ev').length === count, ALL.length);
  assert.deepEqual(complaints, []);
});
