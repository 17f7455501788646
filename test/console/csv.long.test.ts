import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';
import { pagesOf } from './stub-pages.ts';

const skip = NO_BROWSER;

test('CSV holds the rows as they are filtered, inert, in the form of the server', { skip }, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 12);
  const page = await signedIn('/incidents?q=level:critical');
  await page.getByText('3 of 12').waitFor();
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV' }).click()]);
  const lines = readFileSync((await saved.path()) ?? '', 'utf8').split('\r\n');
  assert.match(lines[0] ?? '', /^number,id,level,state,standing,title,/);
  assert.deepEqual([lines.length, lines[1]?.startsWith('INC-1,inc0')], [5, true]);
  assert.deepEqual(complaints, []);
});

test('a queue that the page does not hold whole is saved by the server, by the same words', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 10_500);
  stub.answers.set('/v1/incidents/export', 'a table');
  const page = await signedIn('/incidents?q=level:critical');
  await page.getByText('the page holds 10,000, open ones first').waitFor();
  const press = page.getByRole('button', { name: 'CSV' });
  const [asked] = await Promise.all([
    page.waitForRequest(/\/v1\/incidents\/export/),
    page.waitForEvent('download'),
    press.click(),
  ]);
  assert.equal(new URL(asked.url()).searchParams.get('q'), 'level:critical');
  await page.goto(`${stub.url}/incidents?q=is:overdue`);
  await page.getByText('the page holds 10,000, open ones first').waitFor();
  const [again] = await Promise.all([page.waitForRequest(/\/v1\/incidents\/export/), press.click()]);
  assert.equal(new URL(again.url()).searchParams.get('q'), 'is:overdue');
  assert.deepEqual(complaints, []);
});

test('CSV holds what fits words that the server answers; of what it has not said yet, it saves the table itself', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 12);
  stub.fits = () => ['inc0000000000004'];
  stub.answers.set('/v1/incidents/export', 'a table');
  const page = await signedIn('/incidents?q=payload:secret');
  await page.getByText('1 of 12').waitFor();
  const press = page.getByRole('button', { name: 'CSV' });
  const [saved] = await Promise.all([page.waitForEvent('download'), press.click()]);
  const lines = readFileSync((await saved.path()) ?? '', 'utf8')
    .trim()
    .split('\r\n');
  assert.deepEqual([lines.length, lines[1]?.startsWith('INC-5,inc0')], [2, true]);
  stub.held.add('/v1/incidents?view=id');
  await page.getByRole('searchbox', { name: /^Filter: words/ }).fill('ns:root/default');
  await page.waitForURL(/ns:root/);
  const [asked] = await Promise.all([page.waitForRequest(/\/v1\/incidents\/export/), press.click()]);
  assert.equal(new URL(asked.url()).searchParams.get('q'), 'ns:root/default');
  assert.deepEqual(complaints, []);
});

test('subscriptions are saved as they fit, a line each, inert', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const told = { origin: {}, seenIn: ['sysmon'], conflicts: 0, isOrphan: false, isKnown: false, state: 'armed' };
  const rows = Array.from({ length: 5 }, (_, at) => {
    const same = { fingerprint: 'f', hostsOfFingerprint: 5, firstSeen: '2026-03-12', lastSeen: '2026-03-12' };
    return { id: `s${at}`, host: `h${at}`, level: 'low', consumer: `=c${at}`, ...told, ...same };
  });
  stub.answers.set(
    '/v1/subscriptions',
    pagesOf(rows, ({ host }) => host),
  );
  const page = await signedIn('/subscriptions');
  assert.deepEqual(await csvOf(page, 'CSV'), ['id', 's0', 's1', 's2', 's3', 's4']);
  const [, first] = await linesOf(page, 'CSV');
  assert.match(first ?? '', /,h0,.*,'=c0,/);
  await page.getByLabel('Named').fill('h3');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('1 subscription', { exact: true }).waitFor();
  assert.deepEqual(await csvOf(page, 'CSV'), ['id', 's3']);
  await page.goto(new URL('/subscriptions?named=nobody', page.url()).href);
  await page.getByText('Nothing here has “nobody” in its name.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'CSV' }).count(), 0);
  assert.deepEqual(complaints, []);
});

test('what is not seen of hosts is saved with what to change on each, as the page tells it', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const received = '2026-03-12T10:00:00Z';
  const gap = (id: string, what: string): object => ({ id, host: 'x', what, so: 'so', close: 'audit, and send it' });
  const hosts = [
    { key: 'ws-07', blind: [gap('1', 'Sysmon 19'), gap('2', 'Sysmon 19'), gap('3', '=1')] },
    { key: 'srv-02', blind: [gap('4', 'Security 4688')] },
    { key: 'srv-03', blind: [] },
    { key: 'srv-04' },
  ].map((of) => ({ ...of, records: 1, received, openIncidents: 0, subscriptions: 0, sends: [] }));
  const pages = pagesOf(hosts, ({ key }) => key);
  stub.answers.set('/v1/hosts', (query: URLSearchParams) => ({ ...pages(query), telemetry: [] }));
  const page = await signedIn('/hosts?view=coverage');
  assert.deepEqual(await linesOf(page, 'Export fix list'), [
    'host,not seen,so,to fill this gap',
    'srv-02,Security 4688,so,"audit, and send it"',
    'ws-07,Sysmon 19,so,"audit, and send it"',
    `ws-07,'=1,so,"audit, and send it"`,
  ]);
  await page.getByText('Saved 3 gaps of 2 hosts. Nothing is known yet of 1 host.').waitFor();
  await page.getByLabel('Named').fill('srv-03');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('no gap known').waitFor();
  await page.getByRole('button', { name: 'Export fix list' }).click();
  await page.getByText('No gap is known: there is nothing to save.').waitFor();
  assert.deepEqual(complaints, []);
});

/** The lines of the table that a press saves. */
async function linesOf(page: Page, press: string): Promise<readonly string[]> {
  const button = page.getByRole('button', { name: press, exact: true });
  const [saved] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFileSync((await saved.path()) ?? '', 'utf8')
    .trimEnd()
    .split('\r\n');
}

/** The first cells of them. */
async function csvOf(page: Page, press: string): Promise<readonly string[]> {
  return (await linesOf(page, press)).map((line) => line.split(',')[0] ?? '');
}
