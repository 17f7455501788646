import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';

/** A headless Chromium, driven over its debugging pipe: nothing listens, nothing is downloaded. */

const PLACES: readonly string[] = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is, or undefined: then the tests that need it are skipped and say so. */
export const CHROMIUM: string | undefined = PLACES.find((path) => existsSync(path));
export const NO_CHROMIUM: string | false =
  CHROMIUM === undefined
    ? 'Chromium is not installed (Debian package chromium): pages were not tried in a browser'
    : false;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** What a page did that it must not do. */
export interface Complaints {
  /** Errors of its console, of its script and of its content security policy. */
  readonly errors: string[];
  /** Addresses that it asked for, its own left out. */
  readonly requests: string[];
}

export interface PageView {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly media?: 'screen' | 'print';
  readonly noScripts?: boolean;
  readonly forcedColors?: boolean;
}

const WAIT_MS = 120_000;

export class Browser {
  readonly #process: ChildProcess;
  readonly #home: string;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #listeners = new Set<(answer: Answer) => void>();
  readonly #out: Writable;
  #next = 1;
  #rest = '';

  constructor() {
    if (CHROMIUM === undefined) throw new Error('no Chromium');
    this.#home = mkdtempSync(join(tmpdir(), 'triad-chromium-'));
    this.#process = spawn(
      CHROMIUM,
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        '--no-first-run',
        '--disable-extensions',
        '--disable-background-networking',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        `--user-data-dir=${this.#home}`,
        '--remote-debugging-pipe',
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    this.#out = this.#process.stdio[3] as Writable;
    (this.#process.stdio[4] as Readable).on('data', (bytes: Buffer) => this.#read(bytes.toString('utf8')));
  }

  /** Messages end with a zero byte. */
  #read(text: string): void {
    const parts = (this.#rest + text).split('\u0000');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const answer = JSON.parse(part) as Answer;
      if (answer.id === undefined) for (const listen of this.#listeners) listen(answer);
      else this.#waiting.get(answer.id)?.(answer);
    }
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method}: no answer in ${WAIT_MS} ms`)), WAIT_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (answer.error === undefined) resolve(answer.result ?? {});
        else reject(new Error(`${method}: ${answer.error.message}`));
      });
      this.#out.write(
        `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\u0000`,
      );
    });
  }

  listen(listener: (answer: Answer) => void): void {
    this.#listeners.add(listener);
  }

  /** Opens an address and waits until it is loaded and drawn. */
  async open(url: string, view: PageView): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, String(sessionId), String(targetId));
    await page.load(url, view);
    return page;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.send('Browser.close').catch(() => this.#process.kill());
    await ended;
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }
}

export class Page {
  readonly #browser: Browser;
  readonly #session: string;
  readonly #target: string;
  readonly complaints: Complaints = { errors: [], requests: [] };
  #loaded: () => void = () => undefined;

  constructor(browser: Browser, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
    browser.listen((answer) => this.#hear(answer as Answer & { readonly sessionId?: string }));
  }

  #hear({ sessionId, method, params = {} }: Answer & { readonly sessionId?: string }): void {
    if (sessionId !== this.#session) return;
    const text = JSON.stringify(params);
    if (method === 'Page.loadEventFired') this.#loaded();
    else if (method === 'Runtime.exceptionThrown') this.complaints.errors.push(text);
    else if (method === 'Log.entryAdded') this.complaints.errors.push(text);
    else if (method === 'Runtime.consoleAPICalled') this.complaints.errors.push(text);
    else if (method === 'Network.requestWillBeSent') this.complaints.requests.push(text);
  }

  send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#browser.send(method, params, this.#session);
  }

  async load(url: string, view: PageView): Promise<void> {
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await this.send(`${domain}.enable`);
    await this.show(view);
    // What the policy stops is reported to the page itself first.
    await this.send('Page.addScriptToEvaluateOnNewDocument', {
      source:
        "addEventListener('securitypolicyviolation',e=>console.error('CSP '+e.violatedDirective+' '+e.blockedURI))",
    });
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.send('Page.navigate', { url });
    await loaded;
    // With scripts off a page draws no frame that could be waited for.
    if (view.noScripts === true) await new Promise((resolve) => setTimeout(resolve, 300));
    else await this.evaluate('new Promise(done=>requestAnimationFrame(()=>requestAnimationFrame(done)))');
    const own = JSON.stringify(url.split('#', 1)[0]);
    const others = this.complaints.requests.filter((text) => !text.includes(own));
    this.complaints.requests.splice(0, Number.POSITIVE_INFINITY, ...others);
  }

  async show({ width, height, dark, media, noScripts, forcedColors }: PageView): Promise<void> {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', {
      media: media ?? 'screen',
      features: [
        { name: 'prefers-color-scheme', value: dark === true ? 'dark' : 'light' },
        { name: 'forced-colors', value: forcedColors === true ? 'active' : 'none' },
      ],
    });
    await this.send('Emulation.setScriptExecutionDisabled', { value: noScripts === true });
  }

  /** The value of an expression on the page, as JSON gives it; a promise is awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    const { result, exceptionDetails } = answer as {
      readonly result?: { readonly value?: unknown };
      readonly exceptionDetails?: unknown;
    };
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result?.value;
  }

  async key(key: string): Promise<void> {
    const code = key === 'Enter' ? 13 : key.toUpperCase().charCodeAt(0);
    const text = key === 'Enter' ? '\r' : key;
    const base = { key, windowsVirtualKeyCode: code, nativeVirtualKeyCode: code };
    await this.send('Input.dispatchKeyEvent', { type: 'keyDown', text, ...base });
    await this.send('Input.dispatchKeyEvent', { type: 'keyUp', ...base });
  }

  async screenshot(whole = true): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: whole });
    return Buffer.from(String(data), 'base64');
  }

  /** The page as PDF, as a reader prints it on the paper that they have. */
  async print(paper: Paper): Promise<Buffer> {
    // What was emulated for the screen must not decide how paper looks.
    await this.send('Emulation.setEmulatedMedia', { media: '', features: [] });
    const [paperWidth, paperHeight] = PAPER_MM[paper].map((mm) => mm / MM_PER_INCH);
    const asked = { paperWidth, paperHeight, preferCSSPageSize: true, printBackground: false };
    const { data } = await this.send('Page.printToPDF', asked);
    return Buffer.from(String(data), 'base64');
  }

  async close(): Promise<void> {
    await this.#browser.send('Target.closeTarget', { targetId: this.#target });
  }
}

export type Paper = 'A4' | 'Letter';

/** Width and height of a sheet, millimetres. */
export const PAPER_MM: Readonly<Record<Paper, readonly [number, number]>> = { A4: [210, 297], Letter: [215.9, 279.4] };
export const MM_PER_INCH = 25.4;

/** Pages of a PDF that Chromium made: their objects stand in the clear. */
export function pdfPages(pdf: Buffer): number {
  return (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
}

/** Where a test file writes its pages and opens them: one browser for the file. */
export interface PageBench {
  /** The address of a page, written once under its name. */
  address(name: string, parts: Iterable<string>): string;
  at(url: string, view: PageView, use: (page: Page) => Promise<void>): Promise<void>;
}

/** Call it once at the top of a test file. Without Chromium it opens nothing. */
export function pageBench(): PageBench {
  let browser: Browser | undefined;
  let folder = '';
  const files = new Map<string, string>();
  before(() => {
    if (CHROMIUM === undefined) return;
    folder = mkdtempSync(join(tmpdir(), 'triad-pages-'));
    browser = new Browser();
  });
  after(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });
  return {
    address(name, parts) {
      const known = files.get(name);
      if (known !== undefined) return known;
      const file = join(folder, `${name}.html`);
      writeFileSync(file, [...parts].join(''));
      const url = pathToFileURL(file).href;
      files.set(name, url);
      return url;
    },
    async at(url, view, use) {
      if (browser === undefined) throw new Error('no Chromium');
      const page = await browser.open(url, view);
      try {
        await use(page);
      } finally {
        await page.close();
      }
    },
  };
}
