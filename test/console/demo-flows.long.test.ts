import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { chooseVerdict } from './choose-verdict.ts';
import { anotherTab, type Browsing, browseDemo, dialogOf, openIncident, press, rowsShown, said } from './demo-kit.ts';
import { pins, secondPerson, suppression } from './demo-tuning.ts';
import { axeProblems, NO_BROWSER } from './page-in-browser.ts';

/** Everything that people do, against a real server with the demo. */
test('what people do in the page, against a real server', { skip: NO_BROWSER }, async (t) => {
  const browsing = await browseDemo(t);
  const alice = await browsing.signIn('alice', '/incidents');
  await rowsShown(alice, 2);
  await t.test('the queue by keyboard alone', () => byKeyboard(browsing));
  await t.test('many are acknowledged at once, and given back', () => bulk(alice));
  await t.test('state stands in the URL: back, forward and reload restore it', () => backAndForward(alice));
  await t.test('acknowledge, assign, note, ticket, and steps now and in the past', () => everyAction(alice));
  await t.test('report, link and indicators leave the page', () => outputs(browsing, alice));
  await t.test('six verdicts, each with a reason', () => verdicts(alice));
  await t.test('an incident is closed with what that asks for, and opened again', () => closing(alice));
  await t.test('two people at once: who was faster is told, and a second press decides', () =>
    twoAtOnce(browsing, alice),
  );
  await t.test('a pin is proposed by an analyst and made by an engineer', () => pins(browsing, alice));
  await t.test('a suppression tells before what it would hide, hides, and ends', () => suppression(alice));
  await t.test('a request of another comes at once, and is confirmed on Account', () => secondPerson(browsing));
  await t.test('eight tabs of one browser hear of a change', () => eightTabs(browsing, alice));
  assert.deepEqual(browsing.complaints, []);
});

async function byKeyboard({ open, demo }: Browsing): Promise<void> {
  const page = await open('/incidents');
  const keys = (...pressed: readonly string[]): Promise<void> =>
    pressed.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await page.getByLabel('Name').waitFor();
  await keys('Tab');
  await page.keyboard.type('bob');
  await keys('Tab');
  await page.keyboard.type(demo.passwords.get('bob') ?? '');
  await keys('Enter');
  await rowsShown(page, 2);
  await keys('j');
  await page.waitForURL(/\/incidents\/[a-z2-7]{16}/);
  const first = page.url();
  await keys('j');
  await page.waitForURL((url) => url.href !== first);
  await keys('k');
  await page.waitForURL(first);
  assert.equal(await page.locator('.qi[data-id] a[aria-current="true"]').count(), 1);
  await keys('5');
  await page.getByRole('tabpanel', { name: /^Steps/ }).waitFor();
  await keys('1');
  await page.getByRole('tabpanel', { name: /^Evidence/ }).waitFor();
  await keys('J', 'J', 'Enter');
  await page.waitForURL(/open=[^&]/);
  await page.getByText('CommandLine').or(page.getByText('EventID')).or(page.locator('.rec')).first().waitFor();
  await keys('e');
  await page.waitForFunction(() => document.querySelector('.rec') === null);
  await keys('x');
  await page.getByText('1 incident selected').waitFor();
  await keys('X');
  await dialogOf(page).getByRole('textbox').waitFor();
  await keys('Escape', 'x');
  await page.getByText('1 incident selected').waitFor({ state: 'detached' });
  await keys('f');
  await page.keyboard.type('level:low');
  await page.getByText('No incident fits the filter').waitFor();
  await keys('Escape', 'g', 'h');
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
  await keys('g', 'i');
  await page.getByRole('heading', { level: 1, name: 'Incidents' }).waitFor();
  await keys('?');
  await dialogOf(page).getByRole('heading', { name: 'Help' }).waitFor();
  await keys('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await keys('t');
  assert.match((await page.locator('html').getAttribute('data-theme')) ?? '', /dark|light/);
  await keys('/');
  await page.keyboard.type('powershell.exe');
  await keys('Enter');
  await page.waitForURL(/\/search\?q=powershell\.exe/);
  await page.getByRole('list', { name: 'Events' }).waitFor();
  await page.context().close();
}

async function bulk(page: Page): Promise<void> {
  await page.getByLabel('Select INC-1', { exact: true }).check();
  await page.getByLabel('Select INC-2', { exact: true }).check();
  await press(page, 'Acknowledge');
  await dialogOf(page).getByText('INC-2').waitFor();
  await dialogOf(page).getByRole('textbox').fill('one campaign');
  await press(page, 'Acknowledge 2');
  await said(page, '2 incidents acknowledged');
  await page
    .getByRole('link', { name: /Acknowledged, alice/ })
    .nth(1)
    .waitFor();
  await press(page, /^Undo/);
  await said(page, '2 incidents open again');
  assert.equal(await page.getByRole('link', { name: /Acknowledged, alice/ }).count(), 0);
  await openIncident(page, 1, '?tab=notes');
  await page.getByText('one campaign').waitFor();
}

async function backAndForward(page: Page): Promise<void> {
  await openIncident(page, 1);
  const one = page.url();
  await page.getByRole('tab', { name: /^Confidence/ }).click();
  await page.waitForURL(/tab=confidence/);
  await page.locator('.inc').evaluate((panel) => panel.scrollTo(0, 500));
  await page.getByRole('link', { name: 'Hosts' }).click();
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'How sure, link by link' }).waitFor();
  await page.waitForFunction(() => (document.querySelector('.inc')?.scrollTop ?? 0) > 480);
  await page.reload();
  await page.getByRole('heading', { name: 'How sure, link by link' }).waitFor();
  await page.waitForFunction(() => (document.querySelector('.inc')?.scrollTop ?? 0) > 480);
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: 'Hosts' }).waitFor();
  await page.goBack();
  assert.equal(page.url(), `${one}?tab=confidence`);
  await page.getByRole('button', { name: 'Mine' }).click();
  await page.waitForURL(/q=.*owner:me/);
  await page.getByLabel('Order').selectOption('newest first');
  await page.reload();
  assert.equal(await page.getByRole('button', { name: 'Mine' }).getAttribute('aria-pressed'), 'true');
  assert.equal(await page.getByLabel('Order').inputValue(), 'newest');
}

