import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { HOSTILE, type Stub, stubIncidents } from './stub-server.ts';

const skip = NO_BROWSER;
const PRINTS = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc'] as const;
const TEXTS = [
  'powershell.exe -NoP -W Hidden -Enc JgAgACQAZQBu',
  HOSTILE,
  'cscript.exe //B C:\\ProgramData\\a.vbs',
] as const;

/** Each fourth incident has no payload; the others have one of three. */
function givePayloads({ incidents }: Stub): void {
  for (const [at, incident] of [...incidents.values()].entries()) {
    const [payload, payloadText] = [PRINTS[at % 4], TEXTS[at % 4]];
    if (payload !== undefined && payloadText !== undefined) Object.assign(incident, { payload, payloadText });
  }
}

/** What stands in the list, row by row: heads with their fold, links by their numbers. */
function listed(page: Page): Promise<readonly string[]> {
  return page.locator('.vlist li').evaluateAll((rows) =>
    rows.map((row) => {
      const head = row.querySelector('h2 button');
      const fold = head?.getAttribute('aria-expanded') === 'true' ? 'open' : 'folded';
      return head === null
        ? (row.querySelector('.pick input')?.getAttribute('aria-label') ?? '').replace('Select ', '')
        : `${fold}: ${head.querySelector('.qm')?.textContent}`;
    }),
  );
}

const groupParam = (page: Page): string | null => new URL(page.url()).searchParams.get('group');

test('PRODUCT 9.4 the queue groups its rows by payload: heads fold and unfold, by pointer and by keys, and the address keeps it', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 12);
  givePayloads(stub);
  const page = await signedIn('/incidents?sort=oldest');
  const chip = page.getByRole('button', { name: 'Group by payload: 4 groups' });
  assert.equal(await chip.getAttribute('aria-pressed'), 'false');
  assert.equal(await page.getByLabel('Go to, UTC').count(), 1);
  await chip.click();
  await page.locator('.vlist h2').first().waitFor();
  assert.equal(await chip.getAttribute('aria-pressed'), 'true');
  assert.equal(await page.getByLabel('Go to, UTC').count(), 0, 'grouped rows have no place of a time');
  const folded = Array.from({ length: 4 }, () => 'folded: 3 incidents on at least 3 hosts');
  assert.deepEqual(await listed(page), folded);
  // What is not known stands at the end, though the oldest is among it.
  assert.match((await page.locator('.vlist li').last().textContent()) ?? '', /No payload is known/);
  const hostile = page.getByRole('button', { name: /^\S+ <img src=x onerror/ });
  await hostile.click();
  const opened = [
    'folded: 3 incidents on at least 3 hosts',
    'open: 3 incidents on at least 3 hosts',
    'INC-10',
    'INC-6',
    'INC-2',
  ];
  const whole = [...opened.toSpliced(0, 1, ...folded.slice(0, 1)), ...folded.slice(0, 2)];
  assert.deepEqual(await listed(page), whole);
  assert.deepEqual(
    await page.locator('.vlist li').evaluateAll((rows) => rows.map((row) => `${row.ariaPosInSet}/${row.ariaSetSize}`)),
    whole.map((_, at) => `${at + 1}/${whole.length}`),
  );
  assert.equal(groupParam(page), `payload,${PRINTS[1]}`);
  assert.equal(await page.evaluate(() => 'pwned' in globalThis), false);
  assert.deepEqual(await axeProblems(page), []);
  await page.reload();
  await page.locator('.vlist h2').first().waitFor();
  assert.deepEqual(await listed(page), whole);
  // An incident, another page, and back: it stands as it stood.
  await page.getByRole('link', { name: /INC-6|Upd5/ }).click();
  await page.getByRole('tabpanel').waitFor();
  await page.getByRole('link', { name: 'Subscriptions' }).click();
  await page.getByRole('heading', { name: 'Subscriptions' }).waitFor();
  await page.goBack();
  await page.getByRole('tabpanel').waitFor();
  assert.deepEqual(await listed(page), whole);
  assert.equal(await page.locator('.vlist [aria-current=true]').count(), 1);
  // Arrows on the head that has the focus.
  await hostile.focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('.vlist li').nth(3).waitFor();
  assert.deepEqual(await listed(page), folded);
  await page.keyboard.press('ArrowRight');
  assert.deepEqual(await listed(page), whole);
  await chip.click();
  await page.waitForFunction(() => document.querySelector('.vlist h2') === null);
  assert.equal(groupParam(page), null);
  // Ungrouped while a head was the current entry: the open incident is.
  assert.equal(await page.locator('.vlist .cur [aria-current=true], .vlist .cur[aria-current=true]').count(), 1);
  assert.deepEqual(complaints, []);
});

