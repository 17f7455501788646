import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const HOST = 'srv-02.corp.example';
const SEEN = { first: '2026-03-12T09:00:00Z', last: '2026-03-12T10:00:00Z', received: '2026-03-12T10:00:00Z' };

test('a host tells what its clock differs by, that it cannot be known, or that nobody looked yet', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const row = { key: HOST, names: [HOST], records: 3, openIncidents: 0, subscriptions: 0, gaps: 0, ...SEEN };
  const host = { ...row, logs: [], senders: [], blind: [], incidents: [], subscriptionRows: [] };
  const clocks = [
    { against: 'zeek', aheadMs: 0.2, errorMs: 5, pairs: 1200 },
    { against: 'ws-07.corp.example', aheadMs: -120_010.5, errorMs: 10, pairs: 3 },
    { against: 'ws-08.corp.example', aheadMs: 70, errorMs: 20, pairs: 1 },
  ];
  stub.answers.set(`/v1/hosts/${HOST}`, { ...host, clocks });
  for (const width of [1440, 390]) {
    const page = await signedIn(`/hosts/${HOST}`, { width });
    const rows = page.getByRole('table', { name: 'Clock' }).locator('tbody tr');
    await rows.first().waitFor();
    const cells = await rows.evaluateAll((all) =>
      all.map((one) => [...one.querySelectorAll('td')].map((cell) => cell.textContent?.replace('⋯', '').trim())),
    );
    assert.deepEqual(cells, [
      ['Zeek’s sensor', 'the same', '0.005 s', '1,200 connections'],
      ['WS-07', '120.011 s behind', '0.010 s', '3 connections'],
      ['WS-08', '0.070 s ahead', '0.020 s', '1 connection'],
    ]);
    assert.deepEqual(await axeProblems(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
    await page.close();
  }
  stub.answers.set(`/v1/hosts/${HOST}`, { ...host, clocks: [] });
  const none = await signedIn(`/hosts/${HOST}`);
  await none.getByText('Not known: it takes three connections of which both ends told a time').waitFor();
  stub.answers.set(`/v1/hosts/${HOST}`, host);
  const fresh = await signedIn(`/hosts/${HOST}`);
  await fresh.getByText('Nothing has been judged since the server started').waitFor();
  assert.deepEqual(complaints, []);
});
