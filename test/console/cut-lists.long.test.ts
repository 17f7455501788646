import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { INCIDENT_RESULT, SAMPLE_INCIDENT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const ID = 'inc0000000000000';

test('lists of an incident that are cut say how many more there are, and show them', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const named = (count: number, of: (at: number) => string): readonly string[] =>
    Array.from({ length: count }, (_, at) => of(at));
  const [edge] = SAMPLE_INCIDENT.edges;
  const [dossier] = INCIDENT_RESULT.subscriptions;
  const [finding] = INCIDENT_RESULT.findings;
  assert.ok(edge && dossier && finding);
  const dossiers = named(64, (at) => `d${at}`).map((id) => ({ ...dossier, id }));
  const findings = named(330, (at) => `f${at}`).map((id) => ({ ...finding, id, subscriptions: [] }));
  const common = { hosts: 1, incidents: 1, first: '2026-03-12T09:44:04Z', last: '2026-03-12T09:44:04Z', verdicts: [] };
  stub.altered.set(ID, (doc) => ({
    ...doc,
    incident: {
      ...doc.incident,
      hosts: named(213, (at) => `host-${at}.corp.example`),
      accounts: named(7, (at) => `CORP\\user${at}`),
      attack: named(6, (at) => `T10${at}0`).map((id) => ({ new: id, old: [id] })),
      edges: [
        edge,
        ...named(6, (at) => `10.9.9.${at}`).map((address, at) => ({ ...edge, id: `e${at}`, source: { address } })),
      ],
      subscriptions: dossiers.map(({ id }) => id),
      findings: findings.map(({ id }) => id),
    },
    subscriptions: dossiers,
    findings,
    prevalence: { items: named(6, (at) => `${at}`.repeat(64)).map((value) => ({ kind: 'payload', value, ...common })) },
  }));
  const page = await signedIn(`/incidents/${ID}`);
  const more = (words: string) => page.getByRole('button', { name: words, exact: true });
  const objects = page.locator('.objects .obj');
  await more('and 205 more hosts').waitFor();
  assert.equal(await objects.filter({ hasText: /host-/i }).count(), 8);
  await more('and 205 more hosts').click();
  assert.equal(await objects.filter({ hasText: /host-/i }).count(), 208);
  await more('and 5 more hosts').click();
  assert.equal(await objects.filter({ hasText: /host-/i }).count(), 213);
  await more('and 1 more account').click();
  await more('and 4 more addresses').click();
  assert.equal(await objects.filter({ hasText: '10.9.9.' }).count(), 6);
  await more('and 2 more techniques').click();
  await page.getByText(/T1000, .*T1050/).waitFor();
  await page.getByText('How common it is').click();
  await more('and 2 more things behind it').click();
  assert.equal(await page.locator('.why li').count(), 6);
  assert.deepEqual(await axeProblems(page), []);
  // A link to a part of the page leads to it, on another tab too.
  const link = page.locator('a[href*="#s-d"]').first();
  const target = (await link.getAttribute('href'))?.split('#')[1] ?? '';
  await link.click();
  await isThereOn(page, target);
  assert.ok(page.url().endsWith(`#${target}`));
  await ledTo(page, target);
  await page.keyboard.press('3');
  await more('and 4 more subscriptions').click();
  await more('and 210 more findings').click();
  await more('and 10 more findings').click();
  assert.equal(await page.locator('.members > details').count(), 64 + 330);
  await page.goto(new URL(`/incidents/${ID}?tab=confidence`, page.url()).href);
  await more('and 205 more hosts').waitFor();
  await page.emulateMedia({ media: 'print' });
  // Paper has nothing to press, and says it as well.
  await page.locator('.objects .muted').filter({ hasText: 'and 205 more hosts' }).waitFor();
  await page.getByText('and 210 more findings').waitFor();
  assert.equal(await page.getByRole('button', { name: /more hosts/ }).count(), 0);
  assert.deepEqual(complaints, []);
});

/** The address of a part leads to it when it is opened anew, and opens it when somebody comes back to it. */
async function ledTo(page: Page, target: string): Promise<void> {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await isThereOn(other, target);
  await other.close();
  await page.getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('heading', { name: 'Rules' }).first().waitFor();
  await page.goBack();
  await page.waitForFunction((id) => {
    const part = document.getElementById(id);
    return part instanceof HTMLDetailsElement && part.open;
  }, target);
}

function isThereOn(page: Page, target: string): Promise<unknown> {
  return page.waitForFunction((id) => {
    const part = document.getElementById(id);
    const top = part?.getBoundingClientRect().top ?? -1;
    return part instanceof HTMLDetailsElement && part.open && top >= 0 && top < innerHeight;
  }, target);
}
