import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const INCIDENT = '/incidents/inc0000000000000';
const ALL = INCIDENT_RESULT.records.length;

function inSpan(from: string, to: string): number {
  const [fromMs, toMs] = [from, to].map((time) => Date.parse(`2026-03-12T${time}Z`));
  const times = INCIDENT_RESULT.records.map(({ time }) => Date.parse(time ?? ''));
  return times.filter((ms) => ms >= (fromMs ?? 0) && ms <= (toMs ?? 0)).length;
}

const rowsOf = (page: Page): Promise<number> => page.locator('.evs .ev').count();

test('PRODUCT 9.2 a span of time narrows the records and marks the lanes; URL, reload, back and forward keep it', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const wanted = inSpan('09:44', '09:45');
  assert.ok(wanted > 0 && wanted < ALL);
  const page = await signedIn(`${INCIDENT}?tab=time`);
  await page.getByLabel('From, UTC').fill('09:44');
  await page.getByLabel('To, UTC').fill('09:45');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('t') === '2026-03-12T09:44Z..09:45Z');
  assert.match(page.url(), /t=2026-03-12T09:44Z\.\.09:45Z/);
  const told = `${wanted} of ${ALL} records, 09:44 to 09:45 UTC.`;
  await page.getByText(told).waitFor();
  assert.equal(await page.locator('.lanes-svg .span').count(), 1);
  assert.deepEqual(await axeProblems(page), []);
  await page.getByRole('tab', { name: /^Evidence/ }).click();
  await page.getByText(told).waitFor();
  assert.equal(await rowsOf(page), wanted);
  await page.reload();
  await page.getByText(told).waitFor();
  assert.equal(await rowsOf(page), wanted);
  assert.deepEqual(await axeProblems(page), []);
  await page.getByRole('button', { name: 'Show all times' }).click();
  await page.getByText(`${ALL} records`).first().waitFor();
  assert.equal(await rowsOf(page), ALL);
  await page.goBack();
  await page.getByText(told).waitFor();
  await page.goForward();
  await page.getByText(told).waitFor({ state: 'detached' });
  assert.equal(await rowsOf(page), ALL);
  // The whole incident is known as before: a tab that tells it is not narrowed.
  await page.goto(new URL(`${INCIDENT}?tab=confidence&t=2026-03-12T09:44Z..09:45Z`, page.url()).href);
  const link = page.locator('.members .refs a').last();
  await page
    .locator('.members details')
    .last()
    .evaluate((one) => one.setAttribute('open', ''));
  await link.click();
  await page.locator('.ev.open').waitFor();
  assert.deepEqual(complaints, []);
});

test('a span is dragged over the lanes, or taken around a record; another incident has none', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn(`${INCIDENT}?tab=time`);
  const lanes = page.locator('.lanes-svg');
  await lanes.scrollIntoViewIfNeeded();
  const box = await lanes.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 2, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 3, box.y + 8, { steps: 4 });
  assert.equal(await page.locator('.times .band').count(), 1);
  await page.mouse.up();
  await page.waitForURL(/t=2026-03-12T/);
  assert.equal(await page.locator('.times .band').count(), 0);
  const told = (await page.locator('.span-fields [role=status]').textContent()) ?? '';
  const [, within] = /^(\d+) of (\d+) records/.exec(told) ?? [];
  assert.ok(Number(within) > 0 && Number(within) < ALL, told);
  assert.notEqual(await page.getByLabel('From, UTC').inputValue(), '');
  // A click is no drag: it leads to its record.
  const mark = lanes.locator('a').first();
  await mark.click();
  await page.waitForURL(/open=/);
  await page.getByRole('button', { name: '5 minutes around it' }).first().click();
  await page.getByText(/records, 09:\d\d.* UTC/).waitFor();
  assert.equal(new URL(page.url()).searchParams.get('open') !== null, true);
  await page.keyboard.press(']');
  await page.waitForURL((url) => !url.pathname.endsWith('inc0000000000000'));
  assert.equal(new URL(page.url()).searchParams.get('t'), null);
  assert.deepEqual(complaints, []);
});

test('what is no span is said at its field, and does nothing else', { skip: NO_BROWSER }, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  for (const width of [1440, 320]) {
    const page = await signedIn(`${INCIDENT}?tab=time&t=yesterday..10:10Z`, { width });
    await page.getByRole('alert').filter({ hasText: '“yesterday” is no time.' }).waitFor();
    const from = page.getByLabel('From, UTC');
    assert.equal(await from.getAttribute('aria-invalid'), 'true');
    assert.equal(await from.inputValue(), 'yesterday');
    assert.equal(await page.locator('.lanes-svg .span').count(), 0);
    await from.fill('2026-03-12 10:00');
    await page.getByLabel('To, UTC').fill('09:00');
    await page.getByRole('button', { name: 'Show this time' }).click();
    await page.getByText('The end lies before the beginning.').waitFor();
    assert.ok(await page.getByLabel('To, UTC').evaluate((one) => one === document.activeElement));
    assert.match(page.url(), /t=yesterday/);
    assert.deepEqual(await axeProblems(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.goto(new URL(`${INCIDENT}?t=yesterday`, page.url()).href);
    await page.locator('.evs .ev').first().waitFor();
    assert.equal(await rowsOf(page), ALL);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('a span reads on until all cited records are looked at, and says of how many it tells meanwhile', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, signedIn } = await tryPage(t, 3);
  const records = INCIDENT_RESULT.records;
  const first = records.slice(-5);
  stub.altered.set('inc0000000000000', (doc) => ({ ...doc, records: { items: first, cited: ALL, next: 'n' } }));
  const path = '/v1/incidents/inc0000000000000/records';
  stub.held.add(path);
  const page = await signedIn(`${INCIDENT}?t=2026-03-12T09:44Z..09:45Z`);
  await page.getByText(`of 5 records read so far (${ALL} are cited), 09:44 to 09:45 UTC.`).waitFor();
  stub.held.clear();
  stub.answers.set(path, { items: records.slice(0, -5) });
  await page.reload();
  await page.getByText(`${inSpan('09:44', '09:45')} of ${ALL} records, 09:44 to 09:45 UTC.`).waitFor();
});

test('after a drag that ends in no click a mark is pressed by Enter as before', { skip: NO_BROWSER }, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn(`${INCIDENT}?tab=time`);
  const lanes = page.locator('.lanes-svg');
  await lanes.scrollIntoViewIfNeeded();
  const box = await lanes.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + 2, box.y + 8);
  await page.mouse.down();
  // The pointer is let go of outside of the lanes: no click of theirs ends this.
  await page.mouse.move(box.x + box.width / 3, box.y - 40, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/t=2026-03-12T/);
  await page.waitForTimeout(200);
  const mark = lanes.locator('a').first();
  await mark.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/open=/, { timeout: 3000 });
  await page.locator('.ev.open').waitFor();
  assert.deepEqual(complaints, []);
});

test('SETTLED G20 a viewer is told under Time which role sees the records, and has no fields of a span', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'viewer';
  const page = await signedIn(`${INCIDENT}?tab=time`);
  await page.getByText('Seeing the records of an incident by time needs the role analyst or auditor.').waitFor();
  assert.equal(await page.getByText('bears one time').count(), 0);
  assert.equal(await page.getByLabel('From, UTC').count(), 0);
  assert.deepEqual(await axeProblems(page), []);
  assert.deepEqual(complaints, []);
});
