import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { forViewer } from './for-viewer.ts';
import { axeProblems, NO_BROWSER, type Tried, tryPage } from './page-in-browser.ts';

const INCIDENT = '/incidents/inc0000000000000';
const HOST = 'srv-02.corp.example';

const menuOf = (page: Page): Locator => page.getByRole('menu');

/** Opens a menu by key alone, walks through it, and leaves it where it began; gives back its items. */
async function throughMenu(page: Page, value: Locator): Promise<readonly string[]> {
  await value.focus();
  await page.keyboard.press('Enter');
  await menuOf(page).waitFor();
  const items = await menuOf(page).getByRole('menuitem').allTextContents();
  const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.textContent ?? null);
  assert.equal(await focused(), items[0]);
  for (const next of [...items.slice(1), items[0]]) {
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), next);
  }
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(), items.at(-1));
  assert.deepEqual(await axeProblems(page), []);
  await page.keyboard.press('Escape');
  await menuOf(page).waitFor({ state: 'detached' });
  assert.ok(await value.evaluate((one) => one === document.activeElement), 'the focus is back');
  return items;
}

/** Chooses one of a menu by key, and gives back the clipboard. */
async function copied(page: Page, value: Locator, name: string): Promise<string> {
  await value.focus();
  await page.keyboard.press('Enter');
  const item = menuOf(page).getByRole('menuitem', { name });
  for (let step = 0; step < 6 && !(await item.evaluate((one) => one === document.activeElement)); step++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'is on the clipboard.' }).first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function opened({ signedIn, stub }: Tried, path: string, width = 1440): Promise<Page> {
  const page = await signedIn(path, { width });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stub.url });
  return page;
}

const ALL = ['Open the host', 'Copy as it is', 'Copy defanged', 'Search for it', 'Incidents with it'];

test('SETTLED G15 hosts, accounts, addresses and payloads of the picture have the one menu, by key too', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const seen = { first: '2026-03-12T09:00:00Z', last: '2026-03-12T10:00:00Z', received: '2026-03-12T10:00:00Z' };
  const row = { key: HOST, names: [HOST], records: 3, openIncidents: 0, subscriptions: 0, ...seen };
  const found = { logs: [], senders: [], blind: [], incidents: [], subscriptionRows: [] };
  tried.stub.answers.set(`/v1/hosts/${HOST}`, { ...row, ...found });
  for (const width of [1440, 390]) {
    const page = await opened(tried, INCIDENT, width);
    const picture = page.locator('.drawn.path');
    const host = picture.locator('.host.target .hn').getByRole('button');
    assert.deepEqual(await throughMenu(page, host), ALL);
    assert.equal(await copied(page, host, 'Copy as it is'), HOST);
    const address = picture.locator('.host.target .role').getByRole('button', { name: '10.20.1.32' });
    assert.equal(await copied(page, address, 'Copy defanged'), '10[.]20[.]1[.]32');
    const account = picture
      .locator('.edge')
      .getByRole('button', { name: /svc-deploy/ })
      .first();
    assert.deepEqual(await throughMenu(page, account), ALL.slice(1));
    assert.equal(await copied(page, account, 'Copy as it is'), 'CORP\\svc-deploy');
    const session = picture.locator('.leg .b').getByRole('button', { name: 'CORP\\alice' });
    assert.equal(await copied(page, session, 'Copy as it is'), 'CORP\\alice');
    const payload = picture.getByRole('button', { name: 'Copy or search this payload' }).first();
    const raw = INCIDENT_RESULT.subscriptions[0]?.consumer.payload;
    assert.equal(await copied(page, payload, 'Copy as it is'), raw);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.close();
  }
  const page = await opened(tried, INCIDENT);
  const host = page.locator('.host.target .hn').getByRole('button');
  await host.click();
  await menuOf(page).getByRole('menuitem', { name: 'Open the host' }).click();
  await page.waitForURL(`**/hosts/${HOST}`);
  assert.deepEqual(tried.complaints, []);
});

test('SETTLED G15 a dossier and the hosts have the menu too; a viewer is offered no search', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  assert.ok(subscription);
  const whole = { id: 's1', incident: 'i', hostsOfFingerprint: 2, subscription };
  tried.stub.answers.set('/v1/subscriptions/s1', whole);
  tried.stub.answers.set('/v1/subscriptions/s1/records', { items: [], cited: 3 });
  const received = { first: '2026-03-12T09:00:00Z', last: '2026-03-12T10:00:00Z', received: '2026-03-12T10:00:00Z' };
  const row = { key: HOST, names: [HOST], records: 3, openIncidents: 0, subscriptions: 0, gaps: 0, ...received };
  tried.stub.answers.set('/v1/hosts', { items: [row] });
  const host = { ...row, logs: [], senders: [], blind: [], incidents: [], subscriptionRows: [] };
  tried.stub.answers.set(`/v1/hosts/${HOST}`, { ...host, names: [HOST, 'SRV-02', '10.20.1.32'] });
  const dossier = await opened(tried, '/subscriptions/s1');
  const name = dossier.locator('.host.target .hn').getByRole('button');
  assert.deepEqual(await throughMenu(dossier, name), ALL);
  const payload = dossier.getByRole('button', { name: 'Copy or search this payload' }).first();
  assert.equal(await copied(dossier, payload, 'Copy as it is'), subscription.consumer.payload);
  const list = await opened(tried, '/hosts');
  const menu = list.getByRole('button', { name: `What to do with` });
  assert.deepEqual(await throughMenu(list, menu), ALL);
  const page = await opened(tried, `/hosts/${HOST}`);
  const other = page.locator('.note').getByRole('button', { name: 'SRV-02', exact: true });
  assert.equal(await copied(page, other, 'Copy as it is'), 'SRV-02');
  tried.stub.role = 'viewer';
  tried.stub.answers.set('/v1/subscriptions/s1', forViewer(whole));
  const viewer = await opened(tried, '/subscriptions/s1');
  const items = await throughMenu(viewer, viewer.locator('.host.target .hn').getByRole('button'));
  assert.deepEqual(
    items,
    ALL.filter((item) => item !== 'Search for it'),
  );
  assert.deepEqual(tried.complaints, []);
});

test('SETTLED G20 a viewer sees a dossier and an incident without contents, and is told whose role they need', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  tried.stub.role = 'viewer';
  const [subscription] = INCIDENT_RESULT.subscriptions;
  tried.stub.answers.set('/v1/subscriptions/s1', forViewer({ id: 's1', hostsOfFingerprint: 2, subscription }));
  for (const path of ['/subscriptions/s1', INCIDENT]) {
    for (const width of [1440, 390]) {
      const page = await tried.signedIn(path, { width });
      await page.getByText('Its content needs the role analyst or auditor.').first().waitFor();
      await page.getByText('Its query needs the role analyst or auditor.').first().waitFor();
      assert.equal(await page.getByText('is in no record').count(), 0);
      assert.equal(await page.getByText('EncodedCommand').count(), 0);
      assert.deepEqual(await axeProblems(page), []);
      await page.close();
    }
  }
  const page = await tried.signedIn('/subscriptions/s1');
  await page.getByText('The payload of a subscription, with its records, needs the role').waitFor();
  await page.getByRole('table', { name: 'The sum' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Records' }).count(), 0);
  assert.deepEqual(tried.complaints, []);
});
