import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

test('a dossier tells the records that it rests on; each opens whole, and what is not kept is said', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  assert.ok(subscription);
  const cited = new Set(subscription.evidence.flatMap(({ record }) => record ?? []));
  const items = INCIDENT_RESULT.records.filter(({ id }) => cited.has(id));
  assert.ok(items.length > 1);
  stub.answers.set('/v1/subscriptions/s1', { id: 's1', incident: 'i', hostsOfFingerprint: 2, subscription });
  stub.answers.set('/v1/subscriptions/s1/records', { items, cited: items.length + 3 });
  for (const view of [{}, { width: 390, height: 844, colorScheme: 'dark' as const }]) {
    const page = await signedIn('/subscriptions/s1', view);
    await page.getByRole('heading', { name: 'Records' }).waitFor();
    await page.getByText(`It rests on ${items.length + 3} records, of which ${items.length} are kept`).waitFor();
    await page.locator('.evs .sum').first().click();
    await page.getByText('EventRecordID').waitFor();
    assert.match(page.url(), /open=[^&]/);
    await page.reload();
    await page.getByText('EventRecordID').waitFor();
    assert.deepEqual(await axeProblems(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1));
    await page.close();
  }
  stub.answers.set('/v1/subscriptions/s1/records', { items: [], cited: 4 });
  const page = await signedIn('/subscriptions/s1');
  await page.getByText('of which none is kept with an incident').waitFor();
  await page.getByRole('link', { name: 'Look for the others in what was received' }).click();
  await page.waitForURL(/\/search\?/);
  const { searchParams } = new URL(page.url());
  assert.deepEqual([...searchParams.keys()], ['host', 'part']);
  assert.equal(await page.getByText(/There is no word/).count(), 0);
  assert.deepEqual(complaints, []);
});
