import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pinScopesOf } from '../../src/serve/handlers/incident-scopes.ts';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { forViewer } from './for-viewer.ts';
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

test('SETTLED G8 a dossier is pinned by an engineer, with what it would lower, and proposed by an analyst', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  assert.ok(subscription?.fingerprint !== undefined);
  const whole = { id: 's1', version: 2, incident: 'inc0000000000000', hostsOfFingerprint: 2, subscription };
  stub.answers.set('/v1/subscriptions/s1', whole);
  stub.answers.set('/v1/subscriptions/s1/records', { items: [], cited: 4 });
  stub.answers.set('/v1/subscriptions/s1/scopes', pinScopesOf(subscription));
  const sent = (path: string): unknown => stub.changes.findLast((one) => one.path === path)?.body;
  const page = await signedIn('/subscriptions/s1');
  const dialog = page.getByRole('dialog');
  const reason = dialog.getByLabel('Why it is accepted');
  await page.getByRole('button', { name: 'Propose pin' }).click();
  await dialog.getByText(/carries the level of 1 open incident/).waitFor();
  assert.equal(await dialog.getByLabel('Hosts, with commas (* is wild)').inputValue(), subscription.host);
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
  await dialog.getByText('Say why it is accepted.').waitFor();
  await reason.fill('our inventory');
  // What was begun outlives a reload, and says that more was found meanwhile.
  stub.answers.set('/v1/subscriptions/s1', { ...whole, version: 4 });
  await page.reload();
  await dialog.getByText('New evidence came since you opened this (2 changes).').waitFor();
  assert.equal(await reason.inputValue(), 'our inventory');
  assert.deepEqual(await axeProblems(page), []);
  await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText('Proposed; an engineer finds it under Rules and in a note of its incident.').waitFor();
  const proposed = sent('/v1/pins/proposals') as { readonly pin: Readonly<Record<string, unknown>> };
  assert.equal(proposed.pin['subscription'], subscription.fingerprint);
  assert.deepEqual({ ...proposed, pin: {} }, { pin: {}, note: 'our inventory', incident: whole.incident });
  stub.role = 'engineer';
  const { incident: _, ...ofNone } = whole;
  stub.answers.set('/v1/subscriptions/s1', ofNone);
  const small = await signedIn('/subscriptions/s1', { width: 390, height: 844, colorScheme: 'dark' });
  await small.getByRole('button', { name: 'Pin', exact: true }).waitFor();
  await small.keyboard.press('p');
  const engineers = small.getByRole('dialog');
  await engineers.getByRole('heading', { name: 'Pin this subscription' }).waitFor();
  const runs = engineers.getByLabel('What is accepted').locator('optgroup[label^="What a subscription runs"] option');
  await engineers.getByLabel('What is accepted').selectOption((await runs.first().getAttribute('value')) ?? '');
  await engineers.getByLabel('Hosts, with commas (* is wild)').fill('*');
  await engineers.getByLabel('Why it is accepted').fill('our inventory');
  await engineers.getByText(/carries the level of/).waitFor();
  assert.deepEqual(await axeProblems(small), []);
  assert.ok(await engineers.evaluate((one) => one.scrollWidth <= one.clientWidth));
  await engineers.getByRole('button', { name: 'Pin', exact: true }).click();
  await engineers.waitFor({ state: 'detached' });
  const { payload, hosts, subscription: print } = sent('/v1/pins') as Readonly<Record<string, unknown>>;
  const [pinned] = pinScopesOf(subscription).pins.filter(({ kind }) => kind === 'payload');
  assert.deepEqual([payload, hosts, print], [pinned?.print, ['*'], undefined]);
  assert.deepEqual(complaints, []);
});

test('a dossier is taken along as the server told it; a viewer pins nothing', { skip: NO_BROWSER }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const [subscription] = INCIDENT_RESULT.subscriptions;
  const whole = { id: 's1', version: 2, incident: 'i', hostsOfFingerprint: 0, subscription };
  stub.answers.set('/v1/subscriptions/s1', whole);
  stub.answers.set('/v1/subscriptions/s1/records', { items: [], cited: 4 });
  for (const [role, told] of [
    ['auditor', whole],
    ['viewer', forViewer(whole)],
  ] as const) {
    stub.role = role;
    stub.answers.set('/v1/subscriptions/s1', told);
    const page = await signedIn('/subscriptions/s1');
    await page.getByText('No record tells its content whole.').waitFor();
    const press = page.getByRole('button', { name: 'Export' });
    const [saved] = await Promise.all([page.waitForEvent('download'), press.click()]);
    assert.equal(saved.suggestedFilename(), 'subscription-s1.json');
    const text = readFileSync((await saved.path()) ?? '', 'utf8');
    assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(told)));
    assert.equal(/EncodedCommand/i.test(text), role === 'auditor');
    assert.equal(await page.getByRole('button', { name: /pin/i }).count(), 0);
    await page.keyboard.press('p');
    assert.equal(await page.getByRole('dialog').count(), 0);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});
