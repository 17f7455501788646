import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { pagesOf } from './stub-pages.ts';

const WHEN = { first: '2026-03-12T09:00:00Z', last: '2026-03-12T10:00:00Z', received: '2026-03-12T10:00:00Z' };

function many<T>(count: number, of: (at: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, at) => of(at));
}

function host(at: number) {
  const key = `h${at}.corp.example`;
  return { key, names: [key], records: 1, openIncidents: 0, subscriptions: 0, gaps: 0, ...WHEN };
}

const rowsOf = (page: Page, table: string): Promise<number> =>
  page.getByRole('table', { name: table }).locator('tbody tr').count();

async function find(page: Page, name: string): Promise<void> {
  await page.getByLabel('Named').fill(name);
  await page.getByRole('button', { name: 'Find' }).click();
}

test('hosts beyond a thousand: how many are drawn, of how many, and a part of a name finds the others', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.answers.set(
    '/v1/hosts',
    pagesOf(many(2500, host), ({ key }) => key),
  );
  const page = await signedIn('/hosts');
  await page.getByText('1,000 of 2,500 are drawn. A part of a name finds the others.').waitFor();
  assert.equal(await rowsOf(page, 'Hosts'), 1000);
  await find(page, 'h2499');
  await page.getByRole('link', { name: /H2499/i }).waitFor();
  assert.equal(await rowsOf(page, 'Hosts'), 1);
  assert.equal(await page.getByText('are drawn').count(), 0);
  // The page reads 10,000 of a list and no more, and says so.
  stub.answers.set('/v1/hosts', pagesOf(many(10_400, host)));
  const beyond = await signedIn('/hosts');
  await beyond.getByText('1,000 of 10,000 are drawn.').waitFor();
  await beyond.getByText('These are the first 10,000; there are more, which the API has.').waitFor();
  stub.answers.set('/v1/hosts', pagesOf(many(1000, host)));
  const whole = await signedIn('/hosts');
  await whole.getByRole('link', { name: /^H999/i }).waitFor();
  assert.equal(await rowsOf(whole, 'Hosts'), 1000);
  assert.equal(await whole.getByText(/are drawn|These are the first/).count(), 0);
  assert.deepEqual(complaints, []);
});

test('rules and senders beyond a thousand say how many are drawn; silent hosts are counted over all', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'admin';
  const hits = (findings: number): object => ({ findings, hosts: 1, in1d: 0, in7d: 0, in30d: 0 });
  const rules = many(1500, (at) => {
    const of = { key: `r${at}`, title: `Rule ${at}`, origin: 'user', kind: 'rule', state: 'loaded' };
    return { ...of, level: 'low', file: 'x.yml', tags: [], hits: hits(at) };
  });
  const page = await signedIn('/account');
  stub.answers.set('/v1/rules', (query: URLSearchParams) => ({ ...pagesOf(rules)(query), analytics: [], loaded: {} }));
  await page.goto(new URL('/rules', page.url()).href);
  await page.getByText('1,000 of 1,500 are drawn. A part of a name finds the others.').waitFor();
  assert.equal(await rowsOf(page, 'Rules'), 1000);
  // Those that hit most are drawn: the last of the list came with its second page.
  assert.match(
    (await page.getByRole('table', { name: 'Rules' }).locator('tbody tr').first().textContent()) ?? '',
    /Rule 1499/,
  );
  const senders = many(1200, (at) => {
    const of = { id: `s${at}`, name: `sender ${at}`, state: 'active', hosts: [], isRelay: false };
    return { ...of, note: '', created: WHEN.first };
  });
  stub.answers.set(
    '/v1/senders',
    pagesOf(senders, ({ id, name }) => `${id}\n${name}`),
  );
  const fresh = (at: number): object => ({
    ...host(at),
    received: at < 2300 ? new Date().toISOString() : WHEN.received,
  });
  stub.answers.set('/v1/hosts', pagesOf(many(2500, fresh)));
  await page.goto(new URL('/senders', page.url()).href);
  await page.getByText('1,000 of 1,200 are drawn. A part of a name finds the others.').waitFor();
  assert.equal(await rowsOf(page, 'Senders'), 1000);
  await find(page, 'SENDER 1188');
  await page.getByRole('link', { name: 'sender 1188' }).waitFor();
  assert.equal(await rowsOf(page, 'Senders'), 1);
  await find(page, 'nobody');
  await page.getByText('Nothing here has “nobody” in its name.').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('1,000 of 1,200 are drawn.').waitFor();
  await page.getByText('200 of 2,500 hosts are silent for more than five minutes').waitFor();
  await page.goto(new URL('/senders/s1199', page.url()).href);
  await page.getByRole('link', { name: 'sender 1199' }).waitFor();
  assert.equal(await rowsOf(page, 'Senders'), 1);
  assert.deepEqual(await axeProblems(page), []);
  assert.deepEqual(complaints, []);
});

function subscriptions(count: number, contents: number) {
  return many(count, (at) => {
    const of = { id: `s${at}`, host: `h${at}`, level: 'low', state: 'armed', consumer: `c${at % contents}` };
    const told = { origin: {}, seenIn: ['sysmon'], conflicts: 0, isOrphan: false, isKnown: false };
    const same = { fingerprint: `f${at % contents}`, hostsOfFingerprint: Math.ceil(count / contents) };
    return { ...of, ...told, ...same, firstSeen: WHEN.first, lastSeen: WHEN.last };
  });
}

