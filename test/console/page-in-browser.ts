import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type BuiltFile, buildConsole } from '../../tools/build-console.ts';
import { type Stub, startStub } from './stub-server.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Why the page is not tried in a browser here; false where it is. */
export const NO_BROWSER: string | false = existsSync(CHROMIUM)
  ? false
  : 'Chromium is not installed (Debian package chromium): the page was not tried in a browser';

/** As DEPENDENCIES 7 names them. */
const FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long a test waits for what the page shall show. A machine with other work may take many times as long as one without. */
const PATIENCE_MS = 120_000;

/** `without` are flags that a driven browser has by itself, and that this one shall not have. */
export async function launchBrowser(without: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...FLAGS],
    ignoreDefaultArgs: [...without],
  });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const made = await newContext(options);
    made.setDefaultTimeout(PATIENCE_MS);
    return made;
  };
  return browser;
}

export interface Tried {
  readonly stub: Stub;
  readonly browser: Browser;
  /** What no page may do: errors of scripts and of the console, and reports of its policy. */
  readonly complaints: string[];
  signedIn(path: string, view?: View): Promise<Page>;
}

export interface View {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly forcedColors?: 'active';
  readonly context?: BrowserContext;
}

export interface OpenedPage {
  readonly files: readonly BuiltFile[];
  readonly stub: Stub;
  readonly browser: Browser;
  close(): Promise<void>;
}

/** The page, built anew, with a stand-in of the server behind it and a browser before it. */
export async function openPage(count: number): Promise<OpenedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'triad-page-'));
  const files = await buildConsole(join(folder, 'dist'));
  const stub = await startStub(join(folder, 'dist'), count);
  const browser = await launchBrowser();
  return {
    files,
    stub,
    browser,
    close: async () => {
      await browser.close();
      await stub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same for a test, with which all goes. */
export async function tryPage(context: TestContext, count = 12): Promise<Tried> {
  const { files, stub, browser, close } = await openPage(count);
  context.diagnostic(`the page is ${files.reduce((sum, { gzipped }) => sum + gzipped, 0)} bytes gzipped in all`);
  const complaints: string[] = [];
  context.after(close);
  return {
    stub,
    browser,
    complaints,
    signedIn: async (path, { width = 1440, height = 900, colorScheme = 'light', forcedColors, context: own } = {}) => {
      const made = own ?? (await newContext(browser, stub, { width, height }, colorScheme, forcedColors));
      const page = await made.newPage();
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (said) => {
        if (said.type() === 'error' && !/Failed to load resource/.test(said.text())) complaints.push(said.text());
      });
      await page.addInitScript(() => {
        addEventListener('securitypolicyviolation', (event) =>
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
        );
      });
      await page.goto(stub.url + path);
      return page;
    },
  };
}

/** A browser profile of its own in which somebody is signed in. */
export async function newContext(
  browser: Browser,
  stub: Stub,
  viewport: { width: number; height: number },
  colorScheme: 'light' | 'dark',
  forcedColors: 'active' | undefined,
): Promise<BrowserContext> {
  const made = await browser.newContext({
    viewport,
    colorScheme,
    ...(forcedColors === undefined ? {} : { forcedColors }),
  });
  await made.addCookies([{ name: 'in', value: '1', url: stub.url }]);
  return made;
}

const AXE = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** What breaks WCAG 2.2 AA on the page as it stands: rule and first element of each. */
export async function axeProblems(page: Page): Promise<readonly string[]> {
  // The debugger is no part of the page: its policy does not hold there.
  await page.evaluate(AXE);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: {
        run(
          of: unknown,
          options: object,
        ): Promise<{
          readonly violations: readonly {
            readonly id: string;
            readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary.slice(0, 200)}`,
    );
  });
}
