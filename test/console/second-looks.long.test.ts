import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, type Tried, tryPage } from './page-in-browser.ts';
import { HOSTILE } from './stub-server.ts';

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';
const ASKED = '2026-03-12T09:44:11.0000000Z';
const PRINT = 'ab'.repeat(32);
const DAY_MS = 86_400_000;
const NARROW = { width: 390, height: 844, colorScheme: 'dark' as const };

function proposal(number: number, changes: object = {}): object {
  const pin = {
    what: HOSTILE,
    subscription: PRINT,
    hosts: ['srv-02'],
    owner: 'bob',
    reason: 'ours',
    review: '2026-09-01',
  };
  return { number, pin, note: `why ${number}`, incident: FIRST, who: 'bob', created: ASKED, state: 'open', ...changes };
}

/** What no place of the page may have: a break of WCAG 2.2 AA, or a document wider than the screen. */
async function troubles(tried: Tried, path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const view of [{}, NARROW]) {
    const page = await tried.signedIn(path, view);
    await page.locator('main').first().waitFor();
    await page.waitForTimeout(500);
    found.push(...(await axeProblems(page)));
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1)) found.push('sideways');
    await page.close();
  }
  return found;
}

test('G8 an engineer sees what is proposed and what it would lower, makes one pin and declines another with a reason', {
  skip,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub, complaints, signedIn } = tried;
  const decided = { decided: ASKED, decidedBy: 'erik', decisionNote: 'no', state: 'declined' };
  stub.answers.set('/v1/pins/proposals', { items: [proposal(3), proposal(2), proposal(1, decided)] });
  const analyst = await signedIn('/rules?view=proposals');
  await analyst.getByText('2 proposals wait for an engineer.').waitFor();
  assert.equal(await analyst.getByRole('button', { name: /^Decide/ }).count(), 0, 'an analyst may not');
  stub.role = 'engineer';
  const page = await signedIn('/rules?view=proposals');
  await page.getByText('declined by erik').waitFor();
  await page.getByRole('button', { name: 'Decide on proposal 3' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 open incident').waitFor();
  await dialog.getByText('another finding holds its level').waitFor();
  assert.deepEqual(await axeProblems(page), []);
  await dialog.getByRole('button', { name: 'Make the pin' }).click();
  await page.getByText('Pinned.').waitFor();
  assert.deepEqual(stub.changes.at(-1)?.path, '/v1/pins/proposals/3/decide');
  assert.deepEqual(stub.changes.at(-1)?.body, { decision: 'accepted' });
  await page.getByRole('button', { name: 'Decide on proposal 2' }).click();
  await dialog.getByRole('button', { name: 'Decline' }).click();
  await dialog.getByText('Say why it is declined').waitFor();
  await dialog.getByRole('textbox').fill('it is not ours');
  await page.reload();
  await page.getByRole('button', { name: 'Decide on proposal 2' }).click();
  assert.equal(await dialog.getByRole('textbox').inputValue(), 'it is not ours', 'what was written is kept');
  await dialog.getByRole('button', { name: 'Decline' }).click();
  await page.getByText('Proposal 2 declined.').waitFor();
  assert.deepEqual(stub.changes.at(-1)?.body, { decision: 'declined', note: 'it is not ours' });
  assert.deepEqual(await troubles(tried, '/rules?view=proposals'), []);
  assert.deepEqual(complaints, []);
});

test('G10 rules tell their hits of 1, 7 and 30 days; a pin is removed by the review that was seen, a dialog tells what one would lower', {
  skip,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub, complaints, signedIn } = tried;
  stub.role = 'engineer';
  const hits = { findings: 44, hosts: 3, last: ASKED, in1d: 1, in7d: 12, in30d: 33 };
  const rule = {
    key: 'r',
    title: HOSTILE,
    origin: 'user',
    kind: 'correlation',
    state: 'loaded',
    level: 'high',
    file: 'a.yml',
    tags: [],
  };
  const counts = { decided: 24, malicious: 1, authorised: 1, false: 22 };
  const shares = {
    rule: { ratio: 0.0833, low: 0.0232, high: 0.2585 },
    security: { ratio: 0.0417, low: 0.0074, high: 0.2024 },
  };
  const low = { rule: { ratio: 0.05, low: 0.0089, high: 0.1999 }, security: { ratio: 0, low: 0, high: 0.1611 } };
  stub.answers.set('/v1/rules', {
    items: [{ ...rule, hits, precision: { ...counts, ...shares } }],
    analytics: [
      { analytic: 'R02', ...hits, precision: { ...counts, decided: 3 } },
      { analytic: 'R03', ...hits, precision: { ...counts, ...low } },
      { analytic: 'R04', ...hits },
    ],
    loaded: {},
  });
  const pin = {
    id: 'p1',
    kind: 'subscription',
    print: PRINT,
    what: 'agent',
    hosts: ['*'],
    owner: 'bob',
    reason: 'ours',
    review: '2026-09-01',
  };
  stub.answers.set('/v1/pins', {
    items: [{ ...pin, created: '2026-03-01', isPastReview: true, place: 'console.yaml:1' }],
  });
  const page = await signedIn('/rules');
  const row = page.getByRole('row').filter({ hasText: 'a.yml' });
  await row.waitFor();
  assert.deepEqual((await row.getByRole('cell').allTextContents()).slice(4, 9), ['correlation', '1', '12', '33', '44']);
  const precision = async (of: string): Promise<string> =>
    page.getByRole('row').filter({ hasText: of }).getByRole('cell').last().innerText();
  assert.equal(await precision('a.yml'), '0.08 (0.02 to 0.26) of 24\nattacks 0.04 (0.01 to 0.20)');
  await page.goto(new URL('/rules?view=analytics', page.url()).href);
  assert.equal(await precision('R02'), 'too few (3)');
  assert.equal(await precision('R03'), '0.05 (0.01 to 0.20) of 24, to be reviewed\nattacks 0.00 (0.00 to 0.16)');
  assert.equal(await precision('R04'), '–');
  await page.goto(new URL('/rules?view=pins', page.url()).href);
  await page.getByRole('button', { name: 'Remove the pin agent' }).click();
  await page.getByRole('button', { name: /sure/ }).click();
  await page.getByText('The pin is removed.').waitFor();
  assert.equal(stub.changes.at(-1)?.headers['if-match'], '"2026-09-01"');
  await page.goto(new URL(`/incidents/${FIRST}`, page.url()).href);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await page.keyboard.press('p');
  await page.getByRole('dialog').getByText('1 open incident').waitFor();
  await page
    .getByRole('dialog')
    .getByLabel(/^Hosts/)
    .fill('');
  await page.getByRole('dialog').getByText('1 open incident').waitFor({ state: 'detached' });
  for (const path of ['/rules', '/rules?view=analytics', '/rules?view=pins'])
    assert.deepEqual(await troubles(tried, path), [], path);
  assert.deepEqual(complaints, []);
});

