import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import type { Stub } from './stub-server.ts';

const ID = 'inc0000000000000';
const SYSTEM = 'NT AUTHORITY\\SYSTEM';
const PATH = 'C:\\Windows\\System32\\cmd.exe /c C:\\Windows\\Temp\\a.bat';

/** A record that names both. */
function withValues(stub: Stub): void {
  stub.altered.set(ID, (doc) => {
    const [first, ...others] = doc.records.items;
    const data = { ...first?.data, User: SYSTEM, CommandLine: PATH };
    return { ...doc, records: { ...doc.records, items: [{ ...first, data }, ...others] } };
  });
}

async function chosen(page: Page, value: Locator, name: string): Promise<void> {
  await value.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

async function itemsOf(page: Page, value: Locator): Promise<readonly string[]> {
  await value.focus();
  await page.keyboard.press('Enter');
  const items = await page.getByRole('menuitem').allTextContents();
  await page.keyboard.press('Escape');
  return items;
}

test('SETTLED G15 a path and an account with a blank are searched for as they stand, in events and in the queue', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  withValues(stub);
  stub.fits = () => [ID];
  stub.search = { events: 3 };
  const [record] = INCIDENT_RESULT.records;
  assert.ok(record);
  const page = await signedIn('/incidents');
  const asked: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/v1/events') asked.push(url.searchParams.get('q') ?? '');
  });
  for (const [value, word] of [
    [SYSTEM, 'account:"NT AUTHORITY\\\\SYSTEM"'],
    [PATH, 'payload:"C:\\\\Windows\\\\System32\\\\cmd.exe /c C:\\\\Windows\\\\Temp\\\\a.bat"'],
  ] as const) {
    const shown = page.locator('.rec dd').getByRole('button', { name: value }).first();
    await page.goto(`${stub.url}/incidents/${ID}?open=${record.id}`);
    await chosen(page, shown, 'Search for it');
    await page.waitForURL(/\/search\?/);
    await page.locator('.event').first().waitFor();
    assert.equal(asked.at(-1), word);
    await page.goto(`${stub.url}/incidents/${ID}?open=${record.id}`);
    await chosen(page, shown, 'Incidents with it');
    await page.getByText('1 of 3').first().waitFor();
    assert.equal(stub.asked.at(-1), word);
  }
  assert.deepEqual(complaints, []);
});

test('SETTLED G15 search hits, an open event, creator and payload of a subscription, and the parent of a finding have the menu', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.search = { events: 3 };
  const hash = 'AB'.repeat(32);
  const data = { User: SYSTEM, Hashes: `MD5=${'CD'.repeat(16)},SHA256=${hash}` };
  for (const at of [1, 2, 3])
    stub.answers.set(`/v1/events/${at}/0`, {
      ...{ id: `${at}/0`, host: `SRV-${at}.corp.example`, channel: 'c', bytes: 1, text: '<Event/>' },
      records: [{ data }],
    });
  for (const width of [1440, 390]) {
    const page = await signedIn('/search?q=x', { width });
    await page.locator('.event').first().waitFor();
    const ofHit = page.getByRole('button', { name: 'What to do with SRV-3.corp.example' });
    assert.ok((await itemsOf(page, ofHit)).includes('Incidents with it'));
    await page.locator('.event').first().click();
    const event = page.getByRole('region', { name: 'One event' });
    await event.getByRole('button', { name: SYSTEM }).waitFor();
    const items = await itemsOf(page, event.getByRole('button', { name: hash }));
    assert.deepEqual(items, [`Narrow to ${hash}`, 'Copy as it is', 'Copy defanged', 'Search for it']);
    assert.deepEqual(await axeProblems(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.close();
  }
  stub.answers.set('/v1/subscriptions', { items: [SUBSCRIPTION] });
  const list = await signedIn('/subscriptions');
  const table = list.getByRole('table', { name: 'Subscriptions' });
  const account = table.getByRole('button', { name: SYSTEM });
  assert.ok((await itemsOf(list, account)).includes('Search for it'));
  const payload = table.getByRole('button', { name: 'cmd.exe /c' });
  assert.ok((await itemsOf(list, payload)).includes('Incidents with it'));
  assert.deepEqual(await axeProblems(list), []);
  const page = await signedIn(`/incidents/${ID}?tab=confidence`);
  const finding = page.locator('.members details').filter({ has: page.getByText('Parent', { exact: true }) });
  await finding.first().evaluate((one) => one.setAttribute('open', ''));
  const parent = finding
    .first()
    .locator('dt', { hasText: /^Parent$/ })
    .locator('xpath=../dd')
    .getByRole('button');
  assert.ok((await itemsOf(page, parent)).includes('Search for it'));
  assert.deepEqual(complaints, []);
});

const SUBSCRIPTION = {
  ...{ id: 's1', host: 'srv-02', namespace: 'root\\subscription', filter: 'f', consumer: 'c', class: 'x', score: 80 },
  ...{ level: 'critical', state: 'armed', steps: [], origin: { kind: 'local', account: SYSTEM }, seenIn: ['Sysmon'] },
  ...{ isOrphan: false, isInferred: false, isKnown: false, conflicts: 0, fingerprint: 'ab'.repeat(32) },
  ...{ firstSeen: '2026-03-12T09:44:11Z', lastSeen: '2026-03-12T09:44:11Z', payload: `${PATH} ${'x'.repeat(300)}` },
};
