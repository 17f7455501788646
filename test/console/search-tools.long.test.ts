import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Download, Page } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { wholeEvent } from './stub-events.ts';

const skip = NO_BROWSER;

async function saved(
  page: Page,
  name: string,
): Promise<{ readonly file: Download; readonly lines: readonly string[] }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  const text = readFileSync((await file.path()) ?? '', 'utf8');
  return { file, lines: text.trim().split(/\r?\n/) };
}

test('PRODUCT 9.3 the hits of a search are saved as CSV and as JSON lines: all of them, also those that the page does not hold', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 700 };
  const page = await signedIn('/search?q=Field3');
  await page.getByText('The 200 newest hits so far').waitFor();
  const csv = await saved(page, 'Save as CSV');
  await page.getByText('Saved all 700 hits.').waitFor();
  assert.match(csv.file.suggestedFilename(), /^events-\d{4}-\d\d-\d\d\.csv$/);
  assert.equal(csv.lines.length, 701);
  assert.match(
    csv.lines[1] ?? '',
    /^2026-03-12T09:44:00\.000Z,SRV-3\.corp\.example,Microsoft-Windows-Sysmon\/Operational,4624,p,700,s1,/,
  );
  // What came since the search began is no part of it.
  stub.search = { events: 705 };
  const { lines } = await saved(page, 'Save as JSON lines');
  assert.deepEqual(
    [lines.length, JSON.parse(lines[0] ?? '').id, JSON.parse(lines.at(-1) ?? '').id],
    [700, '700/0', '1/0'],
  );
  assert.deepEqual(complaints, []);
});

test('PRODUCT 9.3 the rows of a search have the columns that were chosen: in the address, in this browser and in the file', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 700 };
  const page = await signedIn('/search?q=Field3');
  await page.getByText('The 200 newest hits so far').waitFor();
  await page.getByText('Columns', { exact: true }).click();
  await page.getByRole('button', { name: 'Field3', exact: true }).click();
  await page.getByLabel('Field', { exact: true }).fill('field1');
  assert.equal(await page.getByRole('button', { name: /^Field1\d?$/ }).count(), 3);
  await page.getByRole('button', { name: 'Field11' }).click();
  await page.getByLabel('Field', { exact: true }).fill('Nowhere');
  await page.keyboard.press('Enter');
  await page.getByText('Columns: Field3, Field11, Nowhere').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('columns'), 'Field3,Field11,Nowhere');
  const rows = page.getByRole('list', { name: 'Events' }).getByRole('button', { expanded: false });
  await page
    .getByRole('button', { name: /Field3 not read.*Field11 not read/ })
    .first()
    .waitFor();
  const names = await rows.evaluateAll((all) => all.map(({ textContent }) => textContent ?? ''));
  assert.match(
    names.find((name) => name.includes('of 699')) ?? '',
    /Field3 Field3 of 699Field11 Field11 of 699Nowhere –$/,
  );
  assert.match(names.find((name) => name.includes('of 695')) ?? '', /Field3 –Field11 Field11 of 695/);
  assert.deepEqual(await axeProblems(page), []);
  const csv = await saved(page, 'Save as CSV');
  assert.match(csv.lines[0] ?? '', /,text,Field3,Field11,Nowhere$/);
  assert.match(csv.lines[2] ?? '', /,Field3 of 699,Field11 of 699,$/);
  // A value in a column narrows the search.
  await page.getByRole('button', { name: 'What to do with SRV-2.corp.example' }).first().click();
  await page.getByRole('menuitem', { name: 'Narrow to "Field3 of 699"' }).click();
  await page.waitForURL(/Field3\+of\+699|Field3%20of%20699/);
  // The next search in this browser has them too; a press takes one away.
  await page.goto(new URL('/search?q=Field4', page.url()).href);
  await page.getByText('Columns: Field3, Field11, Nowhere').click();
  await page.getByRole('button', { name: '✓ Nowhere' }).click();
  await page.getByText('Columns: Field3, Field11', { exact: true }).waitFor();
  const small = await signedIn('/search?q=Field4&columns=Field3,provider', { width: 390, height: 844 });
  await small.getByText('Field3 of 699').first().waitFor();
  // What stands in no text is asked for by its own word, or not at all.
  const other = await signedIn('/search?q=Field4&columns=sender,trust,recordId,bytes');
  await other
    .getByRole('button', { name: /^What to do with/ })
    .first()
    .click();
  const items = await other.getByRole('menuitem').allTextContents();
  assert.deepEqual(items.slice(3, 5), ['Narrow to sender:s1', 'Narrow to record:700']);
  assert.match(items[5] ?? '', /^Open the host/);
  assert.ok(await small.getByText('provider').nth(1).isVisible());
  assert.deepEqual(await axeProblems(small), []);
  assert.deepEqual(complaints, []);
});

