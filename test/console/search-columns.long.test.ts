import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const skip = NO_BROWSER;

const FOUR = 'Field1,Image,Field3,provider';
const EIGHT = 'Field0,Field1,Field2,Field3,Field4,Field5,Image,recordId';

/** Px from the left and from the top, and its size. */
async function boxOf(element: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await element.boundingBox()) ?? assert.fail('it is not on the page');
}

test('PRODUCT 9.3 columns of a search have room: below one another at 390 px, sideways in the list at 900 px', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 700 };
  const small = await signedIn(`/search?q=Field3&columns=${FOUR}`, { width: 390, height: 844 });
  const row = small.locator('.hit .event').filter({ hasText: 'Field1 of 698' });
  await row.waitFor();
  const boxes = await Promise.all([0, 1, 2, 3].map((at) => boxOf(row.locator('.cells > span').nth(at))));
  const whole = await boxOf(row);
  for (const [at, { y, height, x, width }] of boxes.entries()) {
    assert.ok(
      at === 0 || y >= (boxes[at - 1]?.y ?? 0) + (boxes[at - 1]?.height ?? 0) - 1,
      `column ${at} has a line of its own`,
    );
    assert.ok(y + height <= whole.y + whole.height + 1 && x + width <= 390, `column ${at} is seen`);
  }
  const path = row.locator('.cells > span').nth(1);
  const [name, value] = [await boxOf(path.locator('.of')), await boxOf(path.locator('.path-of'))];
  assert.ok(name.x + name.width <= value.x && Math.abs(name.y - value.y) < 3, 'a path stands beside its name');
  assert.deepEqual(await axeProblems(small), []);

  const page = await signedIn(`/search?q=Field3&columns=${EIGHT}`, { width: 900, height: 800 });
  const wide = page.locator('.hit:not(.heads) .event').filter({ hasText: 'Field1 of 698' });
  await wide.waitFor();
  for (let at = 0; at < 8; at++) {
    const { width, x } = await boxOf(wide.locator('.cells > span').nth(at));
    const head = await boxOf(page.locator('.heads .cells > span').nth(at));
    assert.ok(width >= 139, `column ${at} is ${width} px wide`);
    assert.ok(Math.abs(head.x - x) <= 1 && Math.abs(head.width - width) <= 1, `column ${at} has its name above it`);
  }
  const menu = await boxOf(page.getByRole('button', { name: /^What to do with/ }).first());
  assert.ok(menu.x > 800 && menu.x + menu.width <= 900, 'the menu of a hit stands at the edge');
  const widths = (): Promise<number[]> =>
    page.evaluate(() => [document.documentElement.scrollWidth, document.querySelector('main')?.scrollWidth ?? 0]);
  assert.deepEqual(
    (await widths()).map((width) => width <= 900),
    [true, true],
  );
  const list = page.locator('.vlist');
  await list.evaluate((element) => element.scrollTo(element.scrollWidth, 4000));
  const later = page.locator('.hit:not(.heads) .event').filter({ hasText: 'Field1 of 579' });
  await later.waitFor();
  const [box, head, last] = await Promise.all([
    boxOf(list),
    boxOf(page.locator('.heads .cells > span').last()),
    boxOf(later.locator('.cells > span').last()),
  ]);
  assert.ok(Math.abs(head.y - box.y) < 12, 'the names stay above');
  assert.ok(Math.abs(head.x - last.x) <= 1 && last.x + last.width <= 900, 'the last column is seen below its name');
  assert.deepEqual(await axeProblems(page), []);
  assert.deepEqual(complaints, []);
});

test('PRODUCT 9.3 beside columns host and event are short, and of a path the name of the file is seen', {
  skip,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t);
  stub.search = { events: 700 };
  const page = await signedIn(`/search?q=Field3&columns=${FOUR}`);
  const row = page.locator('.hit:not(.heads) .event').filter({ hasText: 'Field1 of 699' });
  await row.waitFor();
  const path = 'C:\\ProgramData\\Corporate Software\\Updates\\update-699.exe';
  assert.equal(await row.locator('b').textContent(), 'SRV-2');
  assert.equal(await row.locator('b').getAttribute('title'), 'SRV-2.corp.example');
  const cell = row.locator('.cells > span').nth(1);
  assert.deepEqual([await cell.textContent(), await cell.getAttribute('title')], [`Image ${path}`, `Image: ${path}`]);
  const [folders, file] = [cell.locator('.path-of > span').first(), cell.locator('.path-of > span').last()];
  const isCut = (part: Locator): Promise<boolean> => part.evaluate((one) => one.scrollWidth > one.clientWidth);
  assert.deepEqual(
    [await isCut(folders), await isCut(file), await file.textContent()],
    [true, false, 'update-699.exe'],
  );
  const sysmon = page.locator('.hit:not(.heads) .event').filter({ hasText: 'Field1 of 697' }).locator('> span').nth(1);
  assert.deepEqual(
    [await sysmon.textContent(), await sysmon.getAttribute('title')],
    ['4104 Sysmon', '4104 Microsoft-Windows-Sysmon/Operational'],
  );
  assert.deepEqual(complaints, []);
});
