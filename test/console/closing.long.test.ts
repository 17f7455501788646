import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { SAMPLE_INCIDENT } from '../report/sample-incident.ts';
import { dialogOf, press, said } from './demo-kit.ts';
import { axeProblems, NO_BROWSER, type Tried, tryPage } from './page-in-browser.ts';
import type { StubDocument } from './stub-server.ts';

const ID = 'inc0000000000000';
const URL_OF = `/incidents/${ID}`;
const HOUR_MS = 3_600_000;
const stepsOf = (...phases: readonly string[]) => SAMPLE_INCIDENT.next.filter(({ phase }) => phases.includes(phase));

type Steps = ReturnType<typeof stepsOf>;

const TIME = { time: '2026-03-12T10:00:00Z', clock: 'server', source: 'action', who: 'alice' };

/** What people did about the first incident: judged malicious and contained, with these steps done. */
function worked(stub: Tried['stub'], done: Steps, work: object = {}, more: object = {}): void {
  const taken = Object.fromEntries(done.map(({ id, phase }) => [id, { phase, outcome: 'done', time: TIME }]));
  const due = [{ for: 'verify', at: new Date(Date.now() + HOUR_MS).toISOString(), isMet: false, isOverdue: false }];
  const usual = { state: 'contained', owner: 'bob', verdict: 'malicious', taken };
  const times = { ack: TIME, triage: TIME, contain: TIME };
  stub.altered.set(ID, (doc: StubDocument) => ({
    ...doc,
    due,
    ...more,
    work: { ...doc.work, ...usual, times, ...work },
  }));
}

const offered = (page: Page): Promise<string | null | undefined> =>
  page.locator('.acts .btn.pri').evaluate((button) => button.firstChild?.textContent);

/** The step whose box or row has the focus. */
async function underHand(page: Page, id: string): Promise<void> {
  await page.waitForFunction((step) => document.activeElement?.closest('li')?.getAttribute('data-step') === step, id);
}

test('what is missing before an incident can be closed stands in one place and leads there', {
  skip: NO_BROWSER,
}, async (t) => {
  const tried = await tryPage(t, 3);
  await t.test('contained by its first step, it names the others, and the clock and the step lead to each other', () =>
    containedByOne(tried),
  );
  await t.test('the dialog leads to each missing step and keeps what was written', () => dialogLeads(tried));
  await t.test('with all settled closing stands out, without a verdict that does', () => nextStandsOut(tried));
  await t.test('who may only read is told the same, and is led to the step too', () => forViewers(tried));
  await t.test('what is mine is not offered to me again', () => mine(tried));
  await t.test('history and steps say who did which step; a name stays whole', () => whoDidWhich(tried));
  await t.test('opened again, it is acknowledged and judged anew, with the verdict of before beside it', () =>
    anew(tried),
  );
  await t.test('a time that a person entered says so beside it', () => entered(tried));
  await t.test('gaps and objects that are the same stand there once', () => once(tried));
  assert.deepEqual(tried.complaints, []);
});

/** The engine opened it again: nobody has acknowledged this episode, which has the verdict of the one before. */
async function anew({ stub, signedIn }: Tried): Promise<void> {
  const before = { state: 'acknowledged', episode: 2, taken: {} };
  worked(stub, [], { ...before, times: { reopen: TIME } });
  const page = await signedIn(URL_OF);
  assert.equal(await offered(page), 'Acknowledge');
  await page.getByText('malicious before it was opened again').waitFor();
  await page.locator('p.closing').getByRole('button', { name: 'a verdict' }).waitFor();
  await page.getByRole('button', { name: 'Record verdict' }).waitFor();
  await page.keyboard.press('a');
  await said(page, 'INC-1 acknowledged.');
  worked(stub, [], { ...before, times: { reopen: TIME, ack: TIME } });
  const seen = await signedIn(URL_OF);
  assert.equal(await offered(seen), 'Record verdict');
  await seen.keyboard.press('a');
  await said(seen, 'INC-1 is acknowledged already.');
}

