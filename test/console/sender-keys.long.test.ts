import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { HOSTILE } from './stub-server.ts';

const WHEN = '2026-03-12T09:00:00.0000000Z';
const SENDER = { id: 'dc-01', name: `dc ${HOSTILE}`, hosts: [], isRelay: false, note: '', created: WHEN };

function key(id: string, changes: object = {}): object {
  const of = { sender: 'dc-01', scopes: ['ingest:write'], sources: [], state: 'active' };
  return { id, ...of, created: WHEN, expires: WHEN, ...changes };
}

test('PRODUCT 9.3 an admin sees the keys of one sender, and revokes one of them or the sender after being asked once more', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'admin';
  const asked: string[] = [];
  let [ofSender, ofKey] = ['active', 'active'];
  stub.answers.set('/v1/senders', () => ({
    items: [
      { ...SENDER, state: ofSender },
      { ...SENDER, id: 'ws-07' },
    ],
  }));
  stub.answers.set('/v1/keys', (query: URLSearchParams) => {
    asked.push(query.get('sender') ?? '');
    const sources = ['10.0.0.0/8'];
    return { items: [key('newer', { state: ofKey, lastUsed: WHEN, sources }), key('older', { state: 'expired' })] };
  });
  const page = await signedIn('/senders');
  page.setDefaultTimeout(10_000);
  await page.getByRole('link', { name: /^dc / }).first().waitFor();
  assert.deepEqual(asked, [], 'keys are of one sender');
  await page.goto(new URL('/senders/dc-01', page.url()).href);
  const rows = page.getByRole('table', { name: 'Keys' }).locator('tbody tr');
  await rows.first().waitFor();
  assert.deepEqual(new Set(asked), new Set(['dc-01']));
  const cells = async (at: number): Promise<readonly string[]> => rows.nth(at).getByRole('cell').allTextContents();
  const [id, state, may, from, , , used] = await cells(0);
  assert.deepEqual([id, state, may, from], ['newer', 'active', 'ingest:write', '10.0.0.0/8']);
  assert.match(used ?? '', /^in the hour of /);
  assert.deepEqual(
    (await cells(1)).filter((_, at) => [0, 1, 3, 6, 7].includes(at)),
    ['older', 'expired', 'any address', 'never', ''],
  );
  assert.deepEqual(await axeProblems(page), []);
  await page.getByRole('button', { name: 'Revoke the key newer' }).click();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  assert.deepEqual(stub.changes, [], 'it was asked and not done');
  await page.getByRole('button', { name: 'Revoke the key newer' }).click();
  ofKey = 'revoked';
  await page.getByRole('button', { name: /^Revoke: sure/ }).click();
  await page.getByText('Key newer is revoked.').waitFor();
  await rows.first().getByText('revoked').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Revoke the key/ }).count(), 0);
  ofKey = 'active';
  await page.getByRole('button', { name: /^Revoke sender/ }).click();
  ofSender = 'revoked';
  await page.getByRole('button', { name: /^Revoke sender: sure/ }).click();
  await page.getByText(/^Sender .* is revoked\.$/).waitFor();
  await rows.first().getByText('refused: its sender is revoked').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Revoke/ }).count(), 0);
  assert.deepEqual(
    stub.changes.map(({ path }) => path),
    ['/v1/keys/newer/revoke', '/v1/senders/dc-01/revoke'],
  );
  const narrow = await signedIn('/senders/dc-01', { width: 390, height: 844, colorScheme: 'dark' });
  await narrow.getByRole('table', { name: 'Keys' }).waitFor();
  assert.deepEqual(await axeProblems(narrow), []);
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
  assert.deepEqual(complaints, []);
});

