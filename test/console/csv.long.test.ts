import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';

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
  await page.getByText('the page holds 10,000, open ones first').waitFor({ timeout: 60_000 });
  const press = page.getByRole('button', { name: 'CSV' });
  const [asked] = await Promise.all([
    page.waitForRequest(/\/v1\/incidents\/export/),
    page.waitForEvent('download'),
    press.click(),
  ]);
  assert.equal(new URL(asked.url()).searchParams.get('q'), 'level:critical');
  await page.goto(`${stub.url}/incidents?q=is:overdue`);
  await page.getByText('the page holds 10,000, open ones first').waitFor({ timeout: 60_000 });
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