test('G20 what waits for a second person is confirmed or declined by another than who asked', { skip }, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub, complaints, signedIn } = tried;
  const ends = new Date(Date.now() + DAY_MS).toISOString();
  const request = { asked: ASKED, ends, state: 'open' };
  const open = [
    { number: 4, action: 'person.add', object: 'person/zoe', fields: { role: 'viewer' }, askedBy: 'ada', ...request },
    { number: 3, action: 'hold.add', object: 'hold', fields: { reason: HOSTILE }, askedBy: 'ada', ...request },
    { number: 2, action: 'person.role', object: 'person/bob', fields: { role: 'none' }, askedBy: 'Ann', ...request },
  ];
  stub.answers.set('/v1/requests', { items: open });
  const analyst = await signedIn('/account');
  await analyst.getByRole('heading', { name: 'This browser' }).waitFor();
  assert.equal(await analyst.getByText('Waiting for a second person').count(), 0);
  stub.role = 'admin';
  const page = await signedIn('/account');
  await page.getByRole('link', { name: 'ann, 2 requests wait' }).waitFor();
  await page.getByText('add zoe as viewer').first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Confirm request 2' }).count(), 0, 'never the asker');
  await page.getByRole('button', { name: 'Confirm request 4' }).click();
  await page.getByRole('button', { name: /Confirm: sure. request 4/ }).click();
  await page.getByText('Request 4 is confirmed and done.').waitFor();
  assert.equal(stub.changes.at(-1)?.path, '/v1/requests/4/confirm');
  await page.getByRole('button', { name: 'Decline request 3' }).click();
  await page.getByRole('button', { name: /Decline: sure. request 3/ }).click();
  await page.getByText('Request 3 is declined.').waitFor();
  await page.getByRole('button', { name: 'Withdraw request 2' }).click();
  await page.getByRole('button', { name: /Withdraw: sure. request 2/ }).click();
  await page.getByText('Request 2 is withdrawn.').waitFor();
  assert.deepEqual(
    stub.changes.map(({ path }) => path),
    ['/v1/requests/4/confirm', '/v1/requests/3/refuse', '/v1/requests/2/refuse'],
  );
  assert.deepEqual(await troubles(tried, '/account'), []);
  assert.deepEqual(complaints, []);
});