async function everyAction(page: Page): Promise<void> {
  await openIncident(page, 1);
  await press(page, 'Acknowledge');
  await said(page, 'INC-1 acknowledged.');
  await press(page, /^Undo/);
  await said(page, 'INC-1 is open again.');
  await press(page, 'Assign to me');
  await said(page, 'INC-1 is yours.');
  await press(page, 'Assign');
  await dialogOf(page).getByLabel('Owner').selectOption('bob');
  await dialogOf(page).getByRole('button', { name: 'Assign' }).click();
  await said(page, 'INC-1 is with bob.');
  await page.keyboard.press('a');
  await said(page, 'INC-1 acknowledged.');
  // The row says at once what is due next, where it stands.
  await page.getByRole('link', { name: /Acknowledged, bob verdict due in/ }).waitFor();
  await page.keyboard.press('n');
  await dialogOf(page).getByLabel('Note').fill('carol was on leave that day');
  await dialogOf(page).getByRole('button', { name: 'Add note' }).click();
  await said(page, 'Note added to INC-1.');
  await press(page, 'Link ticket');
  await dialogOf(page).getByLabel('Address of the ticket').fill('javascript:alert(1)');
  await dialogOf(page).getByRole('button', { name: 'Link ticket' }).click();
  await dialogOf(page).getByText('An address that begins with https://').waitFor();
  await dialogOf(page).getByLabel('Address of the ticket').fill('https://tickets.example/4711');
  await dialogOf(page).getByRole('button', { name: 'Link ticket' }).click();
  await said(page, 'Ticket linked to INC-1');
  await page.getByRole('tab', { name: /^Notes/ }).click();
  await page.getByText('carol was on leave that day').waitFor();
  const ticket = page.getByRole('link', { name: 'https://tickets.example/4711' });
  assert.equal(await ticket.getAttribute('rel'), 'noreferrer noopener');
  await steps(page);
  assert.deepEqual(await axeProblems(page), []);
}

