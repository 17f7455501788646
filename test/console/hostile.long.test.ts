import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { pinScopesOf } from '../../src/serve/handlers/incident-scopes.ts';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { press } from './demo-kit.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { stubLists } from './stub-lists.ts';
import { change, type Stub } from './stub-server.ts';

/** Markup, a template, what turns text around, what ends it, half a character, one that cannot be seen, and a word without an end. */
const HOSTILE = `"><img src=x onerror="window.pwned=1"><svg onload="window.pwned=2">{{7*7}}\u202Etxt.exe\u0000\uD800\u200B'${'W'.repeat(300)}`;
/** What must never be in a text that is shown: it would not be seen for what it is. */
const UNSEEN = /[\u0000-\u0008\u202A-\u202E\u2066-\u2069\u200B]/;
const FIRST = 'inc0000000000000';
const DOSSIER = 'sub0000000000000';
const NOW = '2026-03-12T10:00:00.0000000Z';

/** What evidence, people, rules and senders write into an incident or a dossier: each with the hostile text at its end, the same for the same. */
function poisoned(document: unknown): object {
  const written = [
    'srv-02.corp.example',
    'ws-07.corp.example',
    'CORP\\alice',
    'UpdSvcSync',
    'powershell.exe',
    'The binding',
    'Isolate',
    '203.0.113.24',
  ];
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const text = written.reduce(
    (all, word) => all.replaceAll(inJson(word), inJson(`${word} ${HOSTILE}`)),
    JSON.stringify(document),
  );
  return JSON.parse(text) as object;
}

function poison(stub: Stub): void {
  for (const [path, answer] of Object.entries(stubLists(HOSTILE))) stub.answers.set(path, answer);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  assert.ok(subscription);
  const whole = { id: DOSSIER, version: 2, incident: FIRST, hostsOfFingerprint: 2, subscription };
  stub.answers.set(`/v1/subscriptions/${DOSSIER}`, poisoned(whole));
  stub.answers.set(`/v1/subscriptions/${DOSSIER}/scopes`, poisoned(pinScopesOf(subscription)));
  const cited = new Set(subscription.evidence.flatMap(({ record }) => record ?? []));
  const items = INCIDENT_RESULT.records.filter(({ id }) => cited.has(id));
  stub.answers.set(`/v1/subscriptions/${DOSSIER}/records`, poisoned({ items, cited: items.length + 3 }));
  stub.altered.set(FIRST, (document) => ({
    ...poisoned(document),
    seenBefore: { times: 1, verdicts: [{ verdict: 'authorised', count: 1, who: HOSTILE }], newest: [] },
    prevalence: {
      since: NOW,
      items: [{ kind: 'account', value: HOSTILE, hosts: 1, incidents: 1, first: NOW, last: NOW, verdicts: [] }],
    },
  }));
  const incident = stub.incidents.get(FIRST);
  assert.ok(incident);
  change(incident, { action: 'assign', owner: HOSTILE, note: HOSTILE }, HOSTILE);
  for (const note of [
    'Ticket: javascript:alert(1)',
    `Ticket: https://tickets.example/"onmouseover="window.pwned=3`,
    HOSTILE,
  ])
    change(incident, { action: 'note', note }, 'bob');
}

/** Where text of others was taken for more than text, or breaks the page. */
function troubles(page: Page, unseen: string): Promise<readonly string[]> {
  return page.evaluate((pattern) => {
    const found: string[] = [];
    if ((globalThis as { pwned?: number }).pwned !== undefined) found.push('it ran');
    if (document.querySelector('img, iframe, object, [onload], [onerror], [onmouseover]') !== null)
      found.push('it made an element');
    const links = [...document.querySelectorAll<HTMLAnchorElement>('a[href]:not(svg a)')].filter(
      ({ protocol }) => !/^https?:$/.test(protocol),
    );
    if (links.length > 0) found.push(`a link of ${links[0]?.protocol}`);
    const unseenAt = new RegExp(pattern).exec(document.body.innerText)?.index;
    if (unseenAt !== undefined)
      found.push(`text that cannot be seen: ${document.body.innerText.slice(unseenAt - 120, unseenAt)}`);
    if (document.documentElement.scrollWidth > innerWidth + 1) {
      // The innermost that reaches out: a box around it that scrolls by itself would keep it in.
      const reach = (one: Element): boolean => {
        const { right, width } = one.getBoundingClientRect();
        return (
          right > innerWidth + 1 && width > 1 && one.closest('.scroll, pre, .tabs') === null && one.checkVisibility()
        );
      };
      const wide = [...document.querySelectorAll('body *')].filter(
        (one) => reach(one) && ![...one.children].some(reach),
      );
      found.push(`${document.documentElement.scrollWidth} px wide: ${wide[0]?.outerHTML.slice(0, 120)}`);
    }
    return found;
  }, unseen);
}

