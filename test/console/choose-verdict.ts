import type { Page } from 'playwright-core';

/** Chooses one of the six in the dialog that is open, with the first of its reasons and what that asks for; the text is the caller's. */
export async function chooseVerdict(page: Page, name: string, of = 'INC-1'): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: new RegExp(`^${name} `) }).check();
  await dialog.locator('input[name=code]').first().check();
  if (name === 'Duplicate') await dialog.getByLabel(/^Duplicate of/).fill(of);
  if (name === 'Authorised') await dialog.getByLabel('Who approved it').fill('carol');
}
