import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { chooseVerdict } from './choose-verdict.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { pagesOf } from './stub-pages.ts';
import { change } from './stub-server.ts';

/** Where the focus is after a press, and what a person is told that is so. */

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
}

test('PRODUCT 11 a dialog that is left gives the focus back to what opened it', { skip }, async (t) => {
  const { signedIn, complaints } = await tryPage(t);
  const page = await signedIn(`/incidents/${FIRST}`);
  const press = page.getByRole('button', { name: /Record verdict/ });
  for (const leave of ['Escape', 'Cancel', 'Close']) {
    await press.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    if (leave === 'Escape') await page.keyboard.press('Escape');
    else await page.getByRole('dialog').getByRole('button', { name: leave }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.match(await focused(page), /^Record verdict/, leave);
  }
  await page.getByRole('button', { name: 'Help' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await focused(page), 'Help');
  assert.deepEqual(complaints, []);
});

test('G5 the second press over what another did works by the keyboard alone; a step keeps the focus', {
  skip,
}, async (t) => {
  const { stub, signedIn, complaints } = await tryPage(t);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByRole('button', { name: /Record verdict/ }).click();
  await chooseVerdict(page, 'Authorised');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why', { exact: true }).fill('approved by the owner');
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  change(incident, { action: 'assign', owner: 'bob', note: 'mine' }, 'bob');
  await dialog.getByRole('button', { name: 'Record verdict' }).press('Enter');
  await page.getByText('Somebody changed it meanwhile').waitFor();
  assert.equal(await focused(page), 'Record verdict');
  await page.keyboard.press('Enter');
  await page.getByText('judged authorised').first().waitFor();
  assert.equal(incident.verdict, 'authorised');
  await page.getByRole('tab', { name: 'Steps' }).click();
  const box = page.locator('#panel-steps').getByRole('checkbox').first();
  await box.focus();
  await page.keyboard.press('Space');
  await page
    .getByText(/step done/)
    .first()
    .waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('type')), 'checkbox');
  assert.deepEqual(complaints, []);
});

test('G8 an open incident hears that a suppression hides it, and that it ended', { skip }, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByRole('button', { name: /Record verdict/ }).waitFor();
  for (const by of [[7], []]) {
    stub.altered.set(FIRST, (document) => ({ ...document, suppressedBy: by }));
    stub.send('queue', { suppression: 7 });
    await page.getByText('Hidden by 1 suppression').waitFor({ state: by.length === 0 ? 'detached' : 'visible' });
  }
});

test('PRODUCT 12.1 what happened has its day, and what was found afterwards says so', { skip }, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  stub.altered.set(FIRST, (document) => ({ ...document, times: { ...document.times, isRetrospective: true } }));
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.locator('.eyebrow').getByText('INC-1 (retrospective)').waitFor();
  const happened = page.locator('.clk li').first();
  assert.match((await happened.textContent()) ?? '', /^Happened\d\d:\d\d:\d\d2026-03-12/);
});

test('what the bar says of the last record is by arrival and by the clock of the server', { skip }, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  const asOf = '2026-03-12T10:02:00Z';
  stub.answers.set('/v1/health/blind', { asOf, heard: '2026-03-12T10:00:00Z', blind: [], late: [] });
  const ahead = { part: 'archive', degraded: [], figures: { latestMs: Date.now() + 3_600_000 } };
  stub.answers.set('/v1/health/detail', { status: 'ok', version: '0', parts: [ahead] });
  const page = await signedIn('/incidents');
  await page.getByText('Last record 2 min ago').waitFor();
});

test('PRODUCT 9.4 where Triad cannot read what it is blind to, it says that; a queue that was not read has no count', {
  skip,
}, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  stub.failing.set('/v1/health/blind', 503);
  stub.failing.set('/v1/incidents', 503);
  const page = await signedIn('/incidents');
  await page.getByText('What Triad is blind to could not be read.').waitFor();
  await page.getByText('The queue could not be read').waitFor();
  assert.equal(await page.getByText(/\d+ open/).count(), 0);
});

test('the owner of an incident can be chosen where the list of people cannot be read', { skip }, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  change(incident, { action: 'assign', owner: 'bob', note: 'mine' }, 'bob');
  stub.failing.set('/v1/people', 503);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page
    .getByRole('button', { name: /^Assign(?! to me)/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('The others could not be read.').waitFor();
  assert.equal(await dialog.getByLabel('Owner').inputValue(), 'bob');
});

test('the owner of an incident is any analyst, engineer or admin, however many accounts there are', {
  skip,
}, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  const people = Array.from({ length: 150 }, (_, at) => ({
    name: at === 149 ? 'zoe' : `person${at}`,
    role: at === 149 || at % 2 === 0 ? 'analyst' : 'viewer',
  }));
  stub.answers.set('/v1/people', pagesOf(people));
  const page = await signedIn(`/incidents/${FIRST}`);
  await page
    .getByRole('button', { name: /^Assign(?! to me)/ })
    .first()
    .click();
  const owner = page.getByRole('dialog').getByLabel('Owner');
  await owner.selectOption('zoe');
  const offered = await owner.locator('option').allTextContents();
  assert.ok(!offered.includes('person1') && offered.includes('person148'));
  await page.getByRole('dialog').getByRole('button', { name: 'Assign' }).click();
  await page.getByText('INC-1 is with zoe.').waitFor();
});

test('G6 what is read out does not change with every second, nor the count of the queue with every batch', {
  skip,
}, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  stub.answers.set('/v1/health/blind', {
    asOf: new Date().toISOString(),
    blind: [{ code: 'noSender', since: '2026-03-12T09:00:00Z', text: 'No sender has sent anything.' }],
    late: [],
  });
  const page = await signedIn('/incidents');
  const bar = page.locator('.notices[role="status"]');
  await bar.getByText(/No sender has sent anything\. \(since 2026-03-12 09:00:00 UTC, \d+ \w+\)/).waitFor();
  await bar.locator('[aria-hidden="true"]', { hasText: /^, \d+ \w+$/ }).waitFor();
  const count = page.locator('.qh [role="status"]');
  await count.getByText('12 open').waitFor();
  await page.locator('.qh [role="status"][aria-live="off"]').waitFor();
  stub.failing.set('/v1/incidents', 503);
  stub.send('resync', {});
  await page.locator('.stale [aria-hidden="true"]', { hasText: /^, \d+ \w+ ago$/ }).waitFor();
  // What the person chose is read out.
  await page.getByRole('button', { name: 'Closed', exact: true }).click();
  await page.locator('.qh [role="status"][aria-live="polite"]', { hasText: '0 of 12' }).waitFor();
});

test('L29 the settings of shippers on the page are those that are printed, for whoever looks', { skip }, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  stub.role = 'viewer';
  const page = await signedIn('/senders');
  await page.getByText('Settings for each shipper').click();
  for (const [name = '', text = ''] of [
    ['Winlogbeat, Elastic Agent', 'allow_older_versions: true'],
    ['Logstash', 'ilm_enabled => false'],
    ['rsyslog (omelasticsearch)', 'module(load="omelasticsearch")'],
    ['Syslog', 'listenTls: ADDRESS:PORT'],
  ])
    await page.getByRole('region', { name, exact: true }).getByText(text).waitFor();
  assert.deepEqual(await axeProblems(page), []);
});
