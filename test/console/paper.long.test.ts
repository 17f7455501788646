import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { NO_BROWSER, type Tried, tryPage } from './page-in-browser.ts';
import { sheetsOf } from './pdf-text.ts';

const ID = 'inc0000000000000';
const RECORDS = `/v1/incidents/${ID}/records`;
const ALL = INCIDENT_RESULT.records;

interface Printed {
  readonly records: number;
  readonly text: string;
}

/** A page on which printing only notes what stood there then. */
async function onPaper({ signedIn }: Tried, path = `/incidents/${ID}`, width = 1440): Promise<Page> {
  const page = await signedIn(path, { width });
  await page.getByRole('tabpanel').waitFor();
  await page.evaluate(() => {
    globalThis.print = () => {
      const records = document.querySelectorAll('.ev .rec').length;
      const text = document.querySelector('.inc')?.textContent ?? '';
      Object.assign(globalThis, { printed: { records, text } });
    };
  });
  return page;
}

function printedOf(page: Page): Promise<Printed | undefined> {
  return page.evaluate(() => (globalThis as unknown as { readonly printed?: Printed }).printed);
}

async function press(page: Page): Promise<void> {
  const more = page.getByText('More', { exact: true });
  if (await more.isVisible()) await more.click();
  await page.getByRole('button', { name: 'Print', exact: true }).click();
}

test('Print reads what an incident cites and its history first, then all of it stands on paper', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub } = tried;
  const entry = { incident: ID, at: '2026-03-12T11:00:00Z', who: 'bob', version: 1, before: {}, after: {} };
  const past = (seq: number, note: string): object => ({ ...entry, seq, revision: seq, action: 'note', note });
  stub.altered.set(ID, (doc) => ({
    ...doc,
    records: { items: ALL.slice(-5), cited: ALL.length, next: 'r' },
    history: { items: [past(2, 'a newer note')], next: 'h' },
  }));
  stub.answers.set(RECORDS, { items: ALL.slice(0, -5) });
  stub.answers.set(`/v1/incidents/${ID}/history`, { items: [past(1, 'the first note of all')] });
  for (const width of [1440, 390]) {
    const page = await onPaper(tried, `/incidents/${ID}?tab=gaps`, width);
    await press(page);
    await page.waitForFunction(() => 'printed' in globalThis);
    const printed = await printedOf(page);
    assert.equal(printed?.records, ALL.length);
    assert.match(printed?.text ?? '', /the first note of all/);
    // The page is as it was: one tab, and nothing is opened.
    await page.getByRole('tabpanel', { name: /^Gaps/ }).waitFor();
    assert.equal(await page.locator('.ev').count(), 0);
    await page.close();
  }
  assert.deepEqual(tried.complaints, []);
});

test('what is read before it is printed can be given up, and what cannot be read is told', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub } = tried;
  stub.altered.set(ID, (doc) => ({ ...doc, records: { items: ALL.slice(-5), cited: ALL.length, next: 'r' } }));
  stub.held.add(RECORDS);
  const page = await onPaper(tried);
  await press(page);
  await page.getByText(`Records are read before they are printed: 5 of ${ALL.length}.`).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('status').filter({ hasText: 'INC-1 is not printed.' }).first().waitFor();
  await page.getByText('Records are read before').waitFor({ state: 'detached' });
  assert.equal(await printedOf(page), undefined);
  stub.held.clear();
  // A browser that prints by itself waits for nothing: paper says of how many it holds.
  await page.emulateMedia({ media: 'print' });
  await page.getByText(`5 of ${ALL.length} records: Print on the page reads up to 1,000 before it prints`).waitFor();
  await page.emulateMedia({ media: null });
  stub.failing.set(RECORDS, 503);
  await press(page);
  await page.getByRole('status').filter({ hasText: 'More records could not be read' }).first().waitFor();
  await page.waitForFunction(() => 'printed' in globalThis);
  const printed = await printedOf(page);
  assert.equal(printed?.records, 5);
  assert.match(printed?.text ?? '', new RegExp(`5 of ${ALL.length} records`));
  assert.deepEqual(tried.complaints, []);
});

