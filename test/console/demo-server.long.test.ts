import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { axeProblems, CHROMIUM, FLAGS, NO_BROWSER } from './page-in-browser.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/triad.js', import.meta.url));

interface Demo {
  readonly url: string;
  /** By name of the person, as the demo prints them. */
  readonly passwords: ReadonlyMap<string, string>;
}

/** `triad serve --demo`, which ends with the test. */
async function demo(context: TestContext): Promise<Demo> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--demo', '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  context.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let printed = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += String(text);
    if (/^ {2}ada .*\n/m.test(printed)) break;
  }
  child.stdout.resume();
  const url = /Sign in at (\S+?)\/? as/.exec(printed)?.[1] ?? '';
  const people = printed.matchAll(/^ {2}(\w+) +(?:analyst|engineer|admin) +(\S+)$/gm);
  return { url, passwords: new Map([...people].map(([, name = '', password = '']) => [name, password])) };
}

test('two analysts work on an incident of a real server: sign-in, queue, acknowledge, verdict, and both see it', {
  skip: NO_BROWSER,
}, async (t) => {
  const { url, passwords } = await demo(t);
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS] });
  t.after(() => browser.close());
  const complaints: string[] = [];
  const signIn = async (name: string, path: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.blockedURI}`));
    });
    page.on('console', (said) => {
      if (said.text().startsWith('policy:')) complaints.push(said.text());
    });
    await page.goto(url + path);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(passwords.get(name) ?? '');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
    return page;
  };
  const alice = await signIn('alice', '/incidents');
  await alice.locator('.vlist li').first().waitFor();
  await alice.keyboard.press('j');
  await alice.waitForURL(/\/incidents\/[a-z2-7]{16}/);
  const incident = new URL(alice.url()).pathname;
  await alice.getByRole('heading', { level: 2 }).first().waitFor();
  await alice.keyboard.press('a');
  await alice.getByText('acknowledged.').waitFor();
  const bob = await signIn('bob', incident);
  await bob.getByText('alice').first().waitFor();
  await bob.keyboard.press('v');
  await bob.getByRole('radio', { name: /Malicious/ }).check();
  await bob.getByRole('dialog').getByLabel('Why').fill('seen on both machines');
  await bob.getByRole('dialog').getByRole('button', { name: 'Record verdict' }).click();
  await bob.getByText('judged malicious').first().waitFor();
  await alice.keyboard.press('7');
  await alice.getByText('judged it malicious').waitFor();
  assert.deepEqual(await axeProblems(alice), []);
  for (const path of [
    '/subscriptions',
    '/hosts',
    '/hosts?view=coverage',
    '/rules?view=proposals',
    '/search?q=powershell',
    '/rules',
    '/account',
  ]) {
    await alice.goto(url + path);
    await alice.getByRole('heading').first().waitFor();
    assert.deepEqual(await axeProblems(alice), [], path);
  }
  assert.deepEqual(complaints, []);
});