test('G20 a request of another comes by the stream, on Account and in the bar, and goes when its time is over', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'engineer';
  const request = (number: number, name: string, leftMs: number): object => ({
    ...{ number, action: 'person.reset', object: `person/${name}`, fields: {}, askedBy: 'ada', asked: ASKED },
    ...{ ends: new Date(Date.now() + leftMs).toISOString(), state: 'open' },
  });
  stub.answers.set('/v1/requests', { items: [] });
  const page = await signedIn('/account');
  await page.getByText('Nothing waits.').waitFor();
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 30));
  stub.answers.set('/v1/requests', { items: [request(5, 'zoe', 6000), request(4, 'bob', DAY_MS)] });
  stub.send('request', { request: 5, change: 'asked' });
  await page.getByRole('link', { name: 'ann, 2 requests wait' }).waitFor({ timeout: 3000 });
  const waits = page.getByRole('table', { name: 'Requests that wait' });
  await waits.getByText('give zoe another password').waitFor();
  // Nobody tells that a time is over.
  await page.getByRole('link', { name: 'ann, 1 request waits' }).waitFor();
  await waits.getByText('give zoe another password').waitFor({ state: 'detached' });
  await waits.getByText('give bob another password').waitFor();
  assert.deepEqual(complaints, []);
});

test('the matrix of hosts says what each sends and since when, what went quiet, and what cannot be seen of it', {
  skip,
}, async (t) => {
  const tried = await tryPage(t, 3);
  const { stub, complaints, signedIn } = tried;
  const kind = (name: string, log: string) => ({
    kind: name,
    log,
    name,
    channel: log,
    ids: [1, 2, 3],
    why: `of ${name}`,
  });
  const gap = { id: 'g', host: 'ws-07.corp', what: 'no Sysmon log', so: HOSTILE, close: 'collect it' };
  const host = (key: string, beside: object) => ({
    key,
    records: 9,
    last: '2026-03-12T09:44:11.0000000Z',
    received: ASKED,
    openIncidents: 0,
    subscriptions: 0,
    ...beside,
  });
  const quiet = {
    kind: 'starts',
    records: 1204,
    first: '2026-02-01T00:00:00.0000000Z',
    last: '2026-03-10T00:00:00.0000000Z',
  };
  stub.answers.set('/v1/hosts', {
    telemetry: [kind('starts', 'Sysmon'), kind('WMI', 'Sysmon'), kind('logons', 'Security')],
    items: [
      host('ws-07.corp', { sends: [quiet], blind: [gap], gaps: 1 }),
      host('srv-02.corp', { sends: [{ kind: 'logons', records: 1 }], blind: [], gaps: 0 }),
      host('new.corp', { sends: [] }),
    ],
  });
  const page = await signedIn('/hosts');
  await page.getByRole('button', { name: 'What each sends' }).click();
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'WS-07' }) });
  await row.getByText('quiet since 2026-03-10').waitFor();
  assert.equal(await row.getByText('none', { exact: true }).count(), 2);
  const gaps = row.getByRole('button', { name: '1 gap of WS-07' });
  await gaps.focus();
  await page.keyboard.press('Enter');
  await page.getByText('no Sysmon log').waitFor();
  assert.equal(await gaps.getAttribute('aria-expanded'), 'true');
  await page.getByText('not judged yet').waitFor();
  await page.getByText('no gap known').waitFor();
  assert.equal(await page.getByRole('columnheader').count(), 7);
  assert.equal(
    await page.getByRole('columnheader', { name: /^logons/ }).getAttribute('title'),
    'Security 1, 2, 3: of logons',
  );
  // Who has no pointer reads it too: a column is described by it, and it opens by a key.
  const why = page.getByText('Security 1, 2, 3: of logons');
  assert.ok(!(await why.isVisible()));
  const described = await page.getByRole('columnheader', { name: /^logons/ }).getAttribute('aria-describedby');
  assert.equal(await page.locator(`[id="${described}"]`).textContent(), 'Security 1, 2, 3: of logons');
  await page.getByText('What is seen by each').focus();
  await page.keyboard.press('Enter');
  await why.waitFor();
  assert.deepEqual(await axeProblems(page), []);
  // What is wider than the screen scrolls by keyboard.
  await page.getByRole('group', { name: 'What each host sends' }).focus();
  assert.deepEqual(await troubles(tried, '/hosts?view=coverage'), []);
  assert.deepEqual(complaints, []);
});