/** One step now, taken back, and one in the past, which needs a note and lies after what happened. */
async function steps(page: Page): Promise<void> {
  await press(page, 'Contain');
  const contain = page.getByRole('region', { name: 'Contain' });
  await contain.getByRole('checkbox').first().click();
  await said(page, 'INC-1: step done.');
  await page
    .getByText(/^Contained, (?:1 of \d+ steps done, )?bob/)
    .first()
    .waitFor();
  await contain.getByRole('checkbox').first().click();
  await said(page, 'INC-1: step not done after all.');
  await page
    .getByText(/^Acknowledged, bob/)
    .first()
    .waitFor();
  await contain
    .getByRole('button', { name: /^Done earlier, or not applicable/ })
    .first()
    .click();
  const dialog = dialogOf(page);
  await dialog.getByRole('radio', { name: 'Done' }).check();
  await dialog.getByRole('button', { name: 'Record step' }).click();
  await dialog.getByText('Say when it was done.').waitFor();
  await dialog.getByLabel('When, UTC').fill('2020-01-01T10:00');
  await dialog.getByRole('button', { name: 'Record step' }).click();
  await dialog.getByText('The time lies between what happened and now.').waitFor();
  const now = new Date(await page.evaluate(() => Date.now()));
  await dialog.getByLabel('When, UTC').fill(now.toISOString().slice(0, 16));
  await dialog.getByRole('button', { name: 'Record step' }).click();
  await dialog.getByText('An earlier time needs a note').waitFor();
  await dialog.getByLabel('Note').fill('the firewall says so');
  await dialog.getByRole('button', { name: 'Record step' }).click();
  await said(page, 'Step of INC-1 recorded.');
  await contain.getByText(/Done .*, entered: the firewall says so/).waitFor();
}