test('a file of hits that is cut says so, on the page and in its name; stopped, it holds what was read', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 30_000 };
  const page = await signedIn('/search?q=Field3');
  await page.getByText('The 200 newest hits so far').waitFor();
  const { file, lines } = await saved(page, 'Save as CSV');
  await page
    .getByText(
      /^Saved the 10,000 newest hits: a file holds no more\. It ends at 2026-03-12 07:47:\d\d UTC\. There may be more\.$/,
    )
    .waitFor();
  assert.match(file.suggestedFilename(), /-newest-10000\.csv$/);
  assert.equal(lines.length, 10_001);
  assert.deepEqual(await axeProblems(page), []);
  let asked = 0;
  await page.route('**/v1/events?*limit=500*', async (route) => {
    if (++asked < 3) await route.continue();
  });
  await page.getByRole('button', { name: 'Save as JSON lines' }).click();
  await page.getByText('Saving: 1,000 hits read.').waitFor();
  const stopped = await saved(page, 'Stop and save');
  await page.getByText(/^Saved the 1,000 newest hits: it was stopped\./).waitFor();
  assert.equal(stopped.lines.length, 1000);
  // Of another search nothing is saved.
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  await page.getByRole('button', { name: 'Stop and save' }).waitFor();
  await page.getByLabel('Search all records').fill('Field4');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Save as CSV' }).waitFor();
  assert.equal(await page.getByText(/^Sav(?:ed|ing)/).count(), 0);
  await page.unroute('**/v1/events?*limit=500*');
  stub.failing.set('/v1/events', 503);
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  await page.getByText('Nothing was saved: The disk does not take what is sent.').waitFor();
  assert.deepEqual(complaints, []);
});

test('PRODUCT 9.3 + narrows a search by a hit, a value or an object that has the focus, - takes that out again; leaving out is said to be impossible', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 700 };
  stub.answers.set('/v1/events/700/0', {
    ...wholeEvent(stub.search, '/v1/events/700/0'),
    records: [{ data: { TargetUserName: 'CORP\\al ice', IpAddress: '10.0.0.7' } }],
  });
  const page = await signedIn('/search?q=Field3');
  const asks = (q: string): Promise<void> => page.waitForURL((url) => url.searchParams.get('q') === q);
  const hit = page.locator('.hit .event').first();
  const items = (): Promise<string[]> => page.getByRole('menuitem').allTextContents();
  await hit.waitFor();
  await page.keyboard.press('+');
  await page.getByText('Focus a hit or a value first that is not asked for yet.').waitFor();
  // A hit has several: its menu asks which.
  await hit.focus();
  await page.keyboard.press('+');
  await page.getByRole('menu').waitFor();
  const narrow = ['host:SRV-3.corp.example', 'channel:Microsoft-Windows-Sysmon/Operational', 'event:4624'];
  assert.deepEqual((await items()).slice(0, 4), [...narrow.map((word) => `Narrow to ${word}`), 'Open the host']);
  assert.deepEqual(await axeProblems(page), []);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await asks(`Field3 ${narrow[1]}`);
  await hit.focus();
  await page.keyboard.press('-');
  await asks('Field3');
  await hit.focus();
  await page.keyboard.press('-');
  await page.getByText('The archive cannot leave a word out: narrow by what is there.').waitFor();
  // However it was typed.
  await page.goto(`${stub.url}/search?q=Field3 channel:"microsoft-windows-sysmon/operational"`);
  await hit.waitFor();
  await hit.focus();
  await page.keyboard.press('-');
  await asks('Field3');
  // By pointer, and out again the same way.
  const more = page
    .locator('.hit')
    .first()
    .getByRole('button', { name: /^What to do with/ });
  for (const [item, q] of [
    ['Narrow to event:4624', 'Field3 event:4624'],
    ['Take out event:4624', 'Field3'],
  ] as const) {
    await more.click();
    await page.getByRole('menuitem', { name: item }).click();
    await asks(q);
  }
  // A value that is counted is one word: it is asked for at once.
  await page.getByText(/^Values of the/).click();
  const value = page.getByRole('button', { name: /^Windows PowerShell / });
  await value.focus();
  await page.keyboard.press('+');
  await asks('Field3 channel:"Windows PowerShell"');
  await page.getByText(/^Values of the/).click();
  await value.focus();
  await page.keyboard.press('-');
  await asks('Field3');
  // What an event names, by the word of its kind.
  await hit.click();
  const event = page.getByRole('region', { name: 'One event' });
  await event.getByRole('button', { name: 'CORP\\al ice' }).focus();
  await page.keyboard.press('+');
  await asks('Field3 account:"CORP\\\\al ice"');
  assert.equal(new URL(page.url()).searchParams.get('open'), null);
  await page.goBack();
  await event.getByRole('button', { name: '10.0.0.7' }).click();
  await page.getByRole('menuitem', { name: 'Narrow to ip:10.0.0.7' }).click();
  await asks('Field3 ip:10.0.0.7');
  await page.keyboard.press('?');
  await page.getByRole('region', { name: 'Search', exact: true }).getByText('narrow to what has the focus').waitFor();
  assert.deepEqual(complaints, []);
});
