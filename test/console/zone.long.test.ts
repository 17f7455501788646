import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_BROWSER, tryPage } from './page-in-browser.ts';
import { sheetsOf } from './pdf-text.ts';
import { change } from './stub-server.ts';

const ID = 'inc0000000000000';

test('times say their zone: the clock for all of the page, each table of its own, and where times are local what is in UTC all the same', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, browser, complaints, signedIn } = await tryPage(t, 3);
  const incident = stub.incidents.get(ID);
  assert.ok(incident);
  change(incident, { action: 'acknowledge' }, 'bob');
  // Nine hours ahead of UTC, all the year.
  const context = await browser.newContext({ timezoneId: 'Asia/Tokyo', viewport: { width: 1440, height: 900 } });
  await context.addCookies([{ name: 'in', value: '1', url: stub.url }]);
  const page = await signedIn(`/incidents/${ID}?tab=history`, { context });
  const clock = page.getByRole('button', { name: /^Times in/ });
  const inUtc = page.getByText('Sentence, picture and gaps say UTC.');
  const happened = page.getByRole('list', { name: 'Times of this incident' }).getByRole('listitem').first();
  const foot = async (): Promise<string> =>
    sheetsOf(await page.pdf())
      .at(0)
      ?.text.slice(0, 60) ?? '';
  for (const [name, shown, time, header] of [
    ['Times in UTC; switch', /^\d\d:\d\d:\d\d UTC$/, '09:44:04', 'When, UTC'],
    ['Times in local time; switch', /^\d\d:\d\d:\d\d local$/, '18:44:04', 'When, local time'],
  ] as const) {
    await page.getByRole('columnheader', { name: header }).waitFor();
    assert.equal(await clock.getAttribute('aria-label'), name);
    assert.match((await clock.textContent()) ?? '', shown);
    assert.match((await happened.textContent()) ?? '', new RegExp(time));
    assert.equal(await inUtc.count(), time === '09:44:04' ? 0 : 1);
    assert.match(await foot(), new RegExp(`INC-1, Triad, ${header.replace('When,', 'times in')}`));
    await clock.click();
  }
  // What is typed or told in UTC whatever the switch says bears it.
  await clock.click();
  await page.getByRole('columnheader', { name: 'When, local time' }).waitFor();
  await page.getByRole('tab', { name: /^Time/ }).click();
  await page.getByLabel('From, UTC').waitFor();
  await page.getByLabel('To, UTC').waitFor();
  await page.goto(`${stub.url}/incidents?sort=newest`);
  await page.getByLabel('Go to, local time').fill('2026-03-12T18:42');
  await page.getByRole('status').filter({ hasText: 'INC-2, 2026-03-12 18:42:04 local time' }).first().waitFor();
  assert.deepEqual(complaints, []);
});

test('each button that ends a session says which one', { skip: NO_BROWSER }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const session = (number: number, began: string) => ({
    ...{ number, began, lastUsed: began, address: '10.0.0.7', agent: 'a browser', isThis: number === 1 },
  });
  const items = [
    session(1, '2026-03-12T09:00:00Z'),
    session(2, '2026-03-12T08:00:00Z'),
    session(3, '2026-03-11T08:00:00Z'),
  ];
  stub.answers.set('/v1/sessions', { items });
  const page = await signedIn('/account');
  const ends = page.getByRole('table', { name: 'Your sessions' }).getByRole('button');
  await ends.first().waitFor();
  assert.equal(await ends.count(), 2, 'not of this one');
  const end = (began: string) => page.getByRole('button', { name: `End the session of ${began}`, exact: true });
  assert.equal(await end('2026-03-12 08:00:00').count(), 1);
  await end('2026-03-11 08:00:00').click();
  await page.getByText('The session is ended.').first().waitFor();
  assert.equal(stub.changes.at(-1)?.path, '/v1/sessions/3/end');
  assert.deepEqual(complaints, []);
});
