import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, newContext, tryPage } from './page-in-browser.ts';

/** What is waited for: the place where it stands, what does not answer, and who looks. */
const WAITS: readonly {
  readonly what: string;
  readonly path: string;
  readonly held: string;
  readonly role?: string;
}[] = [
  { what: 'Your session', path: '/incidents', held: '/v1/session' },
  { what: 'The queue', path: '/incidents', held: '/v1/incidents' },
  { what: 'The incident', path: '/incidents/inc0000000000000', held: '/v1/incidents/inc0000000000000' },
  { what: 'Hosts', path: '/hosts', held: '/v1/hosts' },
  { what: 'The dossier', path: '/subscriptions/s1', held: '/v1/subscriptions/s1' },
  { what: 'The list of records', path: '/subscriptions/s1', held: '/v1/subscriptions/s1/records' },
  { what: 'The event', path: '/search?q=x&open=12/0', held: '/v1/events/12/0' },
  { what: 'The list of requests', path: '/account', held: '/v1/requests', role: 'admin' },
];

test('PRODUCT 9.4 whatever is waited for says after five seconds how long, and can be given up, however often it is tried again', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, browser, complaints, signedIn } = await tryPage(t, 3);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  stub.answers.set('/v1/subscriptions/s1', { id: 's1', hostsOfFingerprint: 1, subscription });
  stub.answers.set('/v1/subscriptions/s1/records', { items: [], cited: 0 });
  stub.search = { events: 100 };
  for (const { what, path, held, role = 'analyst' } of WAITS) {
    stub.role = role;
    stub.held.add(held);
    const context = await newContext(browser, stub, { width: 1440, height: 900 }, 'light', undefined);
    const page = await signedIn(path, { context });
    const waits = page.locator('.waiting').filter({ hasText: `${what} is being read` });
    await waits.waitFor();
    assert.equal(await waits.getByRole('button').count(), 0, what);
    await waits.getByText(/ for \d+ s/).waitFor();
    assert.deepEqual(await axeProblems(page), [], what);
    await waits.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(`${what} could not be read.`).waitFor();
    await page.getByText('It was cancelled').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(`${what} could not be read.`).waitFor({ state: 'detached' });
    await waits.getByText(/ for \d+ s/).waitFor();
    await waits.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('It was cancelled').waitFor();
    stub.held.delete(held);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(`${what} could not be read.`).waitFor({ state: 'detached' });
    await context.close();
  }
  assert.deepEqual(complaints, []);
});
