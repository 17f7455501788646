/** The end of a session by its time, with the limits of the product: the clock of a real server and that of the browser are moved together (SETTLED G19). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Page } from 'playwright-core';
import { IDLE_MS, LIFETIME_MS } from '../../src/people/index.ts';
import { buildConsole } from '../../tools/build-console.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer, temporaryFolder } from '../serve/running-server.ts';
import { addPerson } from '../serve/signed-in.ts';
import { enter, watch } from './demo-kit.ts';
import { axeProblems, launchBrowser, NO_BROWSER } from './page-in-browser.ts';

const LINES = linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events);
const MINUTE_MS = 60_000;
const WARNED_MS = 2 * MINUTE_MS;

interface Sitting {
  readonly server: TestServer;
  readonly page: Page;
  readonly passwords: ReadonlyMap<string, string>;
  readonly complaints: readonly string[];
  /** How long it is since the page was opened, by both clocks. */
  passedMs(): number;
  /** Lets time go by for the server and the browser. */
  pass(ms: number): Promise<void>;
}

/** A server with one incident, two analysts, and a page before it. */
async function sit(context: TestContext): Promise<Sitting> {
  const pageFolder = join(temporaryFolder(context), 'page');
  await buildConsole(pageFolder);
  let movedMs = 0;
  const server = await runServer(context, {
    yaml: 'detection: { lateness: 24h, heldTime: 90d }',
    nowMs: () => Date.now() + movedMs,
    pageFolder,
  });
  await sendLines(server, LINES);
  await server.server.finish();
  const passwords = new Map<string, string>();
  for (const name of ['alice', 'bob']) passwords.set(name, await addPerson(server, name, 'analyst'));
  const browser = await launchBrowser();
  context.after(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  const complaints: string[] = [];
  await watch(page, complaints);
  await page.clock.install();
  await page.goto(`${server.url}/incidents`);
  return {
    ...{ server, page, passwords, complaints },
    passedMs: () => movedMs,
    pass: async (ms) => {
      // As it does each minute: what was used is written down.
      await server.server.keepHouse();
      movedMs += ms;
      await page.clock.fastForward(ms);
    },
  };
}

/** Signs in, opens the incident at one of its tabs and begins a note; gives the address. */
async function begin({ page, passwords }: Sitting, name: string): Promise<string> {
  await enter(page, name, { passwords });
  await page.locator('.vlist li a').first().click();
  await page.getByRole('tab', { name: /^Gaps/ }).click();
  await page.waitForURL(/\/incidents\/[a-z2-7]{16}\?tab=gaps/);
  await page.keyboard.press('n');
  await note(page).fill('half a sentence');
  return page.url();
}

const note = (page: Page) => page.getByRole('dialog').getByLabel('Note');
const warning = (page: Page) => page.getByRole('dialog', { name: /Your session ends in/ });
const drafts = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('triad.draft:')));

/** The server is asked by the session of the page, without that counting as a use of it. */
const statusOf = (page: Page): Promise<number> =>
  page.evaluate(async () => (await fetch('/v1/session', { headers: { 'x-triad-background': '1' } })).status);

/** Nothing of what the person saw is left; the address is. */
async function isGone(page: Page, url: string): Promise<void> {
  await page.getByText('Your session has ended').waitFor();
  // It follows in the next task of the page.
  await page.waitForFunction(() => document.title === 'Sign in, Triad');
  assert.equal(await page.locator('.vlist, .inc, dialog').count(), 0);
  assert.doesNotMatch((await page.textContent('body')) ?? '', /CORP|planted|half a sentence/);
  assert.equal(page.url(), url);
  assert.deepEqual(await axeProblems(page), []);
}

/** Why the session that ended last did, by the audit. */
async function lastEnding(server: TestServer): Promise<unknown> {
  await server.server.keepHouse();
  const { json } = await ask(server, 'GET', '/v1/audit?limit=200');
  const { items } = json as { readonly items: readonly { readonly action: string; readonly result?: string }[] };
  const ended = items.find(({ action }) => action === 'session.end');
  return (JSON.parse(ended?.result ?? '{}') as { readonly reason?: unknown }).reason;
}

