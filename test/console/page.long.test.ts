import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pressAfterBob } from './choose-verdict.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';
import { stubLists } from './stub-lists.ts';
import { HOSTILE } from './stub-server.ts';

const skip = NO_BROWSER;
const FIRST = 'inc0000000000000';

test('sign-in, queue by keyboard, acknowledge with undo, verdict and note, and back', { skip }, async (t) => {
  const { stub, browser, complaints } = await tryPage(t);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', ({ message }) => complaints.push(message));
  await page.goto(`${stub.url}/incidents?q=level:critical`);
  await page.getByLabel('Name').fill('ann');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Name or password is wrong').waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();
  assert.match(page.url(), /q=level:critical/, 'the URL of before the sign-in stays');
  await page.locator('.vlist li').first().waitFor();
  await page.keyboard.press('j');
  await page.waitForURL(/\/incidents\/inc0/);
  await page
    .getByRole('heading', { level: 2, name: /planted subscription/ })
    .first()
    .waitFor();
  await page.keyboard.press('a');
  await page.getByText('acknowledged.').waitFor();
  assert.equal(stub.incidents.get(FIRST)?.state, 'acknowledged');
  assert.equal(stub.changes.at(-1)?.headers['x-triad-csrf'], 'c5rf');
  await page.getByRole('button', { name: /^Undo/ }).click();
  await page.getByText('is open again').waitFor();
  assert.equal(stub.incidents.get(FIRST)?.state, 'open');
  await page.keyboard.press('v');
  await page.getByRole('dialog').waitFor();
  await page.getByRole('button', { name: 'Record verdict', exact: true }).last().click();
  await page.getByText('Choose one of the six').waitFor();
  await page.getByRole('radio', { name: /Malicious/ }).check();
  await page.getByRole('button', { name: 'Record verdict', exact: true }).last().click();
  await page.getByText('Choose a reason').waitFor();
  await page.getByRole('radio', { name: 'attack an intruder did it' }).check();
  await page.getByRole('dialog').getByLabel('Why').fill('it is an attack');
  // Typed keys are no shortcuts.
  assert.equal(await page.getByRole('dialog').getByLabel('Why').inputValue(), 'it is an attack');
  await page.getByRole('dialog').getByRole('button', { name: 'Record verdict' }).click();
  await page.getByText('judged malicious').first().waitFor();
  assert.deepEqual(stub.changes.at(-1)?.body, {
    action: 'verdict',
    verdict: 'malicious',
    code: 'attack',
    note: 'it is an attack',
    version: 1,
  });
  await page.keyboard.press('7');
  await page.getByText('judged it malicious').waitFor();
  assert.match(page.url(), /tab=history/);
  await page.reload();
  await page.getByText('judged it malicious').waitFor();
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Help' }).waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(complaints, []);
});

test('two people at once: a dialog stays with its text after a 412, says what the other did, and needs a second press', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByRole('button', { name: /Record verdict/ }).click();
  await pressAfterBob(page, stub, FIRST);
  await page.getByText(/bob gave it to bob/).waitFor();
  assert.equal(await page.getByRole('dialog').getByLabel('Why', { exact: true }).inputValue(), 'approved by the owner');
  assert.equal(stub.incidents.get(FIRST)?.verdict, null);
  // What was written outlives a reload of the tab.
  await page.reload();
  assert.equal(await page.getByRole('dialog').getByLabel('Why', { exact: true }).inputValue(), 'approved by the owner');
  await page.getByRole('dialog').getByRole('button', { name: 'Record verdict' }).click();
  await page.getByText('judged authorised').first().waitFor();
  assert.equal(stub.incidents.get(FIRST)?.verdict, 'authorised');
  await page.getByText('authorised (change, approved by carol)').waitFor();
  assert.deepEqual(complaints, []);
});

test('rows on screen stay where they are until the person says so; counts do not wait', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const page = await signedIn(`/incidents/${FIRST}`);
  await page.getByText('12 open').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.vlist li').length > 2);
  while (stub.streams() === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const titles = (): Promise<readonly string[]> => page.locator('.vlist .qt').allTextContents();
  const before = await titles();
  const added = {
    ...[...stub.incidents.values()][0],
    id: 'inc9999999999999',
    number: 99,
    title: 'a new one',
    history: [],
    taken: {},
  } as never as Parameters<typeof stub.rowOf>[0];
  stub.incidents.set(added.id, added);
  stub.send('incident', { id: added.id, change: 'new', version: 1, revision: 0, row: stub.rowOf(added) });
  await page.getByRole('button', { name: /1 new \(1 critical\)\. Show/ }).waitFor();
  assert.deepEqual(await titles(), before);
  await page.getByText('13 open').waitFor();
  await page.keyboard.press('.');
  await page.getByText('a new one').first().waitFor();
  assert.deepEqual(complaints, []);
});

