/**
 * What a reader of the screen gets: the accessibility tree of every page, tab and dialog, beside the trees that are kept in `trees/`.
 * A change of the page that is meant is taken over with
 *
 *     TRIAD_UPDATE_TREES=1 node --test test/console/accessibility-tree.long.test.ts
 *
 * and read in the diff like any other.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';

const FOLDER = new URL('./trees/', import.meta.url);
const isUpdate = process.env['TRIAD_UPDATE_TREES'] === '1';
const INCIDENT = '/incidents/inc0000000000000';
const TABS = ['evidence', 'time', 'confidence', 'gaps', 'steps', 'notes', 'history'];
const DIALOGS = {
  verdict: 'Record verdict',
  assign: 'Assign',
  note: 'Add note',
  suppress: 'Suppress',
  pin: 'Propose pin',
  ticket: 'Link ticket',
};

/** Times of now are others each time. */
function withoutNow(tree: string): string {
  return tree
    .replace(/\d\d:\d\d:\d\d (UTC|local)/g, 'TIME $1')
    .replace(/due \d\d:\d\d(?: \d{4}-\d\d-\d\d)?/g, 'due TIME')
    .replace(/due in \d+ min/g, 'due in N min')
    .replace(/\b\d+ min left/g, 'N min left')
    .replace(/overdue by \d+ min/g, 'overdue by N min')
    .replace(/\b20(?:2[6-9]|[3-9]\d)-\d\d-\d\d(?= N min left)/g, 'DAY');
}

/** The tree as it is kept; where trees are taken over, it is written first. */
function compare(name: string, tree: string): void {
  const file = new URL(`${name}.yml`, FOLDER);
  const text = `${withoutNow(tree)}\n`;
  if (isUpdate) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, text);
  }
  assert.equal(text, readFileSync(file, 'utf8'), `the tree of ${name} is another; how to take it over stands above`);
}

const compared = new Set<string>();

async function tree(page: Page, name: string, selector = 'body'): Promise<void> {
  compared.add(`${name}.yml`);
  compare(name, await page.locator(selector).ariaSnapshot());
}

test('trees of pages, tabs and dialogs are those that are kept', { skip: NO_BROWSER }, async (t) => {
  const { browser, stub, signedIn } = await tryPage(t, 4);
  const fresh = await browser.newPage();
  await fresh.goto(`${stub.url}/incidents`);
  await fresh.getByLabel('Name').waitFor();
  await tree(fresh, 'sign-in');
  const page = await signedIn('/incidents');
  await page.locator('.vlist li').nth(3).waitFor();
  await tree(page, 'queue');
  for (const tab of TABS) {
    await page.goto(`${stub.url}${INCIDENT}?tab=${tab}${tab === 'evidence' ? '&open=e3' : ''}`);
    await page.locator(`#panel-${tab}`).waitFor();
    if (tab === 'evidence') await tree(page, 'incident', '.inc');
    else await tree(page, `tab-${tab}`, `#panel-${tab}`);
  }
  await page.goto(stub.url + INCIDENT);
  for (const [name, button] of Object.entries(DIALOGS)) {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    if (name === 'suppress') await page.getByText('It would hide').waitFor();
    // Dates of a draft begin with today.
    for (const date of await page.locator('dialog input[type=date]').all()) await date.fill('2027-01-01');
    // What it would do is asked for when the dialog opens, and again after each change.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.getByText('Looking at what it would').waitFor({ state: 'detached' });
    await tree(page, `dialog-${name}`, 'dialog');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  }
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await tree(page, 'dialog-help', 'dialog');
  await page.keyboard.press('Escape');
  for (const path of ['subscriptions', 'hosts', 'search', 'rules', 'senders', 'account']) {
    await page.goto(`${stub.url}/${path}`);
    await page.locator('main .state, main h2').first().waitFor();
    await tree(page, `page-${path}`, 'main');
  }
  assert.deepEqual(
    readdirSync(FOLDER).toSorted(),
    [...compared].toSorted(),
    'no tree is left that nothing is compared with',
  );
});