test('G19 after half an hour without a key or pointer a session ends, unless the person stays; URL and draft wait for the same person', {
  skip: NO_BROWSER,
}, async (t) => {
  const sitting = await sit(t);
  const { page, pass, server, passwords } = sitting;
  const url = await begin(sitting, 'alice');
  await pass(IDLE_MS - WARNED_MS - MINUTE_MS);
  await page.waitForTimeout(500);
  assert.equal(await warning(page).count(), 0);
  await pass(MINUTE_MS);
  await warning(page).waitFor();
  await page.getByText('Nothing was pressed for a while.').waitFor();
  await warning(page).getByRole('button', { name: 'Stay' }).click();
  await warning(page).waitFor({ state: 'detached' });
  assert.equal(await note(page).inputValue(), 'half a sentence');
  // Beyond the half hour of before: the server heard that the person stays.
  await pass(IDLE_MS - WARNED_MS);
  await warning(page).waitFor();
  assert.equal(await statusOf(page), 200);
  await pass(WARNED_MS);
  await isGone(page, url);
  assert.equal(await statusOf(page), 401, 'refreshes of the page and its stream kept it alive for nobody');
  assert.equal(await lastEnding(server), 'idle');
  assert.equal((await drafts(page)).length, 1);
  await enter(page, 'alice', { passwords });
  assert.equal(page.url(), url);
  assert.equal(await note(page).inputValue(), 'half a sentence');
  await page.getByRole('dialog').getByRole('button', { name: 'Add note' }).click();
  await page.getByText(/^Note added to INC-/).waitFor();
  assert.deepEqual(await drafts(page), []);
  assert.deepEqual(sitting.complaints, []);
});

test('G19 where the server does not answer at the end of a session, what is shown goes all the same; URL and draft stay', {
  skip: NO_BROWSER,
}, async (t) => {
  const sitting = await sit(t);
  const { page, pass, passwords } = sitting;
  const url = await begin(sitting, 'alice');
  await page.context().setOffline(true);
  await pass(IDLE_MS);
  await isGone(page, url);
  assert.equal((await drafts(page)).length, 1);
  await page.context().setOffline(false);
  await enter(page, 'alice', { passwords });
  assert.equal(page.url(), url);
  assert.equal(await note(page).inputValue(), 'half a sentence');
});

test('G19 after twelve hours a session ends, however much it is used; what was begun is deleted for another person, who begins at the queue', {
  skip: NO_BROWSER,
}, async (t) => {
  const sitting = await sit(t);
  const { page, pass, passedMs, server, passwords } = sitting;
  const url = await begin(sitting, 'alice');
  const step = IDLE_MS - 5 * MINUTE_MS;
  while (passedMs() + step < LIFETIME_MS - WARNED_MS - MINUTE_MS) {
    await pass(step);
    // What a person presses is told to the server, though nothing is asked for by it.
    await Promise.all([
      page.waitForResponse((answer) => answer.url().endsWith('/v1/session') && answer.status() === 200),
      page.keyboard.press('Shift'),
    ]);
    assert.equal(await warning(page).count(), 0, `after ${passedMs() / MINUTE_MS} minutes`);
  }
  assert.equal(await note(page).inputValue(), 'half a sentence');
  await pass(LIFETIME_MS - WARNED_MS - passedMs());
  await warning(page).waitFor();
  await page.getByText('It has lasted as long as a session may.').waitFor();
  assert.equal(await warning(page).getByRole('button', { name: 'Stay' }).count(), 0, 'nobody can stay');
  assert.deepEqual(await axeProblems(page), []);
  assert.equal(await statusOf(page), 200);
  await pass(WARNED_MS);
  await isGone(page, url);
  assert.equal(await statusOf(page), 401);
  assert.equal(await lastEnding(server), 'lifetime');
  assert.equal((await drafts(page)).length, 1);
  await enter(page, 'bob', { passwords });
  await page.getByRole('region', { name: 'Incident queue' }).waitFor();
  assert.equal(page.url(), `${server.url}/incidents`, 'the place of the last person is no place of another');
  assert.deepEqual(await drafts(page), []);
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(sitting.complaints, []);
});
