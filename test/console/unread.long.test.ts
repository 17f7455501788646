import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUEUE_COLUMNS } from '../../src/api/index.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { change } from './stub-server.ts';

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';
const THIRD = 'inc0000000000002';

test('G15 what was not opened is told in words and in the name of its row, until this person opens it', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 5);
  stub.opened.set(THIRD, { version: 1, revision: 0 });
  const page = await signedIn('/incidents?q=is:unread');
  await page.getByText('4 of 5').waitFor();
  await page.getByRole('button', { name: 'Unread 4' }).waitFor();
  // Beside the list its rows are told, as they are filtered.
  await page.goto(`${stub.url}/incidents?q=id:INC-1`);
  await page.getByText(/^1 incident: 1 critical\. .*1 unread\.$/).waitFor();
  await page.goto(`${stub.url}/incidents?q=is:unread`);
  await page.getByText('4 of 5').waitFor();
  const row = page.getByRole('link', { name: /Unread.*/ }).filter({ hasText: "'Upd0'" });
  await row.click();
  await page.getByRole('button', { name: 'Unread 3' }).waitFor();
  assert.deepEqual(stub.opened.get(FIRST), { version: 1, revision: 0 });
  // Its row stays where it is until the list is asked for anew.
  await page.getByText('4 of 5').waitFor();
  assert.equal(await page.locator('.vlist li').count(), 4);
  assert.deepEqual(await axeProblems(page), []);
  await page.reload();
  await page.getByText('3 of 5').waitFor();
  assert.deepEqual(complaints, []);
});

test('G15 what was opened before the server said what was opened stays read', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.opened.set(THIRD, { version: 1, revision: 0 });
  const page = await signedIn('/account');
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/v1/incidents/opened?*', async (route) => {
    // An answer that was made before the incident was opened, and comes after it.
    const answer = await route.fetch();
    await held;
    await route.fulfill({ response: answer });
  });
  await page.goto(`${stub.url}/incidents/${FIRST}`);
  await page.getByRole('tabpanel').waitFor();
  while (!stub.opened.has(FIRST)) await new Promise((resolve) => setTimeout(resolve, 30));
  release();
  await page.getByRole('button', { name: 'Unread 1' }).waitFor();
  assert.deepEqual(complaints, []);
});

test('G15 what others do makes an incident unread again; what stands before the eyes of the person does not', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  for (const id of stub.incidents.keys()) stub.opened.set(id, { version: 1, revision: 0 });
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByText('3 open').waitFor();
  const second = await signedIn('/incidents', { context: page.context() });
  await second.getByText('3 open').waitFor();
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const id of [FIRST, THIRD]) {
    const incident = stub.incidents.get(id);
    assert.ok(incident);
    change(incident, { action: 'assign', owner: 'bob' }, 'bob');
    stub.send('incident', { id, change: 'acted', version: 1, revision: 1, row: stub.rowOf(incident) });
  }
  await page.bringToFront();
  await page.getByRole('button', { name: 'Unread 1' }).waitFor();
  // The other tab hears of it.
  await second.bringToFront();
  await second.getByRole('button', { name: 'Unread 1' }).waitFor();
  assert.deepEqual([stub.opened.get(FIRST)?.revision, stub.opened.get(THIRD)?.revision], [1, 0]);
  assert.deepEqual(complaints, []);
});

test('G8 when what suppressions hide is another, the queue is read again', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn('/incidents');
  await page.getByText('3 open').waitFor();
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  const added = { ...incident, id: 'inc9999999999999', number: 99, history: [], taken: {} };
  stub.incidents.set(added.id, added);
  stub.send('queue', { suppression: 1, change: 'ended' });
  const show = page.getByRole('button', { name: /1 new \(1 critical\)\. Show/ });
  await show.waitFor();
  // What a suppression hides calls nobody.
  const row = stub.rowOf({ ...added, id: 'inc8888888888888', number: 98 }).with(QUEUE_COLUMNS.indexOf('suppressed'), 1);
  const hidden = { change: 'new', version: 1, revision: 0, row };
  stub.send('incident', { id: 'inc8888888888888', ...hidden });
  const third = stub.incidents.get(THIRD);
  assert.ok(third);
  change(third, { action: 'assign', owner: 'bob' }, 'bob');
  stub.send('incident', { id: THIRD, change: 'acted', version: 1, revision: 1, row: stub.rowOf(third) });
  await page.getByRole('button', { name: /1 new \(1 critical\), 1 changed\. Show/ }).waitFor();
  assert.deepEqual(complaints, []);
});
