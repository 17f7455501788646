import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseVerdict } from './choose-verdict.ts';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';
import type { Stub } from './stub-server.ts';

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';
const THIRD = 'inc0000000000002';

async function streaming(stub: Stub): Promise<void> {
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 30));
}

test('G3 what becomes part of another one says of how many findings more, also where it was opened by its number', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const survivor = 'inc0000000000004';
  stub.altered.set(survivor, (document) => {
    const [finding] = document.findings;
    assert.ok(finding);
    const more = [1, 2, 3].map((at) => ({ ...finding, id: `${at}`.repeat(16) }));
    return { ...document, findings: [...document.findings, ...more] };
  });
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByRole('tabpanel').waitFor();
  await streaming(stub);
  stub.merged.set(FIRST, survivor);
  stub.send('incident', { id: FIRST, change: 'merged', version: 2, revision: 0 });
  await page.getByText('Now part of INC-5 (3 more findings).').waitFor();
  await page.waitForURL(new RegExp(survivor));
  // Who opens it later by its old name never saw it alone.
  const later = await signedIn(`/incidents/${FIRST}`, { context: page.context() });
  await later.getByText('Now part of INC-5.').waitFor();
  stub.altered.clear();
  const other = await signedIn('/incidents/INC-3', { context: page.context() });
  await other.waitForURL(new RegExp(THIRD));
  await other.getByRole('tabpanel').waitFor();
  stub.merged.set(THIRD, survivor);
  stub.send('incident', { id: THIRD, change: 'merged', version: 2, revision: 0 });
  await other.getByText('Now part of INC-5 (no more findings).').waitFor();
  assert.deepEqual(complaints, []);
});

test('G3 an incident that becomes part of another while a dialog stands open: text and dialog stay, and it asks once more', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const survivor = 'inc0000000000004';
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByRole('tabpanel').waitFor();
  await page.keyboard.press('v');
  const dialog = page.getByRole('dialog');
  await chooseVerdict(page, 'Authorised');
  await dialog.getByLabel(/^Why/).fill('approved by the owner');
  // The page has not heard of it: the server refuses, and says which one it is part of.
  stub.merged.set(FIRST, survivor);
  await dialog.getByRole('button', { name: 'Record verdict' }).click();
  await dialog.getByText(/It is part of another incident now/).waitFor();
  await page.waitForURL(new RegExp(`/incidents/${survivor}`));
  assert.equal(await dialog.getByLabel(/^Why/).inputValue(), 'approved by the owner');
  assert.equal(stub.incidents.get(survivor)?.verdict, null);
  await dialog.getByRole('button', { name: 'Record verdict' }).click();
  await page.getByText('INC-5 judged authorised.').waitFor();
  assert.equal(stub.incidents.get(survivor)?.verdict, 'authorised');
  await page.getByText('Now part of INC-5 (no more findings).').waitFor();
  // The page hears of it while somebody writes: the next press asks, and sends nothing.
  const other = await signedIn(`/incidents/${THIRD}`, { context: page.context() });
  await other.getByRole('tabpanel').waitFor();
  await other.keyboard.press('n');
  await other.getByRole('dialog').getByLabel('Note').fill('half a sentence');
  stub.merged.set(THIRD, survivor);
  stub.send('incident', { id: THIRD, change: 'merged', version: 2, revision: 0 });
  await other.waitForURL(new RegExp(`/incidents/${survivor}`));
  const sent = stub.changes.length;
  await other.getByRole('dialog').getByRole('button', { name: 'Add note' }).click();
  await other.getByRole('dialog').getByText('It is part of INC-5 now. Press again').waitFor();
  assert.equal(stub.changes.length, sent);
  await other.getByRole('dialog').getByRole('button', { name: 'Add note' }).click();
  await other.getByText('Note added to INC-5.').waitFor();
  assert.deepEqual(complaints, []);
});

test('G3 G9 a verdict that fell away in a merge is shown as due, though the first one has its time', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const time = { time: '2026-11-25T09:00:00.0000000Z', clock: 'server', source: 'merge', who: 'system' };
  const due = [{ for: 'verdict', at, isMet: false, isOverdue: false }] as const;
  stub.altered.set(FIRST, (doc) => ({
    ...doc,
    due,
    work: { ...doc.work, times: { ...doc.work.times, triage: time, undecided: time } },
  }));
  const page = await signedIn(`/incidents/${FIRST}`);
  await page
    .getByRole('list', { name: 'Times of this incident' })
    .getByText(/^Verdictdue \d\d:\d\d/)
    .waitFor();
  assert.deepEqual(complaints, []);
});
