import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const skip = NO_BROWSER;

test('SETTLED G11 the picture of a search by time narrows it by pointer, by keys and by its table; back takes that back', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 100_000 };
  const page = await signedIn('/search?q=Field3');
  await page.getByText('All records by time').waitFor();
  await page.getByText('The 200 newest hits so far').waitFor();
  const bars = page.getByRole('listbox', { name: /^All records by time/ });
  await bars.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Shift+ArrowLeft');
  assert.equal(await bars.locator('[aria-selected=true]').count(), 3);
  const active = await bars.getAttribute('aria-activedescendant');
  assert.match(
    (await page.locator(`#${active}`).getAttribute('aria-label')) ?? '',
    / UTC: about [\d,]+ records, 0 hits so far$/,
  );
  await page.keyboard.press('Enter');
  await page.getByText(/^From 2026-03-12 08:45/).waitFor();
  assert.match(page.url(), /q=Field3&from=2026-03-12T08:.*&to=2026-03-12T09:44:00/);
  await page.goBack();
  await page.getByText(/^From 2026/).waitFor({ state: 'detached' });
  const box = await bars.boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width * 0.1, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.2, box.y + 20, { steps: 3 });
  await page.mouse.up();
  await page.getByText(/^From 2026-03-11/).waitFor();
  await page.getByRole('link', { name: 'All times' }).click();
  await page.waitForURL((url) => !url.searchParams.has('from'));
  await page.getByText('As a table').click();
  await page.getByRole('button', { name: /^2026-03-11 14:17:20 to/ }).click();
  await page.getByText(/^From 2026-03-11 14:17:20/).waitFor();
  // Other words of the same search keep its times.
  await page.getByLabel('Search all records').fill('Field4');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=Field4&from=/);
  await page.reload();
  await page.getByText('The 200 newest hits so far').waitFor();
  assert.equal(await page.getByLabel('Search all records').inputValue(), 'Field4');
  assert.deepEqual(complaints, []);
});

test('SETTLED G11 facets say over which rows they count, and narrow; a search that was looked through whole draws its hits', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 3000, everyNth: 20 };
  const page = await signedIn('/search?q=Field3');
  await page.getByText('150 hits by time').waitFor();
  await page.getByText('150 hits; 3,000 events looked at').waitFor();
  await page.getByText('Values of the 150 hits').click();
  await page.getByRole('button', { name: /^Windows PowerShell 50$/ }).click();
  await page.waitForURL((url) => url.searchParams.get('q') === 'Field3 channel:"Windows PowerShell"');
  assert.deepEqual(complaints, []);
});

test('of no hits it says what was looked at, what stands nowhere and who was silent; a word that is none is marked at its place', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  const page = await signedIn('/search?q=alice');
  await page.getByText('The word alice stands in no event of the archive').waitFor();
  await page.getByText('its newest event is of 2026-03-11 08:00:00').waitFor();
  stub.search = { events: 3000, everyNth: 3001, pageRows: 500 };
  await page.reload();
  await page.getByText(/No event fits\. 3,000 events in 6 blocks/).waitFor();
  await page.goto(new URL('/search?q=alice+level:high+x', page.url()).href);
  await page.getByRole('alert').getByText('At 7: There is no word "level:" here').waitFor();
  assert.equal(await page.locator('mark').textContent(), 'level');
  assert.deepEqual(await axeProblems(page), []);
  stub.failing.set('/v1/events', 503);
  await page.goto(new URL('/search?q=alice', page.url()).href);
  await page.getByText('The search could not be read').waitFor();
  assert.deepEqual(complaints, []);
});

test('of a million hits the rows around the screen are held; those that were let go of are read again', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 1_000_000 };
  const page = await signedIn('/search?q=Field3');
  const list = page.locator('.vlist');
  await list.locator('.event').first().waitFor();
  const first = await list.locator('.event').first().textContent();
  for (const read of [400, 600, 800, 1000, 3000, 5000]) {
    await page.evaluate(async (wanted) => {
      const box = document.querySelector('.vlist');
      while (box !== null && box.scrollHeight < wanted * 34) {
        box.scrollTop = box.scrollHeight;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }, read);
  }
  await page.getByText('newest hits so far').waitFor();
  assert.ok((await list.locator('li').count()) < 60);
  assert.equal(await list.locator('li').first().getAttribute('aria-setsize'), '-1');
  await list.evaluate((box) => {
    box.scrollTop = 1000 * 34;
  });
  await list.getByText('value 3 of 998990 ').waitFor();
  await list.evaluate((box) => {
    box.scrollTop = 0;
  });
  await page.waitForFunction((text) => document.querySelector('.event')?.textContent === text, first);
  // What failed while rows were read again is told, and tried again by hand.
  stub.failing.set('/v1/events', 503);
  await list.evaluate((box) => {
    box.scrollTop = 4000 * 34;
  });
  await page.getByText('It stopped: The disk does not take what is sent').waitFor();
  await list.getByText('Being read again').first().waitFor();
  stub.failing.clear();
  await page.getByRole('button', { name: 'Try again' }).click();
  await list.getByText('value 3 of 995990 ').waitFor();
  await list.evaluate((box) => {
    box.scrollTop = 0;
  });
  await page.waitForFunction((text) => document.querySelector('.event')?.textContent === text, first);
  await list.locator('.event').nth(2).click();
  await page.getByRole('region', { name: 'One event' }).getByText('Event 999998/0').waitFor();
  await page.reload();
  await page.getByRole('region', { name: 'One event' }).getByText('Event 999998/0').waitFor();
  assert.deepEqual(complaints, []);
});

test('WCAG 2.2 AA holds on a search with hits, its table, values and an event open', { skip }, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 100_000 };
  const found: string[] = [];
  for (const view of [
    {},
    { width: 390, height: 844, colorScheme: 'dark' as const },
    { width: 900, forcedColors: 'active' as const },
  ]) {
    const page = await signedIn('/search?q=Field3&from=2026-03-12T09:00Z&open=99999/0', view);
    await page.locator('.event').first().waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.getByRole('region', { name: 'One event' }).waitFor();
    await page.waitForTimeout(300);
    found.push(...(await axeProblems(page)).map((problem) => `${view.width ?? 1440} ${problem}`));
    if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1))
      found.push(`${view.width ?? 1440} scrolls sideways`);
    await page.close();
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
});