test('paper holds a thousand records at most, and says of how many', { skip: NO_BROWSER }, async (t) => {
  const tried = await tryPage(t, 3);
  const [one] = ALL;
  assert.ok(one);
  const many = Array.from({ length: 1200 }, (_, at) => ({ ...one, id: `r${at}`, recordId: at + 1 }));
  tried.stub.altered.set(ID, (doc) => ({ ...doc, records: { items: many.slice(0, 100), cited: 1500, next: 'r' } }));
  tried.stub.answers.set(RECORDS, { items: many.slice(100), next: 's' });
  const page = await onPaper(tried);
  await press(page);
  await page.waitForFunction(() => 'printed' in globalThis);
  const printed = await printedOf(page);
  assert.equal(printed?.records, 1000);
  assert.match(printed?.text ?? '', /1,000 of 1,500 records/);
});

test('a viewer prints what they may see, and asks for no records', { skip: NO_BROWSER }, async (t) => {
  const tried = await tryPage(t, 3);
  tried.stub.role = 'viewer';
  const asked: string[] = [];
  const page = await onPaper(tried);
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await press(page);
  await page.waitForFunction(() => 'printed' in globalThis);
  assert.match((await printedOf(page))?.text ?? '', /needs the role analyst or auditor/);
  assert.ok(!asked.includes(RECORDS));
  assert.deepEqual(tried.complaints, []);
});

test('records that were read are read anew when more was found: the list has moved', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub } = tried;
  const told = (newest: number): void => {
    const items = ALL.slice(newest - 5, newest);
    stub.altered.set(ID, (doc) => ({ ...doc, records: { items, cited: newest, next: 'r' } }));
    stub.answers.set(RECORDS, { items: ALL.slice(0, newest - 5) });
  };
  told(ALL.length - 3);
  const page = await onPaper(tried);
  await page.getByRole('button', { name: /^Read more records/ }).click();
  const rows = (): Promise<number> => page.locator('.evs .ev').count();
  await page
    .getByText(`${ALL.length - 3} records`)
    .first()
    .waitFor();
  assert.equal(await rows(), ALL.length - 3);
  told(ALL.length);
  const incident = stub.incidents.get(ID);
  assert.ok(incident);
  incident.version++;
  stub.send('incident', { id: ID, version: incident.version });
  await page.waitForFunction((count) => document.querySelectorAll('.evs .ev').length === count, ALL.length);
  assert.deepEqual(tried.complaints, []);
});

test('PRODUCT 11 each sheet bears its number and what it is of, on A4 and on Letter', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 60);
  for (const [path, name] of [
    [`/incidents/${ID}?tab=gaps`, 'INC-1'],
    ['/incidents', 'Incidents'],
    ['/hosts', 'Hosts'],
  ] as const) {
    const page = await signedIn(path);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForFunction((word) => document.title.includes(word), name);
    for (const [format, width, height] of [
      ['A4', 596, 842],
      ['Letter', 612, 792],
    ] as const) {
      // The sheet is the one that is chosen, not one that the page asks for.
      const sheets = sheetsOf(await page.pdf({ format, preferCSSPageSize: true }));
      assert.deepEqual([...new Set(sheets.map((one) => Math.round(one.width)))], [width]);
      assert.ok(Math.abs((sheets[0]?.height ?? 0) - height) < 2, `${sheets[0]?.height}`);
      for (const [at, { text }] of sheets.entries())
        assert.ok(text.startsWith(`${at + 1} / ${sheets.length}${name}, Triad, times in UTC`), text.slice(0, 60));
      if (name === 'INC-1') assert.match(sheets.map(({ text }) => text).join(''), /History/);
    }
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('PRODUCT 11 the first sheet of an incident holds its sentence, clocks and path, on A4 and on Letter', {
  skip: NO_BROWSER,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t, 3);
  const page = await signedIn('/incidents/inc0000000000001');
  await page.getByRole('tabpanel').waitFor();
  await page.getByText('Before it can be closed:').waitFor();
  for (const format of ['A4', 'Letter']) {
    const [first] = sheetsOf(await page.pdf({ format, preferCSSPageSize: true }));
    const order = /txt\.exe.*Acknowledged.*WS-07Source.*SRV-02Target.*Ran at.*DC-01Possible/s;
    assert.match(first?.text ?? '', order, format);
  }
  assert.deepEqual(complaints, []);
});
