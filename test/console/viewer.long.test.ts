import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { browseDemo, type Demo, openIncident, rowsShown } from './demo-kit.ts';
import { axeProblems, NO_BROWSER } from './page-in-browser.ts';

/** Asks the demo with the token of this machine. */
async function asked<T>({ url, folder }: Demo, method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const authorization = `Bearer ${readFileSync(join(folder, 'local-token'), 'utf8').trim()}`;
  const sent = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
  const answer = await fetch(url + path, {
    method,
    headers: { authorization, ...(body === undefined ? {} : sent) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json: unknown = await answer.json();
  assert.ok(answer.ok, `${path}: ${JSON.stringify(json)}`);
  return json as T;
}

test('SETTLED G20 a viewer of a real server: a dossier without contents, its menus by key, and notes beyond a hundred', {
  skip: NO_BROWSER,
}, async (t) => {
  const { demo, signIn, complaints } = await browseDemo(t);
  const alice = await signIn('alice', '/incidents');
  await rowsShown(alice, 2);
  const { password } = await asked<{ password: string }>(demo, 'POST', '/v1/people', {
    name: 'vera',
    role: 'viewer',
    keepPassword: true,
  });
  // A person who is added waits for a second one.
  const erik = await signIn('erik', '/account');
  await erik.getByRole('button', { name: /^Confirm request/ }).click();
  await erik.getByRole('button', { name: /^Confirm: sure/ }).click();
  await erik.getByText(/is confirmed and done/).waitFor();
  const people = { ...demo, passwords: new Map([...demo.passwords, ['vera', password]]) };
  Object.assign(demo, people);
  const { id } = await asked<{ id: string }>(demo, 'GET', '/v1/incidents/INC-1');
  for (let at = 0; at < 130; at++)
    await asked(demo, 'POST', `/v1/incidents/${id}/notes`, { note: `note number ${at}` });
  const vera = await signIn('vera', '/subscriptions');
  await vera.getByRole('table', { name: 'Subscriptions' }).locator('tbody a').first().click();
  await vera.getByText('The payload of a subscription, with its records, needs the role').waitFor();
  await vera.getByText('Its content needs the role analyst or auditor.').waitFor();
  assert.equal(await vera.getByText('is in no record').count(), 0);
  assert.deepEqual(await axeProblems(vera), []);
  const host = vera.locator('.host.target .hn').getByRole('button');
  await host.focus();
  await vera.keyboard.press('Enter');
  const items = await vera.getByRole('menuitem').allTextContents();
  assert.deepEqual(items, ['Open the host', 'Copy as it is', 'Copy defanged', 'Incidents with it']);
  await vera.keyboard.press('Enter');
  await vera.waitForURL(/\/hosts\//);
  await vera.getByRole('heading', { name: 'What could not be seen' }).waitFor();
  await openIncident(vera, 1, '?tab=notes');
  await vera.getByText('note number 0', { exact: true }).waitFor();
  assert.ok((await vera.locator('.notes li').count()) >= 130);
  await vera.keyboard.press('7');
  await vera.getByRole('table', { name: 'History, newest first' }).waitFor();
  assert.ok((await vera.locator('tbody tr').count()) >= 130);
  assert.equal(await vera.getByRole('button', { name: /^Read older/ }).count(), 0);
  await vera.keyboard.press('1');
  await vera.getByText('Reading the records of an incident').waitFor();
  // How many there are is no evidence.
  assert.match((await vera.getByRole('tab', { name: /^Evidence/ }).textContent()) ?? '', /[1-9]/);
  assert.deepEqual(await axeProblems(vera), []);
  assert.deepEqual(complaints, []);
});
