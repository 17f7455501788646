import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Browsing, dialogOf, openIncident, press, said } from './demo-kit.ts';

/** A pin is proposed by an analyst, made by an engineer, and taken out again. */
export async function pins({ signIn }: Browsing, alice: Page): Promise<void> {
  await alice.goto(new URL('/incidents', alice.url()).href);
  const planted = alice.getByRole('listitem').filter({ hasText: 'planted subscription' }).first();
  const number = /\d+/.exec((await planted.getByRole('checkbox').getAttribute('aria-label')) ?? '')?.[0];
  await openIncident(alice, Number(number));
  await press(alice, 'Propose pin');
  await dialogOf(alice).getByLabel('What is accepted').waitFor();
  await dialogOf(alice).getByLabel('Why it is accepted').fill('our backup does this');
  await dialogOf(alice).getByRole('button', { name: 'Propose' }).click();
  await said(alice, 'Proposed; an engineer finds it under Rules');
  const erik = await signIn('erik', new URL(alice.url()).pathname);
  await erik.getByRole('article', { name: `Incident INC-${number}` }).waitFor();
  await press(erik, 'Pin');
  await dialogOf(erik)
    .getByText(/carries the level of/)
    .waitFor();
  // Another content than the first one: what the subscription runs, whatever starts it.
  const runs = dialogOf(erik).locator('optgroup[label^="What a subscription runs"] option').first();
  await dialogOf(erik)
    .getByLabel('What is accepted')
    .selectOption((await runs.getAttribute('value')) ?? '');
  await dialogOf(erik)
    .getByText(/carries the level of/)
    .waitFor();
  await dialogOf(erik).getByLabel('Why it is accepted').fill('our backup does this');
  await dialogOf(erik).getByRole('button', { name: 'Pin', exact: true }).click();
  await said(erik, 'Pinned.');
  await erik.goto(new URL('/rules?view=pins', erik.url()).href);
  const row = erik.getByRole('table', { name: 'Pins' }).getByRole('row').filter({ hasText: 'our backup does this' });
  await row.getByRole('button', { name: 'Remove' }).click();
  await row.getByRole('button', { name: /sure/ }).click();
  await said(erik, 'The pin is removed.');
  await erik.context().close();
}

/** What it would hide is told, hidden, and back at its end. */
export async function suppression(page: Page): Promise<void> {
  await openIncident(page, 3);
  await page.keyboard.press('z');
  const foreseen = await dialogOf(page)
    .getByText(/It would hide \d/)
    .textContent();
  const hides = Number(/hide (\d+) open/.exec(foreseen ?? '')?.[1]);
  await dialogOf(page).getByLabel('Why').fill('known, until Friday');
  await dialogOf(page)
    .getByLabel(/^For how many days/)
    .fill('8');
  await dialogOf(page).getByRole('button', { name: 'Suppress' }).click();
  await dialogOf(page).getByText('Your role may suppress for 1 to 7 days.').waitFor();
  await dialogOf(page)
    .getByLabel(/^For how many days/)
    .fill('2');
  await dialogOf(page).getByRole('button', { name: 'Suppress' }).click();
  await said(page, 'Suppressed for 2 days');
  assert.ok(hides > 0, foreseen ?? '');
  await page.goto(new URL('/incidents', page.url()).href);
  await page.getByRole('link', { name: `${hides} hidden by 1 suppression` }).waitFor();
  assert.equal(await page.getByLabel('Select INC-3', { exact: true }).count(), 0);
  await page.goto(new URL('/rules?view=suppressions', page.url()).href);
  const row = page.getByRole('table', { name: 'Suppressions' }).getByRole('row').filter({ hasText: 'until Friday' });
  await row.getByRole('button', { name: 'End' }).click();
  await row.getByRole('button', { name: /sure/ }).click();
  await said(page, /Suppression \d+ is ended\./);
  await page.goto(new URL('/incidents', page.url()).href);
  await page.getByLabel('Select INC-3', { exact: true }).waitFor();
}

/** What another asks for stands on an open page at once, and is done when it is confirmed there. */
export async function secondPerson({ demo, signIn }: Browsing): Promise<void> {
  const erik = await signIn('erik', '/account');
  await erik.getByText('Nothing waits.').waitFor();
  const asked = await fetch(`${demo.url}/v1/holds`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${readFileSync(join(demo.folder, 'local-token'), 'utf8').trim()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ kind: 'host', host: 'ws-07' }),
  });
  assert.equal(asked.status, 202);
  // No page asks for it by the clock: it is the stream that tells.
  await erik.getByRole('link', { name: 'erik, 1 request waits' }).waitFor({ timeout: 5000 });
  await erik.getByRole('button', { name: /^Confirm request/ }).click();
  await erik.getByRole('button', { name: /^Confirm: sure/ }).click();
  await said(erik, /^Request \d+ is confirmed and done\.$/);
  await erik.getByRole('link', { name: 'erik', exact: true }).waitFor();
  await erik.context().close();
}
