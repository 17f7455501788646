import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { scopesOf } from '../../src/serve/handlers/incident-scopes.ts';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const INCIDENT = '/incidents/inc0000000000000';

const dialogOf = (page: Page): Locator => page.getByRole('dialog');

interface Sent {
  readonly what?: string;
  readonly scope?: Readonly<Record<string, string>>;
  readonly pin?: Readonly<Record<string, unknown>>;
}

test('SETTLED G8 a mute is of what the server tells apart: the fingerprint first, and a rule alone is for engineers', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const sent = (path: string): Sent[] =>
    stub.changes.filter((one) => one.path === path).map(({ body }) => body as Sent);
  const page = await signedIn(INCIDENT);
  await page.getByRole('button', { name: 'Suppress' }).click();
  const dialog = dialogOf(page);
  const labels = ['Subscription, by its whole content', 'What it runs', 'Account', 'Host'];
  for (const label of labels) await dialog.getByLabel(label).waitFor();
  await dialog.getByText(/It would hide 1 open incident/).waitFor();
  assert.match(await dialog.getByLabel('Subscription, by its whole content').inputValue(), /^[0-9a-f]{64}$/);
  assert.equal(await dialog.getByLabel('What it runs').inputValue(), '');
  assert.deepEqual(await axeProblems(page), []);
  // Another choice is previewed by itself.
  const runs = await dialog.getByLabel('What it runs').locator('option').nth(1).getAttribute('value');
  await dialog.getByLabel('What it runs').selectOption({ index: 1 });
  await dialog.getByLabel('Subscription, by its whole content').selectOption('');
  await dialog.getByLabel('Host').selectOption('');
  await page.waitForFunction(() => document.querySelector('dialog')?.textContent?.includes('It would hide 1'));
  assert.equal(sent('/v1/suppressions/preview').at(-1)?.scope?.['payload'], runs);
  // A reload keeps what was chosen.
  await page.reload();
  await dialog.getByLabel('What it runs').waitFor();
  assert.equal(await dialog.getByLabel('What it runs').inputValue(), runs);
  assert.equal(await dialog.getByLabel('Host').inputValue(), '');
  await dialog.getByLabel('Why').fill('known');
  await dialog.getByRole('button', { name: 'Suppress' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(sent('/v1/suppressions').at(-1)?.scope, { payload: runs });
  // The list of mutes has nothing but the print, unless it is told what that stands for.
  assert.match(sent('/v1/suppressions').at(-1)?.what ?? '', new RegExp(`.{8} \\(${runs?.slice(0, 8)}\\)$`));
  await ruleAlone(page);
  assert.deepEqual(complaints, []);
});

async function ruleAlone(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Suppress' }).click();
  const dialog = dialogOf(page);
  const rule = dialog.getByLabel('Rule');
  await rule.waitFor();
  await rule.selectOption({ index: 1 });
  for (const label of ['Subscription, by its whole content', 'Host']) await dialog.getByLabel(label).selectOption('');
  await dialog
    .getByText(/A rule alone is muted by an engineer/)
    .first()
    .waitFor();
  await dialog.getByLabel('Why').fill('noise');
  await dialog.getByRole('button', { name: 'Suppress' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'is muted by an engineer' }).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
}

test('L16 a pin is of a subscription, of what it runs, or of calls with who and from where; another choice has its own scope', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'engineer';
  const told = scopesOf(INCIDENT_RESULT);
  const command = { kind: 'command', print: 'c0'.repeat(32), hosts: ['srv-02'] } as const;
  const calls = { ...command, accounts: ['CORP\\alice', 'NT AUTHORITY\\SYSTEM'], sources: ['ws-07'], what: 'wmic.exe' };
  const named = [...told.named, { kind: 'command', print: command.print, text: 'wmic /node:srv-02 process' }];
  stub.answers.set('/v1/incidents/inc0000000000000/scopes', { ...told, pins: [...told.pins, calls], named });
  for (const view of [{}, { width: 390, height: 844 }]) {
    const page = await signedIn(INCIDENT, view);
    await page.getByRole('tabpanel').waitFor();
    await page.keyboard.press('p');
    const dialog = dialogOf(page);
    const what = dialog.getByLabel('What is accepted');
    await what.waitFor();
    const groups = await what
      .locator('optgroup')
      .evaluateAll((all) => all.map((one) => (one as HTMLOptGroupElement).label));
    assert.ok(groups.includes('What a subscription runs, whatever starts it'), groups.join());
    assert.ok(
      groups.some((name) => /from where/.test(name)),
      groups.join(),
    );
    const call = what.locator('optgroup[label*="from where"] option').first();
    assert.match((await call.textContent()) ?? '', /^wmic \/node:srv-02 process \(c0c0c0c0\) on srv-02, by .*alice, /);
    await what.selectOption((await call.getAttribute('value')) ?? '');
    const accounts = dialog.getByLabel('Called by these accounts, whole, with commas');
    assert.equal(await accounts.inputValue(), 'CORP\\alice, NT AUTHORITY\\SYSTEM');
    assert.notEqual(await dialog.getByLabel('From these hosts or addresses, with commas').inputValue(), '');
    await dialog.getByText(/carries the level of/).waitFor();
    assert.deepEqual(await axeProblems(page), []);
    assert.ok(await dialog.evaluate((one) => one.scrollWidth <= one.clientWidth));
    await accounts.fill('');
    await dialog.getByLabel('Why it is accepted').fill('deployment');
    await dialog.getByRole('button', { name: 'Pin', exact: true }).click();
    await dialog.getByText('Name the accounts that call.').waitFor();
    await accounts.fill('CORP\\svc-deploy');
    await dialog.getByRole('button', { name: 'Pin', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const pin = stub.changes.findLast(({ path }) => path === '/v1/pins')?.body as Readonly<Record<string, unknown>>;
    assert.deepEqual(pin['accounts'], ['CORP\\svc-deploy']);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});

test('scopes that cannot be read are said, asked for again, and nothing is sent meanwhile', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, signedIn } = await tryPage(t, 3);
  stub.failing.set('/v1/incidents/inc0000000000000/scopes', 503);
  const page = await signedIn(INCIDENT);
  await page.getByRole('button', { name: 'Suppress' }).click();
  const dialog = dialogOf(page);
  await dialog.getByText(/could not be read: the disk does not take/).waitFor();
  await dialog.getByLabel('Why').fill('known');
  await dialog.getByRole('button', { name: 'Suppress' }).click();
  await dialog.getByText('What can be muted of it is not read yet.').waitFor();
  stub.failing.clear();
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await dialog.getByLabel('What it runs').waitFor();
  assert.equal(await dialog.getByLabel('Why').inputValue(), 'known');
  assert.equal(stub.changes.filter(({ path }) => path === '/v1/suppressions').length, 0);
});

test('SETTLED G5 what a dialog showed stays chosen when more is found, and is kept with what is written', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  stub.role = 'engineer';
  const path = '/v1/incidents/inc0000000000000/scopes';
  const told = scopesOf(INCIDENT_RESULT);
  const late = { count: 1, host: 'srv-09', subscription: 'fe'.repeat(32) };
  const pin = { kind: 'subscription' as const, print: late.subscription, hosts: ['srv-09'] };
  const more = { ...told, total: told.total + 1, carriers: [late, ...told.carriers], pins: [pin, ...told.pins] };
  for (const [button, label] of [
    ['Suppress', 'Subscription, by its whole content'],
    ['Pin', 'What is accepted'],
  ] as const) {
    stub.answers.set(path, told);
    const page = await signedIn(INCIDENT);
    const press = (): Promise<void> => page.getByRole('button', { name: button }).first().click();
    await press();
    const dialog = dialogOf(page);
    const chosen = await dialog.getByLabel(label).inputValue();
    // Nothing was entered: an empty dialog leaves nothing behind.
    await dialog.getByRole('button', { name: 'Close' }).click();
    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).filter((key) => /draft/.test(key)).length), 0);
    await press();
    await dialog.getByLabel(/^Why/).fill('known');
    stub.answers.set(path, more);
    await page.reload();
    await dialog
      .getByText(/^It would|carries the level/)
      .first()
      .waitFor();
    assert.equal(await dialog.getByLabel(label).inputValue(), chosen, button);
    await page.close();
  }
  assert.deepEqual(complaints, []);
});
