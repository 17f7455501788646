import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { axeProblems, NO_BROWSER, tryPage } from './page-in-browser.ts';

const FIRST = 'inc0000000000000';
/** 64 KiB of 1,024 lines, each another. */
const SCRIPT = Array.from({ length: 1024 }, (_, at) => `${`Write-Host line-${at} `.padEnd(63, '.')}\n`).join('');
const WORDS = '1,024 lines, 65,536 bytes';
const FOLDED = `${WORDS}, folded at 40 lines`;

interface Box {
  /** Lines that are seen, and that there are. */
  readonly seen: number;
  readonly all: number;
  /** Neither a pointer nor a key scrolls it by itself. */
  readonly scrolls: boolean;
  readonly text: string;
}

function boxOf(text: Locator): Promise<Box> {
  return text.evaluate((one) => {
    const { lineHeight, paddingTop, overflowY } = getComputedStyle(one);
    const lines = (px: number): number =>
      Math.floor((px - Number.parseFloat(paddingTop)) / Number.parseFloat(lineHeight));
    return {
      seen: lines(one.clientHeight),
      all: lines(one.scrollHeight),
      scrolls: /auto|scroll/.test(overflowY) && one.scrollHeight > one.clientHeight,
      text: one.textContent ?? '',
    };
  });
}

/** Folded, then unfolded by the keyboard and folded again, with its bytes and lines beside it. */
async function folds(page: Page, fold: Locator, text: Locator, place: string): Promise<void> {
  const control = fold.locator('summary');
  await control.waitFor();
  assert.equal(await control.innerText(), FOLDED, place);
  const { seen, all, scrolls, text: whole } = await boxOf(text);
  assert.deepEqual([seen, all >= 1024, scrolls], [40, true, false], place);
  assert.ok(whole.includes('line-1023'), `${place}: what is folded is in the page`);
  await control.focus();
  await page.keyboard.press('Enter');
  assert.equal(await control.innerText(), WORDS, place);
  assert.equal((await boxOf(text)).seen, all, place);
  assert.ok(await control.evaluate((one) => one === document.activeElement), place);
  await page.keyboard.press('Enter');
  assert.equal((await boxOf(text)).seen, 40, place);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), true, place);
}

test('PRODUCT 9.4 64 KiB of a script are folded at 40 lines with their bytes, and unfold whole: in a record, a dossier and an event', {
  skip: NO_BROWSER,
}, async (t) => {
  const { stub, complaints, signedIn } = await tryPage(t, 3);
  const [record] = INCIDENT_RESULT.records;
  const [subscription] = INCIDENT_RESULT.subscriptions;
  assert.ok(record && subscription);
  const items = INCIDENT_RESULT.records.map((one) => (one === record ? { ...one, data: { ScriptText: SCRIPT } } : one));
  stub.altered.set(FIRST, (document) => ({ ...document, records: { items, cited: items.length } }));
  const consumer = { ...subscription.consumer, payload: SCRIPT, decoded: [] };
  const whole = { ...subscription, consumer };
  stub.answers.set('/v1/subscriptions/s1', { id: 's1', version: 1, hostsOfFingerprint: 1, subscription: whole });
  stub.answers.set('/v1/subscriptions/s1/records', { items: [], cited: 0 });
  const event = {
    id: '1/0',
    sender: 's',
    trust: 'file',
    time: '2026-03-12T09:44:00Z',
    host: 'h',
    channel: 'c',
    bytes: 9,
  };
  stub.answers.set('/v1/events', {
    items: [{ ...event, text: SCRIPT }],
    progress: { blocks: 1, events: 1, passed: 0, damaged: 0, gone: 0 },
  });
  stub.answers.set('/v1/events/1/0', { ...event, text: SCRIPT, records: [] });
  for (const width of [1440, 390]) {
    const page = await signedIn(`/incidents/${FIRST}?open=e1`, { width });
    const field = page.locator('.rec .fold');
    await folds(page, field, field.locator('dd').first(), `a record, ${width}`);
    assert.deepEqual(await axeProblems(page), []);
    await page.goto(`${stub.url}/subscriptions/s1`);
    const payload = page
      .locator('.fold')
      .filter({ has: page.locator('pre') })
      .last();
    await folds(page, payload, payload.locator('pre'), `a dossier, ${width}`);
    assert.deepEqual(await axeProblems(page), []);
    await page.goto(`${stub.url}/search?q=x&open=1/0`);
    const received = page.locator('.one-event .fold');
    await folds(page, received, received.locator('pre'), `an event, ${width}`);
    assert.deepEqual(await axeProblems(page), []);
    await page.context().close();
  }
  assert.deepEqual(complaints, []);
});

test('PRODUCT 9.4 paper has a long text folded, with its lines and bytes', { skip: NO_BROWSER }, async (t) => {
  const { stub, signedIn } = await tryPage(t, 3);
  const items = INCIDENT_RESULT.records.map((one, at) => (at === 0 ? { ...one, data: { ScriptText: SCRIPT } } : one));
  stub.altered.set(FIRST, (document) => ({ ...document, records: { items, cited: items.length } }));
  const page = await signedIn(`/incidents/${FIRST}?open=e1`);
  await page.locator('.rec .fold summary').click();
  await page.emulateMedia({ media: 'print' });
  await page.getByRole('heading', { name: 'History' }).first().waitFor();
  const control = page.locator('.rec .fold summary');
  assert.equal(await control.innerText(), FOLDED);
  assert.equal((await boxOf(page.locator('.rec .fold dd').first())).seen, 40);
  assert.ok(await control.isVisible());
});