test('G14 j and k go over heads and rows of groups: Enter unfolds a head, which is read out; x selects rows alone', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 12);
  givePayloads(stub);
  const page = await signedIn('/incidents?group=payload');
  await page.locator('.vlist h2').first().waitFor();
  const current = (): Promise<string | null> => page.locator('.vlist .cur .qt').textContent();
  await page.keyboard.press('j');
  assert.equal(await current(), TEXTS[0]);
  await page
    .getByRole('status')
    .filter({ hasText: `${TEXTS[0]}: 3 incidents on at least 3 hosts.` })
    .waitFor();
  assert.equal(new URL(page.url()).pathname, '/incidents', 'a head opens nothing');
  await page.keyboard.press('x');
  assert.equal(await page.getByText('selected').count(), 0);
  await page.keyboard.press('Enter');
  await page.getByLabel('Select INC-1', { exact: true }).waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/\/incidents\/inc0000000000000\?/);
  assert.equal(groupParam(page), `payload,${PRINTS[0]}`);
  await page.keyboard.press('x');
  await page.getByText('1 incident selected').waitFor();
  await page.keyboard.press('k');
  assert.equal(await current(), TEXTS[0]);
  await page.keyboard.press('Enter');
  await page.getByLabel('Select INC-1', { exact: true }).waitFor({ state: 'detached' });
  // The incident that is open stands in a group that is folded: its head is the current one, and the incident stays.
  assert.match(page.url(), /\/incidents\/inc0000000000000\?/);
  assert.equal(await current(), TEXTS[0]);
  // The next incident stands in the folded group as well.
  await page.keyboard.press(']');
  await page.waitForURL(/\/incidents\/inc0000000000004\?/);
  await page.waitForFunction(() => document.title.includes('INC-5'));
  await page.keyboard.press('[');
  await page.waitForURL(/\/incidents\/inc0000000000000\?/);
  for (let at = 0; at < 9; at++) await page.keyboard.press('j');
  assert.equal(await current(), 'No payload is known');
  await page.keyboard.press('o');
  await page.getByLabel('Select INC-4', { exact: true }).waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/\/incidents\/inc0000000000003\?/);
  // The next key goes from the row, also where a head was pressed before.
  await page.getByRole('button', { name: 'No payload is known' }).click();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await page.waitForFunction((print) => location.search.includes(print), PRINTS[2]);
  assert.deepEqual(await axeProblems(page), []);
  assert.deepEqual(complaints, []);
});

test('G6 what comes waits behind its button, grouped too: heads and rows stand still until it is shown', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 8);
  givePayloads(stub);
  const page = await signedIn(`/incidents?group=payload,${PRINTS[0]}`);
  await page.locator('.vlist h2').first().waitFor();
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const before = await listed(page);
  assert.deepEqual(before.slice(0, 3), ['open: 2 incidents on at least 2 hosts', 'INC-1', 'INC-5']);
  const [fresh] = [...stubIncidents(9).values()].slice(8);
  assert.ok(fresh);
  const worst = { ...fresh, level: 'critical', payload: PRINTS[2], payloadText: TEXTS[2] };
  stub.incidents.set(fresh.id, worst);
  stub.send('incident', { id: fresh.id, change: 'new', version: 1, revision: 0, row: stub.rowOf(worst) });
  await page.getByRole('button', { name: /^1 new \(1 critical\)\. Show/ }).waitFor();
  assert.deepEqual(await listed(page), before);
  await page.keyboard.press('.');
  await page.getByText('3 incidents on at least 3 hosts').waitFor();
  const heads = await page
    .locator('.vlist h2')
    .evaluateAll((all) => all.map((head) => head.querySelector('.qm')?.textContent));
  assert.deepEqual(heads, [
    '2 incidents on at least 2 hosts',
    '3 incidents on at least 3 hosts',
    '2 incidents on at least 2 hosts',
    '2 incidents on at least 2 hosts',
  ]);
  assert.deepEqual(complaints, []);
});

test('G20 a viewer is offered no groups, and an address that asks for them shows rows', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 4);
  givePayloads(stub);
  stub.role = 'viewer';
  const page = await signedIn('/incidents?group=payload');
  await page.getByText('4 open').waitFor();
  assert.equal(await page.locator('.vlist li a').count(), 4);
  assert.equal(await page.locator('.vlist h2').count(), 0);
  assert.equal(await page.getByRole('button', { name: /^Group by payload/ }).count(), 0);
  assert.deepEqual(complaints, []);
});

test('PRODUCT 9.4 10,000 rows in groups: at most 200 nodes are drawn, folded, unfolded and scrolled', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 10_000);
  givePayloads(stub);
  for (const view of [{}, { width: 390, height: 844 }]) {
    const page = await signedIn(`/incidents?group=payload,${PRINTS[0]},none`, view);
    await page.getByText(/10,000\+? open/).waitFor();
    await page.waitForFunction(() => document.querySelector('.vlist li')?.getAttribute('aria-setsize') === '5004');
    const drawn = (): Promise<number> => page.locator('.vlist li').count();
    assert.ok((await drawn()) < 40);
    await page.locator('.vlist').evaluate((list) => {
      list.scrollTop = list.scrollHeight;
      scrollTo(0, document.documentElement.scrollHeight);
    });
    await page.locator('.vlist li[aria-posinset="5004"]').waitFor();
    assert.ok((await drawn()) < 40);
    assert.deepEqual(await axeProblems(page), []);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});