test('subscriptions beyond a thousand are counted one by one and by content', { skip: NO_BROWSER }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.answers.set('/v1/subscriptions', pagesOf(subscriptions(3600, 1200)));
  const page = await signedIn('/subscriptions');
  await page.getByText('3,600 subscriptions').waitFor();
  await page.getByText('1,000 of 1,200 are drawn.').waitFor();
  assert.equal(await rowsOf(page, 'Subscriptions'), 1000);
  await page.getByText('same on 3 hosts').first().waitFor();
  await page.getByRole('button', { name: 'Group by content' }).click();
  await page.getByText('1,000 of 3,600 are drawn.').waitFor();
  stub.answers.set('/v1/subscriptions', pagesOf(subscriptions(10_500, 900)));
  const beyond = await signedIn('/subscriptions');
  await beyond.getByText('the first 10,000 subscriptions').waitFor();
  await beyond.getByText('These are the first 10,000; there are more, which the API has.').waitFor();
  assert.equal(await rowsOf(beyond, 'Subscriptions'), 900);
  assert.deepEqual(complaints, []);
});

test('a content is on as many hosts as the server says, whichever of its rows a filter leaves', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const rows = subscriptions(45, 3);
  const byName = pagesOf(rows, ({ host: key, consumer }) => `${consumer}\n${key}`);
  // The last of the content c2 alone is deleted.
  stub.answers.set('/v1/subscriptions', (query: URLSearchParams) =>
    query.get('state') === 'deleted'
      ? pagesOf(rows.slice(-1), ({ host: key }) => key)(query)
      : query.get('state') === 'disarmed'
        ? { items: [] }
        : byName(query),
  );
  const page = await signedIn('/subscriptions');
  await page.getByText('45 subscriptions').waitFor();
  const hosts = page.locator('tbody tr > td:nth-child(3)');
  assert.deepEqual(
    await hosts.allTextContents(),
    many(3, () => 'the same on 15 hosts'),
  );
  await find(page, 'h44');
  await page.getByText('1 subscription', { exact: true }).waitFor();
  assert.deepEqual(await hosts.allTextContents(), ['H44the same on 15 hosts']);
  await find(page, 'h3');
  // h3 and h30 have the same content, h31 to h39 all of them.
  await page.getByText('11 subscriptions').waitFor();
  assert.deepEqual(await hosts.allTextContents(), [
    'the same on 15 hosts, 5 of them in this list',
    'the same on 15 hosts, 3 of them in this list',
    'the same on 15 hosts, 3 of them in this list',
  ]);
  await page.goto(new URL('/subscriptions?state=deleted', page.url()).href);
  await page.getByText('1 subscription', { exact: true }).waitFor();
  assert.deepEqual(await hosts.allTextContents(), ['H44the same on 15 hosts']);
  await find(page, 'h3');
  await page.getByText('Nothing here has “h3” in its name and is deleted.').waitFor();
  await page.getByRole('button', { name: 'Disarmed' }).click();
  await page.getByText('Nothing here has “h3” in its name and is disarmed.').waitFor();
  assert.deepEqual(await axeProblems(page), []);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('45 subscriptions').waitFor();
  assert.equal(new URL(page.url()).search, '');
  assert.equal(await page.getByLabel('Named').inputValue(), '');
  await page.getByRole('button', { name: 'Disarmed' }).click();
  await page.getByText('Nothing here is disarmed.').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('45 subscriptions').waitFor();
  assert.deepEqual(await axeProblems(page), []);
  assert.deepEqual(complaints, []);
});

test('what each host sends is read of all hosts: how many are drawn, and a part of a name finds the others', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const kind = { kind: 'Sysmon 1', log: 'Sysmon', name: 'starts', channel: 'Microsoft-Windows-Sysmon/Operational' };
  const telemetry = [{ ...kind, ids: [1] }];
  const sending = many(2500, (at) => ({ ...host(at), sends: [{ kind: kind.kind, records: at, ...WHEN }], blind: [] }));
  const pages = pagesOf(sending, ({ key }) => key);
  stub.answers.set('/v1/hosts', (query: URLSearchParams) => ({ ...pages(query), telemetry }));
  const page = await signedIn('/hosts?view=coverage');
  await page.getByText('; a part of a name finds one.').waitFor();
  assert.equal(await rowsOf(page, 'What each host sends'), 200);
  await page.getByRole('button', { name: 'and 2,300 more hosts' }).click();
  await page.getByRole('button', { name: 'and 2,100 more hosts' }).waitFor();
  assert.equal(await rowsOf(page, 'What each host sends'), 400);
  await find(page, 'H2499');
  await page.getByRole('link', { name: /H2499/i }).waitFor();
  assert.equal(await rowsOf(page, 'What each host sends'), 1);
  assert.equal(new URL(page.url()).searchParams.get('view'), 'coverage');
  assert.equal(await page.getByText('finds one').count(), 0);
  await find(page, 'nobody');
  await page.getByText('Nothing here has “nobody” in its name.').waitFor();
  assert.deepEqual(await axeProblems(page), []);
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('; a part of a name finds one.').waitFor();
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await page.getByRole('columnheader', { name: 'Open incidents' }).waitFor();
  assert.deepEqual(complaints, []);
});
