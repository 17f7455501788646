import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { browseDemo } from './demo-kit.ts';
import { axeProblems, NO_BROWSER } from './page-in-browser.ts';

const RULE = `title: PowerShell, wherever it starts
logsource: { product: windows, category: process_creation }
detection:
  selection: { Image|endswith: \\powershell.exe }
  condition: selection
level: low
`;

const matched = (page: Page): Promise<string | null> =>
  page.getByText(/^[1-9][\d,]* of [\d,]+ events? matched/).textContent();

test('PRODUCT 9.3 an engineer tries a rule on what is stored: written here, or in use', {
  skip: NO_BROWSER,
}, async (t) => {
  const { signIn, complaints } = await browseDemo(t);
  const page = await signIn('erik', '/rules?view=test');
  const text = page.getByRole('textbox', { name: 'A rule of Sigma' });
  const start = page.getByRole('button', { name: 'Test', exact: true }).last();
  await text.waitFor();
  assert.equal(await start.isDisabled(), true, 'there is nothing to test yet');
  await text.fill(RULE.replace('condition: selection', 'condition: other'));
  await start.click();
  await page
    .getByRole('alert')
    .getByText(/^Line \d+, column \d+: /)
    .first()
    .waitFor();
  await text.fill(RULE);
  await page.getByRole('combobox', { name: 'Events of' }).selectOption('all');
  // The demo goes on while it is looked at.
  for (let isFound = false; !isFound; ) {
    await start.click();
    await page.getByText(/^[\d,]+ of [\d,]+ events? matched/).waitFor();
    isFound = (await page.getByRole('table', { name: 'The newest matches' }).count()) > 0;
  }
  assert.match((await matched(page)) ?? '', /on \d+ hosts?: .+ \(\d+\).*; looked through [\d,]+\.$/);
  assert.deepEqual(await axeProblems(page), []);
  await page.reload();
  assert.equal(await text.inputValue(), RULE, 'what was written is kept in the tab');
  await page.getByRole('combobox', { name: 'Events of' }).selectOption('all');
  await start.click();
  await page.getByRole('table', { name: 'The newest matches' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Search' }).waitFor();
  await page.getByRole('link', { name: 'The bytes as received' }).waitFor();
  assert.match(await page.locator('pre').first().innerText(), /powershell\.exe/i);
  await page.goto(new URL('/rules', page.url()).href);
  await page.getByRole('table', { name: 'Rules' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Test on stored data' }).waitFor();
  await page.getByRole('button', { name: 'Test', exact: true }).last().click();
  await page
    .getByText(/^[\d,]+ of [\d,]+ events? matched|triad replay/)
    .first()
    .waitFor();
  const alice = await signIn('alice', '/rules?view=test');
  await alice.getByText('A test on stored data needs the role engineer.').waitFor();
  assert.deepEqual(complaints, []);
});