async function outputs({ browser, demo }: Browsing, page: Page): Promise<void> {
  await openIncident(page, 1);
  const [download, response] = await Promise.all([
    page.waitForEvent('download'),
    page.waitForResponse((answer) => answer.url().endsWith('/report')),
    press(page, 'Report'),
  ]);
  const headers = response.headers();
  assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'.*; sandbox allow-scripts$/);
  assert.match(headers['content-disposition'] ?? '', /^attachment; filename="INC-1\.html"$/);
  assert.equal(download.suggestedFilename(), 'INC-1.html');
  const file = await download.path();
  const text = readFileSync(file, 'utf8');
  assert.match(text, /<meta http-equiv="Content-Security-Policy" content="default-src 'none'/);
  const context = await browser.newContext();
  const report = await context.newPage();
  const complaints: string[] = [];
  report.on('console', (message) => complaints.push(message.text()));
  report.on('pageerror', ({ message }) => complaints.push(message));
  await report.setContent(text);
  await report.getByRole('heading', { level: 1 }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
  await press(page, 'Copy link');
  await said(page, 'The link of INC-1 is on the clipboard.');
  const clipboard = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  assert.equal(await clipboard(), `${demo.url}${new URL(page.url()).pathname}`);
  await press(page, 'Copy indicators');
  await said(page, 'indicators of INC-1, defanged, is on the clipboard.');
  assert.match(await clipboard(), /^host .*\n(?:.*\n)*address 10\[\.\]20\[\.\]/m);
}

async function verdicts(page: Page): Promise<void> {
  await openIncident(page, 2);
  for (const verdict of ['Test', 'Duplicate', 'Inconclusive', 'Malicious', 'Authorised', 'False']) {
    await page.keyboard.press('v');
    await chooseVerdict(page, verdict);
    await dialogOf(page).getByLabel(/^Why/).fill(`reason for ${verdict}`);
    await dialogOf(page).getByRole('button', { name: 'Record verdict' }).click();
    await said(page, `INC-2 judged ${verdict.toLowerCase()}.`);
  }
  await page.keyboard.press('7');
  await page.getByText('judged it false (was authorised), reason rule').waitFor();
  await page.getByText('reason for Malicious').waitFor();
  await page
    .getByText(/^Acknowledged, alice, false/)
    .first()
    .waitFor();
}

async function closing(page: Page): Promise<void> {
  await openIncident(page, 2);
  await press(page, 'Close');
  await dialogOf(page).getByRole('button', { name: 'Close incident' }).click();
  await said(page, 'INC-2 closed.');
  await press(page, 'Open again');
  await dialogOf(page).getByRole('button', { name: 'Open again' }).click();
  await dialogOf(page).getByText('Say why.').waitFor();
  await dialogOf(page).getByLabel('Why').fill('the owner disagrees');
  await dialogOf(page).getByRole('button', { name: 'Open again' }).click();
  await said(page, 'INC-2 is acknowledged again, in a new episode.');
  await page.keyboard.press('v');
  await chooseVerdict(page, 'Malicious');
  await dialogOf(page).getByLabel('Why').fill('it was an attack after all');
  await dialogOf(page).getByRole('button', { name: 'Record verdict' }).click();
  await said(page, 'INC-2 judged malicious.');
  await press(page, 'Close');
  await dialogOf(page).getByText('Before it can be closed these steps have to be done').waitFor();
  await dialogOf(page).getByLabel('What is learned from it').fill('DCOM is open between servers');
  await dialogOf(page).getByRole('button', { name: 'Close incident' }).click();
  await dialogOf(page).getByText('first do these steps').waitFor();
  await dialogOf(page).getByRole('button', { name: 'Cancel' }).click();
  await press(page, 'Contain');
  for (const phase of ['Contain', 'Verify']) {
    const own = page.getByRole('region', { name: phase }).getByRole('checkbox');
    for (let at = 0; at < (await own.count()); at++) {
      await own.nth(at).click();
      await said(page, 'INC-2: step done.');
      await page.waitForFunction(
        ([name, index]) => {
          const box = document.querySelectorAll<HTMLInputElement>(`section[aria-label="${name}"] input`)[Number(index)];
          return box?.checked === true && !box.disabled;
        },
        [phase, at] as const,
      );
    }
  }
  await press(page, 'Close');
  await dialogOf(page).getByLabel('What is learned from it').fill('DCOM is open between servers');
  await dialogOf(page).getByRole('button', { name: 'Close incident' }).click();
  await said(page, 'INC-2 closed.');
  await page.getByRole('tab', { name: /^Notes/ }).click();
  await page.getByText('DCOM is open between servers').waitFor();
  await page.getByRole('button', { name: 'Closed' }).click();
  await page.getByRole('link', { name: /Closed, alice, malicious/ }).waitFor();
}

async function twoAtOnce({ signIn }: Browsing, alice: Page): Promise<void> {
  await openIncident(alice, 3);
  const bob = await signIn('bob', new URL(alice.url()).pathname);
  await bob.getByRole('article', { name: 'Incident INC-3' }).waitFor();
  await alice.keyboard.press('v');
  await chooseVerdict(alice, 'Authorised');
  await dialogOf(alice).getByLabel(/^Why/).fill('approved by the owner');
  await bob.keyboard.press('i');
  await said(bob, 'INC-3 is yours.');
  // Alice's dialog says so before she presses, and keeps what she wrote.
  await dialogOf(alice)
    .getByText(/bob gave it to bob/)
    .waitFor();
  await dialogOf(alice).getByRole('button', { name: 'Record verdict' }).click();
  await dialogOf(alice).getByText('Somebody changed it meanwhile').waitFor();
  assert.equal(await dialogOf(alice).getByLabel(/^Why/).inputValue(), 'approved by the owner');
  assert.equal(await bob.getByText(/authorised/).count(), 0);
  await dialogOf(alice).getByRole('button', { name: 'Record verdict' }).click();
  await said(alice, 'INC-3 judged authorised.');
  await bob
    .getByText(/^Acknowledged, bob, authorised/)
    .first()
    .waitFor();
  // Notes stand beside each other: neither refuses the other.
  for (const page of [alice, bob]) {
    await page.keyboard.press('n');
    await dialogOf(page).getByLabel('Note').fill('both at once');
  }
  await Promise.all([alice, bob].map((page) => dialogOf(page).getByRole('button', { name: 'Add note' }).click()));
  await Promise.all([alice, bob].map((page) => said(page, 'Note added to INC-3.')));
  await bob.context().close();
}

async function eightTabs({ complaints }: Browsing, page: Page): Promise<void> {
  await openIncident(page, 3);
  const tabs: Page[] = [];
  for (let at = 0; at < 7; at++) tabs.push(await anotherTab(page.context(), page.url(), complaints));
  for (const tab of tabs) await tab.getByRole('article', { name: 'Incident INC-3' }).waitFor();
  await press(page, 'Assign to me');
  for (const tab of tabs)
    await tab
      .getByText(/^Acknowledged, alice, authorised/)
      .first()
      .waitFor();
  for (const tab of tabs) await tab.close();
}