async function entered({ stub, signedIn }: Tried): Promise<void> {
  worked(stub, [], { times: { ack: TIME, triage: TIME, contain: { ...TIME, clock: 'entered' } } });
  const page = await signedIn(URL_OF);
  const clock = page.getByRole('list', { name: 'Times of this incident' });
  await clock
    .getByRole('listitem')
    .filter({ hasText: /^Contained.*, entered/ })
    .waitFor();
  assert.equal(await clock.getByText(', entered').count(), 1);
}

async function containedByOne({ stub, signedIn }: Tried): Promise<void> {
  const [first, ...others] = stepsOf('contain');
  assert.ok(first !== undefined && others.length === 2);
  worked(stub, [first]);
  const page = await signedIn(URL_OF);
  await page.locator('.eyebrow').getByText('Contained, 1 of 3 steps done, bob, malicious').waitFor();
  const clock = page.getByRole('list', { name: 'Times of this incident' });
  await clock.getByText('1 of 3 steps done').waitFor();
  assert.equal(await offered(page), 'Contain');
  const missing = page.locator('p.closing');
  assert.match(
    (await missing.textContent()) ?? '',
    /^Before it can be closed: 2 steps of Contain, 2 steps of Verify and what is learned from it, which is asked as it is closed\. Advised, and no condition: 2 steps of Preserve, 1 step of Remove, 1 step of Scope and 2 steps of Learn\.$/,
  );
  await missing.getByRole('button', { name: '2 steps of Contain' }).click();
  await underHand(page, others[0]?.id ?? '');
  const [verify] = stepsOf('verify');
  await clock.getByRole('button', { name: /^Verified/ }).click();
  await underHand(page, verify?.id ?? '');
  const phase = page.getByRole('region', { name: 'Verify' });
  await phase.getByText('before it can be closed').waitFor();
  await phase.getByRole('button', { name: /^due / }).click();
  await page.waitForFunction(() => document.activeElement?.closest('li')?.getAttribute('data-for') === 'verify');
  assert.deepEqual(await axeProblems(page), []);
  await page.context().close();
}

