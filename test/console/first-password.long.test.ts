import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startProcess } from '../serve/server-process.ts';
import { axeProblems, launchBrowser, NO_BROWSER } from './page-in-browser.ts';

test('SERVE 0.1: 16 the first admin signs in with the password of the first start, chooses another, and is at the queue', {
  skip: NO_BROWSER,
}, async (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'triad-first-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const server = await startProcess(join(parent, 'data'));
  t.after(() => server.end('SIGKILL'));
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const given = readFileSync(join(server.folder, 'admin-password'), 'utf8').trim();
  const signIn = async (password: string): Promise<void> => {
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await page.goto(server.url);
  await signIn(given);
  const change = page.getByRole('button', { name: 'Change password' });
  await change.waitFor();
  assert.deepEqual(await axeProblems(page), []);
  await page.getByLabel('Password now').fill('not the one that was given');
  await page.getByLabel(/^New password/).fill('a long password of admin');
  await change.click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password now').fill(given);
  await page.getByLabel(/^New password/).fill('a long password of admin');
  await change.click();
  await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor();
  const other = await (await browser.newContext()).newPage();
  await other.goto(server.url);
  await other.getByLabel('Name').fill('admin');
  await other.getByLabel('Password').fill(given);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByText('Name or password is wrong.').waitFor();
});
