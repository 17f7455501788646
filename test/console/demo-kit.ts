import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser } from './page-in-browser.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/triad.js', import.meta.url));

export interface Demo {
  readonly url: string;
  /** Where it keeps everything; goes with the test. */
  readonly folder: string;
  /** By name of the person, as the demo prints them. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Cuts the process without a word, as a loss of power does. */
  kill(): Promise<void>;
  /** Starts a server over what was kept, at the same address; of another checkout by its program. */
  startAgain(program?: string): Promise<void>;
}

/** With what all goes: a test, or who else uses it. */
export interface Owner {
  after(end: () => Promise<void> | void): void;
}

/** `triad serve --demo`, which ends with its owner. */
export async function startDemo(owner: Owner): Promise<Demo> {
  let running = spawned(['serve', '--demo', '--listen', '127.0.0.1:0']);
  let folder = '';
  owner.after(async () => {
    await ended(running, 'SIGTERM');
    if (folder !== '') rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  const printed = await readUntil(running, /^ {2}ada .*\n/m);
  folder = /this demo lies in (\S+) and goes/.exec(printed)?.[1] ?? '';
  const url = /Sign in at (\S+?)\/? as/.exec(printed)?.[1] ?? '';
  const people = printed.matchAll(/^ {2}(\w+) +(?:analyst|engineer|admin) +(\S+)$/gm);
  return {
    url,
    folder,
    passwords: new Map([...people].map(([, name = '', password = '']) => [name, password])),
    kill: () => ended(running, 'SIGKILL'),
    startAgain: async (program) => {
      running = spawned(['serve', '--data', folder, '--listen', new URL(url).host], program);
      await readUntil(running, /listens on/);
    },
  };
}

function spawned(words: readonly string[], program: string = PROGRAM): ChildProcess {
  return spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
}

async function readUntil({ stdout }: ChildProcess, wanted: RegExp): Promise<string> {
  assert.ok(stdout);
  let printed = '';
  for await (const text of stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += String(text);
    if (wanted.test(printed)) break;
  }
  stdout.resume();
  assert.match(printed, wanted);
  return printed;
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.on('close', resolve));
  child.kill(signal);
  await closed;
}

export interface Browsing {
  readonly demo: Demo;
  readonly browser: Browser;
  /** What no page may do: errors of scripts, and reports of its policy. */
  readonly complaints: string[];
  /** A page in a browser of its own, at the sign-in. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, signed in. */
  signIn(name: string, path: string, options?: BrowserContextOptions): Promise<Page>;
}

/** The demo and a browser before it. */
export async function browseDemo(owner: Owner): Promise<Browsing> {
  const [demo, browser] = await Promise.all([startDemo(owner), launchBrowser()]);
  owner.after(() => browser.close());
  const complaints: string[] = [];
  const open: Browsing['open'] = async (path, options = {}) => {
    const made = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    await made.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: demo.url });
    const page = await made.newPage();
    await watch(page, complaints);
    await page.goto(demo.url + path);
    return page;
  };
  return {
    demo,
    browser,
    complaints,
    open,
    signIn: async (name, path, options) => {
      const page = await open(path, options);
      await enter(page, name, demo);
      return page;
    },
  };
}

/** Fills the form of the sign-in, as a password manager would. */
export async function enter(page: Page, name: string, { passwords }: Pick<Demo, 'passwords'>): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(passwords.get(name) ?? '');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** Notes every error and every report of the policy, in this page and in those that open beside it. */
export async function watch(page: Page, complaints: string[]): Promise<void> {
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (said) => {
    if (said.text().startsWith('policy:')) complaints.push(said.text());
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
}

/** Another tab of the same browser. */
export async function anotherTab(context: BrowserContext, url: string, complaints: string[]): Promise<Page> {
  const page = await context.newPage();
  await watch(page, complaints);
  await page.goto(url);
  return page;
}

/** Waits for so many rows of the queue. What comes after its first look waits behind a button (SETTLED G6), which is pressed. */
export async function rowsShown(page: Page, count: number): Promise<void> {
  const waiting = page.getByRole('button', { name: /\. Show/ });
  const enough = page.locator('.vlist li').nth(count - 1);
  for (;;) {
    await enough.or(waiting.first()).first().waitFor();
    if (await enough.isVisible()) return;
    // It goes by itself where the queue is read again.
    await waiting
      .first()
      .click({ timeout: 2000 })
      .catch(() => undefined);
  }
}

/** Opens an incident by its number; the page replaces that by its id. */
export async function openIncident(page: Page, number: number, query = ''): Promise<void> {
  await page.goto(new URL(`/incidents/INC-${number}${query}`, page.url()).href);
  await page.getByRole('article', { name: `Incident INC-${number}` }).waitFor();
  await page.waitForURL(/\/incidents\/[a-z2-7]{16}/);
}

export const dialogOf = (page: Page): Locator => page.getByRole('dialog');

/** The status line names the incident that an action went to. */
export const said = (page: Page, words: string | RegExp): Promise<void> =>
  page.getByRole('status').filter({ hasText: words }).first().waitFor();

export async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: typeof name === 'string' }).click();
}