async function dialogLeads({ stub, signedIn }: Tried): Promise<void> {
  const [first, second] = stepsOf('contain');
  const [, verify] = stepsOf('verify');
  assert.ok(first !== undefined && second !== undefined && verify !== undefined);
  worked(stub, [first]);
  const page = await signedIn(URL_OF);
  await press(page, 'Close');
  const dialog = dialogOf(page);
  assert.equal(await dialog.locator('ul.closing li').count(), 4);
  assert.equal(await dialog.locator('.btn.pri').textContent(), 'Contain');
  await dialog.getByLabel('What is learned from it').fill('DCOM is open between servers');
  assert.deepEqual(await axeProblems(page), []);
  await dialog.getByRole('button', { name: verify.text }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await underHand(page, verify.id);
  await press(page, 'Close');
  assert.equal(await dialog.getByLabel('What is learned from it').inputValue(), 'DCOM is open between servers');
  await dialog.getByRole('button', { name: 'Contain', exact: true }).click();
  await underHand(page, second.id);
  await page.context().close();
}

async function nextStandsOut({ stub, signedIn }: Tried): Promise<void> {
  const open = async (): Promise<Page> => {
    const page = await signedIn(URL_OF);
    await page.locator('p.closing').waitFor();
    return page;
  };
  worked(stub, stepsOf('contain'));
  const verifying = await open();
  assert.equal(await offered(verifying), 'Verify');
  await press(verifying, 'Verify');
  await underHand(verifying, stepsOf('verify')[0]?.id ?? '');
  await verifying.locator('.eyebrow').getByText('Contained, bob, malicious').waitFor();
  worked(stub, stepsOf('contain', 'verify'));
  const ready = await open();
  assert.equal(await offered(ready), 'Close');
  assert.match((await ready.locator('p.closing').textContent()) ?? '', /^Before it can be closed: what is learned/);
  await press(ready, 'Close');
  assert.equal(await dialogOf(ready).locator('.btn.pri').textContent(), 'Close incident');
  worked(stub, [], { state: 'acknowledged', verdict: 'authorised' });
  const harmless = await open();
  assert.equal(await offered(harmless), 'Close');
  assert.match(
    (await harmless.locator('p.closing').textContent()) ?? '',
    /^Nothing is missing before it can be closed\./,
  );
  worked(stub, [], { state: 'acknowledged', verdict: 'inconclusive' });
  const unjudged = await open();
  assert.equal(await offered(unjudged), 'Change verdict');
  await unjudged.locator('p.closing').getByRole('button', { name: 'a verdict' }).click();
  await dialogOf(unjudged).getByText('What was it?').waitFor();
  for (const page of [verifying, ready, harmless, unjudged]) await page.context().close();
}

async function forViewers({ stub, signedIn }: Tried): Promise<void> {
  const [first, second] = stepsOf('contain');
  worked(stub, first === undefined ? [] : [first]);
  stub.role = 'viewer';
  const page = await signedIn(URL_OF);
  await page.locator('p.closing').getByRole('button', { name: '2 steps of Contain' }).click();
  await underHand(page, second?.id ?? '');
  assert.equal(await page.locator('.phase input').count(), 0);
  assert.deepEqual(await axeProblems(page), []);
  stub.role = 'analyst';
  await page.context().close();
}

async function mine({ stub, signedIn }: Tried): Promise<void> {
  worked(stub, [], { owner: 'ann' });
  const page = await signedIn(URL_OF);
  await page.getByRole('button', { name: 'Assign', exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Assign to me' }).count(), 0);
  const { length } = stub.changes;
  await page.keyboard.press('i');
  await said(page, 'INC-1 is yours already.');
  assert.equal(stub.changes.length, length);
  await page.context().close();
}

async function whoDidWhich({ stub, signedIn }: Tried): Promise<void> {
  const [first] = stepsOf('contain');
  assert.ok(first !== undefined);
  const taken = { [first.id]: { phase: 'contain', outcome: 'done', time: TIME } };
  const of = { incident: ID, at: TIME.time, version: 1, action: 'step', seq: 1, revision: 1 };
  const items = [{ ...of, who: 'alice', before: { taken: {} }, after: { taken, state: 'contained' } }];
  worked(stub, [first], {}, { history: { items } });
  for (const width of [1440, 390]) {
    const page = await signedIn(`${URL_OF}?tab=history`, { width });
    await page.getByText(`did a step of Contain: “${first.text}”`).waitFor();
    const lines = await page.locator('td.whole').evaluateAll((cells) =>
      cells.map((cell) => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        return text.getClientRects().length;
      }),
    );
    assert.deepEqual(lines, [1, 1], `the name and the state are on one line at ${width}`);
    await page.getByRole('tab', { name: /^Steps/ }).click();
    await page.getByText(/^Done .* by alice/).waitFor();
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.context().close();
  }
}

async function once({ stub, signedIn }: Tried): Promise<void> {
  const [gap, ...others] = SAMPLE_INCIDENT.gaps;
  assert.ok(gap !== undefined);
  stub.altered.set(ID, (doc: StubDocument) => {
    const told = doc.gaps.filter(({ id }) => SAMPLE_INCIDENT.gaps.includes(id));
    const twin = { ...told[0], id: 'twin' };
    const { incident } = doc;
    const edges = incident.edges.map((edge) => ({ ...edge, source: { address: '203.0.113.77' } }));
    const hosts = [...incident.hosts, '203.0.113.77'];
    return { ...doc, gaps: [...told, twin], incident: { ...incident, edges, hosts, gaps: [...incident.gaps, 'twin'] } };
  });
  const page = await signedIn(`${URL_OF}?tab=gaps`);
  await page.getByRole('tab', { name: `Gaps ${others.length + 1}`, exact: true }).waitFor();
  const table = page.getByRole('table').filter({ hasText: 'To fill this gap' });
  assert.equal(await table.locator('tbody tr').count(), others.length + 1);
  await table.getByText(/, 2 times/).waitFor();
  assert.equal(await page.locator('.objects').getByText('203.0.113').count(), 1);
  await page.context().close();
}