test('L20 hostile text in every field of evidence, people, rules and senders is text, and breaks no layout', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  poison(stub);
  // Who may see every list.
  stub.role = 'admin';
  const found: string[] = [];
  for (const width of [390, 1440]) {
    const page = await signedIn('/incidents', { width, height: 844 });
    const look = async (place: string): Promise<void> => {
      found.push(...(await troubles(page, UNSEEN.source)).map((one) => `${width} ${place}: ${one}`));
    };
    const tabs = ['evidence&open=e1,e7', 'time', 'confidence', 'gaps', 'steps', 'notes', 'history'];
    for (const path of [
      '/incidents',
      ...tabs.map((tab) => `/incidents/${FIRST}?tab=${tab}`),
      '/subscriptions',
      '/hosts',
      '/search?q=x',
      '/rules',
      '/rules?view=pins',
      '/rules?view=suppressions',
      '/senders',
      '/account',
    ]) {
      await page.goto(stub.url + path);
      // The bar above everything has it too: what is waited for is the place itself.
      await page.locator('main').getByText('onerror=').filter({ visible: true }).first().waitFor();
      await look(path);
      if (width === 390) found.push(...(await axeProblems(page)).map((one) => `${path}: ${one}`));
    }
    await page.goto(`${stub.url}/search?q=x`);
    await page.getByRole('button', { expanded: false }).filter({ hasText: 'onerror' }).first().click();
    await page.locator('.one-event pre').first().waitFor();
    await look('one event');
    await page.goto(`${stub.url}/incidents/${FIRST}`);
    await page.locator('.objects .obj').first().waitFor();
    for (const object of await page.locator('.objects .obj').all()) {
      await object.click();
      await page.getByRole('menu').waitFor();
      await look('menu of an object');
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    }
    for (const key of ['s', 'v', 'z', 'p', 'n']) {
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await look(`dialog of ${key}`);
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.emulateMedia({ media: 'print' });
    await look('paper');
    await page.context().close();
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});

test('L20 the same of a dossier, a host, rules and analytics, columns and values of a search, and every other dialog', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  poison(stub);
  stub.role = 'admin';
  const found: string[] = [];
  for (const width of [390, 1440]) {
    const page = await signedIn('/incidents', { width, height: 844 });
    const main = page.locator('main');
    const dialog = page.getByRole('dialog');
    const look = async (place: string): Promise<void> => {
      found.push(...(await troubles(page, UNSEEN.source)).map((one) => `${width} ${place}: ${one}`));
      if (width === 390) found.push(...(await axeProblems(page)).map((one) => `${place}: ${one}`));
    };
    const open = async (path: string): Promise<void> => {
      await page.goto(stub.url + path);
      await main.getByText('onerror=').filter({ visible: true }).first().waitFor();
    };
    const lookAtDialog = async (place: string): Promise<void> => {
      await dialog.waitFor();
      await look(place);
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    for (const path of [
      `/subscriptions/${DOSSIER}`,
      '/hosts/srv',
      '/hosts?view=coverage',
      '/rules/k',
      '/rules?view=analytics',
      '/rules?view=proposals',
      `/search?q=x&columns=Image,${encodeURIComponent(HOSTILE.toWellFormed().slice(0, 100))}`,
    ]) {
      await open(path);
      await look(path);
    }
    for (const part of [/^Values of/, /^Columns/]) {
      await page.getByText(part).first().click();
      await page.locator('.facets[open]').first().waitFor();
    }
    await look('columns and values of a search');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as CSV' }).click(),
    ]);
    assert.match(file.suggestedFilename(), /^events-[\w-]+\.csv$/);
    await page.getByText('Saved the one hit.').waitFor();
    await look('a search that was saved');
    await open(`/subscriptions/${DOSSIER}`);
    await page.locator('.evs .sum').first().click();
    await page.getByText('EventRecordID').waitFor();
    await look('a record of a dossier');
    await page.keyboard.press('p');
    await lookAtDialog('pin of a dossier');
    await open('/incidents');
    for (const number of [1, 2]) await page.getByLabel(`Select INC-${number}`, { exact: true }).check();
    await page.getByRole('region', { name: 'Incident queue' }).getByRole('button', { name: 'Acknowledge' }).click();
    await lookAtDialog('acknowledgement of many');
    const act = async (name: string): Promise<void> => {
      const button = page.getByRole('button', { name, exact: true });
      if (!(await button.isVisible())) await page.getByText('More', { exact: true }).click();
      await press(page, name);
      await lookAtDialog(name);
    };
    await open(`/incidents/${FIRST}?tab=steps`);
    await page
      .getByRole('button', { name: /^Done earlier, or not applicable/ })
      .first()
      .click();
    await lookAtDialog('a step');
    await act('Link ticket');
    const incident = stub.incidents.get(FIRST);
    assert.ok(incident);
    const { state, verdict } = incident;
    Object.assign(incident, { state: 'contained', verdict: 'malicious' });
    await open(`/incidents/${FIRST}?tab=steps`);
    await act('Close');
    Object.assign(incident, { state: 'closed' });
    await open(`/incidents/${FIRST}?tab=steps`);
    await act('Open again');
    Object.assign(incident, { state, verdict });
    await page.context().close();
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});