test('who is no admin asks for neither senders nor keys, and a refusal to revoke is told', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'engineer';
  stub.failing.set('/v1/senders', 403).set('/v1/keys', 403);
  const engineer = await signedIn('/senders/dc-01');
  await engineer.getByText('A sender with its keys needs the role admin.').waitFor();
  assert.deepEqual(complaints, []);
  stub.role = 'admin';
  stub.failing.clear();
  stub.answers.set('/v1/senders', { items: [{ ...SENDER, state: 'active' }] });
  stub.answers.set('/v1/keys', { items: [key('newer')] });
  const admin = await signedIn('/senders/dc-01');
  await admin.getByRole('button', { name: 'Revoke the key newer' }).click();
  stub.failing.set('/v1/keys/newer/revoke', 403);
  await admin.getByRole('button', { name: /^Revoke: sure/ }).click();
  await admin.getByText('Your role may not do this.').waitFor();
  await admin.getByRole('button', { name: 'Revoke the key newer' }).waitFor();
});

const TRAFFIC = {
  since: WHEN,
  events: 4_500_000,
  perSecond: { minute: 1234.5, hour: 0.00125 },
  waitingBytes: 3_000_000,
  heldBack: { count: 12, last: new Date(Date.now() - 10_800_000).toISOString() },
  again: { count: 3000, last: new Date(Date.now() - 7_200_000).toISOString() },
  conflict: { count: 0 },
};

test('PRODUCT 9.3 an admin sees how fast each sender sends, what of it waits, and what came again or was refused; it is read again by itself', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'admin';
  let looks = 0;
  stub.answers.set('/v1/senders', () => {
    const perSecond = { ...TRAFFIC.perSecond, hour: ++looks };
    return {
      items: [
        { ...SENDER, state: 'active', isRelay: true, traffic: { ...TRAFFIC, perSecond } },
        { ...SENDER, id: 'ws-07', name: 'ws-07', hosts: ['WS-07'], state: 'active' },
      ],
      keyless: [
        { id: `syslog:${HOSTILE}`, received: new Date().toISOString(), traffic: TRAFFIC },
        { id: 'folder:f', received: '2026-03-12T09:00:00Z', traffic: TRAFFIC },
        { id: 'syslog:fw', received: '2026-03-12T09:00:00Z', lateAfterMs: 300_000, isLate: true, traffic: TRAFFIC },
      ],
    };
  });
  const page = await signedIn('/senders');
  page.setDefaultTimeout(30_000);
  await page.getByText('Counted since 2026-03-12 09:00:00, the start of the server or later.').waitFor();
  const cells = async (table: string, row: number): Promise<readonly string[]> =>
    page.getByRole('table', { name: table, exact: true }).locator('tbody tr').nth(row).locator('td').allInnerTexts();
  const [, , events, waiting, replays, hosts] = await cells('Senders', 0);
  assert.match(events ?? '', /^1,234\.5\/s, 1 min\n\d+\/s, 1 h$/);
  assert.deepEqual([waiting, replays], ['2,930 KiB\n12 held back, 3 h ago', '3,000 sent again, 2 h ago\n0 refused']);
  assert.match(hosts ?? '', /^any, .* \(relay\)$/);
  assert.deepEqual((await cells('Senders', 1)).slice(2, 6), ['?', '?', '?', 'WS-07']);
  const keyless = await cells('Without a key', 0);
  assert.match(keyless[1] ?? '', /^last event \d+ s ago$/);
  const states = await Promise.all([1, 2].map(async (row) => (await cells('Without a key', row))[1]));
  assert.deepEqual(
    states.map((state) => /^LATE/.test(state ?? '')),
    [false, true],
  );
  assert.equal(keyless[2], '1,234.5/s, 1 min\n4.5/h, 1 h');
  // The stream tells of no rates: nothing is sent on it here, and the list is read again all the same, though not often.
  const [before, begunMs] = [looks, Date.now()];
  await page.waitForFunction(
    (known) => Number(/min\n(\d+)\/s, 1 h/.exec(document.body.innerText)?.[1]) > known,
    before,
    { polling: 200, timeout: 60_000 },
  );
  assert.ok(looks - before <= 1 + (Date.now() - begunMs) / 10_000, `${looks - before} in ${Date.now() - begunMs} ms`);
  assert.deepEqual(await axeProblems(page), []);
  const narrow = await signedIn('/senders', { width: 390, height: 844, colorScheme: 'dark' });
  await narrow.getByRole('table', { name: 'Without a key' }).waitFor();
  assert.deepEqual(await axeProblems(narrow), []);
  assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
  assert.deepEqual(complaints, []);
});
