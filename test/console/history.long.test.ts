import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { pagesOf } from './stub-pages.ts';

const ID = 'inc0000000000000';
const COUNT = 2350;

/** Newest first, as the server has them; every tenth is a note. */
const ENTRIES = Array.from({ length: COUNT }, (_, at) => {
  const seq = COUNT - at;
  const of = { seq, incident: ID, at: new Date(Date.UTC(2026, 2, 12, 10) + seq * 1000).toISOString(), who: 'bob' };
  const isNote = seq % 10 === 1;
  const note = isNote ? { note: `note number ${seq}` } : {};
  return { ...of, action: isNote ? 'note' : 'told', version: 1, revision: seq, before: {}, after: {}, ...note };
});

test('history and notes beyond the newest hundred go back to the first, and say how far they were read', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const path = `/v1/incidents/${ID}/history`;
  stub.answers.set(path, pagesOf(ENTRIES));
  stub.altered.set(ID, (doc) => ({ ...doc, history: { items: ENTRIES.slice(0, 100), next: '100' } }));
  const page = await signedIn(`/incidents/${ID}?tab=history`);
  const table = page.getByRole('table', { name: 'History, newest first' }).locator('tbody tr');
  await page.getByRole('button', { name: 'Read older entries (100 read so far)' }).click();
  await page.getByRole('button', { name: 'Read older entries (1100 read so far)' }).click();
  await page.getByRole('button', { name: 'Read older entries (2100 read so far)' }).click();
  await page.getByText('note number 1', { exact: true }).waitFor();
  assert.equal(await table.count(), COUNT);
  assert.equal(await page.getByRole('button', { name: /^Read older/ }).count(), 0);
  await page.getByRole('tab', { name: `Notes ${COUNT / 10}`, exact: true }).click();
  assert.equal(await page.locator('.notes li').count(), COUNT / 10);
  // Notes alone are looked for in all of the history, without a press; what cannot be read is told as that.
  const other = await signedIn(`/incidents/${ID}`);
  await other.getByRole('tab', { name: 'Notes 10 or more' }).waitFor();
  stub.failing.set(path, 503);
  await other.getByRole('tab', { name: /^Notes/ }).click();
  await other.getByText('Older notes could not be read.').waitFor();
  assert.equal(await other.locator('.notes li').count(), 10);
  assert.deepEqual(await axeProblems(other), []);
  stub.failing.clear();
  await other.getByRole('button', { name: 'Try again' }).click();
  await other.getByText('note number 1', { exact: true }).waitFor();
  await other.getByRole('tab', { name: `Notes ${COUNT / 10}`, exact: true }).waitFor();
  assert.equal(await other.locator('.notes li').count(), COUNT / 10);
  // What happens meanwhile stands before them, once.
  const newest = { ...ENTRIES[0], seq: COUNT + 1, revision: COUNT + 1, action: 'note', note: 'one more' };
  stub.altered.set(ID, (doc) => ({ ...doc, history: { items: [newest, ...ENTRIES.slice(0, 99)], next: '99' } }));
  stub.send('incident', { id: ID, version: 1 });
  await other.getByText('one more', { exact: true }).waitFor();
  assert.equal(await other.locator('.notes li').count(), COUNT / 10 + 1);
  assert.deepEqual(complaints, []);
});

test('G20 the history says when an incident was hidden and by which suppression, also where nobody touched it', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const by = [{ number: 3, reason: 'patch days', owner: 'alice' }];
  const suppressed = [
    { from: '2026-03-13T09:00:00.0000000Z', by },
    { from: '2026-03-10T09:00:00.0000000Z', to: '2026-03-12T09:00:00.0000000Z', by: [{ number: 3 }], more: 2 },
  ];
  const suppressedSince = '2026-03-10T09:00:00.0000000Z';
  stub.altered.set(ID, (doc) => ({ ...doc, history: { items: [], suppressed, suppressedSince } }));
  const page = await signedIn(`/incidents/${ID}?tab=history`);
  await page
    .getByText(/^Hidden from the queue from .* until now: suppression 3 \(patch days; owner alice\)\.$/)
    .waitFor();
  await page.getByText(/^Hidden from the queue from .* to .*: suppression 3 and 2 more\.$/).waitFor();
  await page.getByText(/^When it was hidden before .* is not told\.$/).waitFor();
  await page.getByText('Nobody has touched it yet.').waitFor();
  assert.deepEqual(complaints, []);
});
