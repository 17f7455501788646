import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { change, type Stub } from './stub-server.ts';

/** Chooses one of the six in the dialog that is open, with the first of its reasons and what that asks for; the text is the caller's. */
export async function chooseVerdict(page: Page, name: string, of = 'INC-1'): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: new RegExp(`^${name} `) }).check();
  await dialog.locator('input[name=code]').first().check();
  if (name === 'Duplicate') await dialog.getByLabel(/^Duplicate of/).fill(of);
  if (name === 'Authorised') await dialog.getByLabel('Who approved it').fill('carol');
}

/** Presses for a verdict that says why, over an incident that bob was given meanwhile: the dialog says so. */
export async function pressAfterBob(page: Page, stub: Stub, id: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await chooseVerdict(page, 'Authorised');
  await dialog.getByLabel('Why', { exact: true }).fill('approved by the owner');
  const incident = stub.incidents.get(id);
  assert.ok(incident);
  change(incident, { action: 'assign', owner: 'bob', note: 'mine' }, 'bob');
  await dialog.getByRole('button', { name: 'Record verdict' }).click();
  await page.getByText('Somebody changed it meanwhile').waitFor();
}
