import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { QUEUE_WORD_NAMES } from '../../src/api/index.ts';
import { ask } from '../serve/running-server.ts';
import { signIn } from '../serve/signed-in.ts';
import { chooseVerdict } from './choose-verdict.ts';
import { type Browsing, browseDemo, enter, rowsShown, watch } from './demo-kit.ts';
import { axeProblems, NO_BROWSER } from './page-in-browser.ts';

/** Words that fit some incidents of the demo and leave out others, or all or none of them. */
const SOME = [
  'host:srv-0004',
  'host:SRV-0004.corp.example.com',
  'host:srv-*4*',
  'account:bob',
  'account:"CORP\\\\bob"',
  'account:*ol*',
  'ip:10.20.4.10',
  'ip:10.20.4.1*',
  'payload:powershell',
  'payload:power*l',
  'filter:SyncCheckFilter',
  'filter:"synccheckfilter"',
  'consumer:sync*',
  'ns:"root\\\\subscription"',
  'ns:root*subscription',
  'rule:C01',
  'rule:R*',
  'attack:T1546',
  'attack:T1546.003',
  'level:critical',
  'level:>=high',
  'state:open',
  'state:acknowledged,closed',
  'owner:me',
  'owner:al*',
  'owner:none',
  'verdict:authorised',
  'verdict:none',
  'id:INC-2',
  'is:unassigned',
  'is:unread',
  'is:overdue',
  'is:hidden',
  'is:retrospective',
  'is:withdrawn',
  '"over DCOM with"',
  'powershell.exe*SRV-0008',
  'SyncCheck',
  'inc-3',
] as const;

test('PRODUCT 9.2 over a real server the page shows what the server finds, for each word, negated, quoted and wild', {
  skip: NO_BROWSER,
}, async (t) => {
  const browsing = await browseDemo(t);
  const page = await browsing.signIn('alice', '/incidents');
  await rowsShown(page, 3);
  await t.test('each word', () => eachWord(page));
  await t.test('a viewer is refused what payloads hold, and told who may', () => asViewer(browsing));
  assert.deepEqual(browsing.complaints, []);
});

async function eachWord(page: Page): Promise<void> {
  // One that is alice's and judged, so that these words tell something apart.
  await page.goto(new URL('/incidents/INC-2', page.url()).href);
  await page.getByRole('article', { name: 'Incident INC-2' }).waitFor();
  await page.keyboard.press('i');
  await page.getByText('INC-2 is yours.').waitFor();
  await page.keyboard.press('v');
  await chooseVerdict(page, 'Authorised');
  await page.getByRole('dialog').getByLabel(/^Why/).fill('the owner asked for it');
  await page.getByRole('dialog').getByRole('button', { name: 'Record verdict' }).click();
  await page.getByText('INC-2 judged authorised.').waitFor();
  let told = 0;
  for (const text of SOME.flatMap((one) => [one, `-${one}`])) {
    const found = await agreed(page, text);
    if (!text.startsWith('-')) told += found.length > 0 ? 1 : 0;
  }
  assert.ok(told > SOME.length / 2, `${told} of ${SOME.length} words fit something`);
  for (const word of QUEUE_WORD_NAMES)
    assert.ok(
      SOME.some((text) => text.startsWith(`${word}:`)),
      word,
    );
}

/** Ids that page, server and its table give for a text, which are the same once what came is shown. */
async function agreed(page: Page, text: string): Promise<readonly string[]> {
  const q = encodeURIComponent(text);
  const field = page.getByRole('searchbox', { name: /^Filter: words such as/ });
  await field.fill(text);
  await page.waitForFunction((wanted) => new URLSearchParams(location.search).get('q') === wanted, text);
  let last: readonly (readonly string[])[] = [];
  for (let tries = 0; tries < 40; tries++) {
    const waiting = page.getByRole('button', { name: /\. Show/ });
    if ((await waiting.count()) > 0) await waiting.click();
    last = await page.evaluate(async (asked) => {
      const ids = (await (await fetch(`/v1/incidents?view=id&q=${asked}`)).json()) as { readonly ids: string[] };
      const table = await (await fetch(`/v1/incidents/export?q=${asked}`)).text();
      const rows = [...document.querySelectorAll<HTMLElement>('.vlist .qi')];
      return [
        rows.map(({ dataset }) => dataset['id'] ?? ''),
        ids.ids,
        [...table.matchAll(/^INC-\d+,([^,]+)/gm)].map(([, id = '']) => id),
      ].map((some) => some.toSorted());
    }, q);
    if (last.every((ids) => ids.join(' ') === last[0]?.join(' ')) && !(await isAsking(page))) return last[0] ?? [];
    await page.waitForTimeout(100);
  }
  return assert.fail(`${text}: the page, ids and the table differ: ${JSON.stringify(last)}`);
}

/** Nothing is on screen that waits for the server. */
async function isAsking(page: Page): Promise<boolean> {
  return (await page.getByText('asking the server').count()) + (await page.locator('.queue .waiting').count()) > 0;
}

async function asViewer({ demo, browser, complaints }: Browsing): Promise<void> {
  const password = await addedViewer(demo);
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await watch(page, complaints);
  await page.goto(`${demo.url}/incidents?q=payload:powershell`);
  await enter(page, 'vera', { passwords: new Map([['vera', password]]) });
  await page.getByText('What fits the filter is not for your role.').waitFor();
  await page.getByText(/To ask for what a payload holds: .*analyst.*auditor/).waitFor();
  assert.equal(await page.locator('.vlist li').count(), 0);
  assert.deepEqual(await axeProblems(page), []);
  await page.getByRole('searchbox', { name: /^Filter: words/ }).fill('host:srv-0004');
  await page.locator('.vlist li').first().waitFor();
  await page.context().close();
}

/** The token of the machine asks for a person whom an admin confirms (TRUST 6.1); gives the password. */
async function addedViewer({ url, folder, passwords }: Browsing['demo']): Promise<string> {
  const token = readFileSync(join(folder, 'local-token'), 'utf8').trim();
  const asked = await ask({ url, token }, 'POST', '/v1/people', { name: 'vera', role: 'viewer', keepPassword: true });
  const { request, password } = asked.json as {
    readonly request: { readonly number: number };
    readonly password: string;
  };
  const ada = await signIn({ url }, 'ada', passwords.get('ada') ?? '');
  assert.equal((await ada.ask('POST', `/v1/requests/${request.number}/confirm`)).status, 200);
  return password;
}