test('many are acknowledged at once, with a note, after what will change was shown, and back', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const page = await signedIn('/incidents');
  await page.getByLabel('Select INC-1', { exact: true }).check();
  await page.getByLabel('Select INC-5', { exact: true }).check();
  await page.getByText('2 incidents selected').waitFor();
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByRole('dialog').getByText('INC-5').waitFor();
  await page.getByRole('dialog').getByRole('textbox').fill('one campaign');
  await page.getByRole('button', { name: 'Acknowledge 2' }).click();
  await page.getByText('2 incidents acknowledged').waitFor();
  assert.deepEqual([...stub.incidents.values()].filter(({ state }) => state === 'acknowledged').length, 2);
  await page.getByRole('button', { name: /^Undo/ }).click();
  await page.getByText('2 incidents open again').waitFor();
  assert.ok(stub.changes.some(({ path }) => path.endsWith('/notes')));
  assert.deepEqual(complaints, []);
});

test('L20 hostile text is shown for what it is, everywhere, and nothing breaks the policy of the page', {
  skip,
}, async (t) => {
  const { complaints, signedIn } = await tryPage(t);
  const page = await signedIn('/incidents/inc0000000000001');
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  const text = (await page.textContent('body')) ?? '';
  assert.ok(text.includes('<img src=x onerror='), 'it is there as text');
  assert.ok(HOSTILE.includes('\u202E') && !text.includes('\u202E'), 'what turns text around is written out');
  for (const tab of ['time', 'confidence', 'gaps', 'steps', 'notes', 'history']) {
    await page.goto(`${new URL(page.url()).origin}/incidents/inc0000000000001?tab=${tab}`);
    await page.locator(`#panel-${tab}`).waitFor();
  }
  assert.equal(await page.evaluate(() => (globalThis as { pwned?: number }).pwned), undefined);
  assert.deepEqual(complaints, []);
});

test('eight tabs of one browser share one stream', { skip }, async (t) => {
  const { stub, signedIn } = await tryPage(t);
  const first = await signedIn('/incidents');
  await first.getByText('12 open').waitFor();
  for (let n = 1; n < 8; n++) {
    const page = await signedIn('/incidents', { context: first.context() });
    await page.getByText('12 open').waitFor();
  }
  assert.equal(stub.streams(), 1);
});

test('an error is never shown as an empty list, and a viewer reads which role a place needs', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.failing.set('/v1/incidents', 503);
  const page = await signedIn('/incidents');
  await page.getByText('The queue could not be read').waitFor();
  await page.getByText('request 7f3a').waitFor();
  assert.deepEqual(await axeProblems(page), []);
  stub.failing.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('12 open').waitFor();
  stub.role = 'viewer';
  const viewer = await signedIn(`/incidents/${FIRST}`);
  await viewer.getByText('Reading the records of an incident needs the role analyst').waitFor();
  assert.equal(await viewer.getByRole('button', { name: /Acknowledge/ }).count(), 0);
  for (const tab of ['Time', 'Confidence', 'Gaps', 'Steps']) {
    await viewer.getByRole('tab', { name: tab }).click();
    await viewer.locator(`#panel-${tab.toLowerCase()}`).waitFor();
  }
  assert.deepEqual(complaints, []);
});

test('WCAG 2.2 AA holds on every page and tab, light and dark, wide and narrow, and with forced colours', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.answers.set('/v1/rules', stubLists('a rule of somebody')['/v1/rules']);
  const places = [
    '/incidents',
    '/incidents?q=nothing-fits',
    ...['evidence&open=e3', 'time', 'confidence', 'gaps', 'steps', 'notes', 'history'].map(
      (tab) => `/incidents/${FIRST}?tab=${tab}`,
    ),
  ];
  const others = [
    '/subscriptions',
    '/hosts',
    '/hosts?view=coverage',
    '/search',
    '/search?q=x',
    '/rules',
    '/rules/k',
    '/rules?view=analytics',
    '/rules?view=pins',
    '/rules?view=suppressions',
    '/rules?view=proposals',
    '/senders',
    '/account',
  ];
  const found: string[] = [];
  for (const view of [
    {},
    { width: 390, height: 844, colorScheme: 'dark' as const },
    { width: 900, forcedColors: 'active' as const },
  ]) {
    const page = await signedIn('/incidents', view);
    for (const path of [...places, ...others]) {
      await page.goto(new URL(path, page.url()).href);
      await page.locator('main').first().waitFor();
      await page.waitForTimeout(200);
      found.push(...(await axeProblems(page)).map((problem) => `${view.width ?? 1440} ${path} ${problem}`));
      const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
      if (isWide) found.push(`${view.width ?? 1440} ${path} scrolls sideways`);
    }
    await page.close();
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});

test('10,000 rows: under 40 of them are drawn, and each says where it stands; the longest task of scrolling is told', {
  skip,
}, async (t) => {
  const { signedIn } = await tryPage(t, 10_000);
  const page = await signedIn('/incidents?q=state:open');
  await page.getByText(/10,000 of 10,000/).waitFor();
  const longest = await page.evaluate(async () => {
    const box = document.querySelector('.vlist');
    let worst = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) worst = Math.max(worst, entry.duration);
    }).observe({ type: 'longtask' } as object);
    for (let step = 0; step < 60; step++) {
      box?.scrollBy(0, 1700);
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    }
    return {
      worst,
      rows: document.querySelectorAll('.vlist li').length,
      size: document.querySelector('.vlist li')?.getAttribute('aria-setsize'),
    };
  });
  t.diagnostic(`longest task while scrolling 10,000 rows: ${longest.worst} ms; ${longest.rows} rows drawn`);
  assert.equal(longest.size, '10000');
  assert.ok(longest.rows < 40, `${longest.rows} rows`);
});
